import assert from "node:assert/strict";
import type { AllocatorReason } from "../../../../shared/client/mod.ts";
import { whyWords } from "./why.ts";

const words = (code: AllocatorReason["code"], values: AllocatorReason["values"]) =>
  whyWords({ worker: "m", line: "l", code, values }, (id) => `tag ${id}`);

Deno.test("whyWords() says exactly as much as is proven", () => {
  assert.equal(
    words("NOT_ELIGIBLE", { rule: "excluded_tag", tags: ["t"] }),
    "Not eligible: holds what the line excludes (tag t).",
  );
  const full = { placed: 2, objective: 1.4, objectiveExact: true };
  assert.equal(
    words("FULL_BETTER", { ...full, ranks: 3, exact: true }),
    "Full with 2 doctors put before. It would cost the others 3 ranks in sum.",
  );
  assert.equal(
    words("FULL_BETTER", { ...full, ranks: 1, exact: false, placed: 1 }),
    "Full with 1 doctor put before. It would cost the others at least 1 rank in sum.",
  );
  assert.equal(
    words("FULL_BETTER", { ...full, objective: 0, ranks: 1, exact: true }),
    "Full with 2 doctors as good for the match: the draw decided.",
  );
  assert.equal(
    words("WOULD_COST", {
      free: 1,
      objective: 0.25,
      objectiveExact: false,
      ranks: null,
      exact: false,
    }),
    "1 place free. The match would be at least 0.25 worse by its objective.",
  );
  assert.equal(
    words("FULL_BETTER", {
      placed: 2,
      objective: null,
      objectiveExact: false,
      ranks: null,
      exact: false,
    }),
    "Full with 2 doctors put before.",
  );
});
