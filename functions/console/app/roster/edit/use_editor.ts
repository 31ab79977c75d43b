// An edit of the roster as state: lines as they would be, steps back and forth, saving, and taking saves back.

import { batch, type ReadonlySignal, useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type {
  EditRequest,
  Losses,
  Position,
  ReceptorError,
} from "../../../../../shared/client/mod.ts";
import { useLoad } from "../../data/load.ts";
import { shown } from "../../data/query.ts";
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

/** A rule that an edit breaks, for which a reason is needed. */
export interface Ask extends LineFault {
  /** Index of the edit. */
  line: number;
  name: string;
}

/** What stands between the edit and the database. */
export interface Refusal {
  message: string;
  errors: { path: string; message: string }[];
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
  save(
    options?: { reasons?: ReadonlyMap<string, string>; acceptLosses?: boolean },
  ): Promise<boolean>;
  answerLosses(yes: boolean): void;
  forget(): void;
}

interface Step {
  lines: Lines;
  words: string;
}

const STORE = "receptor.roster_edit";

/** The editor of the page's allocation run. @param saved the lines as they were read last */
export function useEditor(context: PageContext, saved: Lines, effects: Effects): Editor {
  const { planner, allocationRun, userId } = context;
  const store = `${STORE}.${userId}.${allocationRun.id}`;
  const base = useSignal(saved);
  const lines = useSignal(saved);
  const past = useSignal<readonly Step[]>([]);
  const future = useSignal<readonly Step[]>([]);
  const busy = useSignal(false);
  const refusal = useSignal<Refusal | null>(null);
  const met = useSignal<readonly string[]>([]);
  const losses = useSignal<Losses | null>(null);
  const retry = useSignal<(() => void) | null>(null);
  const changes = useComputed(() => changesOf(base.value, lines.value));
  const history = useLoad(() => planner.history(allocationRun.id), [context.linesVersion.value]);
  const savedSteps = useComputed(() => undoable(history.value.value ?? []));
  const asks = useComputed(() => asksOf(effects, base.value, lines.value, changes.value));
  const positions = useMemo(
    () => new Map<string, Position>(effects.input.positions.map((each) => [each.id, each])),
    [effects],
  );
  const around = { ...effects.input, positions, allocationRun: allocationRun.id };

  // Lines that were read anew take the changes over; so does a page that was loaded anew.
  useEffect(() => {
    const own = base.value === saved ? stored(store) : changes.value;
    batch(() => {
      const applied = applyChanges(saved, own, around);
      if (own.edits.length === 0 || base.value !== saved) past.value = future.value = [];
      base.value = saved;
      lines.value = own.edits.length > 0 ? applied.lines : saved;
      if (applied.met.length > 0) met.value = applied.met;
    });
  }, [saved]);
  useEffect(() =>
    changes.subscribe((now) => {
      if (now.edits.length > 0) localStorage.setItem(store, JSON.stringify(now));
      else localStorage.removeItem(store);
    }), []);

  const step = (next: Lines, words: string) => {
    if (next === lines.value) return;
    batch(() => {
      past.value = [...past.value, { lines: lines.value, words }];
      future.value = [];
      lines.value = next;
      refusal.value = null;
    });
  };

  const failed = (error: ReceptorError, again: () => void): false => {
    if (error.code === "WOULD_LOSE" && error.losses) {
      retry.value = again;
      losses.value = error.losses;
      return false;
    }
    refusal.value = { message: error.message, errors: error.errors ?? [] };
    if (error.code === "EDIT_CONFLICT") context.linesChanged();
    return false;
  };

  const travel = async (edit: SavedEdit, title: string, acceptLosses = false) => {
    busy.value = true;
    try {
      const { cells } = await planner.undoEdit(edit.id, { acceptLosses });
      context.notify({ tone: "ok", title, message: `${plural(cells, "cell")} changed.` });
      context.linesChanged();
    } catch (error) {
      failed(shown(error), () => void travel(edit, title, true));
    } finally {
      busy.value = false;
    }
  };

  const editor: Editor = {
    effects,
    base,
    lines,
    changes,
    asks,
    busy,
    refusal,
    met,
    losses,
    step,
    undoes: useComputed(() => {
      const last = past.value.at(-1);
      if (last) return last.words;
      const { undo } = savedSteps.value;
      return undo && changes.value.edits.length === 0
        ? `the last save, ${plural(undo.cells, "cell")}`
        : null;
    }),
    redoes: useComputed(() => {
      const next = future.value.at(-1);
      if (next) return next.words;
      const { redo } = savedSteps.value;
      return redo && changes.value.edits.length === 0
        ? `the save that was taken back, ${plural(redo.cells, "cell")}`
        : null;
    }),
    undo() {
      const last = past.value.at(-1);
      if (!last) {
        const { undo } = savedSteps.value;
        if (undo && changes.value.edits.length === 0) void travel(undo, "Edit taken back");
        return;
      }
      batch(() => {
        future.value = [...future.value, { lines: lines.value, words: last.words }];
        past.value = past.value.slice(0, -1);
        lines.value = last.lines;
      });
    },
    redo() {
      const next = future.value.at(-1);
      if (!next) {
        const { redo } = savedSteps.value;
        if (redo && changes.value.edits.length === 0) void travel(redo, "Edit done again");
        return;
      }
      batch(() => {
        past.value = [...past.value, { lines: lines.value, words: next.words }];
        future.value = future.value.slice(0, -1);
        lines.value = next.lines;
      });
    },
    discard() {
      batch(() => {
        past.value = future.value = [];
        lines.value = base.value;
        refusal.value = null;
        met.value = [];
      });
    },
    async save({ reasons = new Map(), acceptLosses = false } = {}) {
      const { edits, cells } = changes.value;
      const request: EditRequest = {
        allocationRun: allocationRun.id,
        lines: edits,
        acceptLosses,
        overrides: asks.value.map(({ line, rule }) => ({
          line,
          rule,
          reason: reasons.get(`${line} ${rule}`) ?? "",
        })),
      };
      busy.value = true;
      try {
        performance.mark("roster-save");
        await planner.editLines(request);
        performance.measure("roster-saved", "roster-save");
        batch(() => {
          past.value = future.value = [];
          base.value = lines.value;
          refusal.value = null;
          met.value = [];
        });
        context.notify({
          tone: "ok",
          title: "Saved",
          message: `${plural(cells, "cell")} in ${plural(edits.length, "line")}. ` +
            "Undo takes it back, also later.",
        });
        context.linesChanged();
        return true;
      } catch (error) {
        return failed(
          shown(error),
          () => void editor.save({ reasons, acceptLosses: true }),
        );
      } finally {
        busy.value = false;
      }
    },
    answerLosses(yes) {
      const again = retry.value;
      losses.value = retry.value = null;
      if (yes) again?.();
    },
    forget() {
      met.value = [];
      refusal.value = null;
    },
  };
  return useMemo(() => editor, [effects]);
}

/** Changes of an earlier visit that were not saved. */
function stored(key: string): Changes {
  const none: Changes = { edits: [], ids: [], cells: 0 };
  try {
    const value = JSON.parse(localStorage.getItem(key) ?? "null");
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
