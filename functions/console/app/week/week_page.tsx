// Who is where this week, and who is away: by hospital and team, week by week.

import { useMemo } from "preact/hooks";
import { todayIn } from "../data/clock.ts";
import { toldApart } from "../data/doctor_names.ts";
import { useLoad } from "../data/load.ts";
import { readPlaces } from "../data/posts.ts";
import type { PageProps } from "../page.ts";
import { tonesOf } from "../../../../shared/exchange/tones.ts";
import { NoLinesYet } from "../runs/nothing_yet.tsx";
import { Button } from "../ui/button.tsx";
import type { Option } from "../ui/field.tsx";
import { Choice } from "../ui/filters.tsx";
import { count, date, percent, plural } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import {
  type Away,
  type Entry,
  isInYear,
  mondayOf,
  narrowed,
  type Span,
  type TeamWeek,
  type WeekInput,
  weekOf,
  weekOfDay,
  weeksIn,
} from "./week.ts";

const shortDay = new Intl.DateTimeFormat("en-AU", {
  day: "numeric",
  month: "short",
  timeZone: "UTC",
});
const weekday = new Intl.DateTimeFormat("en-AU", { weekday: "short", timeZone: "UTC" });
const day = (iso: string) => shortDay.format(new Date(iso));

/** See `page.ts` for what it receives. */
export function WeekPage({ context }: PageProps) {
  const { supabase, planner, allocator, org, allocationRun } = context;
  const load = useLoad(async (): Promise<WeekInput> => {
    const [lines, places, doctors] = await Promise.all([
      planner.lines(allocationRun.id),
      readPlaces(supabase, org.id),
      allocator.lineDoctors(allocationRun.id).then((all) => toldApart(supabase, all)),
    ]);
    const { starts_on: startsOn, term_weeks: termWeeks } = allocationRun;
    return { startsOn, termWeeks, lines, places, doctors };
  }, [context.linesVersion.value]);
  return (
    <div class="page week-page">
      <Loaded load={load} what="the week">
        {(input) => <WeekView context={context} input={input} />}
      </Loaded>
    </div>
  );
}

function WeekView({ context, input }: PageProps & { input: WeekInput }) {
  const { params, plan } = context;
  const { lines } = input;
  const today = todayIn(plan.timezone);
  const index = weekOfDay(input, params.get("week") ?? today);
  const week = useMemo(() => weekOf(input, index), [input, index]);
  const tones = useMemo(
    () =>
      tonesOf(
        lines.flatMap(({ rotations }) => rotations.map(({ position }) => position.specialty)),
      ),
    [lines],
  );
  const shown = narrowed(week.hospitals, {
    hospital: params.get("hospital") ?? "",
    team: params.get("team") ?? "",
  });
  return (
    <>
      <header class="week-head">
        <h1>
          Week {index + 1}: {day(week.from)} – {date(week.to)}
        </h1>
        <p class="quiet small" role="status">
          Term {week.term}. {summary(shown.flatMap(({ teams }) => teams), input.doctors.length > 0)}
        </p>
        <Controls context={context} input={input} index={index} today={today} />
      </header>
      {lines.length === 0 && (
        <NoLinesYet allocationRun={context.allocationRun.id}>
          who is where and who is away in a week appears here.
        </NoLinesYet>
      )}
      {lines.length > 0 && shown.length === 0 && <p class="card empty">Nobody is there then.</p>}
      {shown.map(({ hospital, teams }) => (
        <section key={hospital} class="week-hospital" aria-label={hospital || "No hospital"}>
          <h2>{hospital || "No hospital"}</h2>
          <div class="week-teams">
            {teams.map((each) => <Team key={each.team} team={each} tones={tones} />)}
          </div>
        </section>
      ))}
    </>
  );
}

/** Which week, and of which hospital and team; it stands in the address. */
function Controls({ context: { params, setParams }, input, index, today }: PageProps & {
  input: WeekInput;
  /** Of the week, from 0. */
  index: number;
  today: string;
}) {
  const hospital = params.get("hospital") ?? "", team = params.get("team") ?? "";
  const all = useMemo(() => placesOf(input), [input]);
  const set = (changes: Record<string, string>) => {
    const next = new URLSearchParams(params);
    for (const [name, value] of Object.entries(changes)) {
      if (value === "") next.delete(name);
      else next.set(name, value);
    }
    setParams(next);
  };
  const go = (to: number) => set({ week: mondayOf(input.startsOn, to) });
  const last = weeksIn(input.termWeeks) - 1, now = weekOfDay(input, today);
  return (
    <div class="week-controls">
      <Button compact aria-label="Week before" disabled={index === 0} onClick={() => go(index - 1)}>
        ‹
      </Button>
      <Choice
        label="Week"
        value={String(index)}
        options={weekOptions(input)}
        onChoose={(value) => go(Number(value))}
      />
      <Button
        compact
        aria-label="Week after"
        disabled={index === last}
        onClick={() => go(index + 1)}
      >
        ›
      </Button>
      <Button compact disabled={index === now} onClick={() => set({ week: "" })}>
        {isInYear(input, today) ? "This week" : "Nearest week"}
      </Button>
      <Choice
        label="Hospital"
        value={hospital}
        options={[["", "All hospitals"], ...all.hospitals]}
        onChoose={(value) => set({ hospital: value, team: "" })}
      />
      <Choice
        label="Team"
        value={team}
        options={[["", "All teams"], ...all.teams(hospital)]}
        onChoose={(value) => set({ team: value })}
      />
      <Button compact onClick={() => print()}>Print</Button>
    </div>
  );
}

/** How many are at work and away, of what is shown; somebody in two places counts once. */
function summary(teams: readonly TeamWeek[], named: boolean): string {
  const people = (of: (team: TeamWeek) => readonly Entry[]) =>
    new Set(teams.flatMap(of).map(({ person }) => person)).size;
  const working = people((team) => team.working), away = people((team) => team.away);
  return `${plural(working, named ? "doctor" : "line")} at work, ${count(away)} away${
    named ? "" : "; nobody has a line yet, so lines stand for themselves"
  }.`;
}

function weekOptions({ startsOn, termWeeks }: WeekInput): Option[] {
  return termWeeks.flatMap((weeks, t) => {
    const first = weeksIn(termWeeks.slice(0, t));
    return Array.from({ length: weeks }, (_, i): Option => [
      String(first + i),
      `Week ${first + i + 1}, ${day(mondayOf(startsOn, first + i))} (term ${t + 1})`,
    ]);
  });
}

/** Hospitals and teams that occur in the year, whoever is there this week. */
function placesOf({ lines, places }: WeekInput) {
  const used = [
    ...new Set(lines.flatMap(({ rotations }) => rotations.map(({ position }) => position.team))),
  ].flatMap((id) => places.get(id) ?? []);
  const sorted = (names: string[]) => [...new Set(names)].sort((a, b) => a.localeCompare(b));
  return {
    hospitals: sorted(used.map(({ hospital }) => hospital)),
    teams: (hospital: string) =>
      sorted(
        used.filter((place) => hospital === "" || place.hospital === hospital)
          .map(({ team }) => team),
      ),
  };
}

function Team({ team: { team, working, away }, tones }: {
  team: TeamWeek;
  tones: ReadonlyMap<string, number>;
}) {
  return (
    <section class="card week-team" aria-label={team || "No team"}>
      <h3>
        {team || "No team"}
        <span class="quiet small">
          {count(working.length)}
          {away.length > 0 && `, ${count(away.length)} away`}
        </span>
      </h3>
      <ul>
        {working.map((entry) => (
          <li key={entry.key} class={`tone-${tones.get(entry.specialty)}`}>
            <span class="swatch" aria-hidden="true" />
            <Person entry={entry} />
          </li>
        ))}
        {away.map((entry) => (
          <li key={`away ${entry.key}`} class="week-away">
            <span class="swatch leave" aria-hidden="true" />
            <Person entry={entry} away={entry} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Person({ entry, away }: { entry: Entry; away?: Away }) {
  const facts = [
    entry.position,
    entry.line,
    entry.fte < 1 ? `${percent(entry.fte, 0)} of full time` : "",
  ].filter(Boolean);
  return (
    <span>
      <strong>{entry.who}</strong>
      <span class="small quiet">{facts.join(" · ")}</span>
      {away && (
        <span class="small">
          Away: leave {day(away.leave.from)} – {day(away.leave.to)}
        </span>
      )}
      {entry.days && <span class="small">{daysOf(entry.days)}</span>}
    </span>
  );
}

/** "Wed to Sun", "Wed". */
function daysOf({ from, to }: Span): string {
  const name = (iso: string) => weekday.format(new Date(iso));
  return from === to ? `${name(from)} only` : `${name(from)} to ${name(to)}`;
}
