// The roster as the edit would have it.

import { useMemo, useRef } from "preact/hooks";
import type { JobLine, LineDoctor } from "../../../../../shared/client/mod.ts";
import type { Place as PlaceName } from "../../data/posts.ts";
import type { PageContext } from "../../page.ts";
import { buildRoster, type KnownRows, type Look, type Roster } from "../roster.ts";
import { positionAt } from "./draft.ts";
import type { Effects } from "./effects.ts";
import type { Editor } from "./use_editor.ts";

/** The lines as they would be, with what is wrong with each. */
export function useEditedRoster(
  context: PageContext,
  editor: Editor,
  places: ReadonlyMap<string, PlaceName>,
  doctors: readonly LineDoctor[],
): Roster {
  const { effects } = editor;
  const rows = useRef<KnownRows>(new Map());
  const lines = editor.lines.value, base = editor.base.value;
  return useMemo(() => {
    const was = new Map(base.map((line) => [line.id, line]));
    const look = (line: JobLine): Look => {
      const before = was.get(line.id);
      const terms = effects.input.terms.map(({ term }) => term);
      return {
        edited: before === line
          ? []
          : terms.filter((term) =>
            (before && positionAt(before, term)?.id) !== positionAt(line, term)?.id
          ),
        broken: effects.broken(line),
        overfull: terms.filter((term) => {
          const position = positionAt(line, term);
          return position !== null && effects.isOverfull(lines, term, position.id);
        }),
      };
    };
    const { starts_on: startsOn, term_weeks: termWeeks } = context.allocationRun;
    const rated = lines.map((line) => was.get(line.id) === line ? line : rate(effects, line));
    return buildRoster({
      startsOn,
      termWeeks,
      lines: rated,
      places,
      doctors,
      look,
      known: rows.current,
    });
  }, [lines, base, effects, doctors]);
}

const rated = new WeakMap<JobLine, JobLine>();

/** A line that was changed, with the affinity that it has now; the same object for the same line. */
function rate(effects: Effects, line: JobLine): JobLine {
  const before = rated.get(line);
  if (before) return before;
  const made = { ...line, affinity: effects.affinity(line) };
  rated.set(line, made);
  return made;
}
