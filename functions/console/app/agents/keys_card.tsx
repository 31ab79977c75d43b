// Programs with keys of their own: made, given a new key, revoked. A key is shown once.

import { useSignal } from "@preact/signals";
import type { Agent } from "../../../../shared/client/mod.ts";
import { useLoad } from "../data/load.ts";
import { Button } from "../ui/button.tsx";
import { SelectField, TextField } from "../ui/field.tsx";
import { dateTime } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import type { Shared } from "./shared.ts";
import { LEVELS } from "./words.ts";

/** Agents of the org. */
export function KeysCard({ context, client, act, mayManage }: Shared) {
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
          <div class="note" role="status">
            <p>
              The key of{" "}
              {told.value.name}. It is shown this once; who has it, takes tasks in its name.
            </p>
            <p class="agents-key">{told.value.key}</p>
            <Button compact onClick={() => told.value = null}>I have kept it</Button>
          </div>
        )}
        <Loaded load={load} what="programs">
          {(found) =>
            found.length === 0
              ? <p class="quiet">No program has a key yet.</p>
              : (
                <ul class="agents-list" aria-label="Programs">
                  {found.map((agent) => (
                    <li key={agent.id}>
                      <p>
                        <strong>{agent.name}</strong>{" "}
                        <span class={`tag ${agent.enabled ? "ok" : ""}`}>
                          {agent.enabled ? "has a key" : "revoked"}
                        </span>
                      </p>
                      <p class="small quiet">
                        {LEVELS[agent.permission_level]}
                        {agent.role_name && `, tasks of ${agent.role_name}`}
                        {agent.enabled && `, key until ${dateTime(agent.key_expires_at)}`}, {agent
                            .last_seen_at
                          ? `last seen ${dateTime(agent.last_seen_at)}`
                          : "never seen"}
                      </p>
                      {mayManage && (
                        <div class="row">
                          <Button
                            compact
                            aria-label={`New key: ${agent.name}`}
                            onClick={() =>
                              void act(
                                "made",
                                async () => tell(await client.rotateKey(agent.id)),
                                load.reload,
                              )}
                          >
                            New key
                          </Button>
                          {agent.enabled && (
                            <Button
                              compact
                              kind="danger"
                              aria-label={`Revoke: ${agent.name}`}
                              onClick={() =>
                                void act("revoked", () => client.revoke(agent.id), load.reload)}
                            >
                              Revoke
                            </Button>
                          )}
                        </div>
                      )}
                    </li>
                  ))}
                </ul>
              )}
        </Loaded>
        {mayManage && (
          <NewAgent
            client={client}
            context={context}
            onMake={(work) => act("made", async () => tell(await work()), load.reload)}
          />
        )}
      </div>
    </section>
  );
}

function NewAgent({ client, context, onMake }: Pick<Shared, "client" | "context"> & {
  onMake: (work: () => Promise<{ agent: Agent; key: string }>) => Promise<boolean>;
}) {
  const roles = useLoad(() => client.roles(), []);
  const name = useSignal("");
  const role = useSignal("");
  const level = useSignal("1");
  return (
    <form
      class="agents-form"
      onSubmit={async (event) => {
        event.preventDefault();
        const made = await onMake(() =>
          client.createAgent({
            org: context.org.id,
            name: name.value,
            roleName: role.value || undefined,
            permissionLevel: Number(level.value) as Agent["permission_level"],
          })
        );
        if (made) name.value = "";
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
    </form>
  );
}
