// Where things stand in flat tables, and nobody else knows. A slot is a position r in a term t, at t * R + r; a cell is a term t
// of a line i, at i * T + t, and holds a position: lines stand one after another. What a term weighs in a limit stands
// like a cell: the limits' terms one after another.

/** Where a position in a term stands. @param R positions; classes, in tables that have a place for each class instead */
export function slotOf(t: number, r: number, R: number): number {
  return t * R + r;
}

/** The first slot of a term, and how many slots the terms before it have. @param R positions */
export function firstSlotOf(t: number, R: number): number {
  return t * R;
}

/** The term of a slot. @param R positions */
export function termOfSlot(s: number, R: number): number {
  return Math.floor(s / R);
}

/** The position of a slot. @param R positions */
export function positionOfSlot(s: number, R: number): number {
  return s % R;
}

/** Where a line holds what it does in a term. @param T terms */
export function cellOf(i: number, t: number, T: number): number {
  return i * T + t;
}

/** The first cell of a line, and how many cells the lines before it have. @param T terms */
export function firstCellOf(i: number, T: number): number {
  return i * T;
}

/** The line of a cell. @param T terms */
export function lineOfCell(cell: number, T: number): number {
  return Math.floor(cell / T);
}

/** The term of a cell. @param T terms */
export function termOfCell(cell: number, T: number): number {
  return cell % T;
}

/** How many lines cells make. @param T terms */
export function linesIn(cells: ArrayLike<number>, T: number): number {
  return cells.length / T;
}

/** Where a limit says what a term weighs in it (`limitWeight`). @param T terms */
export function weightAt(l: number, t: number, T: number): number {
  return l * T + t;
}

/** Where a limit's weights begin; they end where those of limit `l + 1` do. @param T terms */
export function firstWeightOf(l: number, T: number): number {
  return l * T;
}

/** Where an option of leave says how many weeks of a budget it takes (`LeaveChoice.uses`). @param B budgets */
export function useAt(o: number, b: number, B: number): number {
  return o * B + b;
}
