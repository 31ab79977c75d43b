// Hashes and the places they mean.

import assert from "node:assert/strict";
import { hashOf, parseRoute } from "./router.ts";

Deno.test("parseRoute() reads what hashOf() writes", () => {
  const params = new URLSearchParams({ q: "night & day", sort: "affinity" });
  const route = parseRoute(hashOf("roster", "r-1", params));
  assert.deepEqual([route.page, route.allocationRun], ["roster", "r-1"]);
  assert.deepEqual([...route.params], [...params]);
});

Deno.test("parseRoute() takes whatever a user may have in the address", () => {
  for (const hash of ["", "#", "#/", "/"]) {
    const { page, allocationRun } = parseRoute(hash);
    assert.deepEqual([page, allocationRun], ["", ""], hash);
  }
  assert.deepEqual(parseRoute("#match").page, "match");
  assert.equal(parseRoute("#/roster/r?x=1?2").params.get("x"), "1?2");
});
