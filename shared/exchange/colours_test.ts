import assert from "node:assert/strict";
import { coloursOf } from "./colours.ts";
import { rosterPosition } from "./testing/rosters.ts";

const GREY = "#8a94a6";

Deno.test("coloursOf() keeps colours that were chosen, and lends them to their specialty", () => {
  const positions = [
    rosterPosition("A", { specialty: "Medicine", colour: "#123456" }),
    rosterPosition("B", { specialty: "Medicine", colour: GREY }),
  ];
  assert.deepEqual([...coloursOf(positions).values()], ["#123456", "#123456"]);
});

Deno.test("coloursOf() gives each other specialty a colour that no other has", () => {
  const names = ["Surgery", "Emergency", "Psychiatry", "Surgery"];
  const positions = [
    rosterPosition("M", { specialty: "Medicine", colour: "#1f6fb2" }),
    ...names.map((specialty, i) => rosterPosition(`P${i}`, { specialty, colour: GREY })),
  ];
  const [medicine, surgery, emergency, psychiatry, again] = coloursOf(positions).values();
  assert.equal(new Set([medicine, surgery, emergency, psychiatry]).size, 4);
  assert.equal(again, surgery);
  assert.ok(![surgery, emergency, psychiatry].includes(GREY));
});

Deno.test("coloursOf() repeats colours where there are more specialties", () => {
  const positions = Array.from(
    { length: 30 },
    (_, i) => rosterPosition(`P${i}`, { specialty: `S${i}`, colour: GREY }),
  );
  assert.equal(new Set(coloursOf(positions).values()).size, 12);
});
