// A new task: of a template, for a handler, or for an agent.

import { useSignal } from "@preact/signals";
import { useLoad } from "../data/load.ts";
import { formOf, useTyped } from "../data/typed.ts";
import { useRequestKeys } from "../runs/asking.ts";
import { Button } from "../ui/button.tsx";
import { Form } from "../ui/form.tsx";
import { SelectField, TextField } from "../ui/field.tsx";
import type { Shared } from "./shared.ts";
import { HANDLERS } from "./words.ts";
import { sent } from "../ui/sent.ts";

/** Makes a task; of managers only. */
export function NewTask({ context, client, act, reload }: Shared & { reload: () => void }) {
  const org = context.org.id;
  const templates = useLoad(() => client.templates(org), []);
  const what = useSignal("handler:analyze_results");
  const title = useTyped(formOf(context, "task"), () => "");
  const [kind, name] = what.value.split(":");
  const keys = useRequestKeys();
  const make = () => {
    const said = title.value.trim() || undefined;
    return keys.send([kind, name, said], (idempotencyKey) => {
      if (kind === "template") return client.expand(name, { org, title: said, idempotencyKey });
      return client.request({
        org,
        title: said ?? HANDLERS[name] ?? "",
        handler: kind === "handler" ? name : undefined,
        idempotencyKey,
      });
    });
  };
  return (
    <section class="card" aria-label="New task">
      <header>
        <h2>New task</h2>
      </header>
      <div class="body stack">
        <Form
          class="agents-form"
          onSend={async () => {
            const empty = sent(title, "");
            if (await act("made", make, reload)) empty();
          }}
        >
          <SelectField
            label="What is to be done"
            value={what.value}
            options={[
              ...Object.entries(HANDLERS).map(([name, words]) =>
                [`handler:${name}`, words] as [string, string]
              ),
              ...(templates.value.value ?? []).map(({ name, description }) =>
                [`template:${name}`, `Template ${name}: ${description}`] as [string, string]
              ),
              ["agent:", "Something for an agent"],
            ]}
            onChoose={(chosen) => what.value = chosen}
          />
          <TextField
            label="Title of the task"
            hint={kind === "agent" ? undefined : "its usual one where it is empty"}
            value={title}
            required={kind === "agent"}
            onText={(text) => title.value = text}
          />
          <Button type="submit" kind="primary">Make the task</Button>
        </Form>
      </div>
    </section>
  );
}
