// The clients of a window: what they send, and the stable codes of refusals.

import assert from "node:assert/strict";
import { createDoctorClient } from "./doctor_client.ts";
import { ReceptorError } from "./errors.ts";
import { fakeSupabase } from "./testing/fake_supabase.ts";
import { createWindowClient } from "./window_client.ts";

Deno.test("open() tells the end as it is typed, and only the settings that are given", async () => {
  const { supabase, requests } = fakeSupabase(() =>
    Response.json({ allocation_run: "r", due_date: "2027-05-14T07:00:00Z", allows_ties: false })
  );
  const window = await createWindowClient(supabase).open("r", {
    dueLocal: "2027-05-14T17:00",
    minimumLines: null,
    allowsTies: false,
  });
  assert.deepEqual(requests[0].body, {
    p_allocation_run: "r",
    p_due_local: "2027-05-14T17:00",
    p_settings: { minimum_lines: null, allows_ties: false },
  });
  assert.deepEqual([window.dueDate, window.allowsTies], ["2027-05-14T07:00:00Z", false]);
});

Deno.test("save() says rows as the database reads them; what is left out is left out", async () => {
  const { supabase, requests } = fakeSupabase(() =>
    Response.json({
      saved_at: "s",
      ignored: 1,
      wishes: { lines: [{ job_line: "l", order_preference: 1 }] },
    })
  );
  const changedAt = "2027-05-01T00:00:00Z";
  const saved = await createDoctorClient(supabase).save("m", {
    device: "phone",
    lines: [{ jobLine: "l", orderPreference: null, changedAt }],
    screening: [{ kind: "hospital_specialty", hospital: "h", specialty: "S", changedAt }],
  });
  assert.deepEqual(requests[0].body, {
    p_worker_mapping: "m",
    p_changes: {
      device: "phone",
      lines: [{ job_line: "l", order_preference: null, changed_at: changedAt }],
      screening: [{
        kind: "hospital_specialty",
        hospital: "h",
        specialty: "S",
        changed_at: changedAt,
      }],
    },
  });
  assert.equal(saved.ignored, 1);
  assert.equal(saved.wishes.lines[0].orderPreference, 1);
});

Deno.test("begin() asks once, and says all in its own spelling", async () => {
  const { supabase, requests } = fakeSupabase(() =>
    Response.json({
      claimed: 1,
      unconfirmed: null,
      windows: [{ worker_mapping: "m", early_readers: 2 }],
      departments: [],
      window: { window: { worker_mapping: "m" }, wishes: { lines: [{ job_line: "l" }] } },
    })
  );
  const { claimed, windows, window } = await createDoctorClient(supabase).begin();
  assert.deepEqual(requests.map(({ path }) => path), ["/rest/v1/rpc/begin_page"]);
  assert.equal(claimed, 1);
  assert.deepEqual(
    windows.map(({ workerMapping, earlyReaders }) => [workerMapping, earlyReaders]),
    [["m", 2]],
  );
  assert.equal(window!.wishes.lines[0].jobLine, "l");
});

Deno.test("a result that is not released is null, and a refusal has its stable code", async () => {
  const { supabase } = fakeSupabase(() => Response.json(null));
  assert.equal(await createDoctorClient(supabase).result("m"), null);
  const refused = fakeSupabase(() =>
    Response.json({ code: "RC409", message: "Closed.", hint: "WINDOW_CLOSED" }, { status: 400 })
  );
  await assert.rejects(
    createDoctorClient(refused.supabase).submit("m"),
    (error: ReceptorError) => error.code === "WINDOW_CLOSED" && error.status === 409,
  );
});
