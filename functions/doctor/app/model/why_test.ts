// Sentences of why.

import assert from "node:assert/strict";
import { whySentence } from "./why.ts";

const why = (code: string, values: Record<string, unknown>) => whySentence({ code, values });

Deno.test("why: sentences say how many, never who; exactly, or at least, or nothing", () => {
  const full = { placed: 1, objective: 3, objective_exact: true, ranks: 4, exact: true };
  assert.match(why("FULL_BETTER", full), /one doctor has it.* puts before you .* lost 4 ranks\.$/);
  assert.match(
    why("FULL_BETTER", { ...full, placed: 3, exact: false }),
    /3 doctors have it.*at least 4 ranks/,
  );
  assert.match(why("FULL_BETTER", { ...full, objective: 0 }), /the draw decided/);
  assert.doesNotMatch(
    why("FULL_BETTER", { ...full, objective: 0, objective_exact: false }),
    /draw/,
  );
  assert.match(
    why("FULL_BETTER", { ...full, ranks: null, objective_exact: false }),
    /worse by at least 3\.$/,
  );
  assert.match(
    why("FULL_BETTER", { ...full, ranks: null, objective: null }),
    /before you there\.$/,
  );
  assert.match(
    why("WOULD_COST", { free: 1, ranks: 1, exact: true }),
    /^a place was free.*lost one rank\.$/,
  );
  assert.match(
    why("WOULD_COST", { free: 2, ranks: 1, exact: false }),
    /^2 places were free.*at least one rank/,
  );
  assert.match(why("NOT_ELIGIBLE", { rule: "included_tags" }), /needs a qualification/);
  assert.match(why("NOT_OFFERED", { full: true }), /earlier match/);
  assert.match(why("EARLIER_GROUP", { placed: 1, free: 0 }), /matched before yours/);
});
