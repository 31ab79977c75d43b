// Priority groups and couples as a run's options say them.

import assert from "node:assert/strict";
import { WorkloadError } from "../../fleet/workload.ts";
import { problemOf } from "../testing/problems.ts";
import {
  coupleShape,
  faultsOfCouples,
  groupsShape,
  type Together,
  withTogether,
} from "./together.ts";

const couple = (first: string, second: string, more: object = {}) => ({
  first,
  second,
  fit: "ranked_lines" as const,
  ...more,
});
const group = (name: string, worker_mappings: string[], qualification_tags: string[] = []) => ({
  name,
  worker_mappings,
  qualification_tags,
});

Deno.test("faultsOfCouples() names each doctor who is linked twice, and pairs of lines without their fit", () => {
  const faults = (linked_doctors: Together["linked_doctors"]) =>
    faultsOfCouples({ linked_doctors }).map(({ path }) => path);
  assert.deepEqual(faults([couple("a", "b"), couple("c", "d")]), []);
  assert.deepEqual(faults([couple("a", "b"), couple("b", "c"), couple("d", "d")]), [
    "options.linked_doctors[1].first",
    "options.linked_doctors[2].second",
  ]);
  const pairs = { line_pairs: [{ first: "l", second: "m" }] };
  assert.deepEqual(faults([couple("a", "b", pairs)]), ["options.linked_doctors[0].line_pairs"]);
  assert.deepEqual(faults([couple("a", "b", { fit: "line_pairs" })]), [
    "options.linked_doctors[0].line_pairs",
  ]);
  assert.deepEqual(faults([couple("a", "b", { fit: "line_pairs", ...pairs })]), []);
  assert.deepEqual(faultsOfCouples({}), []);
});

Deno.test("withTogether() fills groups by name and by qualification, and reads what fits for a couple", () => {
  const problem = problemOf(4, [1, 1, 1]);
  problem.workers[2].tags = ["rural"];
  const hospitals = new Map([["l0", "North"], ["l1", "South"], ["l2", null]]);
  const { groups, links } = withTogether(problem, {
    priority_groups: [group("Interns", ["w0", "w1"]), group("Rural", [], ["rural"])],
    linked_doctors: [couple("w0", "w1", { fit: "same_hospital" })],
  }, hospitals);
  assert.deepEqual(groups, [
    { name: "Interns", workers: ["w0", "w1"] },
    { name: "Rural", workers: ["w2"] },
  ]);
  assert.deepEqual(links, [{
    workers: ["w0", "w1"],
    fit: { kind: "alike", lines: [["l0", "North"], ["l1", "South"]] },
  }]);
  const plain = withTogether(problem, {}, hospitals);
  assert.ok(!("groups" in plain) && !("links" in plain));
});

Deno.test("withTogether() refuses couples of whom one takes no part, or who stand in two groups", () => {
  const problem = problemOf(2, [1, 1], {
    outside: { workers: [{ id: "x", name: "Dr X" }], lines: [] },
  });
  const code = (options: Together) => {
    try {
      withTogether(problem, options, new Map());
      return null;
    } catch (error) {
      assert.ok(error instanceof WorkloadError);
      return [error.code, error.message];
    }
  };
  assert.deepEqual(code({ linked_doctors: [couple("w0", "x")] }), [
    "LINK_OUTSIDE_BATCH",
    "Linked, but not both part of what this run matches: W0 and Dr X.",
  ]);
  const across = code({
    linked_doctors: [couple("w0", "w1")],
    priority_groups: [group("First", ["w0"])],
  });
  assert.equal(across?.[0], "LINKED_ACROSS_GROUPS");
  assert.equal(code({ linked_doctors: [couple("w0", "w1")] }), null);
});

Deno.test("the shapes take uuids and names, and trim", () => {
  const id = "00000000-0000-4000-8000-000000000001";
  assert.deepEqual(groupsShape().parse([{ name: " Interns " }]), [
    { name: "Interns", worker_mappings: [], qualification_tags: [] },
  ]);
  assert.equal(groupsShape().safeParse([{ name: " " }]).success, false);
  assert.equal(groupsShape().safeParse(Array(21).fill({ name: "x" })).success, false);
  assert.equal(
    coupleShape().safeParse({ first: id, second: id, fit: "ranked_lines" }).success,
    true,
  );
  assert.equal(coupleShape().safeParse({ first: id, second: id, fit: "near" }).success, false);
  assert.equal(
    coupleShape().safeParse({ first: "a", second: id, fit: "ranked_lines" }).success,
    false,
  );
});
