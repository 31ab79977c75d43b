// The roster: the job lines of an allocation run over the weeks of the year, filtered, sorted, pinned, explained.

import { batch, type Signal, useSignal, useSignalEffect } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import type { JobLine, LineDoctor } from "../../../../shared/client/mod.ts";
import { toldApart } from "../data/doctor_names.ts";
import { useLoad } from "../data/load.ts";
import { type Place, readPlaces } from "../data/posts.ts";
import type { PageContext, PageProps } from "../page.ts";
import { hashOf } from "../router.ts";
import { Button } from "../ui/button.tsx";
import { Loaded } from "../ui/loaded.tsx";
import type { Stop } from "./grid_keys.ts";
import { LineDetail } from "./line_detail.tsx";
import { type Pins, usePins } from "./pins.ts";
import { buildRoster, byDoctor, type Roster } from "./roster.ts";
import { focusStop, RosterGrid } from "./roster_grid.tsx";
import { RosterToolbar } from "./roster_toolbar.tsx";
import { readSelection, type Selection, selectRows, writeSelection } from "./selection.ts";

/** How long the filter rests before it is written to the address, in ms. */
const REST = 400;

/** The panel with a line's detail, where it is open; `focus` is the line that the keyboard opened it for. */
type Opened = { focus: string | null } | null;

/** See `page.ts` for what it receives. */
export function RosterPage({ context }: PageProps) {
  const { supabase, planner, allocator, org, allocationRun } = context;
  const editing = useSignal(false);
  const roster = useLoad(async () => {
    const [lines, places, doctors] = await Promise.all([
      planner.lines(allocationRun.id),
      readPlaces(supabase, org.id),
      allocator.lineDoctors(allocationRun.id).then((all) => toldApart(supabase, all)),
    ]);
    const { starts_on: startsOn, term_weeks: termWeeks } = allocationRun;
    const roster = buildRoster({ startsOn, termWeeks, lines, places, doctors });
    return { lines, places, doctors, roster };
  }, [context.linesVersion.value]);
  return (
    <div class="page roster-page">
      <Loaded load={roster} what="the roster">
        {(read) =>
          editing.value
            ? <Editing context={context} {...read} onLeave={() => editing.value = false} />
            : read.roster.rows.length > 0
            ? (
              <RosterView
                context={context}
                roster={read.roster}
                doctors={read.doctors}
                onEdit={() => editing.value = true}
              />
            )
            : <NoLines context={context} onEdit={() => editing.value = true} />}
      </Loaded>
    </div>
  );
}

/** The editor's script comes when somebody edits: the rules are no small thing to send. */
function Editing({ context, lines, places, doctors, onLeave }: {
  context: PageContext;
  lines: readonly JobLine[];
  places: ReadonlyMap<string, Place>;
  doctors: readonly LineDoctor[];
  onLeave: () => void;
}) {
  const selection = useSelection(context);
  const pins = usePins(context);
  const script = useLoad(async () => (await import("./edit/edit_view.tsx")).EditView, []);
  return (
    <Loaded load={script} what="the editor">
      {(EditView) => (
        <EditView
          context={context}
          lines={lines}
          places={places}
          doctors={doctors}
          selection={selection}
          pins={pins}
          onLeave={onLeave}
        />
      )}
    </Loaded>
  );
}

/** Says that there are no lines, and where they come from. */
export function NoLines({ context: { allocationRun, rights }, onEdit }: PageProps & {
  onEdit: () => void;
}) {
  return (
    <>
      <h1>Roster</h1>
      <p class="card empty">
        {allocationRun.name} has no job lines yet.{" "}
        <a href={hashOf("generate", allocationRun.id)}>Generate them</a>, and they appear here.
        {rights.has("allocationRun.edit") && (
          <>
            {" Or "}
            <Button compact onClick={onEdit}>make them by hand</Button>
          </>
        )}
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

function RosterView({ context, roster: byLine, doctors, onEdit }: {
  context: PageContext;
  roster: Roster;
  doctors: readonly LineDoctor[];
  onEdit: () => void;
}) {
  const selection = useSelection(context);
  const stop = useSignal<Stop | null>(null);
  const detail = useSignal<Opened>(null);
  const pins = usePins(context);
  const by = doctors.length > 0 ? selection.value.by : "line";
  const roster = useMemo(() => by === "doctor" ? byDoctor(byLine) : byLine, [by, byLine]);
  const rows = useMemo(() => selectRows(roster, selection.value), [roster, selection.value]);

  // Drawn again when its lines change, and not when the panel or the address does.
  const grid = useMemo(() => {
    const open = (to: Stop, focus: boolean) =>
      batch(() => {
        stop.value = to;
        detail.value = { focus: focus ? to.line : null };
      });
    const parts = { roster, rows, selection, stop, pins, by };
    return <RosterGrid {...parts} onOpen={open} />;
  }, [roster, rows]);
  const close = () => {
    detail.value = null;
    focusStop(stop.value);
  };
  return (
    <>
      <RosterToolbar
        roster={roster}
        rows={rows}
        selection={selection}
        pins={pins}
        doctors={doctors}
        onEdit={onEdit}
      />
      <div
        class={["roster-desk", detail.value && "with-detail", doctors.length > 0 && "named"]
          .filter(Boolean).join(" ")}
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
