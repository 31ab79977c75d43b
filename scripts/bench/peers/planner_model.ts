/** An integer model as HiGHS and CP-SAT get it, whatever formulation it is of. */

/** max constant + objective x, lower <= A x <= upper, x whole and between its limits; rows are sparse. */
export interface PeerModel {
  constant: number;
  objective: number[];
  /** Limits of each variable. */
  least: number[];
  most: number[];
  /** Variables that are whole in every optimum, so that a linear solver need not be told. */
  free: Set<number>;
  rows: { vars: number[]; coeffs: number[]; lower: number; upper: number }[];
  /** Tuples that the variables may take together, one after another in `values`; CP-SAT alone reads these. */
  tables: { vars: number[]; values: number[] }[];
  /** The lines of a solution, as position ids. */
  plan(value: (variable: number) => number): string[][];
}

/** Variables with their coefficients. */
export type Terms = [variable: number, coeff: number][];

/** A model with nothing in it. */
export function emptyModel(constant: number, plan: PeerModel["plan"]): PeerModel {
  return {
    constant,
    objective: [],
    least: [],
    most: [],
    free: new Set(),
    rows: [],
    tables: [],
    plan,
  };
}

/** Adds a variable between two limits. @returns its number */
export function addVariable(
  model: PeerModel,
  objective: number,
  [least, most]: readonly [number, number] = [0, 1],
): number {
  model.least.push(least);
  model.most.push(most);
  return model.objective.push(objective) - 1;
}

/** Adds a row. */
export function addRow(model: PeerModel, terms: Terms, lower: number, upper: number): void {
  model.rows.push({ vars: terms.map(([v]) => v), coeffs: terms.map(([, c]) => c), lower, upper });
}
