// Operators: who lends machines, what of their work was verified, their nodes, and invitations. Secrets are shown once.

import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import {
  createOperatorsClient,
  type ManagedOperator,
  type OperatorsClient,
} from "../../../../shared/client/mod.ts";
import { attempt } from "../ui/attempt.ts";
import { serverNow } from "../data/clock.ts";
import { type Load, useLoad } from "../data/load.ts";
import { formOf, useTyped } from "../data/typed.ts";
import type { PageProps } from "../page.ts";
import { useRequestKeys } from "../runs/asking.ts";
import { closedBecause, ClosedPage } from "../runs/searching.tsx";
import { Button } from "../ui/button.tsx";
import { Form } from "../ui/form.tsx";
import { TextField } from "../ui/field.tsx";
import { count, dateTime } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import { LoadedList } from "../ui/loaded_list.tsx";
import { ToldOnce } from "../ui/told_once.tsx";
import { NodesCard } from "./nodes_card.tsx";
import { ResultsCard } from "./results_card.tsx";
import type { Ranks, Shared } from "./shared.ts";
import { creditWords, invitationWords, TRUST } from "./words.ts";
import { sent } from "../ui/sent.ts";

/** How often everything is read again, in ms. */
const READ_EVERY = 15_000;

/** See `page.ts` for what it receives. */
export function OperatorsPage({ context }: PageProps) {
  const note = closedBecause(context, "primeSearch.view", "operators");
  return note ? <ClosedPage title="Operators" note={note} /> : <Overview context={context} />;
}

function Overview({ context }: PageProps) {
  const client = useMemo(() => createOperatorsClient(context.supabase), []);
  const org = context.org.id;
  const mayDirect = context.rights.has("primeSearch.create");
  const operators = useLoad(() => client.operators(org), [org]);
  const ranks = useLoad(() => client.leaderboard(org), [org]);
  const nodes = useLoad(() => client.nodes(org), [org]);
  const results = useLoad(() => client.results(org), [org]);
  const costs = useLoad(() => client.costs(org), [org]);
  const checks = useLoad(() => client.checks(org), [org]);
  const invitations = useLoad(() => client.invitations(org), [org]);
  const reload = () => {
    for (const load of [operators, ranks, nodes, results, costs, checks, invitations]) {
      load.reload();
    }
  };
  useEffect(() => {
    const timer = setInterval(
      () => document.visibilityState === "visible" && reload(),
      READ_EVERY,
    );
    return () => clearInterval(timer);
  }, []);
  const act: Shared["act"] = (what, work) => attempt(context, what, work, reload);
  const shared = { context, client, mayDirect, act };
  return (
    <div class="page operators-page">
      <h1>Operators</h1>
      <p class="small quiet">
        Other people's machines that work blocks of{" "}
        {context.org.name}'s searches. Nothing that they say is believed: every result is checked
        here before it counts.
      </p>
      <LeaderboardCard load={ranks} />
      {mayDirect && <OperatorsCard {...shared} load={operators} />}
      {mayDirect && <InvitationsCard {...shared} load={invitations} />}
      <NodesCard {...shared} load={nodes} operators={ranks} />
      <ResultsCard load={results} operators={ranks} costs={costs} checks={checks} />
    </div>
  );
}

function LeaderboardCard({ load }: { load: Ranks }) {
  return (
    <section class="card" aria-label="Leaderboard">
      <header>
        <h2>Leaderboard</h2>
        <span class="small quiet">credit is CPU by our own model, of verified work only</span>
      </header>
      <div class="body">
        <Loaded load={load} what="operators">
          {(found) =>
            found.length === 0 ? <p class="quiet">Nobody has joined yet.</p> : (
              <div
                class="table-scroll"
                tabIndex={0}
                role="group"
                aria-label="Operators by credit"
              >
                <table class="table">
                  <thead>
                    <tr>
                      <th scope="col">Operator</th>
                      <th scope="col">Team</th>
                      <th scope="col">Credit</th>
                      <th scope="col">Primes</th>
                      <th scope="col">Trust</th>
                      <th scope="col">Nodes</th>
                    </tr>
                  </thead>
                  <tbody>
                    {found.map((rank) => (
                      <tr key={rank.id}>
                        <th scope="row">{rank.username}</th>
                        <td>{rank.team ?? ""}</td>
                        <td>{creditWords(rank.credit)}</td>
                        <td>{count(rank.primes_found)}</td>
                        <td title={TRUST[rank.trust_level]}>{rank.trust_level} of 4</td>
                        <td>{count(rank.worker_count)}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )}
        </Loaded>
      </div>
    </section>
  );
}

function OperatorsCard({ client, act, load }: Shared & { load: Load<ManagedOperator[]> }) {
  const told = useSignal<{ name: string; key: string } | null>(null);
  return (
    <section class="card" aria-label="Who they are">
      <header>
        <h2>Who they are</h2>
      </header>
      <div class="body stack">
        {told.value && (
          <ToldOnce
            about={`The key of ${told.value.name}. It is shown this once.`}
            secret={told.value.key}
            class="operators-secret"
            onKept={() => told.value = null}
          />
        )}
        <LoadedList
          load={load}
          what="operators"
          none="Nobody has joined yet."
          label="Operators"
          class="operators-list"
        >
          {(operator) => (
            <OperatorItem
              key={operator.id}
              operator={operator}
              onNewKey={() =>
                act("given", async () => {
                  const { key } = await client.resetKey(operator.id);
                  told.value = { name: operator.username, key };
                })}
              onActive={(active) => act("changed", () => client.setActive(operator.id, active))}
            />
          )}
        </LoadedList>
      </div>
    </section>
  );
}

function OperatorItem({ operator, onNewKey, onActive }: {
  operator: ManagedOperator;
  onNewKey: () => void;
  onActive: (active: boolean) => void;
}) {
  const { username, email, is_active: isActive, key_expires_at, last_seen } = operator;
  const deed = isActive ? "Suspend" : "Let back";
  return (
    <li>
      <p>
        <strong>{username}</strong>{" "}
        <span class={`tag ${isActive ? "ok" : "warn"}`}>{isActive ? "active" : "suspended"}</span>
      </p>
      <p class="small quiet">
        {email && `${email}, `}
        {TRUST[operator.trust_level]}, {count(operator.unchecked)} unchecked,{" "}
        {count(operator.rejected)} wrong,{" "}
        {key_expires_at ? `key until ${dateTime(key_expires_at)}` : "no key"},{" "}
        {last_seen ? `last seen ${dateTime(last_seen)}` : "never seen"}
      </p>
      <div class="row">
        <Button compact aria-label={`New key: ${username}`} onClick={onNewKey}>New key</Button>
        <Button
          compact
          kind={isActive ? "danger" : undefined}
          aria-label={`${deed}: ${username}`}
          onClick={() => onActive(!isActive)}
        >
          {deed}
        </Button>
      </div>
    </li>
  );
}

type Invitations = Awaited<ReturnType<OperatorsClient["invitations"]>>;

function InvitationsCard({ context, client, act, load }: Shared & { load: Load<Invitations> }) {
  const note = useTyped(formOf(context, "operator"), () => "");
  const told = useSignal<string | null>(null);
  const keys = useRequestKeys();
  return (
    <section class="card" aria-label="Invitations">
      <header>
        <h2>Invitations</h2>
        <span class="small quiet">each is for one operator, for two weeks</span>
      </header>
      <div class="body stack">
        {told.value && (
          <ToldOnce
            about="The invitation, for: deno run -A scripts/node/mod.ts --invitation It is shown this once."
            secret={told.value}
            class="operators-secret"
            onKept={() => told.value = null}
          />
        )}
        <Form
          class="operators-form"
          onSend={async () => {
            await act("invited", async () => {
              const empty = sent(note, "");
              const asked = { note: note.value.trim() || undefined };
              const made = await keys.send(
                asked,
                (idempotencyKey) => client.invite(context.org.id, { ...asked, idempotencyKey }),
              );
              told.value = made.invitation;
              empty();
            });
          }}
        >
          <TextField label="Whom it is for" value={note} onText={(text) => note.value = text} />
          <Button type="submit">Invite</Button>
        </Form>
        <Loaded load={load} what="invitations">
          {(found) => (
            <ul class="operators-list" aria-label="Invitations">
              {found.map((each) => (
                <InvitationItem
                  key={each.id}
                  invitation={each}
                  onTakeBack={() => act("taken back", () => client.revokeInvitation(each.id))}
                />
              ))}
            </ul>
          )}
        </Loaded>
      </div>
    </section>
  );
}

function InvitationItem({ invitation, onTakeBack }: {
  invitation: Invitations[number];
  onTakeBack: () => void;
}) {
  const became = invitationWords(invitation, serverNow());
  const name = invitation.note ?? "No name";
  return (
    <li>
      <p>
        {name} <span class={`tag ${became === "open" ? "info" : ""}`}>{became}</span>
      </p>
      <p class="small quiet">
        made {dateTime(invitation.created_at)}, until {dateTime(invitation.expires_at)}
      </p>
      {became === "open" && (
        <Button compact kind="danger" aria-label={`Take back: ${name}`} onClick={onTakeBack}>
          Take back
        </Button>
      )}
    </li>
  );
}
