// Refuses problems that the engine cannot read. What is merely impossible is not refused here but
// proven and explained by the search.

import { MOST_POWER } from "./limits.ts";
import { type AllocatorFault, AllocatorInputError, type AllocatorProblem } from "./problem.ts";

/** Bounds of memory and of the length of one unit of work. */
const MOST_WORKERS = 3_000;
const MOST_LINES = 3_000;
const MOST_PAIRS = 2_000_000;

function duplicates(path: string, ids: { id: string }[]): AllocatorFault[] {
  const seen = new Set<string>();
  return ids.flatMap(({ id }, i) => {
    if (seen.has(id)) return [{ path: `${path}[${i}].id`, message: `the id ${id} appears twice` }];
    seen.add(id);
    return [];
  });
}

function sizeFaults({ workers, lines }: AllocatorProblem): AllocatorFault[] {
  const faults: AllocatorFault[] = [];
  const tooMany = (path: string, n: number, most: number) => {
    if (n > most) faults.push({ path, message: `at most ${most} are possible, not ${n}` });
  };
  tooMany("workers", workers.length, MOST_WORKERS);
  tooMany("lines", lines.length, MOST_LINES);
  tooMany("workers x lines", workers.length * lines.length, MOST_PAIRS);
  return faults;
}

function isCount(value: number | null): boolean {
  return value === null || (Number.isInteger(value) && value >= 0);
}

function lineFaults({ lines, preferencers }: AllocatorProblem): AllocatorFault[] {
  const message = "must be a whole number from 0";
  return [
    ...lines.flatMap(({ id, name, capacity }, i) =>
      isCount(capacity) && capacity !== null
        ? []
        : [{ path: `lines[${i}].capacity`, message: `capacity of ${name}: ${message}`, line: id }]
    ),
    ...preferencers.flatMap(({ id, name, maxLines, maxWorkers }, i) =>
      isCount(maxLines) && isCount(maxWorkers) ? [] : [{
        path: `preferencers[${i}]`,
        message: `caps of ${name}: ${message}`,
        preferencer: id,
      }]
    ),
  ];
}

function optionFaults({ options, weightings }: AllocatorProblem): AllocatorFault[] {
  const { preferencerWeight: a, preferencePower: power, seed } = options;
  const faults: AllocatorFault[] = [];
  if (!(a >= 0 && a <= 1)) {
    faults.push({ path: "options.preferencerWeight", message: `${a} is not between 0 and 1` });
  }
  if (!(power > 0 && power <= MOST_POWER)) {
    faults.push({
      path: "options.preferencePower",
      message: `${power} is not above 0 and up to ${MOST_POWER}`,
    });
  }
  if (!Number.isInteger(seed)) {
    faults.push({ path: "options.seed", message: `${seed} is not a whole number` });
  }
  weightings.forEach(({ weighting }, i) => {
    if (!(Math.abs(weighting) <= 1e6)) {
      faults.push({ path: `weightings[${i}]`, message: `${weighting} is beyond a million` });
    }
  });
  return faults;
}

/** References to workers and lines that the problem does not know. */
function referenceFaults(problem: AllocatorProblem): AllocatorFault[] {
  const lines = new Set([...problem.lines, ...problem.outside.lines].map(({ id }) => id));
  const inside = new Set(problem.lines.map(({ id }) => id));
  const workers = new Set(problem.workers.map(({ id }) => id));
  const faults: AllocatorFault[] = [];
  const pinned = new Set<string>();
  problem.pins.forEach(({ worker, line }, i) => {
    if (workers.has(worker) && inside.has(line) && !pinned.has(worker)) {
      pinned.add(worker);
      return;
    }
    const message = `doctor ${worker} cannot be pinned to line ${line}: ` +
      (pinned.has(worker) ? "pinned already" : "not both in the run");
    faults.push({ path: `pins[${i}]`, message, worker, line });
  });
  const linked = new Set<string>();
  (problem.links ?? []).forEach(({ workers: both }, i) => {
    for (const worker of both) {
      const fault = linked.has(worker)
        ? "linked already"
        : workers.has(worker)
        ? ""
        : "not in the run";
      linked.add(worker);
      if (fault === "") continue;
      faults.push({
        path: `links[${i}]`,
        message: `doctor ${worker} cannot be linked: ${fault}`,
        worker,
      });
    }
  });
  problem.weightings.forEach(({ line }, i) => {
    if (line === null || lines.has(line)) return;
    faults.push({ path: `weightings[${i}].line`, message: `there is no line ${line}`, line });
  });
  const entries = new Set<string>();
  problem.eligibility.forEach(({ line }, i) => {
    if (entries.has(line)) {
      faults.push({ path: `eligibility[${i}]`, message: `line ${line} has two entries`, line });
    }
    entries.add(line);
  });
  return faults;
}

/**
 * Checks everything but the ranks: those are read whatever they are, see input/ranks.ts.
 * @throws AllocatorInputError code `INVALID_PROBLEM`
 */
export function validateProblem(problem: AllocatorProblem): void {
  refuse("INVALID_PROBLEM", [
    ...sizeFaults(problem),
    ...duplicates("workers", problem.workers),
    ...duplicates("lines", problem.lines),
    ...duplicates("preferencers", problem.preferencers),
    ...lineFaults(problem),
    ...optionFaults(problem),
    ...referenceFaults(problem),
  ]);
}

/** @throws AllocatorInputError where there are faults */
export function refuse(code: string, faults: AllocatorFault[]): void {
  if (faults.length === 0) return;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : "";
  throw new AllocatorInputError(code, `${faults[0].message}${more}.`, faults);
}
