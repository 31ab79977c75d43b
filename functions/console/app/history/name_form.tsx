// What people call a snapshot or a dry run; a name is found again, a moment is not.

import { useSignal } from "@preact/signals";
import { shown } from "../data/query.ts";
import { type Basis, saveSeen } from "../data/seen.ts";
import type { PageContext } from "../page.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";

/** The name as it was read. */
interface SeenName {
  name: string | null;
}

/** Gives something a name, or takes it away; nothing for who may not. */
export function NameForm({ context, label = "Name", name: given, save }: {
  context: PageContext;
  label?: string;
  name: string | null;
  save: (name: string | null, seen: SeenName) => Promise<void>;
}) {
  const name = useSignal(given ?? "");
  const basis = useSignal<Basis<SeenName>>({ seen: { name: given } });
  const busy = useSignal(false);
  if (!context.rights.has("allocationRun.edit")) return null;
  const submit = async (event: Event) => {
    event.preventDefault();
    busy.value = true;
    try {
      await saveSeen(basis.value, (seen) => save(name.value.trim() || null, seen!));
      context.linesChanged();
    } catch (error) {
      context.notify({ tone: "danger", title: "Not named", message: shown(error).message });
    } finally {
      busy.value = false;
    }
  };
  return (
    <form class="row off-paper" onSubmit={(event) => void submit(event)}>
      <TextField label={label} value={name} onText={(text) => name.value = text} />
      <Button
        compact
        type="submit"
        busy={busy.value}
        disabled={name.value.trim() === (given ?? "")}
      >
        Save the name
      </Button>
    </form>
  );
}
