// Operators: invited, seen with their nodes and results, suspended; secrets are shown once.

import assert from "node:assert/strict";
import { createOrg, createUser, sql } from "../../../functions/tests/fixture.ts";
import { accessibilityFaults, browserTest, login, signedIn } from "./kit.ts";

/** An operator with a node, as if they had registered. */
async function newOperator(org: string, username: string): Promise<string> {
  const [{ id }] =
    await sql`insert into public.operators (org_id, username, team) values (${org}, ${username}, 'Looms') returning id`;
  await sql`insert into public.operator_trust (operator_id, org_id) values (${id}, ${org})`;
  await sql`
    insert into public.operator_nodes (org_id, operator_id, node_id, cores, last_heartbeat, worker_version)
    values (${org}, ${id}, 'loom', 8, now(), '1.0.0')`;
  await sql`insert into prime_search.operator_contacts values (${id}, 'ada@operators.example')`;
  return id;
}

browserTest("operators are invited, told what to do, suspended and let back", async () => {
  await using org = await createOrg();
  await using profile = await signedIn(login(org.manager), `#/operators/${org.allocationRun}`);
  const { page } = profile;
  const region = (name: string) => page.getByRole("region", { name, exact: true });
  await region("Leaderboard").getByText("Nobody has joined yet.").waitFor();
  const invitations = region("Invitations");
  await invitations.getByLabel("Whom it is for").fill("Ada");
  // The invitation is made, but its secret gets lost: asked again it is the same one, with another.
  await page.route("**/rpc/invite_operator", async (route) => {
    await route.fetch();
    await route.abort("connectionreset");
  }, { times: 1 });
  await invitations.getByRole("button", { name: "Invite" }).click();
  await page.getByText("Perhaps not invited").waitFor();
  await invitations.getByRole("button", { name: "Invite" }).click();
  const secret = await invitations.locator(".operators-secret").textContent();
  assert.match(secret!, /^inv_[0-9a-f]{48}$/);
  await invitations.getByRole("button", { name: "I have kept it" }).click();
  await invitations.locator(".operators-secret").waitFor({ state: "detached" });
  await invitations.getByRole("button", { name: "Take back: Ada" }).click();
  await invitations.getByText("taken back").waitFor();

  const id = await newOperator(org.id, "ada");
  await sql`insert into public.operator_credits (org_id, operator_id, credit, reason) values (${org.id}, ${id}, 600, 'block_completed')`;
  await page.reload();
  await region("Leaderboard").getByRole("row", { name: /ada Looms 10 min/ }).waitFor();
  await region("Nodes").getByText("8 cores").waitFor();
  await region("Nodes").getByLabel("Tell loom to").selectOption("stop");
  await region("Nodes").getByRole("button", { name: "Tell it" }).click();
  await page.getByText("loom is told with its next heartbeat").waitFor();
  const [{ command }] =
    await sql`select command from public.node_commands where org_id = ${org.id}`;
  assert.equal(command, "stop");
  assert.deepEqual(await accessibilityFaults(page), []);

  const who = region("Who they are");
  await who.getByText("ada@operators.example").waitFor();
  await who.getByRole("button", { name: "New key: ada" }).click();
  assert.match((await who.locator(".operators-secret").textContent())!, /^opk_[0-9a-f]{64}$/);
  await who.getByRole("button", { name: "Suspend: ada" }).click();
  await who.getByText("suspended").waitFor();
  await who.getByRole("button", { name: "Let back: ada" }).click();
  await who.getByText("active", { exact: true }).waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
});

/** A result of one operator's node that another's gave a second opinion on. */
async function secondOpinion(org: string, first: string, second: string): Promise<number> {
  const [{ run, number }] = await sql`
    insert into public.prime_search_runs (org_id, form, params, candidates, block_size, blocks, request, worked_by)
    values (${org}, 'kbn', '{"n": 100, "min_k": 1, "max_k": 99, "sign": "+"}', 50, 50, 1, '{}', 'nodes') returning id as run, number`;
  const [{ result }] = await sql`
    insert into public.node_block_results (org_id, operator_id, node, run, block_id, status, credit, lease_until, submitted_at, completed_at,
      sieved, tested, found, digest)
    select ${org}, ${first}, n.id, ${run}, b.id, 'verified', 60, now(), now(), now(), 20, 30, 2, repeat('a', 64)
    from public.operator_nodes n, public.prime_search_blocks b where n.operator_id = ${first} and b.run = ${run} returning id as result`;
  await sql`
    insert into public.verification_queue (org_id, result_id, original_block_id, search_job_id, block_start, block_end, original_tested,
      original_found, original_worker, original_volunteer_id, verification_method, share, status, completed_at, verification_worker,
      verification_volunteer_id, second_opinion, verification_tested, cpu_ms)
    select ${org}, r.id, r.block_id, ${number}, 0, 49, 30, 2, r.node, ${first}, 'sample', 0.25, 'matched', now(), m.id::text, ${second}, 'agrees', 3, 5
    from public.node_block_results r, public.operator_nodes m where r.id = ${result} and m.operator_id = ${second}`;
  return result;
}

browserTest(
  "results say who checked them: second opinions, and what was looked at again",
  async () => {
    await using org = await createOrg();
    const [ada, bob] = [await newOperator(org.id, "ada"), await newOperator(org.id, "bob")];
    await sql`update public.operator_nodes set checks = true where operator_id = ${bob}`;
    const result = await secondOpinion(org.id, ada, bob);
    await using profile = await signedIn(login(org.manager), `#/operators/${org.allocationRun}`);
    const { page } = profile;
    const results = page.getByRole("region", { name: "Results", exact: true });
    await results.getByText("second opinion of bob: the same, 3 tested again").waitFor();
    await results.getByText("1 second opinion by nodes of others").waitFor();
    await page.getByRole("region", { name: "Nodes", exact: true }).getByText(
      "gives second opinions",
    )
      .waitFor();
    await sql`
    update public.verification_queue set status = 'conflict', reopened_at = now(), resolution = 'Looked at again: wrong.'
    where result_id = ${result}`;
    await page.reload();
    await results.getByText("looked at again: wrong").waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
  },
);

browserTest(
  "who may only look sees no address and directs nobody, on a narrow screen too",
  async () => {
    await using org = await createOrg();
    const viewer = await createUser(org.id, "viewer");
    await newOperator(org.id, "ada");
    await using profile = await signedIn(login(viewer), `#/operators/${org.allocationRun}`);
    const { page } = profile;
    await page.setViewportSize({ width: 390, height: 800 });
    await page.getByRole("row", { name: /ada Looms/ }).waitFor();
    for (const name of ["Invite", "Tell it", "New key: ada", "Suspend: ada"]) {
      assert.equal(await page.getByRole("button", { name, exact: true }).count(), 0, name);
    }
    assert.equal(await page.getByText("ada@operators.example").count(), 0);
    const wide = await page.evaluate<number>("document.documentElement.scrollWidth");
    assert.ok(wide <= 390, `${wide} pixels wide`);
    assert.deepEqual(await accessibilityFaults(page), []);
  },
);
