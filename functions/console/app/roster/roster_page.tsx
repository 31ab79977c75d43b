// The roster: the job lines of an allocation run over the weeks of the year, filtered, sorted, pinned, explained.

import { batch, type Signal, useSignal, useSignalEffect } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import { useLoad } from "../data/load.ts";
import { readPlaces } from "../data/posts.ts";
import type { PageContext, PageProps } from "../page.ts";
import { hashOf } from "../router.ts";
import { Loaded } from "../ui/loaded.tsx";
import type { Stop } from "./grid_keys.ts";
import { LineDetail } from "./line_detail.tsx";
import { type Pins, usePins } from "./pins.ts";
import { buildRoster, type Roster } from "./roster.ts";
import { focusStop, RosterGrid } from "./roster_grid.tsx";
import { RosterToolbar } from "./roster_toolbar.tsx";
import { readSelection, type Selection, selectRows, writeSelection } from "./selection.ts";

/** How long the filter rests before it is written to the address, in ms. */
const REST = 400;

/** The panel with a line's detail, where it is open; `focus` is the line that the keyboard opened it for. */
type Opened = { focus: string | null } | null;

/** See `page.ts` for what it receives. */
export function RosterPage({ context }: PageProps) {
  const { supabase, planner, org, allocationRun } = context;
  const roster = useLoad(async () => {
    const [lines, places] = await Promise.all([
      planner.lines(allocationRun.id),
      readPlaces(supabase, org.id),
    ]);
    const { starts_on: startsOn, term_weeks: termWeeks } = allocationRun;
    return buildRoster({ startsOn, termWeeks, lines, places });
  }, [context.linesVersion.value]);
  return (
    <div class="page roster-page">
      <Loaded load={roster} what="the roster">
        {(value) =>
          value.rows.length > 0
            ? <RosterView context={context} roster={value} />
            : <NoLines context={context} />}
      </Loaded>
    </div>
  );
}

/** Says that there are no lines, and where they come from. */
export function NoLines({ context: { allocationRun } }: PageProps) {
  return (
    <>
      <h1>Roster</h1>
      <p class="card empty">
        {allocationRun.name} has no job lines yet.{" "}
        <a href={hashOf("generate", allocationRun.id)}>Generate them</a>, and they appear here.
      </p>
    </>
  );
}

/** What is filtered and sorted by; kept in the address once it rests. */
function useSelection({ params, setParams }: PageContext): Signal<Selection> {
  const selection = useSignal(useMemo(() => readSelection(params), []));
  const address = useRef("");
  address.current = params.toString();
  useSignalEffect(() => {
    const wanted = writeSelection(selection.value);
    const timer = setTimeout(() => {
      if (wanted.toString() !== address.current) setParams(wanted);
    }, REST);
    return () => clearTimeout(timer);
  });
  return selection;
}

function RosterView({ context, roster }: { context: PageContext; roster: Roster }) {
  const selection = useSelection(context);
  const stop = useSignal<Stop | null>(null);
  const detail = useSignal<Opened>(null);
  const pins = usePins(context);
  const rows = useMemo(() => selectRows(roster, selection.value), [roster, selection.value]);

  // Drawn again when its lines change, and not when the panel or the address does.
  const grid = useMemo(() => {
    const open = (to: Stop, focus: boolean) =>
      batch(() => {
        stop.value = to;
        detail.value = { focus: focus ? to.line : null };
      });
    const parts = { roster, rows, selection, stop, pins };
    return <RosterGrid {...parts} onOpen={open} />;
  }, [roster, rows]);
  const close = () => {
    detail.value = null;
    focusStop(stop.value);
  };
  return (
    <>
      <RosterToolbar roster={roster} rows={rows} selection={selection} pins={pins} />
      <div
        class={`roster-desk ${detail.value ? "with-detail" : ""}`}
        onKeyDown={(event) => {
          if (event.key === "Escape" && detail.value) close();
        }}
      >
        {grid}
        {detail.value && (
          <DetailOf
            context={context}
            roster={roster}
            stop={stop}
            focus={detail.value.focus}
            pins={pins}
            onClose={close}
          />
        )}
      </div>
    </>
  );
}

/** The panel beside the grid follows the grid's focus from line to line. */
function DetailOf({ roster, stop, focus, ...rest }: {
  context: PageContext;
  roster: Roster;
  stop: Signal<Stop | null>;
  focus: string | null;
  pins: Pins;
  onClose: () => void;
}) {
  const row = roster.rows.find(({ id }) => id === stop.value?.line);
  if (row) return <LineDetail key={row.id} row={row} focus={row.id === focus} {...rest} />;
  return <p class="roster-detail card empty">This line was replaced. Choose another one.</p>;
}
