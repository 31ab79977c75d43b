// What a cell could have instead: free posts, with what each would break or mend; and swaps that mend something.

import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { shown } from "../../data/query.ts";
import type { PageContext } from "../../page.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { plural } from "../../ui/format.ts";
import { finderOf } from "../../ui/search.ts";
import type { Place as PlaceName } from "../../data/posts.ts";
import { type Lines, type Place, positionAt, setCell } from "./draft.ts";
import type { Candidate, Repair } from "./effects.ts";
import { type Looked, plannerWords, recommend } from "./recommend.ts";
import type { Editor } from "./use_editor.ts";

/** A picker of positions for a cell. */
export function CellDialog({ editor, cell, places, onClose }: {
  editor: Editor;
  cell: Place;
  /** By id of the team. */
  places: ReadonlyMap<string, PlaceName>;
  onClose: () => void;
}) {
  const { effects, lines } = editor;
  const line = lines.value.find(({ id }) => id === cell.line)!;
  const now = positionAt(line, cell.term);
  const text = useSignal("");
  const all = useMemo(() => effects.candidates(lines.value, cell), []);
  const isFound = finderOf(text.value);
  const shown = all.filter(({ position: { name, specialty, team } }) =>
    isFound(name, specialty, places.get(team)?.hospital ?? null)
  );
  const choose = ({ position }: Candidate) => {
    const words = `${line.name}, term ${cell.term}: ${position.name}`;
    if (position.id !== now?.id) {
      editor.step(setCell(lines.value, effects.input.terms, cell, position), words);
    }
    onClose();
  };
  return (
    <Dialog title={`${line.name}, term ${cell.term}`} wide onClose={onClose}>
      <div class="edit-picker stack" onKeyDown={moveInList}>
        <p class="small quiet">
          Now {now?.name ?? "empty"}. Posts that are free come first, and what breaks nothing.
        </p>
        <input
          class="input"
          type="search"
          aria-label="Search positions"
          autoFocus
          placeholder="Search positions, specialties, hospitals…"
          value={text}
          // The dialog is opened to choose: whoever types narrows the list down.
          ref={(input) => void (input && text.peek() === "" && input.focus())}
          onInput={(event) => text.value = event.currentTarget.value}
          onKeyDown={(event) => {
            if (event.key === "Enter" && shown.length > 0) choose(shown[0]);
          }}
        />
        <ul aria-label="Positions">
          {shown.map((candidate) => (
            <li key={candidate.position.id}>
              <Option
                candidate={candidate}
                place={places.get(candidate.position.team)}
                current={candidate.position.id === now?.id}
                onChoose={() => choose(candidate)}
              />
            </li>
          ))}
        </ul>
        {shown.length === 0 && <p class="empty">No position has that in its name.</p>}
      </div>
    </Dialog>
  );
}

/** Arrow keys go through the list, from the search field too. */
function moveInList(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const buttons = [...event.currentTarget.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
  buttons[Math.max(0, Math.min(buttons.length - 1, at + step))]?.focus();
}

function Option({ candidate, place, current, onChoose }: {
  candidate: Candidate;
  place: PlaceName | undefined;
  current: boolean;
  onChoose: () => void;
}) {
  const { position, posts, free, breaks, mends } = candidate;
  const kind = [position.specialty, place?.hospital, position.experience_categories.join(" and ")]
    .filter(Boolean).join(" · ");
  return (
    <button
      type="button"
      class="edit-option"
      aria-current={current ? "true" : undefined}
      onClick={onChoose}
    >
      <span class="grow">
        <strong>{position.name}</strong>
        <span class="small quiet">{kind}</span>
        {breaks.map(({ rule, message }) => (
          <span key={rule} class="small edit-breaks">✕ breaks: {message}</span>
        ))}
        {mends.map(({ rule, message }) => (
          <span key={rule} class="small edit-mends">✓ mends: {message}</span>
        ))}
      </span>
      <span class={`small ${free > 0 ? "quiet" : "edit-breaks"}`}>
        {current ? "now" : `${free > 0 ? free : "none"} of ${plural(posts, "post")} free`}
      </span>
    </button>
  );
}

const NO_WAY =
  "No change of up to three cells does it. The planner looks for the fewest changes over all lines.";

/** The best few ways to mend a line, or to have another position in one of its cells. */
export function RepairDialog({ context, editor, line: id, term, onClose }: {
  context: PageContext;
  editor: Editor;
  line: string;
  /** The cell that is to be another; null: whatever mends the line. */
  term: number | null;
  onClose: () => void;
}) {
  const { effects, lines } = editor;
  const line = lines.value.find((each) => each.id === id)!;
  const repairs = useMemo(() => effects.repairs(lines.value, id, term), []);
  const take = (next: Pick<Repair, "lines" | "words">) => {
    editor.step(next.lines, next.words);
    onClose();
  };
  const planner = usePlanner(context, editor, { line: id, term });
  const unsaved = editor.changes.value.edits.length > 0;
  const ways = withFurther(repairs, planner.ways.value);
  const looked = planner.looked.value;
  const found = planner.ways.value.length, added = ways.length - repairs.length;
  return (
    <Dialog
      title={term === null ? `Mend ${line.name}` : `Another term ${term} for ${line.name}`}
      wide
      onClose={onClose}
    >
      <div class="edit-picker stack">
        <p class="small quiet">The fewest changes first; none breaks a rule of another line.</p>
        <ul aria-label="Ways">
          {ways.map((repair) => (
            <li key={repair.words}>
              <Way repair={repair} onTake={() => take(repair)} />
            </li>
          ))}
        </ul>
        {ways.length === 0 && <p class="empty">{NO_WAY}</p>}
        {looked && <p class="note small" role="status">{plannerWords(looked, found, added)}</p>}
        <div class="row">
          {context.rights.has("allocationPlanner.create") && (
            <Button
              busy={planner.busy.value}
              disabled={unsaved}
              title={unsaved ? "It looks at the lines as they are saved: save first" : undefined}
              onClick={() => planner.ask()}
            >
              Ask the planner
            </Button>
          )}
          <Button onClick={onClose}>Close</Button>
        </div>
      </div>
    </Dialog>
  );
}

/** The ways that are known, and those of further ones that do not come to the same; the fewest changes first. */
function withFurther(ways: readonly Repair[], further: readonly Repair[]): Repair[] {
  const known = new Set(ways.map(({ lines }) => contentOf(lines)));
  return [...ways, ...further.filter(({ lines }) => !known.has(contentOf(lines)))]
    .sort((a, b) => a.cells - b.cells || a.others - b.others);
}

/** What is in the cells: two ways that come to the same are one. */
function contentOf(lines: Lines): string {
  return lines.map(({ rotations }) =>
    rotations.map(({ term, position }) => `${term} ${position.id}`).sort()
  ).join(";");
}

/** The replan engine looks at all lines: whatever the fewest changes are, however many lines they go through. */
function usePlanner(
  context: PageContext,
  editor: Editor,
  at: { line: string; term: number | null },
): {
  ways: ReadonlySignal<readonly Repair[]>;
  looked: ReadonlySignal<Looked | null>;
  busy: ReadonlySignal<boolean>;
  ask(): Promise<void>;
} {
  const ways = useSignal<readonly Repair[]>([]), busy = useSignal(false);
  const looked = useSignal<Looked | null>(null);
  const ask = async () => {
    busy.value = true;
    ways.value = [];
    looked.value = { state: "looking" };
    try {
      await recommend(context, editor, at, (way) => ways.value = [...ways.value, way]);
      looked.value = { state: "done" };
    } catch (error) {
      looked.value = { error: shown(error).message };
    } finally {
      busy.value = false;
    }
  };
  return { ways, looked, busy, ask };
}

/** A way to mend a line, with what it comes to. */
function Way({ repair: { words, cells, others, left }, onTake }: {
  repair: Repair;
  onTake: () => void;
}) {
  return (
    <button type="button" class="edit-option" onClick={onTake}>
      <span class="grow">
        <strong>{words}</strong>
        <span class="small quiet">
          {plural(cells, "cell")} changed
          {others > 0 && `, ${plural(others, "other line")} touched`}
        </span>
      </span>
      <span class={`small ${left === 0 ? "edit-mends" : "edit-breaks"}`}>
        {left === 0 ? "every rule met" : `${plural(left, "rule")} still broken`}
      </span>
    </button>
  );
}
