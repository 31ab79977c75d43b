// A health service from nothing through the API alone: accounts, an org, members by their addresses, a year, a copy of it.

import assert from "node:assert/strict";
import { RULESETS } from "../../shared/planner/rules/rulesets.ts";
import { createSetupClient, createWindowClient, ReceptorError } from "../../shared/client/mod.ts";
import { errorOfRest } from "../../shared/client/errors.ts";
import { requireEnv } from "../../shared/platform/env.ts";
import { callInternal, newClient, PASSWORD, sql } from "./fixture.ts";

/** A new account, signed in; goes with what it made. */
async function newAccount(email = `person-${crypto.randomUUID()}@test.example`) {
  const supabase = newClient();
  const { data, error } = await supabase.auth.signUp({ email, password: PASSWORD });
  assert.equal(error, null);
  const id = data.user!.id;
  return {
    id,
    email,
    supabase,
    setup: createSetupClient(supabase),
    [Symbol.asyncDispose]: async () => {
      await sql`delete from public.orgs where created_by = ${id}`;
      await sql`delete from auth.users where id = ${id}`;
    },
  };
}

function refuses(work: Promise<unknown>, code: string, path?: string) {
  return assert.rejects(work, (error: ReceptorError) => {
    assert.equal(error.code, code, error.message);
    if (path !== undefined) assert.equal(error.errors?.[0].path, path);
    return true;
  });
}

/** The e-mails that the stack caught for an address, once the outbox holds none of it any more. */
async function mailsTo(address: string): Promise<{ subject: string; text: string }[]> {
  await callInternal("mailer");
  const mails = await (await fetch(`${requireEnv("SUPABASE_URL")}/mail.json`)).json();
  return mails.filter(({ to }: { to: string[] }) => to.includes(address));
}

Deno.test("who is invited is told by e-mail in the org's words, makes an account and belongs to it", async () => {
  await using manager = await newAccount();
  const { setup } = manager;
  const { org, name } = await setup.createOrg(`Health ${crypto.randomUUID()}`);
  const email = `colleague-${crypto.randomUUID()}@test.example`;
  const state = async () => (await setup.members(org)).find((each) => each.email === email)?.mail;
  const body = "{{by}} asks you, {{name}}, to join {{org}} as {{role}}: {{link}}";
  const worded = (text: string) =>
    createWindowClient(manager.supabase).saveEmail(org, "member_invited", {
      subject: "Join us",
      body: text,
      language: "en",
    });
  await refuses(worded(`${body} {{due}}`), "BAD_REQUEST", "body");
  await worded(body);

  await setup.invite(org, [{ email, role: "viewer" }]);
  const [mail, ...others] = await mailsTo(email);
  assert.deepEqual(others, []);
  assert.equal(mail.subject, "Join us");
  const page = `${requireEnv("SUPABASE_URL")}/functions/v1/console`;
  assert.equal(
    mail.text,
    `${manager.email} asks you, ${email}, to join ${name} as viewer: ${page}`,
  );
  assert.equal(await state(), "sent");
  await refuses(setup.resendInvitation(org, email), "ASKED_JUST_NOW");
  await sql`update public.org_invitations set asked_at = now() - interval '1 hour' where email = ${email}`;
  await setup.resendInvitation(org, email);
  assert.equal((await mailsTo(email)).length, 2);

  await using colleague = await newAccount(email);
  assert.deepEqual(await colleague.setup.claimInvitations(), [{ org, name, role: "viewer" }]);
  assert.equal(await state(), null, "a member");
  await refuses(setup.resendInvitation(org, email), "NOT_FOUND");

  // Taken back before it went out: nobody is written to.
  const other = `other-${crypto.randomUUID()}@test.example`;
  await sql.begin(async (tx) => {
    await tx`select set_config('request.jwt.claims', ${
      JSON.stringify({ sub: manager.id, role: "authenticated" })
    }, true)`;
    await tx`select public.invite_members(${org}, ${tx.json([{ email: other, role: "doctor" }])})`;
    await tx`select public.withdraw_invitation(${org}, ${other})`;
  });
  assert.deepEqual(await mailsTo(other), []);
  const log = await sql`
    select operation from public.audit_log where org_id = ${org} and table_name = 'org_invitations' order by id`;
  assert.deepEqual(log.map(({ operation }) => operation), [
    "insert",
    "update",
    "update",
    "delete",
    "insert",
    "delete",
  ]);
});

Deno.test("two accounts that know nothing make a service, share it, and start a year", async () => {
  await using first = await newAccount();
  await using second = await newAccount();
  const name = `Health ${crypto.randomUUID()}`;
  const { org } = await first.setup.createOrg(name);
  await refuses(first.setup.createOrg(name), "NAME_TAKEN");
  await refuses(second.setup.members(org), "NOT_FOUND");

  // By address, in whatever case; whoever has it joins.
  assert.deepEqual(
    await first.setup.invite(org, [{ email: second.email.toUpperCase(), role: "viewer" }]),
    { invited: 1, unchanged: 0 },
  );
  await refuses(
    first.setup.invite(org, [{ email: "nobody", role: "viewer" }]),
    "BAD_REQUEST",
    "[0].email",
  );
  assert.deepEqual(await second.setup.claimInvitations(), [{ org, name, role: "viewer" }]);
  await refuses(second.setup.invite(org, [{ email: "x@y.example", role: "manager" }]), "FORBIDDEN");
  await refuses(second.setup.setRole(org, second.id, "manager"), "FORBIDDEN");

  // Never without a manager, also where both go at once.
  await refuses(first.setup.setRole(org, first.id, "viewer"), "LAST_MANAGER");
  await first.setup.setRole(org, second.id, "manager");
  const gone = await Promise.allSettled([
    first.setup.removeMember(org, first.id),
    second.setup.removeMember(org, second.id),
  ]);
  assert.equal(gone.filter(({ status }) => status === "fulfilled").length, 1);
  const left = gone[0].status === "rejected" ? first : second;

  const start = { org, planName: "Interns", name: "Interns 2028", template: "VIC_5", year: 2028 };
  const run = await left.setup.startRun(start);
  assert.deepEqual([run.startsOn, run.termWeeks, run.constraints], ["2028-02-07", [
    10,
    10,
    10,
    10,
    12,
  ], ["VIC_PGY1"]]);
  await refuses(left.setup.startRun(start), "BAD_REQUEST", "name");
  const progress = await left.setup.progress(run.allocationRun);
  assert.deepEqual([progress?.affinityProfile.isShipped, progress?.doctors], [true, 0]);
  const copied = await left.setup.copyRun(run.allocationRun, {
    name: "Interns 2029",
    doctors: true,
  });
  assert.deepEqual([copied.startsOn, copied.doctors], ["2029-02-05", 0]);
  assert.deepEqual(await left.setup.history(org), []);
  // Every ruleset of a state has its usual year.
  const usual = new Set((await left.setup.termTemplates()).map(({ ruleset }) => ruleset));
  const ofStates = Object.keys(RULESETS).filter((ruleset) => /_PGY[12]$/.test(ruleset));
  assert.deepEqual(ofStates.filter((ruleset) => !usual.has(ruleset)), []);
  assert.equal(ofStates.length, 16);
});

Deno.test("what a table refuses is told by its column", async () => {
  await using account = await newAccount();
  const { org } = await account.setup.createOrg(`Health ${crypto.randomUUID()}`);
  const add = async (name: unknown) => {
    const { error, status } = await account.supabase.from("hospitals").insert({
      org_id: org,
      name,
    });
    return error ? errorOfRest(error, status) : null;
  };
  assert.equal(await add("North"), null);
  const said = async (name: unknown) => {
    const error = await add(name);
    return [error?.message, error?.errors?.[0].path];
  };
  assert.deepEqual(await said("No\u200brth "), [
    "Another one with this name is there already.",
    "name",
  ]);
  assert.deepEqual(await said(""), ["Name is not valid.", "name"]);
  assert.deepEqual(await said(null), ["Name is needed.", "name"]);
});
