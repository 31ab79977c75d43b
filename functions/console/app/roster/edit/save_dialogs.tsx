// What is asked before an edit is saved: reasons for rules that it breaks, and a yes to what hangs on its lines.

import { useSignal } from "@preact/signals";
import type { Losses } from "../../../../../shared/client/mod.ts";
import { wordsOfLosses } from "../../runs/losses.ts";
import { Button } from "../../ui/button.tsx";
import { Form } from "../../ui/form.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { plural } from "../../ui/format.ts";
import type { Ask, Editor } from "./use_editor.ts";

const keyOf = ({ line, rule }: Ask) => `${line} ${rule}`;

/** Asks for a reason for each rule that is broken; it stays with the line. */
export function ReasonsDialog({ editor, onClose }: { editor: Editor; onClose: () => void }) {
  const asks = editor.asks.value;
  const reasons = useSignal<ReadonlyMap<string, string>>(new Map());
  const tried = useSignal(false);
  const missing = asks.filter((ask) => !reasons.value.get(keyOf(ask))?.trim());
  const save = async () => {
    tried.value = true;
    if (missing.length > 0) return;
    onClose();
    await editor.save(reasons.value);
  };
  return (
    <Dialog title={`Break ${plural(asks.length, "rule")}?`} wide onClose={onClose}>
      <Form class="stack" onSend={save}>
        <p>
          Give a reason for each. It stays with the line, and stands in the roster and in exports.
        </p>
        {asks.map((ask) => (
          <TextField
            key={keyOf(ask)}
            label={`${ask.name}: ${ask.message}`}
            value={reasons.value.get(keyOf(ask)) ?? ""}
            error={tried.value && missing.includes(ask) ? "A reason is needed." : null}
            onText={(text) => reasons.value = new Map(reasons.value).set(keyOf(ask), text)}
          />
        ))}
        {asks.length > 1 && (
          <Button
            compact
            kind="plain"
            onClick={() => {
              const first = reasons.value.get(keyOf(asks[0])) ?? "";
              reasons.value = new Map(asks.map((ask) => [keyOf(ask), first]));
            }}
          >
            The first reason for all
          </Button>
        )}
        <div class="row">
          <span class="grow" />
          <Button onClick={onClose}>Go on editing</Button>
          <Button kind="primary" type="submit">Save</Button>
        </div>
      </Form>
    </Dialog>
  );
}

/** Asks for a yes to changing lines that doctors ranked or were given. */
export function LossesDialog({ losses, onAnswer }: {
  losses: Losses;
  onAnswer: (yes: boolean) => void;
}) {
  return (
    <Dialog
      title="Change these lines?"
      onClose={() => onAnswer(false)}
      actions={
        <>
          <Button onClick={() => onAnswer(false)}>Cancel</Button>
          <Button kind="danger" onClick={() => onAnswer(true)}>Save all the same</Button>
        </>
      }
    >
      <p>Something hangs on lines that change:</p>
      <ul>{wordsOfLosses(losses).map((words) => <li key={words}>{words}</li>)}</ul>
      <p>
        All of it stays with the lines, though they are others then. A match says that its lines
        changed.
      </p>
    </Dialog>
  );
}
