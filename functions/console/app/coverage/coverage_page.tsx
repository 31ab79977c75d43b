// The heat map: how far the posts of each position are filled in each term.

import { useSignal } from "@preact/signals";
import { useLoad } from "../data/load.ts";
import { readPlaces, readPosts } from "../data/posts.ts";
import type { PageContext, PageProps } from "../page.ts";
import { hashOf } from "../router.ts";
import { termsOf } from "../roster/roster.ts";
import { SetUpLink } from "../runs/nothing_yet.tsx";
import { Fact } from "../ui/facts.tsx";
import { Choice, OnPaper, Search } from "../ui/filters.tsx";
import { count, date, ofAll, percent } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import { awayByWeek, sharesOf } from "./away.ts";
import { AwayPanel } from "./away_panel.tsx";
import {
  buildCoverage,
  type Coverage,
  type CoverageCell,
  type CoverageFilter,
  coverageLabel,
  type CoverageRow,
  filterCoverage,
  shade,
} from "./coverage.ts";

/** See `page.ts` for what it receives. */
export function CoveragePage({ context }: PageProps) {
  const { supabase, planner, org, allocationRun } = context;
  const load = useLoad(async () => {
    const asked = planner.positions(org.id);
    const [lines, posts, positions, places, form] = await Promise.all([
      planner.lines(allocationRun.id, asked),
      readPosts(supabase, allocationRun.id),
      asked,
      readPlaces(supabase, org.id),
      planner.restoreForm(allocationRun.id),
    ]);
    const shares = sharesOf(form.lastRun?.constraints ?? form.constraints ?? []);
    const { starts_on, term_weeks } = allocationRun;
    const weeks = term_weeks.reduce((sum, each) => sum + each, 0);
    return {
      coverage: buildCoverage({ terms: term_weeks.length, lines, posts, positions, places }),
      away: awayByWeek(lines, places, starts_on, weeks, shares),
      shares,
    };
  }, [context.linesVersion.value]);
  return (
    <div class="page coverage-page">
      <h1>Coverage</h1>
      <Loaded load={load} what="the coverage">
        {({ coverage, away, shares }) =>
          coverage.rows.length > 0
            ? (
              <>
                <CoverageView context={context} coverage={coverage} />
                <AwayPanel rows={away} shares={shares} />
              </>
            )
            : (
              <p class="card empty">
                {allocationRun.name}{" "}
                has no posts yet: how many of each position there are in each term.{" "}
                <SetUpLink allocationRun={allocationRun.id} step="positions">
                  Add positions and posts
                </SetUpLink>, and how they are filled appears here.
              </p>
            )}
      </Loaded>
    </div>
  );
}

const EVERYTHING: CoverageFilter = { text: "", hospital: "", specialty: "", troubled: false };

const WORDS = ["text", "hospital", "specialty"] as const;

/** The filter in an address, and the address of a filter: only what is not as usual. */
function readFilter(params: URLSearchParams): CoverageFilter {
  const filter = { ...EVERYTHING, troubled: params.get("troubled") === "1" };
  for (const word of WORDS) filter[word] = params.get(word) ?? "";
  return filter;
}

function writeFilter(filter: CoverageFilter): URLSearchParams {
  const params = new URLSearchParams(filter.troubled ? "troubled=1" : "");
  for (const word of WORDS) if (filter[word] !== "") params.set(word, filter[word]);
  return params;
}

function CoverageView({ context, coverage }: { context: PageContext; coverage: Coverage }) {
  const filter = useSignal(readFilter(context.params));
  const rows = filterCoverage(coverage, filter.value);
  const set = (changes: Partial<CoverageFilter>) => {
    filter.value = { ...filter.value, ...changes };
    context.setParams(writeFilter(filter.value));
  };
  return (
    <>
      <Totals coverage={coverage} />
      <Filters coverage={coverage} filter={filter.value} onChange={set} />
      <p class="quiet small" role="status">
        {ofAll(rows.length, coverage.rows.length, "position")}
      </p>
      <HeatMap context={context} coverage={coverage} rows={rows} />
    </>
  );
}

function Totals({ coverage: { posts, filled, missing, over } }: { coverage: Coverage }) {
  return (
    <dl class="facts card body coverage-facts">
      <Fact name="Posts filled">
        {count(filled)} <span class="quiet small">of {count(posts)}</span>
      </Fact>
      <Fact name="Share">{percent(posts > 0 ? filled / posts : null)}</Fact>
      <Fact name="Missing to a minimum fill" word="minimum fill">
        <Fault sign="▼" value={missing} />
      </Fact>
      <Fact name="Cells over their posts">
        <Fault sign="▲" value={over} />
      </Fact>
    </dl>
  );
}

function Fault({ sign, value }: { sign: string; value: number }) {
  return value > 0 ? <span class="coverage-bad">{sign} {count(value)}</span> : <>none</>;
}

function Filters({ coverage, filter, onChange }: {
  coverage: Coverage;
  filter: CoverageFilter;
  onChange: (changes: Partial<CoverageFilter>) => void;
}) {
  const { rows } = coverage;
  return (
    <div class="roster-filters" role="search" aria-label="Positions">
      <Search
        label="Search positions"
        value={filter.text}
        onInput={(text) => onChange({ text })}
      />
      <Choice
        label="Hospital"
        value={filter.hospital}
        options={[["", "All hospitals"], ...distinct(rows.map(({ place }) => place.hospital))]}
        onChoose={(hospital) => onChange({ hospital })}
      />
      <Choice
        label="Specialty"
        value={filter.specialty}
        options={[
          ["", "All specialties"],
          ...distinct(rows.map(({ position }) => position.specialty)),
        ]}
        onChoose={(specialty) => onChange({ specialty })}
      />
      <label class="row">
        <input
          type="checkbox"
          checked={filter.troubled}
          onChange={(event) => onChange({ troubled: event.currentTarget.checked })}
        />
        Only where something is wrong
      </label>
      {filter.troubled && <OnPaper label="Only" value="where something is wrong" />}
    </div>
  );
}

function distinct(names: string[]): string[] {
  return [...new Set(names)].filter((name) => name !== "").sort();
}

function HeatMap({ context, coverage, rows }: {
  context: PageContext;
  coverage: Coverage;
  rows: CoverageRow[];
}) {
  const { starts_on, term_weeks, id } = context.allocationRun;
  const terms = termsOf(starts_on, term_weeks);
  return (
    <>
      <Legend />
      <div
        class="card table-scroll coverage-scroll"
        tabIndex={0}
        role="region"
        aria-label="Heat map"
      >
        <table class="table by-term coverage-table">
          <caption class="visually-hidden">
            Posts filled by position and term: filled of all, and the minimum fill where there is
            one
          </caption>
          <thead>
            <tr>
              <th scope="col">Position</th>
              {terms.map(({ term, startsOn }) => (
                <th key={term} scope="col">
                  Term {term} <span class="quiet coverage-date">from {date(startsOn)}</span>
                </th>
              ))}
              <th scope="col">Year</th>
            </tr>
          </thead>
          {groupsOf(rows).map(([hospital, group]) => (
            <tbody key={hospital}>
              <tr class="coverage-hospital">
                <th scope="rowgroup" colSpan={terms.length + 2}>{hospital || "No hospital"}</th>
              </tr>
              {group.map((row) => <HeatRow key={row.position.id} row={row} allocationRun={id} />)}
            </tbody>
          ))}
          <HeatFoot coverage={coverage} />
        </table>
      </div>
    </>
  );
}

function HeatFoot({ coverage: { terms, filled, posts } }: { coverage: Coverage }) {
  return (
    <tfoot>
      <tr>
        <th scope="row">All positions</th>
        {terms.map(({ term, filled, posts, missing }) => (
          <td key={term}>
            {filled}/{posts}
            {missing > 0 && <span class="coverage-bad">▼ {missing} missing</span>}
          </td>
        ))}
        <td class="num">{filled}/{posts}</td>
      </tr>
    </tfoot>
  );
}

/** Rows by hospital, in their order. */
function groupsOf(rows: CoverageRow[]): [hospital: string, rows: CoverageRow[]][] {
  const groups = new Map<string, CoverageRow[]>();
  for (const row of rows) {
    groups.set(row.place.hospital, [...groups.get(row.place.hospital) ?? [], row]);
  }
  return [...groups];
}

function HeatRow({ row, allocationRun }: { row: CoverageRow; allocationRun: string }) {
  const { position, cells, filled, posts } = row;
  const holders = new URLSearchParams({ text: `"${position.name}"` });
  const lines = hashOf("roster", allocationRun, holders);
  return (
    <tr>
      <th scope="row">
        <a href={lines} title="The lines that hold it">{position.name}</a>
        <span class="quiet small">
          {position.subspecialty ?? position.specialty}
          {position.is_excludable && " · may stay empty"}
        </span>
      </th>
      {cells.map((cell) => <HeatCell key={cell.term} cell={cell} />)}
      <td class="num">{filled}/{posts}</td>
    </tr>
  );
}

/** Signs beside the colour: below the minimum, above the posts. */
const SIGNS: Partial<Record<CoverageCell["state"], string>> = {
  short: "▼",
  waived: "▽",
  over: "▲",
};

function HeatCell({ cell }: { cell: CoverageCell }) {
  const { state, filled, posts, minimum } = cell;
  const label = coverageLabel(cell);
  return (
    <td class={`coverage-cell ${state} step-${shade(cell)}`} title={label}>
      <span class="visually-hidden">{label}</span>
      <span aria-hidden="true" class="coverage-number">
        {state === "closed" ? "·" : `${filled}/${posts}`}
        {minimum > 0 && <span class="coverage-minimum">min {minimum}</span>}
        {SIGNS[state] && <span class="sign">{SIGNS[state]}</span>}
      </span>
    </td>
  );
}

function Legend() {
  const entries: [classes: string, text: string, label: string][] = [
    ["empty step-0", "0/4", "none filled"],
    ["part step-2", "2/4", "some"],
    ["full step-4", "4/4", "all"],
    ["short step-1", "1/4 ▼", "below the minimum fill"],
    ["over step-4", "5/4 ▲", "more lines than posts"],
    ["waived step-0", "0/4 ▽", "below it, but may stay empty"],
  ];
  return (
    <ul class="coverage-legend small" aria-label="Legend">
      {entries.map(([classes, text, label]) => (
        <li key={label}>
          <span class={`coverage-cell ${classes}`} aria-hidden="true">{text}</span> {label}
        </li>
      ))}
    </ul>
  );
}
