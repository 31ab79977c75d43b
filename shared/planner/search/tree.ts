// A tree of linear programs over listed lines: whether a plan worth so much is among them. A node bounds how
// many lines use two slots together (or one slot); which pair cuts it best is tried out, and remembered. Lines that
// no plan of a node can use, by its duals, are not looked at beneath it. What is open between two
// stretches of work are bounds alone: within one, nodes go on from the basis of their parent.

import { packBasis, packCells, unpackBasis, unpackCells } from "../../engine/packing.ts";
import { lineAt } from "../model/lines.ts";
import type { PlannerTables } from "../model/tables.ts";
import { BOUND_WIDTH, LineProgram, type SolvedProgram, type Start } from "./line_program.ts";
import { packNodes, unpackNodes } from "./nodes.ts";
import { PairCosts } from "./pair_costs.ts";

/** Pairs that are tried out at a node, and the simplex work of a trial. */
const TRIED_PAIRS = 6;
const TRIAL_WORK = 40;

/** With no more lines than this a node's program has them all from the start. */
const WHOLE_LINES = 700;
/** Lines through a pair that is asked for which a program takes in at once. */
const PAIR_LINES = 20;

/** Share of a stretch's work after which the first program pauses: lines are listed, and pairs tried out, beside it. */
const FIRST_SHARE = 0.5;

/** Values of plans are whole: a program worth less than a plan must be by this much holds none. */
const ROUNDING = 0.01;

/** Where a tree stands; plain JSON. */
export interface TreeState {
  /** Nodes still to be looked at, the last one next: four numbers per bound (a, b, least, most); packed (`packNodes`). */
  nodes: string;
  /** How many they are. */
  open: number;
  /** Lines of the first node's basis, solved or not (packed cells), and the statuses before them; "" before there is one. */
  lines: string;
  basis: string;
  /** What cutting by pairs has cost (`PairCosts.save`). */
  costs: number[];
  /** Nodes looked at. */
  looked: number;
}

/** A tree that has not begun. @param costs of an earlier tree */
export function newTree(costs: number[] = []): TreeState {
  return { nodes: packNodes([[]]), open: 1, lines: "", basis: "", costs, looked: 0 };
}

/** What a stretch of work on a tree came to. */
export interface Growth {
  /** A plan worth at least what was asked for, row-major; null where none was found. */
  plan: Int32Array | null;
  /** A program could not be solved: the tree proves nothing. */
  isStuck: boolean;
  work: number;
}

/** An open node. */
interface Node {
  bounds: number[];
  /** Lines that its plans can use; null: all. */
  kept: Int32Array | null;
  start: Start | null;
}

/** What looking at a node came to. */
interface Look {
  plan: Int32Array | null;
  /** None where it is over; null where its program cannot be solved. */
  children: Node[] | null;
  /** Where its program stands. */
  solved: Start | null;
  /** Its program is not solved yet. */
  isPaused: boolean;
}

/** A pair of slots that is used together a fraction of times. */
interface FractionalPair {
  a: number;
  b: number;
  n: number;
}

/** A cut of a node: bounds of its children, which may be one or none. */
interface Cut extends FractionalPair {
  score: number;
  /** Whether there is nothing worth as much as asked for below, above. */
  isDownOver: boolean;
  isUpOver: boolean;
}

/** A tree over listed lines. */
export class LineTree {
  readonly #tables: PlannerTables;
  readonly #program: LineProgram;

  /** @param columns the lines, row-major, different. @param prices [slot] prices near the program's */
  constructor(tables: PlannerTables, columns: Int32Array, prices: Float64Array) {
    this.#tables = tables;
    this.#program = new LineProgram(tables, columns, prices);
  }

  /**
   * Looks at nodes until a plan is found, none is open, or the work is done.
   * @param state changed
   * @param least value of plans that are looked for
   * @param work cost of linear programs after which no further node is begun (`LineProgram.work`)
   */
  grow(state: TreeState, least: number, work: number): Growth {
    const { emptyCost, allowPartial, line, lines } = this.#tables;
    const program = this.#program, before = program.work;
    const stretch = new Stretch(
      this.#tables,
      program,
      least + emptyCost - (allowPartial ? line * lines : 0),
      new PairCosts(state.costs),
    );
    const open: Node[] = unpackNodes(state.nodes).map((bounds) => ({
      bounds,
      kept: null,
      start: null,
    }));
    let plan: Int32Array | null = null, isStuck = false;
    while (open.length > 0 && plan === null && !isStuck && program.work - before < work) {
      const node = open.pop()!, isFirst = state.looked === 0;
      if (node.start === null) node.start = this.#start(state);
      const found = stretch.look(node, isFirst ? FIRST_SHARE * work : Infinity);
      if (isFirst && found.solved) this.#keepRoot(state, found.solved);
      if (found.isPaused) {
        open.push(node);
        break;
      }
      state.looked++;
      plan = found.plan;
      isStuck = found.children === null;
      open.push(...found.children ?? []);
    }
    state.nodes = packNodes(open.map(({ bounds }) => bounds));
    state.open = open.length;
    state.costs = stretch.costs.save();
    return { plan, isStuck, work: program.work - before };
  }

  #start({ lines, basis }: TreeState): Start | null {
    if (basis === "") return null;
    const { terms: T, positions: R } = this.#tables, cells = unpackCells(lines, R, T);
    const basic = this.#program.find(cells);
    return basic === null ? null : this.#program.begin(basic, unpackBasis(basis)).start;
  }

  #keepRoot(state: TreeState, solved: Start): void {
    const { terms: T, positions: R } = this.#tables;
    const { basic, basis } = this.#program.basicOf(solved);
    const cells = Array.from(basic).flatMap((j) => [
      ...lineAt(this.#program.columns, j, T),
    ]);
    state.lines = packCells(Int32Array.from(cells), R, T);
    state.basis = packBasis(basis);
  }
}

/** A stretch of work on a tree. */
class Stretch {
  constructor(
    readonly tables: PlannerTables,
    readonly program: LineProgram,
    /** What a program must reach for a plan that is looked for. */
    readonly least: number,
    readonly costs: PairCosts,
  ) {}

  /** Looks at a node. @param pause see `LineProgram.solve` */
  look(node: Node, pause: number): Look {
    const { program, least } = this, nothing = { plan: null, children: [], isPaused: false };
    const solved = program.solve(node.bounds, node.kept, node.start, pause);
    if (solved === "unsolved") return { ...nothing, children: null, solved: null };
    if (solved.objective === null) return { ...nothing, solved, isPaused: true };
    const room = solved.objective - least + ROUNDING;
    if (room < 0) return { ...nothing, solved };
    const pairs = this.#fractionalPairs(solved);
    if (pairs.length === 0) {
      const plan = this.#planOf(solved);
      // Where missing lines are worth more than they cost the program says nothing.
      return plan.length < this.tables.lines * this.tables.terms
        ? { ...nothing, children: null, solved }
        : { ...nothing, plan, solved };
    }
    const { lines: kept, excess } = program.above(solved, node.bounds, node.kept, -room);
    const start = program.shrink(solved, new Set(kept));
    const cut = this.#cut(node, solved, pairs, start, kept);
    const byExcess = Array.from(kept.keys()).sort((p, q) => excess[q] - excess[p] || p - q);
    const near = byExcess.map((i) => kept[i]);
    return { ...nothing, children: this.#children(node, cut, kept, start, near), solved };
  }

  #planOf({ lines, x }: SolvedProgram): Int32Array {
    const { terms: T } = this.tables, { columns } = this.program, plan: number[] = [];
    lines.forEach((j, i) => {
      for (let y = Math.round(x[i]); y > 0; y--) plan.push(...lineAt(columns, j, T));
    });
    return Int32Array.from(plan);
  }

  /** Pairs of slots that a solution's lines use a fraction of times; a slot is a pair with itself. */
  #fractionalPairs({ lines, x }: SolvedProgram): FractionalPair[] {
    const slots = this.tables.cap.length, used = new Map<number, FractionalPair>();
    lines.forEach((j, i) => {
      if (x[i] < 1e-7) return;
      const own = this.program.slotsOf(j);
      for (let t = 0; t < own.length; t++) {
        for (let u = t; u < own.length; u++) {
          const name = own[t] * slots + own[u], pair = used.get(name);
          if (pair) pair.n += x[i];
          else used.set(name, { a: own[t], b: own[u], n: x[i] });
        }
      }
    });
    return [...used.values()].filter(({ n }) => Math.abs(n - Math.round(n)) > 1e-6);
  }

  /** The pair to cut a node by: of those whose costs are known the dearest, of the others what trials say. */
  #cut(
    node: Node,
    solved: SolvedProgram,
    pairs: FractionalPair[],
    start: Start,
    kept: Int32Array,
  ): Cut {
    const ranked = pairs.map((pair) => {
      const expected = this.costs.expected(pair.a, pair.b, pair.n - Math.floor(pair.n));
      return { ...pair, ...expected, score: score(expected.down, expected.up) };
    }).sort((p, q) => q.score - p.score || p.a - q.a || p.b - q.b);
    const known = ranked.find(({ isSure }) => isSure);
    let best: Cut | null = known
      ? {
        a: known.a,
        b: known.b,
        n: known.n,
        score: known.score,
        isDownOver: false,
        isUpOver: false,
      }
      : null;
    const unsure = ranked.filter(({ isSure }) => !isSure).slice(0, TRIED_PAIRS);
    if (unsure.length === 0) return best!;
    // Only a program that has all lines bounds what it was tried on.
    const inside = new Set(start.lines), isWhole = kept.every((j) => inside.has(j));
    for (const cut of this.#trials(node, solved, unsure, start, isWhole)) {
      if (best === null || cut.score > best.score) best = cut;
      if (cut.isDownOver || cut.isUpOver) return cut;
    }
    return best!;
  }

  /** Tries pairs out, each down and up. */
  *#trials(
    node: Node,
    { objective }: SolvedProgram,
    pairs: FractionalPair[],
    start: Start,
    isWhole: boolean,
  ): Generator<Cut> {
    const { program, tables: { lines } } = this, room = objective - this.least + ROUNDING;
    const bounds = [...node.bounds, ...pairs.flatMap(({ a, b }) => [a, b, 0, lines])];
    const { session, basis } = program.open(start, bounds);
    const first = program.rows + node.bounds.length / BOUND_WIDTH;
    const drop = (row: number, least: number, most: number): number | null => {
      session.restoreBasis(basis);
      session.setRowBounds(row, least, most);
      const found = program.run(session, "dual", TRIAL_WORK);
      session.setRowBounds(row, 0, lines);
      return found.status === "optimal" ? Math.max(0, objective - found.objective) : null;
    };
    try {
      for (const [i, { a, b, n }] of pairs.entries()) {
        const whole = Math.floor(n), down = drop(first + i, 0, whole);
        const up = drop(first + i, whole + 1, lines);
        if (down !== null) this.costs.book(a, b, false, n - whole, Math.min(down, 2 * room + 10));
        if (up !== null) this.costs.book(a, b, true, whole + 1 - n, Math.min(up, 2 * room + 10));
        yield {
          a,
          b,
          n,
          score: score(Math.min(down ?? room, room), Math.min(up ?? room, room)),
          isDownOver: isWhole && down !== null && down > room,
          isUpOver: isWhole && up !== null && up > room,
        };
      }
    } finally {
      session.close();
    }
  }

  #children(node: Node, cut: Cut, kept: Int32Array, start: Start, near: number[]): Node[] {
    const { tables: { lines }, program } = this, { a, b, n } = cut, whole = Math.floor(n);
    const child = (least: number, most: number, from: Start): Node => ({
      bounds: bounded(node.bounds, a, b, least, most),
      kept,
      start: from,
    });
    const inside = new Set(start.lines);
    const missing = near.filter((j) => !inside.has(j));
    const all = kept.length <= WHOLE_LINES ? missing : [];
    const through = missing.filter((j) => program.uses(j, a, b)).slice(0, PAIR_LINES);
    const children: Node[] = [];
    if (!cut.isDownOver) children.push(child(0, whole, program.widen(start, all)));
    if (!cut.isUpOver) {
      const more = all.length > 0 ? all : through;
      children.push(child(whole + 1, lines, program.widen(start, more)));
    }
    return children;
  }
}

/** What a cut is worth by what it takes from the bound of both children. */
function score(down: number, up: number): number {
  return Math.max(down, 1e-3) * Math.max(up, 1e-3);
}

/** Bounds with one more, which narrows that of the same pair where there is one. */
function bounded(
  bounds: readonly number[],
  a: number,
  b: number,
  least: number,
  most: number,
): number[] {
  const all = [...bounds];
  for (let i = 0; i < all.length; i += BOUND_WIDTH) {
    if (all[i] !== a || all[i + 1] !== b) continue;
    all[i + 2] = Math.max(all[i + 2], least);
    all[i + 3] = Math.min(all[i + 3], most);
    return all;
  }
  return [...all, a, b, least, most];
}
