// Machines of operators: when they were heard of, what they run, and what they are told.

import { useSignal } from "@preact/signals";
import type { NodeCommandName, OperatorNode, OperatorRank } from "../../../../shared/client/mod.ts";
import { serverNow } from "../data/clock.ts";
import type { Load } from "../data/load.ts";
import { useRequestKeys } from "../runs/asking.ts";
import { Button } from "../ui/button.tsx";
import { Form } from "../ui/form.tsx";
import { SelectField } from "../ui/field.tsx";
import { dateTime, plural } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import type { Shared } from "./shared.ts";
import { isHere } from "./words.ts";

const COMMANDS: [NodeCommandName, string][] = [
  ["reassign", "give its blocks back"],
  ["restart", "begin again"],
  ["upgrade", "fetch what its channel offers"],
  ["stop", "stop"],
];

/** Nodes of the org's operators. */
export function NodesCard({ load, operators, ...shared }: Shared & {
  load: Load<OperatorNode[]>;
  operators: Load<OperatorRank[]>;
}) {
  const names = new Map((operators.value.value ?? []).map(({ id, username }) => [id, username]));
  return (
    <section class="card" aria-label="Nodes">
      <header>
        <h2>Nodes</h2>
      </header>
      <div class="body">
        <Loaded load={load} what="nodes">
          {(found) =>
            found.length === 0
              ? <p class="quiet">No machine is registered yet.</p>
              : (
                <ul class="operators-list" aria-label="Nodes">
                  {found.map((node) => (
                    <li key={node.id}>
                      <p>
                        <strong>{node.node_id}</strong> of{" "}
                        {names.get(node.operator_id) ?? "somebody"}{" "}
                        <span class={`tag ${isHere(node.last_heartbeat, serverNow()) ? "ok" : ""}`}>
                          {isHere(node.last_heartbeat, serverNow()) ? "here" : "away"}
                        </span>
                      </p>
                      <p class="small quiet">
                        {plural(node.cores, "core")}
                        {node.os && `, ${node.os} ${node.arch ?? ""}`}
                        {node.worker_version && `, version ${node.worker_version}`},{" "}
                        {node.update_channel}, {node.checks && "gives second opinions, "}
                        {node.last_heartbeat
                          ? `heard of ${dateTime(node.last_heartbeat)}`
                          : "never heard of"}
                      </p>
                      {shared.mayDirect && <Tell {...shared} node={node} />}
                    </li>
                  ))}
                </ul>
              )}
        </Loaded>
      </div>
    </section>
  );
}

function Tell({ client, act, context, node }: Shared & { node: OperatorNode }) {
  const command = useSignal<NodeCommandName>("reassign");
  const keys = useRequestKeys();
  return (
    <Form
      class="operators-form"
      onSend={async () => {
        const told = await act("told", () =>
          keys.send(
            [node.id, command.value],
            (idempotencyKey) => client.command(node.id, command.value, { idempotencyKey }),
          ));
        if (told) {
          context.notify({
            tone: "ok",
            title: `${node.node_id} is told with its next heartbeat`,
          });
        }
      }}
    >
      <SelectField
        label={`Tell ${node.node_id} to`}
        value={command.value}
        options={COMMANDS}
        onChoose={(chosen) => command.value = chosen as NodeCommandName}
      />
      <Button type="submit" compact>Tell it</Button>
    </Form>
  );
}
