// Preferences: a manager opens the window, invites, locks and withdraws doctors, closes it and opens it again with a reason; what
// doctors wish is nowhere on the page.

import assert from "node:assert/strict";
import { addDoctor } from "../../../functions/tests/doctors.ts";
import { createOrg, createUser, sql } from "../../../functions/tests/fixture.ts";
import { accessibilityFaults, browserTest, login, signedIn } from "./kit.ts";

browserTest("a manager leads a window from its opening to its reopening", async () => {
  await using org = await createOrg();
  const ann = await addDoctor(org, "Ann Abel");
  const bo = await addDoctor(org, "Bo Baker");
  // Of another doctor's name.
  await addDoctor(org, "Bo Baker");
  const [{ id: line }] = await sql`
    insert into public.job_lines (org_id, allocation_run, name)
    values (${org.id}, ${org.allocationRun}, 'The wished line') returning id`;
  await using profile = await signedIn(login(org.manager), `#/preferences/${org.allocationRun}`);
  const { page } = profile;
  const window = page.getByRole("region", { name: "Window" });
  await window.getByText("Doctors do not see the job lines yet.").waitFor();

  // An end that has passed is said at its field; the window opens with one that has not.
  await window.getByRole("button", { name: "Open the window…" }).click();
  const dialog = page.getByRole("dialog");
  const end = dialog.getByLabel("Ends (Australia/Melbourne)");
  await end.fill("2020-05-14T17:00");
  await dialog.getByRole("button", { name: "Open", exact: true }).click();
  await dialog.getByText("The end of the window has passed.").waitFor();
  await end.fill("2090-10-01T02:30");
  await dialog.getByText("Clocks do not show this time").waitFor();
  await end.fill("2090-05-14T17:00");
  await dialog.getByLabel("Fewest lines of a submission").fill("1");
  assert.deepEqual(await accessibilityFaults(page), []);
  await dialog.getByRole("button", { name: "Open", exact: true }).click();
  await window.getByText(/until Sunday,? 14 May 2090/).waitFor();
  const [{ due }] = await sql`
    select due_date as due from public.allocation_runs where id = ${org.allocationRun}`;
  assert.equal(due.toISOString(), "2090-05-14T07:00:00.000Z", "a local time of the plan");

  // Invited, with what is to be sent where no mail is.
  await page.getByRole("button", { name: "Invite all who are not yet" }).click();
  await page.getByRole("button", { name: /^Invite \d+ doctors?$/ }).click();
  assert.match(
    await dialog.getByLabel("Link of the doctors' page").inputValue(),
    /\/functions\/v1\/doctor$/,
  );
  await dialog.getByRole("button", { name: "Done" }).click();

  // A doctor says what they want; the page tells how much, never what.
  const { error } = await ann.client.rpc("save_wishes", {
    p_worker_mapping: ann.place,
    p_changes: {
      lines: [{ job_line: line, order_preference: 1, changed_at: new Date().toISOString() }],
    },
  });
  assert.equal(error, null);
  await ann.client.rpc("submit_wishes", { p_worker_mapping: ann.place });
  await page.getByRole("button", { name: "Read anew" }).click();
  const rowOf = (name: string) => page.getByRole("row").filter({ hasText: name });
  await rowOf("Ann Abel").getByText("submitted", { exact: true }).waitFor();
  assert.doesNotMatch((await page.textContent("main"))!, /The wished line/);

  await page.getByLabel("Show", { exact: true }).selectOption("not-submitted");
  await rowOf("Ann Abel").waitFor({ state: "detached" });
  await page.getByLabel(`Choose Bo Baker (${bo.email})`).check();
  await page.getByRole("button", { name: "Lock", exact: true }).click();
  await rowOf(bo.email).getByText("locked").waitFor();
  await page.getByRole("button", { name: "Withdraw…" }).click();
  await dialog.getByText(`Bo Baker (${bo.email}): no match places them`).waitFor();
  await dialog.getByLabel("Reason").fill("Moved to Hobart");
  await dialog.getByRole("button", { name: "Withdraw", exact: true }).click();
  await page.getByLabel("Show", { exact: true }).selectOption("withdrawn");
  await rowOf("Bo Baker").getByText(/Moved to Hobart/).waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);

  await window.getByRole("button", { name: "Close it now…" }).click();
  await dialog.getByRole("button", { name: "Close it", exact: true }).click();
  await window.getByText(/Doctors can change nothing more/).waitFor();
  await window.getByRole("button", { name: "Open it again…" }).click();
  assert.ok(
    await dialog.getByRole("button", { name: "Open", exact: true }).isDisabled(),
    "it needs a reason",
  );
  await dialog.getByLabel("Reason").fill("The network was down");
  await dialog.getByRole("button", { name: "Open", exact: true }).click();
  await window.getByText(/say what they want until you close it/).waitFor();
  const [logged] = await sql`
    select 1 from public.audit_log where org_id = ${org.id} and reason = 'The network was down'`;
  assert.ok(logged, "the log says why");
});

browserTest(
  "a manager lets one viewer read wishes before the window closes, and doctors are told",
  async () => {
    await using org = await createOrg();
    const ann = await addDoctor(org, "Ann Abel");
    const viewer = await createUser(org.id, "viewer");
    const [{ id: line }] = await sql`
    insert into public.job_lines (org_id, allocation_run, name)
    values (${org.id}, ${org.allocationRun}, 'The wished line') returning id`;
    await org.manager.client.rpc("open_window", { p_allocation_run: org.allocationRun });
    const { error } = await ann.client.rpc("save_wishes", {
      p_worker_mapping: ann.place,
      p_changes: {
        lines: [{ job_line: line, order_preference: 1, changed_at: new Date().toISOString() }],
      },
    });
    assert.equal(error, null);
    await using profile = await signedIn(login(org.manager), `#/preferences/${org.allocationRun}`);
    const { page } = profile;
    await page.getByText("you see how many lines each doctor ranked, not which").waitFor();
    assert.equal(await page.getByRole("button", { name: "Wishes of Ann Abel" }).count(), 0);
    const early = page.getByRole("region", { name: "Early readers" });
    await early.getByText("Nobody.").waitFor();
    await early.getByRole("button", { name: "Let a member read early…" }).click();
    const dialog = page.getByRole("dialog");
    const give = dialog.getByRole("button", { name: "Let them read" });
    assert.ok(await give.isDisabled(), "it needs a reason");
    await dialog.getByLabel("Member").selectOption(viewer.id);
    await dialog.getByLabel("Reason").fill("Checks that the lines can be filled");
    assert.deepEqual(await accessibilityFaults(page), []);
    await give.click();
    await early.getByRole("row").filter({ hasText: viewer.email })
      .getByText("Checks that the lines can be filled").waitFor();
    const windowOf = async () => {
      const { data } = await ann.client.rpc("my_windows");
      return (data as { early_readers: number }[])[0].early_readers;
    };
    assert.equal(await windowOf(), 1, "doctors are told");

    await using other = await signedIn(login(viewer), `#/preferences/${org.allocationRun}`);
    await other.page.getByRole("button", { name: "Wishes of Ann Abel" }).click();
    await other.page.getByRole("dialog").getByRole("rowheader", { name: "The wished line" })
      .waitFor();
    assert.deepEqual(await accessibilityFaults(other.page), []);

    await early.getByRole("button", { name: /Take back from/ }).click();
    await dialog.getByRole("button", { name: "Take back", exact: true }).click();
    await early.getByText("Nobody.").waitFor();
    assert.equal(await windowOf(), 0);
    const [{ reasons }] = await sql`
    select array_agg(distinct reason) as reasons from public.audit_log
    where org_id = ${org.id} and table_name = 'member_rights' and reason is not null`;
    assert.deepEqual(reasons, ["Checks that the lines can be filled"], "and so is the log");
  },
);

browserTest("a viewer reads how far doctors are, and changes nothing", async () => {
  await using org = await createOrg();
  await addDoctor(org, "Ann Abel");
  const viewer = await createUser(org.id, "viewer");
  await using profile = await signedIn(login(viewer), `#/preferences/${org.allocationRun}`);
  await profile.page.getByRole("row").filter({ hasText: "Ann Abel" }).waitFor();
  for (const name of [/Open the window/, /Invite/, "Lock", /Withdraw/]) {
    assert.equal(await profile.page.getByRole("button", { name }).count(), 0, `${name}`);
  }
});

browserTest(
  "a manager words an e-mail, sees it as a doctor would, and has what was given up tried again",
  async () => {
    await using org = await createOrg();
    const ann = await addDoctor(org, "Ann Abel");
    await sql`
    insert into messages.emails
      (org_id, allocation_run, worker_mapping, kind, idempotency_key, expires_at, state, attempts, last_error)
    values (${org.id}, ${org.allocationRun}, ${ann.place}, 'released', gen_random_uuid(),
      now() + interval '1 day', 'dead', 8, 'mailbox unavailable')`;
    await using profile = await signedIn(login(org.manager), `#/preferences/${org.allocationRun}`);
    const { page } = profile;
    const card = page.getByRole("region", { name: "E-mails" });
    const dead = card.getByRole("listitem").filter({ hasText: "mailbox unavailable" });
    assert.match((await dead.textContent())!, /^Ann Abel \(/);
    await dead.getByText(ann.email).waitFor();
    await card.getByRole("button", { name: "Change: Invitation to say what they want" }).click();
    const dialog = page.getByRole("dialog");
    // Where it is worked with first, past the button that closes.
    await dialog.locator("input:focus").waitFor();
    await dialog.getByLabel("Text", { exact: true }).fill("Liebe {{name}},\n{{frist}}");
    await dialog.getByRole("button", { name: "Save", exact: true }).click();
    await dialog.getByText(/\{\{frist\}\} is none of/).waitFor();
    await dialog.getByText(/\{\{link\}\} is missing/).waitFor();
    await page.reload();
    await card.getByRole("button", { name: "Change: Invitation to say what they want" }).click();
    assert.equal(
      await dialog.getByLabel("Text", { exact: true }).inputValue(),
      "Liebe {{name}},\n{{frist}}",
      "what was typed is there after a reload",
    );
    await dialog.getByLabel("Text", { exact: true }).fill("Liebe {{name}},\nbis {{due}}: {{link}}");
    await dialog.getByLabel("Dates in").selectOption("German");
    await dialog.getByRole("button", { name: "Preview" }).click();
    await dialog.getByRole("article", { name: "Preview" })
      .getByText(/Liebe Dr Alex Example,\nbis am \S+, \d+\. \S+ \d{4}, \d\d:\d\d Uhr/).waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await dialog.getByRole("button", { name: "Save", exact: true }).click();
    await card.getByText("own words").waitFor();
    await card.getByRole("button", { name: "Try again" }).click();
    await card.getByText("1 given up").waitFor({ state: "detached" });
    const [{ body }] = await sql`
    select body from messages.org_email_templates where org_id = ${org.id} and kind = 'invited'`;
    assert.equal(body, "Liebe {{name}},\nbis {{due}}: {{link}}");
    await card.getByRole("button", { name: "Change: Invitation to say what they want" }).click();
    await dialog.getByRole("button", { name: "Back to the default" }).click();
    await page.getByRole("button", { name: "Give our words up" }).click();
    await card.getByText("own words", { exact: true }).waitFor({ state: "detached" });
    await card.getByRole("button", { name: "Change: Invitation to say what they want" }).click();
    await dialog.getByLabel("Subject").fill("Never saved");
    await dialog.getByRole("button", { name: "Close" }).click();
    await card.getByRole("button", { name: "Change: Invitation to say what they want" }).click();
    assert.notEqual(await dialog.getByLabel("Subject").inputValue(), "Never saved", "given up");
  },
);
