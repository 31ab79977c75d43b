// What stands beside a roster: how good it is, the rules and who breaks them, posts left empty, minimum fills missed, and
// the affinity of each line. Counted from the lines as they are now; what only the solver knows comes from its report.

import type { CellValue } from "hucre/xlsx";
import {
  heldPosts,
  positionsById,
  postsOf,
  type Roster,
  type RosterLine,
  type RosterPosition,
  weeksOf,
} from "./roster.ts";
import { ruleName, withRuleNames } from "../planner/rules/names.ts";
import { rulesReport } from "./roster_rules.ts";
import { type BuiltSheet, SheetBuilder, STYLES } from "./sheet.ts";

const PRINT = {
  paperSize: "a4",
  orientation: "landscape",
  fitToPage: true,
  fitToWidth: 1,
  fitToHeight: 0,
} as const;

/** Broken rules and lines that are listed one by one. */
const LISTED = 200;

/**
 * The sheets "Diagnostics", "Coverage" and "Lines".
 * @param made a sentence about when they were made
 */
export function diagnosticSheets(roster: Roster, made: string): BuiltSheet[] {
  return [diagnostics(roster, made), coverage(roster), lines(roster)];
}

function diagnostics(roster: Roster, made: string): BuiltSheet {
  const sheet = new SheetBuilder("Diagnostics");
  const { org, plan, name, starts_on, ends_on, term_weeks } = roster.allocation_run;
  sheet.add([`Diagnostics: ${name}`], STYLES.title);
  sheet.add([`${org}, ${plan}. ${made}`], STYLES.subtitle);
  section(sheet, "Allocation run", ["What", "Value"], [
    ["Year", `${starts_on} to ${ends_on}`],
    ["Terms", `${term_weeks.join(" + ")} weeks`],
  ]);
  section(sheet, "Quality", ["What", "Value", "Meaning"], qualityRows(roster));
  addRules(sheet, roster);
  const slots = slotsOf(roster);
  section(sheet, "Unfilled posts", SLOT_HEADER, slots.unfilled, "Every post is filled.");
  section(sheet, "Minimum fills missed", SLOT_HEADER, slots.missed, "Every minimum fill is met.");
  return sheet.build({
    columns: [{ width: 36 }, { width: 40 }, { width: 90 }, { width: 10 }, { width: 10 }, {
      width: 10,
    }],
    pageSetup: PRINT,
    view: { showGridLines: false },
    a11y: { summary: "Quality, rules, unfilled posts and minimum fills of the roster" },
  });
}

/** A heading, a table below it, and a blank row. */
function section(
  sheet: SheetBuilder,
  title: string,
  header: string[],
  rows: CellValue[][],
  none = "",
): void {
  sheet.add([]);
  sheet.add(header.map((_, i) => i === 0 ? title : null), STYLES.section);
  if (rows.length === 0) {
    sheet.add([none], STYLES.cell);
    return;
  }
  sheet.add(header, STYLES.header);
  for (const row of rows) sheet.add(header.map((_, i) => row[i] ?? null), STYLES.text);
}

function qualityRows(roster: Roster): CellValue[][] {
  const { lines: all } = roster;
  const affinities = all.flatMap(({ affinity }) => affinity ?? []);
  const rows: CellValue[][] = [
    ["Lines", all.length, "Job lines of the allocation run"],
    ["Pinned lines", all.filter((line) => line.is_locked).length, "Generating keeps them"],
  ];
  if (affinities.length > 0) {
    const mean = affinities.reduce((sum, affinity) => sum + affinity, 0) / affinities.length;
    rows.push(
      ["Affinity of a line, least", Math.min(...affinities), "By the run's affinity profile"],
      ["Affinity of a line, mean", rounded(mean), ""],
      ["Affinity of a line, most", Math.max(...affinities), ""],
    );
  }
  return [...rows, ...reportedRows(roster)];
}

/** What the planner run that wrote lines last reported, as far as it did. */
function reportedRows({ planner_run: run, lines: all }: Roster): CellValue[][] {
  if (!run) return [["Planner run", "none", "No run has written these lines"]];
  const report = run.result_metadata ?? {};
  const others = all.filter((line) => line.planner_run !== run.id).length;
  const rows: [string, unknown, string][] = [
    ["Planner run", run.id, `Finished ${run.finished_at.slice(0, 10)}; what follows is its report`],
    ["Lines of other origin", others, "Pinned, kept or made since; the report is not about them"],
    ["Lines wanted", report.lines?.wanted, withRuleNames(report.lines?.reason ?? "")],
    ["Objective", report.objective, "Value of the plan; higher is better"],
    ["Proven bound", report.bound, "No plan has a higher value"],
    ["Proven gap", percent(report.gap), "How far from the best possible plan at most"],
    [
      "Terms in which two lines differ, mean",
      rounded(report.diversity?.mean_distance),
      "Over all pairs",
    ],
    ["Largest group of identical lines", report.diversity?.largest_identical_group, ""],
    ["Leave in the first half", percent(report.leave?.first_half_share), "Share of all leave"],
    ["Cost of wishes not met", report.soft_wishes?.cost, "Preferred cells, in the objective"],
    ["Affinity profile", report.affinity_profile, `Version ${report.affinity_profile_version}`],
    [
      "Ruleset",
      report.ruleset && ruleName(String(report.ruleset)),
      `Version ${report.ruleset_version}`,
    ],
    ["Seed", report.seed, "The same input and seed give the same lines"],
  ];
  return rows.filter(([, value]) => value !== undefined && value !== null) as CellValue[][];
}

function percent(share: unknown): string | null {
  return typeof share === "number" ? `${Math.round(share * 1000) / 10}%` : null;
}

function rounded(value: unknown): number | null {
  return typeof value === "number" ? Math.round(value * 100) / 100 : null;
}

function addRules(sheet: SheetBuilder, roster: Roster): void {
  const { ruleset, rules, incomplete } = rulesReport(roster);
  const title = ruleset === null
    ? "Rules: the constraints of the allocation run are no longer valid"
    : `Rules (${ruleName(ruleset)})`;
  const judged = roster.lines.length - incomplete.length;
  section(
    sheet,
    title,
    ["Rule", "Lines that keep it", "What it asks"],
    rules.map(({ name, text, broken }) => [
      ruleName(name),
      `${judged - broken.length} of ${judged}`,
      text,
    ]),
    "No rule is in force.",
  );
  const faults = [
    ...incomplete.map((line) => [line, "", "has no rotation in some term"]),
    ...rules.flatMap(({ name, broken }) =>
      broken.map(({ line, finding }) => [line, ruleName(name), finding])
    ),
  ];
  section(
    sheet,
    "Lines that break a rule",
    ["Line", "Rule", "What is wrong"],
    listed(faults),
    "None.",
  );
}

/** The first of them, and how many more there are. */
function listed(rows: CellValue[][]): CellValue[][] {
  if (rows.length <= LISTED) return rows;
  return [...rows.slice(0, LISTED), [`and ${rows.length - LISTED} more`]];
}

const SLOT_HEADER = ["Position", "Hospital, team", "Note", "Term", "Wanted", "Filled"];

/** Cells of posts that are not all filled, and those below their minimum. */
function slotsOf(roster: Roster): { unfilled: CellValue[][]; missed: CellValue[][] } {
  const held = heldPosts(roster);
  const unfilled: CellValue[][] = [];
  const missed: CellValue[][] = [];
  roster.allocation_run.term_weeks.forEach((_, i) => {
    for (const position of roster.positions) {
      const filled = held(position, i + 1);
      const least = position.minimum_fill[i] ?? 0;
      const row = (wanted: number) => [
        position.name,
        `${position.hospital}, ${position.team}`,
        position.is_excludable ? "may stay empty" : "",
        i + 1,
        wanted,
        filled,
      ];
      if (filled < postsOf(position, i + 1)) unfilled.push(row(postsOf(position, i + 1)));
      if (filled < least) missed.push(row(least));
    }
  });
  return { unfilled, missed };
}

/** Posts by position and term: filled of all, and below the minimum marked. */
function coverage(roster: Roster): BuiltSheet {
  const sheet = new SheetBuilder("Coverage");
  const terms = roster.allocation_run.term_weeks.map((_, i) => i + 1);
  sheet.add([
    "Hospital",
    "Team",
    "Position",
    ...terms.flatMap((t) => [`Term ${t} filled`, `Term ${t} posts`, `Term ${t} minimum`]),
  ], STYLES.header);
  const held = heldPosts(roster);
  for (const position of roster.positions) {
    const row = sheet.add([position.hospital, position.team, position.name], STYLES.cell);
    terms.forEach((term, i) => {
      const [filled, posts] = [held(position, term), postsOf(position, term)];
      const least = position.minimum_fill[i] ?? 0;
      const style = filled < least || filled > posts ? STYLES.warning : STYLES.cell;
      [filled, posts, least].forEach((value, k) => sheet.put(row, 3 + 3 * i + k, value, style));
    });
  }
  return sheet.build({
    columns: [
      { width: 26 },
      { width: 26 },
      { width: 32 },
      ...terms.flatMap(() => [{ width: 8 }, { width: 8 }, { width: 9 }]),
    ],
    freezePane: { rows: 1, columns: 3 },
    pageSetup: { ...PRINT, printTitlesRow: "$1:$1" },
    a11y: { summary: "Posts filled by position and term", headerRow: 0 },
  });
}

/** One row per line: affinity, categories, weeks by kind, leave. */
function lines(roster: Roster): BuiltSheet {
  const sheet = new SheetBuilder("Lines");
  const positions = positionsById(roster);
  sheet.add(
    [
      "Line",
      "Affinity",
      "Categories",
      "Specialties",
      "Service weeks",
      "Clinical team weeks",
      "Leave weeks",
      "Pathway",
      "Pinned",
    ],
    STYLES.header,
  );
  for (const line of roster.lines) sheet.add(lineRow(roster, line, positions), STYLES.cell);
  return sheet.build({
    columns: [14, 10, 12, 60, 10, 10, 10, 16, 9].map((width) => ({ width })),
    freezePane: { rows: 1, columns: 1 },
    pageSetup: { ...PRINT, printTitlesRow: "$1:$1" },
    a11y: { summary: "Affinity and contents of each line", headerRow: 0 },
  });
}

function lineRow(
  roster: Roster,
  line: RosterLine,
  positions: Map<string, RosterPosition>,
): CellValue[] {
  const worked = line.rotations.flatMap(({ term, position }) => {
    const found = positions.get(position);
    return found
      ? [{ position: found, weeks: roster.allocation_run.term_weeks[term - 1] ?? 0 }]
      : [];
  });
  const weeksWhere = (holds: (position: RosterPosition) => boolean) =>
    worked.reduce((sum, { position, weeks }) => sum + (holds(position) ? weeks : 0), 0);
  const leave = line.leave.map((period) => weeksOf(roster, period))
    .reduce((sum, { first, last }) => sum + last - first + 1, 0);
  return [
    line.name,
    line.affinity,
    [...new Set(worked.flatMap(({ position }) => position.experience_categories))].sort().join(
      ", ",
    ),
    [...new Set(worked.map(({ position }) => position.subspecialty ?? position.specialty))].join(
      ", ",
    ),
    weeksWhere((position) => position.is_service),
    weeksWhere((position) => position.is_clinical_team),
    leave,
    line.pathway,
    line.is_locked ? "Yes" : "No",
  ];
}
