// What the org says of actions for roles: allowed, only with a person's word, never. Where it says nothing, a task's level decides.

import { useSignal } from "@preact/signals";
import type { AgentPermission } from "../../../../shared/client/mod.ts";
import { useLoad } from "../data/load.ts";
import { Button } from "../ui/button.tsx";
import { Form } from "../ui/form.tsx";
import { SelectField } from "../ui/field.tsx";
import { LoadedList } from "../ui/loaded_list.tsx";
import type { Shared } from "./shared.ts";
import { ACTIONS } from "./words.ts";

const WORDS = { allowed: "may", asked: "may, with a person's word", never: "may not" };
type Word = keyof typeof WORDS;

function wordOf({ allowed, requires_approval }: AgentPermission): Word {
  return !allowed ? "never" : requires_approval ? "asked" : "allowed";
}

/** What whoever changes a permission had read of it; null: nothing was said. */
function seenOf(permission: AgentPermission | undefined) {
  if (!permission) return null;
  const { allowed, max_cost_usd, requires_approval } = permission;
  return { allowed, max_cost_usd, requires_approval };
}

/** Permissions of the org, and a new one. */
export function PermissionsCard(shared: Shared) {
  const { context, client, act, mayManage } = shared;
  const org = context.org.id;
  const load = useLoad(() => client.permissions(org), []);
  const takeBack = (each: AgentPermission) =>
    act(
      "taken back",
      () => client.setPermission(org, each.role_name, each.action, null, seenOf(each)),
      load.reload,
    );
  return (
    <section class="card" aria-label="Permissions">
      <header>
        <h2>Permissions</h2>
        <span class="small quiet">beyond these a task's level decides</span>
      </header>
      <div class="body stack">
        <LoadedList
          load={load}
          what="permissions"
          none="Nothing is said; levels decide."
          label="Permissions"
          class="agents-list"
        >
          {(each) => (
            <li key={`${each.role_name} ${each.action}`}>
              <p>
                {each.role_name} {WORDS[wordOf(each)]}: {ACTIONS[each.action]} {mayManage && (
                  <Button
                    compact
                    aria-label={`Take back: ${each.role_name}, ${ACTIONS[each.action]}`}
                    onClick={() => takeBack(each)}
                  >
                    Take back
                  </Button>
                )}
              </p>
            </li>
          )}
        </LoadedList>
        {mayManage && (
          <NewPermission {...shared} said={load.value.value ?? []} reload={load.reload} />
        )}
      </div>
    </section>
  );
}

function NewPermission(
  { context, client, roles: read, act, said, reload }: Shared & {
    said: AgentPermission[];
    reload: () => void;
  },
) {
  const roles = useLoad(read, []);
  const role = useSignal("engine");
  const action = useSignal("pause_search");
  const word = useSignal<Word>("asked");
  const save = () => {
    const permission = {
      allowed: word.value !== "never",
      requiresApproval: word.value === "asked",
    };
    const seen = seenOf(
      said.find((each) => each.role_name === role.value && each.action === action.value),
    );
    return act(
      "saved",
      () => client.setPermission(context.org.id, role.value, action.value, permission, seen),
      reload,
    );
  };
  return (
    <Form
      class="agents-form"
      onSend={() => save()}
    >
      <SelectField
        label="Role"
        value={role.value}
        options={(roles.value.value ?? []).map(({ name }) => [name, name])}
        onChoose={(chosen) => role.value = chosen}
      />
      <SelectField
        label="Says"
        value={word.value}
        options={Object.entries(WORDS)}
        onChoose={(chosen) => word.value = chosen as Word}
      />
      <SelectField
        label="Action"
        value={action.value}
        options={Object.entries(ACTIONS)}
        onChoose={(chosen) => action.value = chosen}
      />
      <Button type="submit">Save</Button>
    </Form>
  );
}
