// What the system that the search follows gets wrong, row by row, and which test of ours shows that we do not. A row whose test is
// renamed or gone fails here.

import assert from "node:assert/strict";

/** A fault, and tests that would fail if we had it: a file, and words of a test in it. */
type Row = [fault: string, ...tests: [file: string, words: string][]];

const CHECK = "shared/primes/check/check_test.ts";
const PROJECTS = "supabase/tests/prime_search/projects.sql";
const OPERATORS = "functions/tests/operators_test.ts";

const FAULTS: Row[] = [
  // Mathematics
  [
    "Brillhart-Lehmer-Selfridge with a third of N+1 factored omits the square condition",
    [CHECK, "the cube root theorem of N+1 needs its square condition"],
    [CHECK, "the cube root theorem of N-1 needs its square condition"],
  ],
  [
    "Morrison's theorem with a discriminant for each factor, by which 119 is prime",
    [CHECK, "factors of N+1 with sequences of different discriminants prove nothing"],
  ],
  [
    "no certificate is ever checked, and most forms store none",
    ["supabase/tests/prime_search/check.sql", "nothing is deterministic without a certificate"],
    ["functions/tests/prime_search_test.ts", "the checker verifies what it found"],
    [CHECK, "check() accepts what the search proves, by every theorem"],
    [CHECK, "check() refuses every mutated certificate"],
  ],
  [
    "hashes of blocks are computed from what was submitted; a Gerbicz check doubles the work",
    ["shared/primes/nodes/answer_test.ts", "who lies in counts contradicts the evidence"],
    ["shared/primes/arithmetic/power_test.ts", "SquaringChain mends a wrong step anywhere"],
  ],
  [
    "proofs of n!+-1 exponentiate for every prime up to n",
    ["shared/primes/proof/proof_test.ts", "n!+1 is proven by its smallest primes alone"],
  ],
  [
    "palindromes overflow above 20 digits, Carol's and Kynea's numbers from n = 32",
    ["shared/primes/forms/forms_test.ts", '["palindromic", { min_digits: 41'],
    ["shared/primes/forms/forms_test.ts", '["carol_kynea", { min_n: 0, max_n: 70 }]'],
  ],
  // Coordination
  [
    "blocks are reclaimed from who still works on them",
    ["supabase/tests/fleet/reclaim.sql", "a heartbeat within the lease holds the claim"],
    ["supabase/tests/prime_search/nodes.sql", "a node did not come back from"],
  ],
  ["batches of claims ignore the job's status", [OPERATORS, "batches of claims obey the search"]],
  [
    "late, double and foreign results count",
    [OPERATORS, "late, double and foreign submissions change nothing"],
  ],
  [
    "half-open against inclusive ranges lose the last candidate",
    ["shared/primes/engine_test.ts", "a search comes to the same whatever its blocks"],
    ["shared/primes/engine_test.ts", "mergeBlocks() refuses holes and overlaps"],
  ],
  ["a survey completes with failed blocks", [PROJECTS, "a phase with a hole is not complete"]],
  [
    "a skipped phase holds up those behind it for ever",
    [PROJECTS, "a skipped phase does not hold up those behind it"],
  ],
  ["budget alerts fire with each tick", [PROJECTS, "alerts once, not with each tick"]],
  [
    "the best prime of a project is anybody's",
    [PROJECTS, "with the best prime that it found itself"],
  ],
  [
    "credit is what a node says that it tested, given before anything is verified, for duplicates too",
    [OPERATORS, "an operator comes by an invitation, once, and works; what was checked counts"],
    [OPERATORS, "nothing wrong is verified, the honest one has its credit"],
  ],
  [
    "verification compares how many were found, and nothing else",
    ["shared/primes/nodes/check_test.ts", "a wrong residue is seen where it is drawn"],
    ["shared/primes/nodes/check_test.ts", "a prime that is hidden, or made up, is seen"],
  ],
  [
    "a conflict is the first node's fault, without another opinion",
    ["shared/primes/nodes/check_test.ts", "an error of ours is not a node's"],
  ],
  // Security
  [
    "users make themselves administrators",
    ["supabase/tests/observability/series.sql", "nobody makes themselves anything"],
  ],
  [
    "operators' addresses and keys, and logs, are read by anybody",
    ["supabase/tests/security/access.sql", "'prime_search.operator_contacts'"],
    ["supabase/tests/security/access.sql", "'prime_search.operator_keys'"],
    ["supabase/tests/security/access.sql", "'public.system_logs'"],
  ],
  [
    "tables are written by anybody who is signed in",
    ["supabase/tests/security/access.sql", "'public.agent_budgets'"],
    ["supabase/tests/security/access.sql", "'public.prime_search_evidence'"],
  ],
  [
    "values that a CHECK does not know are dropped without a word",
    ["supabase/tests/agents/tasks.sql", "there is no such member"],
    [PROJECTS, "conditions are those that there are"],
  ],
  [
    "anybody registers, as often as they like",
    [OPERATORS, "invitations are for one, in time"],
  ],
  [
    "an index on raw decimal digits breaks at some 2,700 of them",
    ["supabase/tests/prime_search/check.sql", "however long its expression"],
  ],
];

Deno.test("every fault of the system that this one follows has a test that ours passes", async () => {
  const root = new URL("../../", import.meta.url);
  for (const [fault, ...tests] of FAULTS) {
    assert.ok(tests.length > 0, fault);
    for (const [file, words] of tests) {
      const text = await Deno.readTextFile(new URL(file, root));
      assert.ok(text.includes(words), `${fault}: ${file} has no test with "${words}"`);
    }
  }
});
