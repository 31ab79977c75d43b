// Agents: a handler's task made and followed live, a proposal refused with a reason, a schedule, a budget, a key shown once.

import assert from "node:assert/strict";
import { createOrg, createUser, sql } from "../../../functions/tests/fixture.ts";
import { accessibilityFaults, browserTest, login, signedIn } from "./kit.ts";

browserTest("tasks of agents are made, followed live, and decided about", async () => {
  await using org = await createOrg();
  await using profile = await signedIn(login(org.manager), `#/agents/${org.allocationRun}`);
  const { page } = profile;
  const region = (name: string) => page.getByRole("region", { name, exact: true });
  await region("Tasks").getByText("There is no task yet.").waitFor();
  const form = region("New task");
  await form.getByLabel("What is to be done").selectOption("handler:review_fleet");
  // It is made, but the answer gets lost; pressed again, and twice, it is made once.
  const make = form.getByRole("button", { name: "Make the task" });
  await page.route("**/rpc/request_agent_task", async (route) => {
    await route.fetch();
    await route.abort("connectionreset");
  }, { times: 1 });
  await make.click();
  await page.getByText("Perhaps not made").waitFor();
  await make.dblclick();
  await region("Tasks").getByRole("link", { name: "Review the fleet" }).waitFor();
  const [{ made }] = await sql`
    select count(*)::int as made from public.agent_tasks where org_id = ${org.id}`;
  assert.equal(made, 1);
  // What happens elsewhere comes by itself.
  await sql`
    update public.agent_tasks set status = 'completed', completed_at = now(), result = '{"summary": "All is well."}'
    where org_id = ${org.id}`;
  await region("Tasks").getByText("All is well.").waitFor();
  await form.getByLabel("What is to be done").selectOption("template:fix-errors");
  await form.getByRole("button", { name: "Make the task" }).click();
  await region("Tasks").getByRole("list", { name: "Sub-tasks of fix-errors" }).waitFor();
  await sql`
    insert into public.agent_approvals (org_id, task_id, action, params, summary)
    select ${org.id}, min(id), 'change_calibration', '{}', 'Costs of kbn are 40% off' from public.agent_tasks
    where org_id = ${org.id}`;
  await page.reload();
  const approvals = region("Approvals");
  await approvals.getByText("Costs of kbn are 40% off").waitFor();
  assert.ok(await approvals.getByRole("button", { name: /^Refuse/ }).isDisabled());
  assert.deepEqual(await accessibilityFaults(page), []);
  await approvals.getByLabel("Why").fill("Not before the holidays.");
  await approvals.getByRole("button", { name: /^Refuse/ }).click();
  await approvals.getByText("Nothing is waiting.").waitFor();
  await approvals.getByText(/refused, Not before the holidays/).waitFor();

  const schedules = region("Schedules");
  await schedules.getByLabel("Name of the schedule").fill("Nightly");
  await schedules.getByLabel("Times").fill("0 0 31 2 *");
  await schedules.getByRole("button", { name: "Save the schedule" }).click();
  await page.getByText(/cron_expr: not five fields of cron that name a time/).waitFor();
  await page.reload();
  assert.equal(await schedules.getByLabel("Name of the schedule").inputValue(), "Nightly");
  await schedules.getByLabel("Times").fill("0 2 * * *");
  await schedules.getByRole("button", { name: "Save the schedule" }).click();
  await schedules.getByText("at 0 2 * * * (UTC)").waitFor();
  await schedules.getByRole("button", { name: "Switch off: Nightly" }).click();
  await schedules.getByRole("button", { name: "Switch on: Nightly" }).waitFor();

  const budgets = region("Budgets");
  await budgets.getByLabel("Budget daily in dollars").fill("3");
  await budgets.getByRole("button", { name: "Change" }).first().click();
  await budgets.getByText(/^Today: .* of \$3\.00 spent\.$/).waitFor();

  const programs = region("Programs");
  await programs.getByLabel("Name of the program").fill("Ada");
  await programs.getByRole("button", { name: "Make a key" }).click();
  const key = await programs.locator(".agents-key").textContent();
  assert.match(key!, /^agent_[0-9a-f]{64}$/);
  await programs.getByRole("button", { name: "I have kept it" }).click();
  await programs.locator(".agents-key").waitFor({ state: "detached" });
  await programs.getByRole("button", { name: "Revoke: Ada" }).click();
  await programs.getByText("revoked").waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);

  await region("Tasks").getByRole("link", { name: "fix-errors" }).click();
  await page.getByRole("heading", { name: "fix-errors" }).waitFor();
  await page.getByRole("button", { name: "Cancel the task" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Yes, cancel it" }).dblclick();
  await region("Events").getByText("Cancelled by hand").waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
});

browserTest("who may only look directs no agents, on a narrow screen too", async () => {
  await using org = await createOrg();
  const viewer = await createUser(org.id, "viewer");
  await sql`insert into public.agent_tasks (org_id, title) values (${org.id}, 'Looked at')`;
  await using profile = await signedIn(login(viewer), `#/agents/${org.allocationRun}`);
  const { page } = profile;
  await page.setViewportSize({ width: 390, height: 800 });
  await page.getByRole("link", { name: "Looked at" }).waitFor();
  for (const name of ["Make the task", "Make a key", "Save the schedule", "Change"]) {
    assert.equal(await page.getByRole("button", { name, exact: true }).count(), 0, name);
  }
  const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
  assert.ok(wide <= 390, `${wide} pixels wide`);
  assert.deepEqual(await accessibilityFaults(page), []);
});
