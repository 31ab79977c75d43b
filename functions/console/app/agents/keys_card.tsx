// Programs with keys of their own: made, given a new key, revoked. A key is shown once.

import { useSignal } from "@preact/signals";
import type { Agent } from "../../../../shared/client/mod.ts";
import { useLoad } from "../data/load.ts";
import { formOf, useTyped } from "../data/typed.ts";
import { Button } from "../ui/button.tsx";
import { Form } from "../ui/form.tsx";
import { SelectField, TextField } from "../ui/field.tsx";
import { dateTime } from "../ui/format.ts";
import { LoadedList } from "../ui/loaded_list.tsx";
import { ToldOnce } from "../ui/told_once.tsx";
import type { Shared } from "./shared.ts";
import { LEVELS } from "./words.ts";
import { sent } from "../ui/sent.ts";

/** Agents of the org. */
export function KeysCard({ context, client, roles, act, mayManage }: Shared) {
  const load = useLoad(() => client.agents(context.org.id), []);
  const told = useSignal<{ name: string; key: string } | null>(null);
  const tell = (made: { agent: Agent; key: string } | null) => {
    if (made) told.value = { name: made.agent.name, key: made.key };
  };
  return (
    <section class="card" aria-label="Programs">
      <header>
        <h2>Programs</h2>
        <span class="small quiet">they take tasks at /functions/v1/agent-api</span>
      </header>
      <div class="body stack">
        {told.value && (
          <ToldOnce
            about={`The key of ${told.value.name}. It is shown this once; who has it, takes tasks in its name.`}
            secret={told.value.key}
            class="agents-key"
            onKept={() => told.value = null}
          />
        )}
        <LoadedList
          load={load}
          what="programs"
          none="No program has a key yet."
          label="Programs"
          class="agents-list"
        >
          {(agent) => (
            <AgentItem
              key={agent.id}
              agent={agent}
              mayManage={mayManage}
              onNewKey={() =>
                act("made", async () => tell(await client.rotateKey(agent.id)), load.reload)}
              onRevoke={() => act("revoked", () => client.revoke(agent.id), load.reload)}
            />
          )}
        </LoadedList>
        {mayManage && (
          <NewAgent
            client={client}
            context={context}
            roles={roles}
            onMake={(work) => act("made", async () => tell(await work()), load.reload)}
          />
        )}
      </div>
    </section>
  );
}

function AgentItem({ agent, mayManage, onNewKey, onRevoke }: {
  agent: Agent;
  mayManage: boolean;
  onNewKey: () => void;
  onRevoke: () => void;
}) {
  const { name, enabled, role_name, last_seen_at } = agent;
  return (
    <li>
      <p>
        <strong>{name}</strong>{" "}
        <span class={`tag ${enabled ? "ok" : ""}`}>{enabled ? "has a key" : "revoked"}</span>
      </p>
      <p class="small quiet">
        {LEVELS[agent.permission_level]}
        {role_name && `, tasks of ${role_name}`}
        {enabled && `, key until ${dateTime(agent.key_expires_at)}`},{" "}
        {last_seen_at ? `last seen ${dateTime(last_seen_at)}` : "never seen"}
      </p>
      {mayManage && (
        <div class="row">
          <Button compact aria-label={`New key: ${name}`} onClick={onNewKey}>New key</Button>
          {enabled && (
            <Button compact kind="danger" aria-label={`Revoke: ${name}`} onClick={onRevoke}>
              Revoke
            </Button>
          )}
        </div>
      )}
    </li>
  );
}

function NewAgent(
  { client, context, roles: read, onMake }: Pick<Shared, "client" | "context" | "roles"> & {
    onMake: (work: () => Promise<{ agent: Agent; key: string }>) => Promise<boolean>;
  },
) {
  const roles = useLoad(read, []);
  const name = useTyped(formOf(context, "program"), () => "");
  const role = useSignal("");
  const level = useSignal("1");
  return (
    <Form
      class="agents-form"
      onSend={async () => {
        const empty = sent(name, "");
        const made = await onMake(() =>
          client.createAgent({
            org: context.org.id,
            name: name.value,
            roleName: role.value || undefined,
            permissionLevel: Number(level.value) as Agent["permission_level"],
          })
        );
        if (made) empty();
      }}
    >
      <TextField
        label="Name of the program"
        value={name}
        required
        onText={(text) => name.value = text}
      />
      <SelectField
        label="Tasks of"
        value={role.value}
        options={[
          ["", "any role"],
          ...(roles.value.value ?? []).map(({ name }) => [name, name] as [string, string]),
        ]}
        onChoose={(chosen) => role.value = chosen}
      />
      <SelectField
        label="What it may"
        value={level.value}
        options={LEVELS.map((words, at) => [`${at}`, words])}
        onChoose={(chosen) => level.value = chosen}
      />
      <Button type="submit">Make a key</Button>
    </Form>
  );
}
