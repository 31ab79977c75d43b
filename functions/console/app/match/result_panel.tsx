// How good the current match is: figures, choices, fairness, blocking pairs.

import type { AllocatorReport, MendedRanks } from "../../../../shared/client/mod.ts";
import type { PageContext } from "../page.ts";
import { Happened } from "../runs/happened.tsx";
import { Bars } from "../ui/charts.tsx";
import { Fact } from "../ui/facts.tsx";
import { count, dateTime, percent, plural } from "../ui/format.ts";
import { choiceBars } from "./figures.ts";
import { changeWords } from "./changes.ts";
import { keptIn } from "./doctors.ts";
import type { Match } from "./match_data.ts";
import type { Names } from "./names.ts";

/** Blocking pairs that are listed. */
const MOST_PAIRS = 50;

/** See above. */
export function ResultPanel({ context, match, names }: {
  context: PageContext;
  match: Match;
  names: Names;
}) {
  const report = match.run.result!.report!, kept = keptIn(match);
  return (
    <section class="card" aria-label="Current match">
      <header>
        <h2>Current match</h2>
        <span class="small quiet">{dateTime(match.run.completed_at!)}</span>
      </header>
      <div class="body stack">
        <Changes match={match} />
        <dl class="facts">
          <Fact name="Doctors">{count(report.workers)}</Fact>
          <Fact name="First choices">{count(report.choices[0] ?? 0)}</Fact>
          <Fact name="Mean rank" word="mean rank">{report.meanRankOfAll?.toFixed(2) ?? "–"}</Fact>
          <Fact name="Worst rank">{report.worstRank ?? "–"}</Fact>
          <Fact name="Not ranked">{count(report.unranked)}</Fact>
          <Fact name="Places left">
            {count(report.unfilledLines.reduce((sum, { free }) => sum + free, 0))}
          </Fact>
          <Fact name="Blocking pairs" word="blocking pair">
            {count(report.blockingPairs.count)}
          </Fact>
        </dl>
        <Bars label="Doctors by the choice they got" bars={choiceBars(report)} />
        {kept > 0 && (
          <p class="small">
            {plural(kept, "doctor")} kept {kept === 1 ? "the line" : "their lines"}{" "}
            from before; the figures are of those whom this match placed.
          </p>
        )}
        {report.unranked > 0 && report.meanRank !== null && (
          <p class="small">
            Of those who got a line that they had ranked, the mean rank is{" "}
            {report.meanRank.toFixed(2)}.
          </p>
        )}
        <p class="small">{proof(report)}</p>
        <Mended report={report} names={names} />
        <Fairness report={report} names={names} />
        <BlockingPairs report={report} match={match} names={names} />
        <Happened context={context} about="run" id={match.run.id} />
      </div>
    </section>
  );
}

/** Changes that are listed. */
const MOST_CHANGES = 20;

/** What changed since the match was made; what it was made of is no longer all there. */
function Changes({ match: { changes } }: { match: Match }) {
  if (changes.length === 0) return null;
  return (
    <div class="note warn" role="group" aria-label="Changed since this match">
      <p>
        Since this match was made, {plural(changes.length, "thing")}{" "}
        it rests on changed. It stays what it was; match again, or bring back what went.
      </p>
      <ul class="small">
        {changes.slice(0, MOST_CHANGES).map((change) => (
          <li key={[change.change, change.workerMapping, change.jobLine, change.rule].join()}>
            {changeWords(change)}
          </li>
        ))}
        {changes.length > MOST_CHANGES && <li>and {count(changes.length - MOST_CHANGES)} more</li>}
      </ul>
    </div>
  );
}

function proof({ objective, bound, dissatisfaction }: AllocatorReport): string {
  const sides = `Dissatisfaction: doctors ${count(dissatisfaction.workers)}, ` +
    `preferencers ${count(dissatisfaction.preferencers)}. `;
  const best = objective - bound < 1e-6
    ? "Proven: no match is better by these weights."
    : `At most ${percent((objective - bound) / Math.max(1, Math.abs(bound)), 2)} from the best.`;
  return sides + best;
}

/** What was read otherwise than it was written. */
const FLAWS: Record<MendedRanks["flaws"][number], string> = {
  gaps: "gaps between ranks were closed",
  notation: "ranks were not in the run's notation; their order was taken",
  ties: "tied ranks were broken",
  ignored: "entries that are no ranks were left out",
};

/** Whose lists of ranks did not read as they should, and what was made of them. */
function Mended({ report: { mended }, names }: { report: AllocatorReport; names: Names }) {
  if (!mended) return null;
  return (
    <details>
      <summary>{plural(mended.count, "list")} of ranks mended before the match</summary>
      <ul class="small">
        {mended.lists.map(({ by, id, flaws, ignored }) => (
          <li key={by + id}>
            {by === "worker" ? names.doctor(id) : names.preferencer(id)}:{" "}
            {flaws.map((flaw) => FLAWS[flaw]).join("; ")}
            {ignored.length > 0 &&
              ` (${ignored.map(by === "worker" ? names.line : names.doctor).join(", ")})`}.
          </li>
        ))}
        {mended.lists.length < mended.count && (
          <li>and {count(mended.count - mended.lists.length)} more</li>
        )}
      </ul>
    </details>
  );
}

function Fairness({ report, names }: { report: AllocatorReport; names: Names }) {
  const { message, helpfulMoves } = report.fairness;
  return (
    <div class="stack">
      <p class="small">{names.told(message)}</p>
      {helpfulMoves.length > 0 && (
        <details>
          <summary>{plural(helpfulMoves.length, "move")} that would hurt no other doctor</summary>
          <ul class="small">
            {helpfulMoves.map(({ worker, to, swapWith, cost }, index) => (
              <li key={index}>
                {names.doctor(worker)} to {names.line(to)}
                {swapWith && `, in exchange with ${names.doctor(swapWith)}`}{" "}
                <span class="quiet">
                  (objective {cost >= 0 ? "+" : "−"}
                  {count(Math.abs(cost), 1)})
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function BlockingPairs({ report, match, names }: {
  report: AllocatorReport;
  match: Match;
  names: Names;
}) {
  const { count: all, pairs } = report.blockingPairs;
  if (all === 0) {
    return <p class="small">No doctor and line would both rather have each other.</p>;
  }
  const got = new Map(match.allocations.map(({ worker, line }) => [worker.mapping, line.name]));
  return (
    <details>
      <summary>
        {plural(all, "blocking pair")}: a doctor and a line that would both rather have each other
      </summary>
      <div class="table-scroll match-scroll" tabIndex={0} role="group" aria-label="Pairs">
        <table class="table">
          <caption>
            {all > MOST_PAIRS && `The first ${MOST_PAIRS}, by what the doctor would gain. `}
            Ask for stability to have none.
          </caption>
          <thead>
            <tr>
              <th scope="col">Doctor</th>
              <th scope="col">Has</th>
              <th scope="col">Would rather have</th>
            </tr>
          </thead>
          <tbody>
            {pairs.slice(0, MOST_PAIRS).map(({ worker, line }) => (
              <tr key={worker + line}>
                <th scope="row">{names.doctor(worker)}</th>
                <td>{got.get(worker) ?? "–"}</td>
                <td>{names.line(line)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
