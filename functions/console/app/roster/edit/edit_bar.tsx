// What the edit comes to, and what can be done with it.

import { failure } from "../../ui/attempt.ts";
import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { PageContext } from "../../page.ts";
import { Button } from "../../ui/button.tsx";
import { plural } from "../../ui/format.ts";
import { addLine, isNew, positionAt } from "./draft.ts";
import { mendAll } from "./mend_all.ts";
import type { Editor } from "./use_editor.ts";

/** What the bar works on. */
export interface EditBarProps {
  context: PageContext;
  editor: Editor;
  newId: () => string;
  onSave: () => void;
  onLeave: () => void;
}

/** See above. */
export function EditBar(props: EditBarProps) {
  const { context, editor } = props;
  const mending = useMending(context, editor);
  const full = overfullOf(editor);
  return (
    <section class="edit-bar card" aria-label="Edit">
      <div class="row">
        <p class="grow" role="status">
          {mending.words.value ?? `${wordsOf(editor)}.`}
          <span class="on-paper">Printed while it was edited; what is not saved is on it.</span>
          {full && <span class="edit-breaks">{full}</span>}
        </p>
        <Deeds {...props} mending={mending} isFull={full !== null} />
      </div>
      <p class="small quiet edit-help off-paper">
        Enter changes a cell; X marks one and swaps it with the next, Shift+X the rest of the year;
        or drag a cell onto another, with Shift for the rest of the year.
      </p>
      <Said editor={editor} />
    </section>
  );
}

/** The edit in one sentence. */
function wordsOf(editor: Editor): string {
  const { edits, cells, ids } = editor.changes.value;
  if (edits.length === 0) return "Nothing is changed yet";
  const fresh = ids.filter(isNew).length, asks = editor.asks.value.length;
  return [
    `${plural(cells, "cell")} in ${plural(edits.length, "line")} changed`,
    fresh > 0 ? `${plural(fresh, "line")} new` : "",
    asks > 0 ? `breaks ${plural(asks, "rule")}` : "breaks no rule",
  ].filter(Boolean).join(", ");
}

/** Lines that break a rule for which no reason is given. */
function brokenIn({ lines, effects }: Editor): number {
  return lines.value.filter((line) =>
    effects.broken(line).some(({ rule }) => !line.overrides.some((each) => each.rule === rule))
  ).length;
}

interface Mending {
  /** How far it is; null: nothing is asked. */
  words: ReadonlySignal<string | null>;
  start(): Promise<void>;
}

/** Every broken line mended at once, by the planner. */
function useMending(context: PageContext, editor: Editor): Mending {
  const words = useSignal<string | null>(null);
  const start = async () => {
    words.value = "Asking the planner…";
    try {
      const next = await mendAll(context, editor, (text) => words.value = text);
      if (next) editor.step(next.lines, next.words);
    } catch (error) {
      context.notify(failure(error, "Not mended"));
    } finally {
      words.value = null;
    }
  };
  return { words, start };
}

/** A step back or forth. @param what of the step that would be taken; null: there is none */
function StepButton({ label, what, busy, onClick }: {
  label: string;
  what: string | null;
  busy: boolean;
  onClick: () => void;
}) {
  return (
    <Button
      compact
      disabled={what === null}
      busy={busy}
      title={what ? `${label}: ${what}` : `Nothing to ${label.toLowerCase()}`}
      onClick={onClick}
    >
      {label}
    </Button>
  );
}

function Deeds(
  { context, editor, newId, onSave, onLeave, mending, isFull }: EditBarProps & {
    mending: Mending;
    isFull: boolean;
  },
) {
  const isChanged = editor.changes.value.edits.length > 0;
  const busy = editor.busy.value, broken = brokenIn(editor);
  return (
    <>
      <StepButton label="Undo" what={editor.undoes.value} busy={busy} onClick={editor.undo} />
      <StepButton label="Redo" what={editor.redoes.value} busy={busy} onClick={editor.redo} />
      <Button
        compact
        onClick={() =>
          editor.step(
            addLine(editor.lines.value, newId(), context.allocationRun.id),
            "a line added",
          )}
      >
        Add a line
      </Button>
      {broken > 0 && !isChanged && (
        <Button
          compact
          busy={mending.words.value !== null}
          title="The planner looks for the fewest changes after which every line is legal"
          onClick={() => mending.start()}
        >
          Mend all ({broken})
        </Button>
      )}
      {isChanged && <Button compact onClick={editor.discard}>Discard</Button>}
      <Button compact kind="primary" disabled={!isChanged || isFull} busy={busy} onClick={onSave}>
        Save{editor.asks.value.length > 0 ? "…" : ""}
      </Button>
      <Button compact onClick={onLeave}>Done</Button>
    </>
  );
}

/** What others did meanwhile, and why nothing was saved. */
function Said({ editor }: { editor: Editor }) {
  const refusal = editor.refusal.value;
  return (
    <>
      {editor.met.value.length > 0 && (
        <div class="note warn row" role="alert">
          <ul class="grow">{editor.met.value.map((text) => <li key={text}>{text}</li>)}</ul>
          <Button compact onClick={editor.forget}>Seen</Button>
        </div>
      )}
      {refusal && (
        <div class="note danger" role="alert">
          <p>Nothing was saved. {refusal.message}</p>
          <ul>
            {refusal.errors.filter(({ message }) => message !== refusal.message).map((error) => (
              <li key={error.path + error.message}>{error.message}</li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}

/** Posts that the edit would take and that there are not: no reason helps. */
function overfullOf({ effects, lines, base, changes }: Editor): string | null {
  const was = new Map(base.value.map((line) => [line.id, line]));
  const changed = new Set(changes.value.ids);
  for (const line of lines.value.filter(({ id }) => changed.has(id))) {
    for (const { term, position } of line.rotations) {
      const before = was.get(line.id);
      if (before && positionAt(before, term)?.id === position.id) continue;
      if (!effects.isOverfull(lines.value, term, position.id)) continue;
      const posts = effects.posts(term, position.id);
      return ` ${line.name}, term ${term}: ${position.name} has ${
        posts === 0 ? "no post" : plural(posts, "post")
      }, and all are taken.`;
    }
  }
  return null;
}
