// An edit of the roster as state: lines as they would be, steps back and forth, saving, and taking saves back.

import { batch, type ReadonlySignal, type Signal, useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { EditRequest, Losses, Position } from "../../../../../shared/client/mod.ts";
import { useLoad } from "../../data/load.ts";
import { deviceShelf } from "../../data/shelf.ts";
import type { PageContext } from "../../page.ts";
import { plural } from "../../ui/format.ts";
import type { LineFault } from "../roster.ts";
import {
  applyChanges,
  type Changes,
  changesOf,
  type Lines,
  type SavedEdit,
  undoable,
} from "./draft.ts";
import type { Effects } from "./effects.ts";
import { Steps } from "./steps.ts";
import { type Refusal, type Saving, useSaving } from "./use_saving.ts";

/** A rule that an edit breaks, for which a reason is needed. */
export interface Ask extends LineFault {
  /** Index of the edit. */
  line: number;
  name: string;
}

/** The editor's state. */
export interface Editor {
  effects: Effects;
  /** Lines as they are saved, and as they would be. */
  base: ReadonlySignal<Lines>;
  lines: ReadonlySignal<Lines>;
  changes: ReadonlySignal<Changes>;
  /** Rules that the edit breaks and that no reason is known for. */
  asks: ReadonlySignal<Ask[]>;
  busy: ReadonlySignal<boolean>;
  refusal: ReadonlySignal<Refusal | null>;
  /** What somebody else did to cells that are being edited. */
  met: ReadonlySignal<readonly string[]>;
  /** What hangs on lines that the edit changes: a yes is asked for. */
  losses: ReadonlySignal<Losses | null>;
  /** What the next step back or forth is, in words; null: there is none. */
  undoes: ReadonlySignal<string | null>;
  redoes: ReadonlySignal<string | null>;
  /** Takes a step: `words` say what it did. */
  step(lines: Lines, words: string): void;
  undo(): void;
  redo(): void;
  discard(): void;
  /** @param reasons by `line rule` of what is asked */
  save(reasons?: ReadonlyMap<string, string>): Promise<boolean>;
  answerLosses(yes: boolean): void;
  forget(): void;
}

const STORE = "receptor.roster_edit";

/** The editor of the page's allocation run. @param saved the lines as they were read last */
export function useEditor(context: PageContext, saved: Lines, effects: Effects): Editor {
  const base = useSignal(saved);
  const steps = useMemo(() => new Steps(saved), []);
  const met = useSignal<readonly string[]>([]);
  const changes = useComputed(() => changesOf(base.value, steps.lines.value));
  const asks = useComputed(() => asksOf(effects, base.value, steps.lines.value, changes.value));
  const saving = useSaving(context);
  const { refusal } = saving;
  useKept(context, { saved, base, steps, met, changes, effects, refusal });
  const earlier = useEarlier(context, changes, saving);
  const forget = () => {
    met.value = [];
    refusal.value = null;
  };
  /** Back to the lines that are saved, or on to those that were. */
  const settle = (lines: Lines) =>
    batch(() => {
      steps.restart(lines);
      base.value = lines;
      forget();
    });
  const editor: Editor = {
    effects,
    base,
    lines: steps.lines,
    changes,
    asks,
    busy: saving.busy,
    refusal,
    met,
    losses: saving.losses,
    undoes: useComputed(() => steps.undoes ?? earlier.undo.value?.words ?? null),
    redoes: useComputed(() => steps.redoes ?? earlier.redo.value?.words ?? null),
    step(lines, words) {
      if (lines === steps.lines.value) return;
      steps.take(lines, words);
      refusal.value = null;
    },
    undo: () => void (steps.back() || earlier.undo.value?.travel()),
    redo: () => void (steps.forth() || earlier.redo.value?.travel()),
    discard: () => settle(base.value),
    save: (reasons = new Map()) =>
      saving.run(async (acceptLosses) => {
        const { edits, cells } = changes.value;
        await write(context, { edits, asks: asks.value, reasons, acceptLosses });
        settle(steps.lines.value);
        context.notify({
          tone: "ok",
          title: "Saved",
          message: `${plural(cells, "cell")} in ${plural(edits.length, "line")}. ` +
            "Undo takes it back, also later.",
        });
        context.linesChanged();
      }),
    answerLosses: saving.answerLosses,
    forget,
  };
  return useMemo(() => editor, [effects]);
}

/** Writes an edit; how long it took stands among the browser's measures. */
async function write(
  { planner, allocationRun }: PageContext,
  { edits, asks, reasons, acceptLosses }: {
    edits: EditRequest["lines"];
    asks: readonly Ask[];
    reasons: ReadonlyMap<string, string>;
    acceptLosses: boolean;
  },
): Promise<void> {
  performance.mark("roster-save");
  await planner.editLines({
    allocationRun: allocationRun.id,
    lines: edits,
    acceptLosses,
    overrides: asks.map(({ line, rule }) => ({
      line,
      rule,
      reason: reasons.get(`${line} ${rule}`) ?? "",
    })),
  });
  performance.measure("roster-saved", "roster-save");
}

/** Lines that were read anew take the changes over; so does a page that was loaded anew. */
function useKept(
  { userId, allocationRun, notify }: PageContext,
  { saved, base, steps, met, changes, effects, refusal }: {
    saved: Lines;
    base: Signal<Lines>;
    steps: Steps;
    met: Signal<readonly string[]>;
    changes: ReadonlySignal<Changes>;
    effects: Effects;
    refusal: Saving["refusal"];
  },
): void {
  const store = `${STORE}.${userId}.${allocationRun.id}`;
  const positions = useMemo(
    () => new Map<string, Position>(effects.input.positions.map((each) => [each.id, each])),
    [effects],
  );
  useEffect(() => {
    const isFirst = base.value === saved;
    const own = isFirst ? stored(store) : changes.value;
    const around = { ...effects.input, positions, allocationRun: allocationRun.id };
    batch(() => {
      const applied = applyChanges(saved, own, around);
      const lines = own.edits.length > 0 ? applied.lines : saved;
      if (own.edits.length === 0 || !isFirst) steps.restart(lines);
      else steps.put(lines);
      base.value = saved;
      if (applied.met.length > 0) met.value = applied.met;
    });
    // An answer got lost, and what was asked a second time met what the first had written.
    if (own.edits.length > 0 && changes.value.edits.length === 0 && refusal.value?.conflict) {
      refusal.value = null;
      notify({ tone: "ok", title: "Saved", message: "The lines are as you left them." });
    }
  }, [saved]);
  useEffect(() =>
    changes.subscribe((now) => {
      if (now.edits.length > 0) deviceShelf.setItem(store, JSON.stringify(now));
      else deviceShelf.removeItem(store);
    }), []);
}

/** A save that can be taken back, or done again, while nothing is changed. */
interface Travel {
  words: string;
  travel(): void;
}

/** Saves of this and earlier visits, as steps back and forth. */
function useEarlier(context: PageContext, changes: ReadonlySignal<Changes>, saving: Saving): {
  undo: ReadonlySignal<Travel | null>;
  redo: ReadonlySignal<Travel | null>;
} {
  const { planner, allocationRun } = context;
  const history = useLoad(() => planner.history(allocationRun.id), [context.linesVersion.value]);
  const known = useComputed(() => undoable(history.value.value ?? []));
  const step = (edit: SavedEdit | null, what: string, title: string): Travel | null =>
    edit && changes.value.edits.length === 0
      ? {
        words: `${what}, ${plural(edit.cells, "cell")}`,
        travel: () =>
          void saving.run(async (acceptLosses) => {
            const { cells } = await planner.undoEdit(edit.id, { acceptLosses });
            context.notify({ tone: "ok", title, message: `${plural(cells, "cell")} changed.` });
            context.linesChanged();
          }),
      }
      : null;
  return {
    undo: useComputed(() => step(known.value.undo, "the last save", "Edit taken back")),
    redo: useComputed(() =>
      step(known.value.redo, "the save that was taken back", "Edit done again")
    ),
  };
}

/** Changes of an earlier visit that were not saved. */
function stored(key: string): Changes {
  const none: Changes = { edits: [], ids: [], cells: 0 };
  try {
    const value = JSON.parse(deviceShelf.getItem(key) ?? "null");
    return Array.isArray(value?.edits) && Array.isArray(value?.ids) ? value : none;
  } catch {
    return none;
  }
}

/** What the lines of an edit break that they did not break before, without a reason that is known. */
function asksOf(effects: Effects, base: Lines, now: Lines, { edits, ids }: Changes): Ask[] {
  return edits.flatMap((edit, line): Ask[] => {
    const is = now.find(({ id }) => id === ids[line]);
    if (edit.archive || !is) return [];
    const was = base.find(({ id }) => id === ids[line]);
    const had = new Set(was ? effects.broken(was).map(({ rule }) => rule) : []);
    return effects.broken(is)
      .filter(({ rule }) => !had.has(rule) && !is.overrides.some((each) => each.rule === rule))
      .map((fault) => ({ ...fault, line, name: is.name }));
  });
}
