// Sentences of why.

import assert from "node:assert/strict";
import { whySentence } from "./why.ts";

const why = (code: string, values: Record<string, unknown>) => whySentence({ code, values });

Deno.test("why: sentences say how many, never who; exactly, or at least, or nothing", () => {
  const full = { placed: 1, objective: 3, objective_exact: true, ranks: 4, exact: true };
  assert.match(
    why("FULL_BETTER", full),
    /one doctor has it, whom the match's own measure puts before you .* worse by 3\.$/,
  );
  assert.doesNotMatch(why("FULL_BETTER", full), /rank/, "they may be those of the one who has it");
  assert.match(
    why("FULL_BETTER", { ...full, placed: 3, objective: 0.1 + 0.2, objective_exact: false }),
    /3 doctors have it.*worse by at least 0\.3\.$/,
  );
  assert.match(why("FULL_BETTER", { ...full, objective: 0 }), /the draw decided/);
  assert.doesNotMatch(
    why("FULL_BETTER", { ...full, objective: 0, objective_exact: false }),
    /draw/,
  );
  assert.match(why("FULL_BETTER", { ...full, objective: null }), /before you there\.$/);
  assert.match(
    why("WOULD_COST", { free: 1, ranks: 1, exact: true }),
    /^a place was free.*lost one rank\.$/,
  );
  assert.match(
    why("WOULD_COST", { free: 2, ranks: 1, exact: false }),
    /^2 places were free.*at least one rank/,
  );
  assert.match(
    why("WOULD_COST", { free: 1, ranks: 2.999, exact: false }),
    /at least 2\.99 ranks\.$/,
    "no more than is proven",
  );
  assert.match(
    why("WOULD_COST", { free: 1, ranks: null, objective: 0.7000000001, objective_exact: true }),
    /worse by 0\.7\.$/,
  );
  assert.match(
    why("NOT_ELIGIBLE", { rule: "included_tags", tags: ["ALS"] }),
    /needs a qualification that you do not have, ALS\.$/,
  );
  assert.match(
    why("NOT_ELIGIBLE", { rule: "included_tags", tags: ["ALS", "Visa"] }),
    /one of ALS, Visa\.$/,
  );
  assert.match(
    why("NOT_ELIGIBLE", { rule: "excluded_tag", tags: ["Visa"] }),
    /a qualification that you have, Visa\.$/,
  );
  assert.match(why("NOT_ELIGIBLE", { rule: "included_tags", tags: [] }), /do not have\.$/);
  assert.match(why("NOT_OFFERED", { full: true }), /earlier match/);
  assert.match(why("EARLIER_GROUP", { placed: 1, free: 0 }), /matched before yours/);
});

Deno.test("why: each code has a sentence of its own", () => {
  const codes = [
    "NOT_ELIGIBLE",
    "NEVER",
    "FULL_BETTER",
    "WOULD_COST",
    "EARLIER_GROUP",
    "IMPOSSIBLE",
    "PINNED",
    "NOT_OFFERED",
  ];
  const sentences = codes.map((code) => why(code, { placed: 1, free: 1 }));
  assert.equal(new Set([...sentences, why("SOMETHING_NEW", {})]).size, codes.length + 1);
});
