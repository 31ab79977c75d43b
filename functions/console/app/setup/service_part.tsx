// The service's name, and who belongs to it.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { createSetupClient, type Member } from "../../../../shared/client/mod.ts";
import { useLoad } from "../data/load.ts";
import { formOf, useTyped } from "../data/typed.ts";
import { type Basis, saveSeen } from "../data/seen.ts";
import { Button } from "../ui/button.tsx";
import { Form } from "../ui/form.tsx";
import { type Option, SelectField, TextField } from "../ui/field.tsx";
import { dateTime } from "../ui/format.ts";
import { addressesOf, invitationText, mailWords, pageOf } from "./invitation.ts";
import { Loaded } from "../ui/loaded.tsx";
import { LongTable } from "../ui/long_table.tsx";
import { hashOf } from "../router.ts";
import type { PartProps } from "./part.ts";
import { Said } from "./said.tsx";
import { useSaving } from "./saving.ts";
import { sent } from "../ui/sent.ts";

const ROLES: readonly Option[] = [
  ["manager", "Manager: plans and matches"],
  ["viewer", "Viewer: reads"],
  ["doctor", "Doctor"],
];

/** See `part.ts`. */
export function ServicePart({ context, onChanged }: PartProps) {
  const setup = createSetupClient(context.supabase);
  const members = useLoad(() => setup.members(context.org.id), []);
  const changed = () => {
    members.reload();
    onChanged();
  };
  return (
    <>
      <Name context={context} />
      <section class="card" aria-labelledby="setup-members">
        <header>
          <h2 id="setup-members">Members</h2>
        </header>
        <div class="body stack">
          <Invite context={context} onDone={changed} />
          <Loaded load={members} what="the members">
            {(members) => <Members context={context} members={members} onDone={changed} />}
          </Loaded>
        </div>
      </section>
      <p class="small quiet">
        Another service, or another year in one: <a href={hashOf("start", "")}>start here</a>.
      </p>
    </>
  );
}

/** The name of a service as it is typed, and what it was called when that began. */
const calledAs = (name: string) => ({ name, seen: name });

function Name({ context }: Pick<PartProps, "context">) {
  const setup = createSetupClient(context.supabase);
  const draft = useTyped(formOf(context, "service"), () => calledAs(context.org.name));
  const { name, seen } = draft.value;
  useEffect(() => {
    // Where nothing was typed it is what it is called by now.
    if (name === seen) draft.value = calledAs(context.org.name);
  }, [context.org.name]);
  const saving = useSaving();
  const save = async () => {
    const rename = async (seen: { name: string } | null) => ({
      name: await setup.renameOrg(context.org.id, name, seen!),
    });
    const basis: Basis<{ name: string }> = { seen: { name: seen } };
    const done = await saving.run(() => saveSeen(basis, rename));
    const now = basis.seen?.name ?? seen;
    draft.value = done ? calledAs(now) : { name, seen: now };
    if (done) await context.catalogueChanged();
  };
  return (
    <Form
      class="card body row end"
      onSend={() => save()}
    >
      <TextField
        label="Name of the service"
        value={name}
        error={saving.fault("p_name") ?? saving.error.value?.message}
        onText={(text) => draft.value = { name: text, seen }}
      />
      <Button
        type="submit"
        busy={saving.busy.value}
        disabled={name.trim() === context.org.name}
      >
        Rename
      </Button>
    </Form>
  );
}

function Invite({ context, onDone }: Pick<PartProps, "context"> & { onDone: () => void }) {
  const setup = createSetupClient(context.supabase);
  const emails = useTyped(formOf(context, "invite"), () => "");
  const role = useSignal("manager");
  const saving = useSaving();
  const invite = async () => {
    const empty = sent(emails, "");
    const members = addressesOf(emails.value).map((email) => ({ email, role: role.value }));
    if (!await saving.run(() => setup.invite(context.org.id, members))) return;
    context.notify({
      tone: "ok",
      title: "Invited",
      message:
        "They join when they sign in with that address. What became of the e-mail stands beside it, and the invitation can be copied there.",
    });
    empty();
    onDone();
  };
  return (
    <Form
      class="stack off-paper"
      onSend={() => invite()}
    >
      <div class="setup-grid">
        <TextField
          label="E-mail addresses"
          hint="Several are separated by commas. Whoever signs in with a confirmed address joins."
          value={emails}
          required
          onText={(text) => emails.value = text}
        />
        <SelectField
          label="Role"
          value={role.value}
          options={ROLES}
          onChoose={(value) => role.value = value}
        />
      </div>
      <Said saving={saving} />
      <div class="row">
        <Button kind="primary" type="submit" busy={saving.busy.value}>Invite</Button>
      </div>
    </Form>
  );
}

/** What became of the e-mail, where something is to be said of it. */
function MailState({ mail, askedAt }: Pick<Member, "mail" | "askedAt">) {
  const words = mailWords(mail);
  return (
    <span class="small quiet">
      {askedAt && `asked ${dateTime(askedAt)}`}
      {words && `; ${words}`}
    </span>
  );
}

/** An invitation as a text to send: by one's own e-mail, or by whatever it is copied into. */
function Invitation({ email, org, role }: { email: string; org: string; role: string }) {
  const copied = useSignal("");
  const { subject, body } = invitationText(org, email, role, pageOf(role, location.href));
  const mail = `mailto:${encodeURIComponent(email)}?${
    Object.entries({ subject, body })
      .map(([name, text]) => `${name}=${encodeURIComponent(text)}`).join("&")
  }`;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(body);
      copied.value = "Copied.";
    } catch {
      copied.value = "This browser does not let the page copy; write an e-mail instead.";
    }
  };
  return (
    <span class="row small">
      <a href={mail} aria-label={`Write an e-mail to ${email}`}>Write an e-mail</a>
      <Button compact aria-label={`Copy the invitation of ${email}`} onClick={() => copy()}>
        Copy the invitation
      </Button>
      <span role="status">{copied.value}</span>
    </span>
  );
}

function Members(
  { context, members, onDone }: Pick<PartProps, "context"> & {
    members: Member[];
    onDone: () => void;
  },
) {
  const setup = createSetupClient(context.supabase);
  const saving = useSaving();
  const org = context.org.id;
  const act = async (work: () => Promise<unknown>) => {
    await saving.run(work);
    onDone(); // whatever came of it: somebody else may have changed it
  };
  return (
    <>
      <Said saving={saving} />
      <LongTable label="Members and invitations" head={["E-mail", "Role", "Since", ""]}>
        {members.map(({ userId, email, role, since, askedAt, mail }) => [
          userId === context.userId ? `${email} (you)` : email,
          userId === null
            ? (
              <>
                {role} <span class="tag">invited</span> <MailState mail={mail} askedAt={askedAt} />
                <Invitation email={email} org={context.org.name} role={role} />
              </>
            )
            : (
              <Role
                email={email}
                role={role}
                busy={saving.busy.value}
                onChoose={(chosen) =>
                  void act(() =>
                    saveSeen(
                      { seen: { role } },
                      (seen) => setup.setRole(org, userId, chosen, seen!),
                      roleNow(email),
                    )
                  )}
              />
            ),
          dateTime(since),
          <MemberDeeds
            key="deeds"
            email={email}
            isInvited={userId === null}
            busy={saving.busy.value}
            onSend={() => act(() => setup.resendInvitation(org, email))}
            onRemove={() =>
              act(() =>
                userId === null
                  ? setup.withdrawInvitation(org, email)
                  : setup.removeMember(org, userId)
              )}
          />,
        ])}
      </LongTable>
    </>
  );
}

/** What is told of a role that somebody else changed. */
const roleNow = (email: string) => (now: { role: string } | null) =>
  `${email} is ${now ? `a ${now.role}` : "no member any more"}.`;

function Role({ email, role, busy, onChoose }: {
  email: string;
  role: string;
  busy: boolean;
  onChoose: (role: string) => void;
}) {
  return (
    <select
      class="select"
      aria-label={`Role of ${email}`}
      value={role}
      disabled={busy}
      onChange={({ currentTarget }) => onChoose(currentTarget.value)}
    >
      {[...new Set([...ROLES.map(([value]) => value), role])].map((value) => (
        <option key={value} value={value}>{value}</option>
      ))}
    </select>
  );
}

function MemberDeeds({ email, isInvited, busy, onSend, onRemove }: {
  email: string;
  /** They have not joined yet. */
  isInvited: boolean;
  busy: boolean;
  onSend: () => void;
  onRemove: () => void;
}) {
  return (
    <span class="row">
      {isInvited && (
        <Button
          compact
          busy={busy}
          aria-label={`Send again: the invitation of ${email}`}
          onClick={onSend}
        >
          Send again
        </Button>
      )}
      <Button
        compact
        busy={busy}
        aria-label={isInvited ? `Take back the invitation of ${email}` : `Remove ${email}`}
        onClick={onRemove}
      >
        {isInvited ? "Take back" : "Remove"}
      </Button>
    </span>
  );
}
