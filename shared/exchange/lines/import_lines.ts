// A roster that was kept elsewhere becomes job lines: read cell by cell, held against posts, judged by the rules' own code, and
// saved as an edit by hand: one transaction, with a snapshot, to be taken back.

import * as z from "zod";
import type { LinesImportAnswer } from "../../client/exchange_types.ts";
import type { Bytes } from "../../platform/bytes.ts";
import { toJson } from "../../platform/json.ts";
import { ApiError } from "../../platform/problem_details.ts";
import { databaseError, noAllocationRun, parseBody } from "../../platform/requests.ts";
import type { RestClient } from "../../platform/rest.ts";
import { LINES_SIZE } from "../limits.ts";
import {
  columnsUnclear,
  flag,
  IMPORT_PARAMETERS,
  type Mapping,
  readMapped,
  refuseUnknownFields,
  saidMapping,
} from "../mappings.ts";
import { readRoster } from "../read_roster.ts";
import { refuseFaults } from "../refusals.ts";
import {
  heldPosts,
  postsOf,
  type Roster,
  type RosterLine,
  type RosterPosition,
  weeksOf,
  type WeekSpan,
  yearWeeks,
} from "../roster.ts";
import { rulesReport } from "../roster_rules.ts";
import { readProfile } from "../affinities.ts";
import { positionRefusal, refuseRun } from "../import.ts";
import type { PositionDocument } from "../position_columns.ts";
import { type CellFault, faultAt, type Table } from "../table.ts";
import { askedLineColumns, lineFieldKeys, lineHead } from "./columns.ts";
import { readOtherPositions } from "./other_positions.ts";
import { documentOf, type MadePosition, NewPositions, withPosts } from "./new_positions.ts";
import { readLines } from "./read_lines.ts";
import { datesOf, type ReadLine, spansOf } from "./reading.ts";

const optionsShape = z.strictObject({
  accept_losses: flag.default(false),
  new_positions: flag.default(false),
  ...IMPORT_PARAMETERS,
});

/** A line of the file beside the line that is there of its name. */
interface Planned {
  read: ReadLine;
  before: RosterLine | undefined;
  after: RosterLine;
}

/**
 * Imports lines into an allocation run: a line of a name that is there is changed, others are new, and none goes.
 * @param query `dry_run=true`: only what would change, and which rules it breaks; `accept_losses=true`: lines that something
 * hangs on may change; `new_positions=true`: positions that the file names and nobody has made are made, with the posts that
 * its lines hold; `columns`: headers by field, as JSON, where headers do not say it
 * @throws ApiError 400, 403, 404, 409, 413, 415
 */
export async function importLines(
  client: RestClient,
  allocationRun: string,
  query: URLSearchParams,
  readFile: () => Promise<Bytes>,
): Promise<LinesImportAnswer> {
  const options = parseBody(optionsShape, Object.fromEntries(query));
  const own = await readRoster(client, allocationRun);
  await requireEdit(client, allocationRun);
  const orgId = await readOrg(client, allocationRun);
  const terms = own.allocation_run.term_weeks.length;
  refuseUnknownFields("lines", lineFieldKeys(terms), saidMapping(options));
  const { table, mapping, remembered, remember } = await readMapped(
    client,
    await readFile(),
    options,
    {
      orgId,
      kind: "lines",
      sheet: "Roster",
      size: LINES_SIZE,
      headOf: (table) => lineHead(table, null),
    },
  );
  if (options.ask) throw columnsUnclear(askedLineColumns(table, terms, mapping));
  // Those of other years as well, where positions may take part that do not yet.
  const others = options.new_positions ? await readOtherPositions(client, orgId, own) : [];
  const roster = { ...own, positions: [...own.positions, ...others] };
  const fresh = options.new_positions ? await freshPositions(client, roster, mapping) : null;
  const { lines, layout, faults, leftAlone, asked } = readLines(table, roster, mapping, fresh);
  refuseFaults(faults, asked);
  const planned = lines.map((line) => planOf(roster, line));
  const changed = planned.filter(({ before, after }) => !before || !sameLine(before, after));
  const making = makingOf(roster, planned, fresh);
  refuseFaults(overfilled(table, making.roster, changed));
  const changes = changed.map((each) => changeOf(making.roster, each));
  const positions = making.positions.map((each) => shownPosition(each, making));
  const preview = await hashOf([changes, positions]);
  if (options.preview !== undefined && options.preview !== preview) throw changedMeanwhile();
  if (options.dry_run) await previewPositions(client, allocationRun, table, making);
  else if (changed.length > 0) {
    await save(client, allocationRun, changed, making, options.accept_losses);
  }
  if (!options.dry_run) await remember();
  return {
    dryRun: options.dry_run,
    layout,
    lines: lines.length,
    leftAlone,
    remembered,
    added: changed.filter(({ before }) => !before).length,
    changed: changed.filter(({ before }) => before).length,
    unchanged: planned.length - changed.length,
    changes,
    positions,
    preview,
    ...brokenRules(making.roster, planned),
  };
}

/** What stands for all that an import would change. */
async function hashOf(changes: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(changes));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...hash.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Something else would be written by now; what is written after this is compared by the edit itself. */
function changedMeanwhile(): ApiError {
  return new ApiError(
    409,
    "CHANGED_MEANWHILE",
    "Somebody else changed lines meanwhile, and nothing was imported. Look at what it would change once more.",
  );
}

/** Whether the caller may, and the run takes it: asked with an edit of nothing, before anything is read. */
async function requireEdit(client: RestClient, allocationRun: string): Promise<void> {
  const { error } = await client.rpc("lock_job_lines", {
    p_allocation_run: allocationRun,
    p_job_lines: [],
    p_locked: false,
  });
  if (error) throw refusal(error, allocationRun);
}

async function readOrg(client: RestClient, allocationRun: string): Promise<string> {
  const { data, error } = await client.from("allocation_runs").select("org_id")
    .eq("id", allocationRun).maybeSingle();
  if (error) throw databaseError(error);
  if (!data) throw noAllocationRun(allocationRun);
  return data.org_id;
}

type Refusal = Parameters<typeof databaseError>[0];

function refusal(error: Refusal, allocationRun: string): Error {
  if (error.code === "RC404") return noAllocationRun(allocationRun);
  if (error.code === "RC409") return new ApiError(409, "ALLOCATION_RUN_BUSY", error.message);
  if (error.code === "RC4WL") {
    return new ApiError(409, "WOULD_LOSE", error.message, {
      members: { losses: JSON.parse(error.details) },
    });
  }
  if (error.code === "RC4ED") {
    return new ApiError(409, error.hint ?? "EDIT_CONFLICT", error.message, {
      errors: JSON.parse(error.details),
    });
  }
  return databaseError(error);
}

function planOf(roster: Roster, read: ReadLine): Planned {
  const before = roster.lines.find(({ name }) => name === read.name);
  const rotations = roster.allocation_run.term_weeks.flatMap((_, i) => {
    const said = read.terms[i];
    const there = before?.rotations.find(({ term }) => term === i + 1);
    // A term that the file leaves blank stays as it is.
    const position = said?.position.id ?? there?.position;
    return position === undefined ? [] : [{ term: i + 1, position, starts_on: "", ends_on: "" }];
  });
  return {
    read,
    before,
    after: {
      id: before?.id ?? crypto.randomUUID(),
      name: read.name,
      is_locked: before?.is_locked ?? false,
      pathway: before?.pathway ?? null,
      affinity: null,
      planner_run: null,
      notes: before?.notes ?? null,
      overrides: before?.overrides ?? [],
      rotations,
      leave: leaveOf(roster, read, before),
      doctors: before?.doctors ?? [],
    },
  };
}

function sameLine(a: RosterLine, b: RosterLine): boolean {
  const said = ({ rotations }: RosterLine) =>
    JSON.stringify(rotations.map(({ term, position }) => [term, position]).sort());
  return said(a) === said(b) && JSON.stringify(a.leave) === JSON.stringify(b.leave);
}

/** The leave that a file says; what is there already where it is the same weeks, however they are put together. */
function leaveOf(
  roster: Roster,
  read: ReadLine,
  before: RosterLine | undefined,
): RosterLine["leave"] {
  const there = before?.leave ?? [];
  if (read.leave === null) return there;
  const weeks = (spans: readonly WeekSpan[]) => {
    const on = Array.from({ length: yearWeeks(roster) }, () => false);
    for (const { first, last } of spans) on.fill(true, Math.max(0, first), last + 1);
    return on;
  };
  const said = weeks(read.leave);
  const same = weeks(there.map((period) => weeksOf(roster, period)));
  return said.every((on, week) => on === same[week])
    ? there
    : spansOf(said).map((span) => datesOf(roster, span));
}

/** The roster as it would be. */
function rosterWith(roster: Roster, planned: readonly Planned[]): Roster {
  const changed = new Map(planned.map(({ after }) => [after.id, after]));
  const kept = roster.lines.map((line) => changed.get(line.id) ?? line);
  const fresh = planned.filter(({ before }) => !before).map(({ after }) => after);
  return { ...roster, lines: [...kept, ...fresh] };
}

/** What becomes of positions. */
interface Making {
  /** The roster with the positions that are made, and posts where there were none. */
  roster: Roster;
  /** Those that are made, or get posts. */
  positions: RosterPosition[];
  /** As rows of a table of positions. */
  rows: PositionDocument[];
  made: ReadonlyMap<string, MadePosition>;
}

/** What makes positions of this org. @throws ApiError */
async function freshPositions(
  client: RestClient,
  { allocation_run: { id, org, term_weeks } }: Roster,
  mapping: Mapping | null,
): Promise<NewPositions> {
  const { weights } = await readProfile(client, id);
  const { hospital = org, team, specialty } = mapping?.values ?? {};
  return new NewPositions({
    hospital,
    team,
    specialty,
    specialties: [...new Set(weights.flatMap(([a, b]) => [a, b]))],
    terms: term_weeks.length,
  });
}

function makingOf(
  roster: Roster,
  planned: readonly Planned[],
  fresh: NewPositions | null,
): Making {
  if (!fresh) return { roster, positions: [], rows: [], made: new Map() };
  const made = new Map(fresh.made.map((each) => [each.position.id, each]));
  const all = [...roster.positions, ...fresh.made.map(({ position }) => position)];
  const positions = withPosts(all, rosterWith(roster, planned).lines);
  const changed = new Map(positions.map((position) => [position.id, position]));
  return {
    roster: { ...roster, positions: all.map((each) => changed.get(each.id) ?? each) },
    positions,
    rows: positions.map((each) => documentOf(each, made.has(each.id))),
    made,
  };
}

function shownPosition(
  { id, hospital, team, name, specialty, posts }: RosterPosition,
  { made }: Making,
): LinesImportAnswer["positions"][number] {
  const { spot, near = null } = made.get(id) ?? {};
  const row = spot ? spot.row + 1 : null;
  return { kind: spot ? "added" : "changed", row, hospital, team, name, specialty, posts, near };
}

function positionsRefused(): ApiError {
  return new ApiError(
    409,
    "POSITIONS_CHANGED",
    "Somebody changed positions meanwhile; nothing was imported. Look at what would change once more.",
  );
}

/** What the database has against positions that would be made. @throws ApiError 400 INVALID_ROWS */
async function previewPositions(
  client: RestClient,
  allocationRun: string,
  table: Table,
  { positions, rows, made }: Making,
): Promise<void> {
  if (positions.length === 0) return;
  const { data, error } = await client.rpc("import_positions", {
    p_allocation_run: allocationRun,
    p_rows: toJson(rows),
    p_dry_run: true,
  });
  if (error) throw refusal(error, allocationRun);
  const { outcome, faults = [] } = data as unknown as {
    outcome: string;
    faults?: { row: number; code: string }[];
  };
  if (outcome === "previewed") return;
  refuseFaults(faults.map(({ row, code }) => {
    const { row: at, column } = made.get(positions[row].id)?.spot ?? { row: 0, column: 0 };
    return faultAt(table, at, column, "Position", {
      code,
      message: `Position ${JSON.stringify(positions[row].name)} cannot be made: ${
        positionRefusal(code)
      }`,
    });
  }));
  throw positionsRefused();
}

/**
 * Cells of lines that would hold more posts than there are, the last ones first to go. What a line held before is none, nor what takes
 * no more posts than were held: posts may have been lost since.
 */
function overfilled(table: Table, roster: Roster, changed: readonly Planned[]): CellFault[] {
  const inUse = heldPosts(roster);
  const ids = new Set(changed.map(({ after }) => after.id));
  const held = new Map<string, number>();
  const hold = (position: string, term: number) => {
    const key = `${position} ${term}`;
    held.set(key, (held.get(key) ?? 0) + 1);
    return held.get(key)!;
  };
  const isKept = ({ before }: Planned, { position, term }: RosterLine["rotations"][number]) =>
    before?.rotations.some((was) => was.position === position && was.term === term) ?? false;
  for (const line of roster.lines) {
    if (!ids.has(line.id)) line.rotations.forEach(({ position, term }) => hold(position, term));
  }
  for (const plan of changed) {
    for (const cell of plan.after.rotations) {
      if (isKept(plan, cell)) hold(cell.position, cell.term);
    }
  }
  const positions = new Map(roster.positions.map((position) => [position.id, position]));
  return changed.flatMap((plan) =>
    plan.after.rotations.filter((cell) => !isKept(plan, cell)).flatMap(({ position: id, term }) => {
      const position = positions.get(id)!;
      const posts = postsOf(position, term);
      if (hold(id, term) <= Math.max(posts, inUse(position, term))) return [];
      const { read } = plan;
      const spot = read.terms[term - 1]?.spot ?? read.spot;
      return [faultAt(table, spot.row, spot.column, `Term ${term}`, {
        code: "NO_FREE_POST",
        message: `Term ${term} of ${read.name}: ${position.name} has ${
          takenWords(posts)
        }. Add posts first, or change the line.`,
      })];
    })
  );
}

function takenWords(posts: number): string {
  if (posts === 0) return "no post in this term";
  return posts === 1
    ? "one post in this term, and another line holds it"
    : `${posts} posts in this term, and other lines hold them`;
}

/** What the rules have against the lines of the file. */
function brokenRules(
  roster: Roster,
  planned: readonly Planned[],
): Pick<LinesImportAnswer, "broken" | "incomplete" | "ruleset"> {
  const names = new Set(planned.map(({ after }) => after.name));
  const report = rulesReport({
    ...rosterWith(roster, planned),
    lines: planned.map(({ after }) => after),
  });
  return {
    ruleset: report.ruleset,
    incomplete: report.incomplete.filter((name) => names.has(name)),
    broken: report.rules.flatMap(({ name: rule, text, broken }) =>
      broken.map(({ line, finding }) => ({ line, rule, text, finding }))
    ).sort((a, b) => a.line.localeCompare(b.line, "en", { numeric: true })),
  };
}

function changeOf(
  roster: Roster,
  { read, before, after }: Planned,
): LinesImportAnswer["changes"][number] {
  const names = new Map(roster.positions.map(({ id, name }) => [id, name]));
  const at = (line: RosterLine | undefined, term: number) => {
    const id = line?.rotations.find((rotation) => rotation.term === term)?.position;
    return id === undefined ? null : names.get(id) ?? id;
  };
  const leave = (line: RosterLine | undefined) =>
    line?.leave.map(({ starts_on, ends_on }) => `${starts_on} to ${ends_on}`).join(", ") || null;
  const fields = roster.allocation_run.term_weeks.map((_, i) => ({
    column: `Term ${i + 1}`,
    before: at(before, i + 1),
    after: at(after, i + 1),
  }));
  return {
    line: read.name,
    row: read.spot.row + 1,
    kind: before ? "changed" : "added",
    fields: [...fields, { column: "Leave", before: leave(before), after: leave(after) }]
      .filter((field) => field.before !== field.after),
  };
}

async function save(
  client: RestClient,
  allocationRun: string,
  changed: readonly Planned[],
  making: Making,
  acceptLosses: boolean,
): Promise<void> {
  const lines = changed.map(({ before, after }, i) => ({
    id: after.id,
    ...before && {
      expected: {
        rotations: before.rotations.map(({ term, position }) => ({ term, position })),
        leave: before.leave.map(({ starts_on, ends_on }) => ({ starts_on, ends_on })),
      },
    },
    state: {
      ...!before && { name: after.name, sort_order: 100_000 + i },
      rotations: after.rotations.map(({ term, position }) => ({ term, position })),
      leave: after.leave.map(({ starts_on, ends_on }) => ({ starts_on, ends_on })),
    },
  }));
  const edit = {
    p_allocation_run: allocationRun,
    p_edit: toJson({ lines, accept_losses: acceptLosses })!,
    p_reason: "Imported from a spreadsheet.",
  };
  if (making.positions.length === 0) {
    const { error } = await client.rpc("edit_job_lines", edit);
    if (error) throw refusal(error, allocationRun);
    return;
  }
  const { data, error } = await client.rpc("import_roster", {
    ...edit,
    p_positions: toJson({
      rows: making.rows,
      ids: making.positions.map(({ id }) => id),
    })!,
  });
  if (error) throw refusal(error, allocationRun);
  const answer = data as unknown as Parameters<typeof refuseRun>[0];
  refuseRun(answer, allocationRun);
  if (answer.outcome !== "imported") throw positionsRefused();
}
