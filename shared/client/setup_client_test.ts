import assert from "node:assert/strict";
import { createSetupClient } from "./setup_client.ts";
import { ReceptorError } from "./errors.ts";
import { fakeSupabase } from "./testing/fake_supabase.ts";

Deno.test("startRun() says what a run starts from as the database reads it, constraints untouched", async () => {
  const { supabase, requests } = fakeSupabase(() =>
    Response.json({ allocation_run: "r", allocation_plan: "p", starts_on: "2027-02-01" })
  );
  const answer = await createSetupClient(supabase).startRun({
    org: "o",
    planName: "Interns",
    name: "Interns 2027",
    startsOn: "2027-02-01",
    termWeeks: [26, 26],
    constraints: [{ name: "SIX_MONTH_TERMS", value: { two_subspecialties: true } }],
  });
  assert.deepEqual(requests[0].body, {
    p_document: {
      org: "o",
      plan_name: "Interns",
      name: "Interns 2027",
      starts_on: "2027-02-01",
      term_weeks: [26, 26],
      constraints: [{ name: "SIX_MONTH_TERMS", value: { two_subspecialties: true } }],
    },
  });
  assert.equal(answer.allocationRun, "r");
  assert.equal(answer.startsOn, "2027-02-01");
});

Deno.test("setRole() tells that somebody is the last manager by a stable code", async () => {
  const { supabase } = fakeSupabase(() =>
    Response.json({ code: "RC409", message: "Without a manager.", hint: "LAST_MANAGER" }, {
      status: 400,
    })
  );
  await assert.rejects(
    createSetupClient(supabase).setRole("o", "u", "viewer"),
    (error: ReceptorError) => error.code === "LAST_MANAGER" && error.status === 409,
  );
});
