import assert from "node:assert/strict";
import { restError, statusOf } from "./errors.ts";

Deno.test("statusOf() is PostgREST's status", () => {
  const expected = {
    "23505": 409,
    "23503": 409,
    "23514": 400,
    P0001: 400,
    P0002: 500,
    "40001": 500,
    "57014": 500,
    "22023": 400,
    RC001: 400,
    "53300": 503,
  };
  for (const [code, status] of Object.entries(expected)) assert.equal(statusOf(code), status, code);
});

Deno.test("restError() keeps code, message, detail and hint of a raised error", () => {
  const { code, message, detail } = restError({
    code: "P0001",
    message: "no",
    detail: "why",
    hint: "how",
  }) as Record<string, string>;
  assert.equal(code, "PGRST");
  assert.deepEqual(JSON.parse(message), {
    code: "P0001",
    message: "no",
    details: "why",
    hint: "how",
  });
  assert.deepEqual(JSON.parse(detail), { status: 400, headers: {} });
});

Deno.test("restError() leaves alone what lite maps itself and what comes from elsewhere", () => {
  for (
    const error of [
      { code: "42501" },
      { code: "PT409" },
      { code: "PGRST" },
      { code: "ECONNREFUSED" },
      new Error("x"),
      null,
    ]
  ) {
    assert.equal(restError(error), error);
  }
});
