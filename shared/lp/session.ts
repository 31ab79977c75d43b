/**
 * An LP that stays in GLPK while its bounds change, so that each solve starts from the last basis: a dive
 * fixes columns and goes on, a proof tries out branches. A session lasts for one unit of work; between
 * units the basis travels in the checkpoint. It owns a copy of the model: should GLPK abort, the next
 * solve rebuilds the problem from it.
 */
import { fittingStatus, isFitting } from "./basis.ts";
import { clockReads, type Glpk, glpk, guarded, type Pointer } from "./glpk.ts";
import {
  type LpModel,
  LpModelError,
  type LpOptions,
  type LpSolution,
  validateModel,
  validateOptions,
} from "./model.ts";
import {
  createProblem,
  readBasis,
  readColumns,
  readRowDuals,
  setColBounds,
  setRowBounds,
  solveBranchAndCut,
  solveSimplex,
  type Verdict,
  writeBasis,
} from "./problem.ts";
import { columnDuals, isFeasible, objectiveOf, roundIntegers } from "./verify.ts";

/**
 * Close it (`close()` or `using`): WASM memory is not garbage-collected. One isolate can hold several.
 */
export class LpSession {
  #model: LpModel;
  #problem: Pointer | null = null;
  #owner: Glpk | null = null;

  /**
   * @param model copied; integer columns are allowed, but only LPs gain from a session.
   * @throws {LpModelError} when the model must not reach GLPK.
   */
  constructor(model: LpModel) {
    validateModel(model);
    this.#model = copyModel(model);
  }

  get cols(): number {
    return this.#model.cols;
  }

  get rows(): number {
    return this.#model.rows;
  }

  /** Changes the bounds of column j. */
  setColumnBounds(j: number, lower: number, upper: number): void {
    this.#requireIndex(j, this.cols, "column");
    requireBounds(lower, upper, `column ${j}`);
    this.#model.colLower[j] = lower;
    this.#model.colUpper[j] = upper;
    this.#withProblem((g, p) => setColBounds(g, p, j, lower, upper));
  }

  /** Changes the bounds of row i. */
  setRowBounds(i: number, lower: number, upper: number): void {
    this.#requireIndex(i, this.rows, "row");
    requireBounds(lower, upper, `row ${i}`);
    this.#model.rowLower[i] = lower;
    this.#model.rowUpper[i] = upper;
    this.#withProblem((g, p) => setRowBounds(g, p, i, lower, upper));
  }

  /**
   * Solves from the basis at hand.
   *
   * @throws {LpModelError} for bad options. Trouble inside GLPK is an answer (`stoppedBy`), no error.
   */
  solve(options: LpOptions = {}): LpSolution {
    validateOptions(options);
    if (hasEmptyInteger(this.#model)) {
      return nothing(this.cols, { status: "infeasible", mip: true }, 0);
    }
    let answer = this.#attempt(options);
    for (const retry of this.#retries(options)) {
      if (answer.stoppedBy !== "numerics") break;
      this.#release();
      const { work } = answer;
      answer = this.#attempt(remaining(retry, work));
      answer.work += work;
    }
    return answer;
  }

  /**
   * What to try, from scratch, after numerical trouble: without the old basis, and then with the
   * presolver the other way round (it cannot always tell "infeasible" from "unbounded").
   */
  #retries(options: LpOptions): LpOptions[] {
    const presolve = options.presolve ?? this.#model.integer !== undefined;
    const flipped = { ...options, presolve: !presolve };
    return presolve ? [flipped] : [options, flipped];
  }

  /** The basis (rows, then columns; one byte each), or null before the first solve. */
  basis(): Uint8Array | null {
    if (this.#problem === null || this.#owner !== glpk()) return null;
    return readBasis(this.#owner, this.#problem, this.rows, this.cols);
  }

  /**
   * Starts the next solve from a basis taken by `basis()`, e.g. in an earlier isolate. Columns beyond
   * the given ones start nonbasic. A basis that does not fit (wrong size, wrong number of basic
   * items) is ignored: it is a hint, never a condition.
   *
   * @returns whether the basis was taken.
   */
  restoreBasis(basis: Uint8Array): boolean {
    const { rows, cols } = this.#model;
    if (!isFitting(basis, rows, cols)) return false;
    const fitted = basis.map((status, k) =>
      k < rows
        ? fittingStatus(status, this.#model.rowLower[k], this.#model.rowUpper[k])
        : fittingStatus(status, this.#model.colLower[k - rows], this.#model.colUpper[k - rows])
    );
    guarded((g) => writeBasis(g, this.#open(g), fitted, rows));
    return true;
  }

  /** Frees the WASM memory. The session can still be used: the next solve builds it again, cold. */
  close(): void {
    this.#release();
  }

  [Symbol.dispose](): void {
    this.#release();
  }

  #attempt(options: LpOptions): LpSolution {
    try {
      return guarded((g) => {
        const problem = this.#open(g);
        const { verdict, work } = this.#run(g, problem, options);
        return this.#solution(g, problem, verdict, work);
      });
    } catch (error) {
      if (error instanceof Error && error.name === "GlpkAbortError") {
        return nothing(this.cols, { status: "limit", stoppedBy: "numerics", mip: false }, 0);
      }
      throw error;
    }
  }

  #run(g: Glpk, problem: Pointer, options: LpOptions): { verdict: Verdict; work: number } {
    if (!this.#model.integer) {
      const verdict = solveSimplex(g, problem, options);
      return { verdict, work: clockReads() };
    }
    if (options.presolve !== false) {
      const verdict = solveBranchAndCut(g, problem, options);
      return { verdict, work: clockReads() };
    }
    const relaxed = solveSimplex(g, problem, { ...options, presolve: false });
    const work = clockReads();
    if (relaxed.status !== "optimal") {
      const verdict = relaxed.status === "feasible"
        ? { ...relaxed, status: "limit" as const }
        : relaxed;
      return { verdict, work };
    }
    const verdict = solveBranchAndCut(g, problem, remaining(options, work));
    return { verdict, work: work + clockReads() };
  }

  #solution(g: Glpk, problem: Pointer, verdict: Verdict, work: number): LpSolution {
    const model = this.#model;
    if (verdict.status !== "optimal" && verdict.status !== "feasible") {
      return nothing(model.cols, verdict, work);
    }
    const x = readColumns(g, problem, model.cols, verdict.mip);
    if (!roundIntegers(model, x) || !isFeasible(model, x)) {
      return nothing(model.cols, { ...verdict, status: "limit", stoppedBy: "numerics" }, work);
    }
    const { status, stoppedBy } = verdict;
    const solution: LpSolution = { status, objective: objectiveOf(model, x), x, work };
    if (stoppedBy) solution.stoppedBy = stoppedBy;
    if (!verdict.mip && status === "optimal") {
      solution.rowDual = readRowDuals(g, problem, model.rows);
      solution.colDual = columnDuals(model, solution.rowDual);
    }
    return solution;
  }

  /** The problem in the current instance. */
  #open(g: Glpk): Pointer {
    if (this.#problem === null || this.#owner !== g) {
      this.#problem = createProblem(g, this.#model);
      this.#owner = g;
    }
    return this.#problem;
  }

  /** Applies a change to the problem where there is one; a new one is built from the model anyway. */
  #withProblem(change: (g: Glpk, problem: Pointer) => void): void {
    const problem = this.#problem;
    if (problem !== null && this.#owner === glpk()) guarded((g) => change(g, problem));
  }

  #release(): void {
    const problem = this.#problem;
    if (problem !== null && this.#owner === glpk()) {
      guarded((g) => g.call.glp_delete_prob(problem));
    }
    this.#problem = null;
    this.#owner = null;
  }

  #requireIndex(k: number, size: number, what: string): void {
    if (!(Number.isInteger(k) && k >= 0 && k < size)) {
      throw new LpModelError("index", `${what} ${k} of ${size}`);
    }
  }
}

function requireBounds(lower: number, upper: number, what: string): void {
  if (Number.isNaN(lower) || Number.isNaN(upper)) {
    throw new LpModelError("not_finite", `bound of ${what} is NaN`);
  }
  if (lower > upper || lower === Infinity || upper === -Infinity) {
    throw new LpModelError("bounds", `bounds of ${what} are ${lower}..${upper}`);
  }
}

/** Whether an integer column's bounds hold no whole number. */
function hasEmptyInteger({ integer, colLower, colUpper }: LpModel): boolean {
  return integer !== undefined && colLower.some((lower, j) => integer[j] && lower > colUpper[j]);
}

function remaining(options: LpOptions, work: number): LpOptions {
  if (options.workLimit === undefined) return options;
  return { ...options, workLimit: Math.max(1, options.workLimit - work) };
}

function nothing(cols: number, { status, stoppedBy }: Verdict, work: number): LpSolution {
  const empty: LpSolution = { status, objective: NaN, x: new Float64Array(cols), work };
  if (stoppedBy) empty.stoppedBy = stoppedBy;
  return empty;
}

function copyModel(model: LpModel): LpModel {
  const copy: LpModel = {
    sense: model.sense,
    cols: model.cols,
    rows: model.rows,
    rowLower: model.rowLower.slice(),
    rowUpper: model.rowUpper.slice(),
    objective: model.objective.slice(),
    colLower: model.colLower.slice(),
    colUpper: model.colUpper.slice(),
    starts: model.starts.slice(),
    index: model.index.slice(0, model.starts[model.cols]),
    value: model.value.slice(0, model.starts[model.cols]),
  };
  if (model.integer?.some((flag) => flag !== 0)) {
    copy.integer = model.integer.slice();
    copy.colLower = wholeBounds(copy, copy.colLower, Math.ceil);
    copy.colUpper = wholeBounds(copy, copy.colUpper, Math.floor);
  }
  return copy;
}

/** GLPK refuses an integer column whose bounds are not whole. */
function wholeBounds(
  { integer }: LpModel,
  bounds: Float64Array,
  round: (bound: number) => number,
): Float64Array {
  return bounds.map((bound, j) => integer?.[j] ? round(bound) : bound);
}
