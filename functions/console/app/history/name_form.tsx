// What people call a snapshot or a dry run; a name is found again, a moment is not.

import { failure } from "../ui/attempt.ts";
import { useSignal } from "@preact/signals";
import { type Basis, saveSeen } from "../data/seen.ts";
import type { PageContext } from "../page.ts";
import { Button } from "../ui/button.tsx";
import { Form } from "../ui/form.tsx";
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
  if (!context.rights.has("allocationRun.edit")) return null;
  const submit = async () => {
    try {
      await saveSeen(basis.value, (seen) => save(name.value.trim() || null, seen!));
      context.linesChanged();
    } catch (error) {
      context.notify(failure(error, "Not named"));
    }
  };
  return (
    <Form class="row off-paper" onSend={submit}>
      <TextField label={label} value={name} onText={(text) => name.value = text} />
      <Button
        compact
        type="submit"
        disabled={name.value.trim() === (given ?? "")}
      >
        Save the name
      </Button>
    </Form>
  );
}
