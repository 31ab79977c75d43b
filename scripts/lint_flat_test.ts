import assert from "node:assert/strict";
import plugin from "./lint_flat.ts";

const faults = (path: string, text: string) => Deno.lint.runPlugin(plugin, path, text).length;

Deno.test("places in the planner's flat tables that are worked out by hand are refused, however they are written", () => {
  for (
    const text of [
      "cap[t * R + r]",
      "cap[r + t * R]",
      "cap[R * t + r]",
      "cap[(t + 1) * R + two]",
      "cap[t * tables.positions + r]",
      "cap[leave.term * this.#positions + r]",
      "prices[(k % 5) * R + before[k]]",
      "slots[t * R + cells[at + t]]",
      "v[t * C + c]",
      "v[t * tables.classes + c]",
      "const row = t * R",
      "values.subarray(t * C, (t + 1) * C)",
      "s % R",
      "Math.floor(s / R)",
      "(s / R) | 0",
      "const t = (s - r) / tables.positions",
      "cells[i * T + t]",
      "cells.set(line, n * T)",
      "scorer.faults(cells, this.#order[i] * T)",
      "cells.subarray(j * this.terms, (j + 1) * this.terms)",
      "k % T",
      "before[Math.floor(k / T)]",
      "x[at / T]",
      "cells.length / T",
      "this.cells.length / tables.terms",
      "limitWeight[l * T + t]",
    ]
  ) assert.ok(faults("/a/shared/planner/search/a.ts", text) > 0, text);
});

Deno.test("likewise those of the allocator's", () => {
  for (
    const text of [
      "cost[w * J + j]",
      "cost[worker * J + line]",
      "cost[w * tables.J + lineOf[w]]",
      "rank[p + w * J]",
      "for (let p = w * J; p < (w + 1) * J; p++);",
      "const j = p % J",
      "const w = (p - j) / J",
      "Math.floor(p / J)",
    ]
  ) assert.ok(faults("/a/shared/allocator/search/a.ts", text) > 0, text);
});

Deno.test("how large tables are, and other products, are let pass", () => {
  for (
    const text of [
      "new Int32Array(T * R)",
      "new Int32Array(lines * T)",
      "new Int32Array(lines.length * T)",
      "cap.slice(0, firstSlotOf(T, R))",
      "Math.floor(52 / T) + 52 % T",
      "OBJECTIVE.all * T * (T - 1) / 2",
      "1000 * price / year",
      "R * k",
      "affinity[a * K + b]",
    ]
  ) assert.equal(faults("/a/shared/planner/search/a.ts", text), 0, text);
  for (const text of ["new Float64Array(W * J)", "50 + W * J / 1_000", "2 * J", "w * W + j"]) {
    assert.equal(faults("/a/shared/allocator/search/a.ts", text), 0, text);
  }
});

Deno.test("where places are known, and where they are told a second time to compare, nothing is refused", () => {
  for (
    const path of [
      "shared/planner/model/flat.ts",
      "shared/planner/search/a_test.ts",
      "shared/planner/testing/oracle.ts",
      "shared/planner/leave/spread.ts",
      "shared/primes/a.ts",
    ]
  ) assert.equal(faults(`/a/${path}`, "cap[t * R + r]"), 0, path);
  for (const path of ["model/pairs.ts", "search/a_test.ts", "testing/a.ts"]) {
    assert.equal(faults(`/a/shared/allocator/${path}`, "cost[w * J + j]"), 0, path);
  }
});

Deno.test("lines are told apart by the name that their file gives them alone", () => {
  for (
    const text of [
      "seen.has(line.join())",
      "cells.subarray(at, at + 5).join()",
      "lineAt(cells, j, 5).join()",
      "lineCopy(this.#cells, j, 5).join()",
    ]
  ) {
    assert.equal(faults("/a/shared/planner/search/a.ts", text), 1, text);
    assert.equal(faults("/a/shared/planner/model/lines.ts", text), 0, text);
  }
  for (const text of ["lineName(line, 0, 5)", 'line.join(", ")', "held.join()"]) {
    assert.equal(faults("/a/shared/planner/search/a.ts", text), 0, text);
  }
});
