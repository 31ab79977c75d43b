/**
 * A glp_prob in WASM memory: loading typed arrays into it, solving it, reading the answer, and its
 * simplex basis. Knows GLPK's calls and codes; knows nothing of validation (the callers validate).
 */
import { GLP, type Glpk, NO_TIME_LIMIT, outOfWork, type Pointer, startClock } from "./glpk.ts";
import { LP_LIMITS, type LpModel, type LpOptions, type LpStatus } from "./model.ts";

/**
 * Byte offsets in GLPK 5.0's structs on wasm32 (prob.h). GLPK exports no way to read or set a basis
 * here; the binary is pinned by hash, and a test solves through these offsets.
 */
const PROB = { rows: 52, cols: 56, valid: 68, primalStatus: 80, dualStatus: 84 };
const ROW_STAT = 56;
const COL_STAT = 64;
const SMCP = { method: 4 };

/** What a solve of the whole problem said. */
export interface Verdict {
  status: LpStatus;
  stoppedBy?: "limit" | "numerics";
  /** Whether the answer is in the MIP solution (else in the basic solution). */
  mip: boolean;
}

/** Creates an empty problem. Free it with `glp_delete_prob`. */
export function createProblem(glpk: Glpk, model: LpModel): Pointer {
  const problem = glpk.call.glp_create_prob();
  glpk.call.glp_set_obj_dir(problem, model.sense === "max" ? GLP.MAX : GLP.MIN);
  if (model.rows > 0) glpk.call.glp_add_rows(problem, model.rows);
  for (let i = 0; i < model.rows; i++) {
    setRowBounds(glpk, problem, i, model.rowLower[i], model.rowUpper[i]);
  }
  addColumns(glpk, problem, model);
  if (model.integer) {
    for (let j = 0; j < model.cols; j++) {
      if (model.integer[j]) glpk.call.glp_set_col_kind(problem, j + 1, GLP.IV);
    }
  }
  loadMatrix(glpk, problem, model);
  return problem;
}

/** Columns with their costs and bounds; entries come by `loadMatrix`. */
function addColumns(glpk: Glpk, problem: Pointer, model: LpModel): void {
  if (model.cols === 0) return;
  glpk.call.glp_add_cols(problem, model.cols);
  for (let j = 0; j < model.cols; j++) {
    setColBounds(glpk, problem, j, model.colLower[j], model.colUpper[j]);
    if (model.objective[j] !== 0) glpk.call.glp_set_obj_coef(problem, j + 1, model.objective[j]);
  }
}

/** The entries of the matrix. */
function loadMatrix(glpk: Glpk, problem: Pointer, { cols, starts, index, value }: LpModel): void {
  const entries = starts[cols];
  if (entries === 0) return;
  // GLPK's arrays are 1-based: three blocks of entries + 1, the doubles first (8-byte aligned).
  const block = glpk.call.malloc(16 * (entries + 1));
  const values = block / 8, rowsAt = values * 2 + 2 * (entries + 1), colsAt = rowsAt + entries + 1;
  const ints = glpk.ints();
  glpk.doubles().set(entries === value.length ? value : value.subarray(0, entries), values + 1);
  for (let j = 0; j < cols; j++) {
    for (let k = starts[j]; k < starts[j + 1]; k++) {
      ints[rowsAt + 1 + k] = index[k] + 1;
      ints[colsAt + 1 + k] = j + 1;
    }
  }
  glpk.call.glp_load_matrix(problem, entries, rowsAt * 4, colsAt * 4, block);
  glpk.call.free(block);
}

/** Sets the bounds of row i (0-based). */
export function setRowBounds(g: Glpk, problem: Pointer, i: number, lo: number, hi: number): void {
  g.call.glp_set_row_bnds(problem, i + 1, boundType(lo, hi), finite(lo), finite(hi));
}

/** Sets the bounds of column j (0-based). */
export function setColBounds(g: Glpk, problem: Pointer, j: number, lo: number, hi: number): void {
  g.call.glp_set_col_bnds(problem, j + 1, boundType(lo, hi), finite(lo), finite(hi));
}

function boundType(lower: number, upper: number): number {
  if (lower === upper) return GLP.FX;
  if (lower === -Infinity) return upper === Infinity ? GLP.FR : GLP.UP;
  return upper === Infinity ? GLP.LO : GLP.DB;
}

function finite(bound: number): number {
  return Number.isFinite(bound) ? bound : 0;
}

/** Solves as an LP by simplex, from the basis the problem holds. */
export function solveSimplex(glpk: Glpk, problem: Pointer, options: LpOptions): Verdict {
  startClock(options.workLimit ?? LP_LIMITS.work);
  const params = glpk.call.get_glp_smcp(
    2 ** 31 - 1, // no limit of pivots: workLimit does that
    0, // no messages
    NO_TIME_LIMIT,
    options.presolve ? 1 : 0,
  );
  glpk.ints()[(params + SMCP.method) / 4] = options.method === "dual" ? GLP.DUALP : GLP.PRIMAL;
  const code = glpk.call.glp_simplex(problem, params);
  glpk.call.free(params);
  return simplexVerdict(code, glpk.call.glp_get_status(problem));
}

function simplexVerdict(code: number, status: number): Verdict {
  const mip = false;
  if (code === GLP.ENOPFS) return { status: "infeasible", mip };
  if (code === GLP.ENODFS) return { status: "limit", stoppedBy: "numerics", mip }; // caller retries
  if (code === 0 && status === GLP.OPT) return { status: "optimal", mip };
  if (code === 0 && status === GLP.NOFEAS) return { status: "infeasible", mip };
  if (code === 0 && status === GLP.UNBND) return { status: "unbounded", mip };
  const stoppedBy = code === GLP.ETMLIM || outOfWork() ? "limit" : "numerics";
  return { status: status === GLP.FEAS ? "feasible" : "limit", stoppedBy, mip };
}

/** Solves as a MIP by branch and cut. Without presolve the problem must hold an optimal LP basis. */
export function solveBranchAndCut(glpk: Glpk, problem: Pointer, options: LpOptions): Verdict {
  startClock(options.workLimit ?? LP_LIMITS.work);
  const presolve = options.presolve === false ? 0 : 1;
  const code = glpk.call.solve_mip(problem, 0, NO_TIME_LIMIT, presolve, 0);
  return mipVerdict(code, glpk.call.glp_mip_status(problem));
}

function mipVerdict(code: number, status: number): Verdict {
  const mip = true;
  if (code === GLP.ENOPFS) return { status: "infeasible", mip };
  if (code === GLP.ENODFS) return { status: "limit", stoppedBy: "numerics", mip }; // caller retries
  if (code === 0 && status === GLP.OPT) return { status: "optimal", mip };
  if (code === 0 && status === GLP.NOFEAS) return { status: "infeasible", mip };
  // Out of work inside a node's LP comes back as a failure of that LP.
  const stoppedBy = code === GLP.ETMLIM || outOfWork() ? "limit" : "numerics";
  return {
    status: status === GLP.FEAS || status === GLP.OPT ? "feasible" : "limit",
    stoppedBy,
    mip,
  };
}

/** Column values of the MIP or basic solution. */
export function readColumns(g: Glpk, problem: Pointer, cols: number, mip: boolean): Float64Array {
  const x = new Float64Array(cols);
  const read = mip ? g.call.glp_mip_col_val : g.call.glp_get_col_prim;
  for (let j = 0; j < cols; j++) x[j] = read(problem, j + 1);
  return x;
}

/** Row duals of the basic solution. */
export function readRowDuals(glpk: Glpk, problem: Pointer, rows: number): Float64Array {
  const dual = new Float64Array(rows);
  for (let i = 0; i < rows; i++) dual[i] = glpk.call.glp_get_row_dual(problem, i + 1);
  return dual;
}

/** Basis statuses: rows, then columns, one byte each (1 basic, 2..5 nonbasic at which bound). */
export function readBasis(glpk: Glpk, problem: Pointer, rows: number, cols: number): Uint8Array {
  const basis = new Uint8Array(rows + cols);
  const ints = glpk.ints();
  const rowAt = ints[(problem + PROB.rows) / 4] / 4, colAt = ints[(problem + PROB.cols) / 4] / 4;
  for (let i = 0; i < rows; i++) basis[i] = ints[(ints[rowAt + 1 + i] + ROW_STAT) / 4];
  for (let j = 0; j < cols; j++) basis[rows + j] = ints[(ints[colAt + 1 + j] + COL_STAT) / 4];
  return basis;
}

/**
 * Puts a basis back. Items whose nonbasic status does not fit their bounds keep their own; the basis
 * is invalid until the next factorisation, which falls back to the all-slack one if it is singular.
 */
export function writeBasis(glpk: Glpk, problem: Pointer, basis: Uint8Array, rows: number): void {
  const ints = glpk.ints();
  const rowAt = ints[(problem + PROB.rows) / 4] / 4, colAt = ints[(problem + PROB.cols) / 4] / 4;
  for (let k = 0; k < basis.length; k++) {
    const at = k < rows
      ? (ints[rowAt + 1 + k] + ROW_STAT) / 4
      : (ints[colAt + 1 + k - rows] + COL_STAT) / 4;
    ints[at] = basis[k];
  }
  ints[(problem + PROB.valid) / 4] = 0;
  ints[(problem + PROB.primalStatus) / 4] = GLP.UNDEF;
  ints[(problem + PROB.dualStatus) / 4] = GLP.UNDEF;
}
