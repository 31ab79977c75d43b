import assert from "node:assert/strict";
import { impurities } from "./purity.ts";

Deno.test("impurities() finds packages that do more than compute, clocks, chance, input and output", () => {
  const told: Record<string, string> = {
    'import postgres from "postgres";': "postgres",
    'import { readFileSync } from "node:fs";': "node:fs",
    'const x = await import("npm:postgres");': "npm:postgres",
    "const now = Date.now();": "Date.now",
    "const now = new Date();": "new Date()",
    "performance.now()": "performance.",
    "const x = Math.random();": "Math.random",
    "crypto.randomUUID()": "randomUUID(",
    'Deno.readTextFileSync("a")': "Deno.",
    'fetch("https://example.org")': "fetch(",
    'new WebSocket("ws://a")': "new WebSocket",
    'console.log("a")': "console.",
    "setTimeout(f, 1)": "setTimeout(",
    'globalThis["fetch"]': "globalThis",
  };
  for (const [source, found] of Object.entries(told)) assert.deepEqual(impurities(source), [found]);
});

Deno.test("impurities() leaves alone what only looks so: comments, dates that are given, own names", () => {
  const source = `
// Date.now() is not for here.
/* nor is Math.random() */
import { z } from "zod";
import { Random } from "./random.ts";
const day = new Date("2026-01-01"); // no fetch(day)
const documentOf = (it: { process: number }) => it.process;
const url = "https://example.org/a";
`;
  assert.deepEqual(impurities(source), []);
});
