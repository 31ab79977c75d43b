// What a change by hand would break and mend, found with the rules' own code in the page: posts that are free, rules of
// lines, and the best few ways out. Pure. Comes with the editor only: the rules are no small thing to send.

import "./without_eval.ts";
import type { ConstraintEntry, JobLine, Position } from "../../../../../shared/client/mod.ts";
import { positionOf } from "../../../../../shared/planner/position_row.ts";
import type { PlannerProblem } from "../../../../../shared/planner/problem.ts";
import {
  heldBy,
  type Part,
  problemAround,
  sixMonthTermsOf,
} from "../../../../../shared/planner/rules/judge.ts";
import {
  type BrokenRule,
  compareBroken,
  type JudgedLine,
  lineAffinity,
  LineJudge,
  weightsOf,
} from "../../../../../shared/planner/rules/line_judge.ts";
import { parseConstraints } from "../../../../../shared/planner/rules/mod.ts";
import type { Posts } from "../../data/posts.ts";
import type { Term } from "../roster.ts";
import {
  leaveOf,
  type Lines,
  type Place,
  positionAt,
  positionsOf,
  setCell,
  swapCells,
} from "./draft.ts";

/** What the rules are asked with. */
export interface EffectsInput {
  startsOn: string;
  terms: readonly Term[];
  positions: readonly Position[];
  sixMonthTerms: readonly {
    id: string;
    name: string;
    qualification: string | null;
    college: string | null;
  }[];
  posts: readonly Posts[];
  /** The hospital of each team. */
  hospitals: ReadonlyMap<string, string>;
  /** By planner run; "": of lines that none built. */
  constraints: ReadonlyMap<string, readonly ConstraintEntry[]>;
  affinities: readonly (readonly [string, string, number])[];
}

/** A position that a cell could have. */
export interface Candidate {
  position: Position;
  /** Posts in this term, and how many no line would hold then. */
  posts: number;
  free: number;
  breaks: BrokenRule[];
  mends: BrokenRule[];
}

/** A way out of what is broken. */
export interface Repair {
  /** In words: "Term 2: Cardiology JMO instead of Nights". */
  words: string;
  lines: Lines;
  /** Cells that change, in all lines. */
  cells: number;
  /** Other lines that change. */
  others: number;
  /** What the line still breaks. */
  left: number;
}

/** Ways that are offered at most. */
const MOST_REPAIRS = 5;
/** Rings of three lines that are looked at in a term: the page answers while somebody waits. */
const MOST_RINGS = 4_000;

/** Judges lines and finds what could be otherwise. */
export class Effects {
  readonly #problem: PlannerProblem;
  readonly #judges = new Map<string, LineJudge>();
  readonly #weight: (a: string, b: string) => number;
  readonly #posts: ReadonlyMap<string, Posts>;
  readonly #used = new WeakMap<Lines, Map<string, number>>();
  readonly #known = new WeakMap<JobLine, BrokenRule[]>();

  constructor(readonly input: EffectsInput) {
    const { positions, sixMonthTerms, terms } = input;
    const componentOf = (term: string, part: Part) =>
      positions.find((each) => each.six_month_term === term && each.six_month_part === part)?.id ??
        null;
    this.#problem = problemAround(
      terms.map(({ weeks }) => weeks),
      positions.map((position) =>
        positionOf(
          { ...position, hospital: input.hospitals.get(position.team) ?? "" },
          position.experience_categories,
        )
      ),
      sixMonthTermsOf(sixMonthTerms, componentOf),
    );
    this.#weight = weightsOf(input.affinities);
    this.#posts = new Map(input.posts.map((row) => [`${row.term} ${row.position}`, row]));
  }

  #judgeOf(run: string | null): LineJudge {
    const { constraints } = this.input;
    const key = run !== null && constraints.has(run) ? run : "";
    let judge = this.#judges.get(key);
    if (!judge) {
      const parsed = parseConstraints(constraints.get(key) ?? []);
      judge = new LineJudge(this.#problem, parsed.ok ? parsed.constraints : []);
      this.#judges.set(key, judge);
    }
    return judge;
  }

  /** The rules that any line breaks by the constraints of a planner run; null: those of today. */
  brokenBy(run: string | null, line: JudgedLine): BrokenRule[] {
    return this.#judgeOf(run).broken(line);
  }

  #facts(line: JobLine) {
    return {
      positions: heldBy(
        positionsOf(line, this.input.terms).map((position) => position?.id ?? null),
        line,
      ),
      pathway: line.pathway,
      leave: leaveOf(line, this.input.startsOn).map(({ start, weeks }) => ({
        startWeek: start,
        weeks,
      })),
    };
  }

  /** The rules that a line breaks. */
  broken(line: JobLine): BrokenRule[] {
    const known = this.#known.get(line);
    if (known) return known;
    const found = this.#judgeOf(line.planner_run).broken(this.#facts(line));
    this.#known.set(line, found);
    return found;
  }

  /** Every rule with its verdict; null for a line with an empty term. */
  verdicts(line: JobLine) {
    return this.#judgeOf(line.planner_run).verdicts(this.#facts(line));
  }

  /** Affinity of a line; null for one with an empty term. */
  affinity(line: JobLine): number | null {
    const { positions } = this.#facts(line);
    return lineAffinity(this.#problem, this.#weight, positions);
  }

  /** How many lines hold a position in a term. */
  used(lines: Lines, term: number, position: string): number {
    let counts = this.#used.get(lines);
    if (!counts) {
      counts = new Map();
      for (const { rotations } of lines) {
        for (const { term, position } of rotations) {
          const key = `${term} ${position.id}`;
          counts.set(key, (counts.get(key) ?? 0) + 1);
        }
      }
      this.#used.set(lines, counts);
    }
    return counts.get(`${term} ${position}`) ?? 0;
  }

  /** Posts of a position in a term. */
  posts(term: number, position: string): number {
    return this.#posts.get(`${term} ${position}`)?.posts ?? 0;
  }

  /** Whether a cell holds a post that there is not. */
  isOverfull(lines: Lines, term: number, position: string): boolean {
    return this.used(lines, term, position) > this.posts(term, position);
  }

  /** What a cell could have instead, best first: free, breaking nothing, mending something. */
  candidates(lines: Lines, { line: id, term }: Place): Candidate[] {
    const line = lines.find((each) => each.id === id)!;
    const now = positionAt(line, term)?.id;
    const before = this.broken(line);
    return this.input.positions.flatMap((position): Candidate[] => {
      const posts = this.posts(term, position.id);
      if (posts === 0 && position.id !== now) return [];
      const [changed] = setCell([line], this.input.terms, { line: id, term }, position);
      const others = this.used(lines, term, position.id) - (now === position.id ? 1 : 0);
      return [{
        position,
        posts,
        free: posts - others,
        ...compareBroken(before, this.broken(changed)),
      }];
    }).sort((a, b) =>
      Number(a.free <= 0) - Number(b.free <= 0) || a.breaks.length - b.breaks.length ||
      b.mends.length - a.mends.length || (a.position.name < b.position.name ? -1 : 1)
    );
  }

  /**
   * The best few ways to mend a line, or to have another position in one of its cells, fewest changes first: another
   * position in a free post, a swap of one term with another line, or of two terms within the line.
   * @param cell where something else is wanted, whether or not the line breaks anything
   */
  repairs(lines: Lines, id: string, cell: number | null = null): Repair[] {
    const line = lines.find((each) => each.id === id)!;
    const { terms } = this.input;
    const found: Repair[] = [];
    const wanted = (term: number) => cell === null || cell === term;
    const consider = (words: string, next: Lines, cells: number, touched: readonly string[]) => {
      const after = next.find((each) => each.id === id)!;
      const left = this.broken(after).length;
      if (cell === null ? left >= this.broken(line).length : left > this.broken(line).length) {
        return;
      }
      const harmed = touched.some((other) => {
        const [was, is] = [lines, next].map((all) => all.find((each) => each.id === other)!);
        return compareBroken(this.broken(was), this.broken(is)).breaks.length > 0;
      });
      if (!harmed) found.push({ words, lines: next, cells, others: touched.length, left });
    };
    for (const { term } of terms.filter(({ term }) => wanted(term))) {
      const now = positionAt(line, term);
      for (const { position, free } of this.candidates(lines, { line: id, term })) {
        if (free <= 0 || position.id === now?.id) continue;
        const next = setCell(lines, terms, { line: id, term }, position);
        consider(`Term ${term}: ${position.name}`, next, 1, []);
      }
      for (const other of lines) {
        const theirs = positionAt(other, term);
        if (other.id === id || other.is_locked || !theirs || !now || theirs.id === now.id) continue;
        const next = swapCells(lines, terms, { line: id, term }, { line: other.id, term });
        consider(`Term ${term}: swap with ${other.name}, for ${theirs.name}`, next, 2, [other.id]);
      }
    }
    if (!found.some(({ left }) => left === 0)) this.#further(lines, line, wanted, consider);
    return found.sort((a, b) =>
      a.left - b.left || a.cells - b.cells || a.others - b.others ||
      this.#gain(b, id) - this.#gain(a, id)
    ).slice(0, MOST_REPAIRS);
  }

  #gain({ lines }: Repair, id: string): number {
    return this.affinity(lines.find((each) => each.id === id)!) ?? 0;
  }

  /**
   * Two cells of the line, each with a free post; terms of the line swapped with each other; and another line's post, for
   * which that line goes to a free one, or takes a third line's, which then takes this line's.
   */
  #further(
    lines: Lines,
    line: JobLine,
    wanted: (term: number) => boolean,
    consider: (words: string, next: Lines, cells: number, touched: readonly string[]) => void,
  ): void {
    const { terms } = this.input;
    const { id } = line;
    const free = (term: number) =>
      this.input.positions.filter((position) =>
        this.posts(term, position.id) > this.used(lines, term, position.id)
      );
    for (const { term } of terms.filter(({ term }) => wanted(term))) {
      this.#chains(lines, line, term, free(term), consider);
    }
    for (const a of terms) {
      for (const b of terms.slice(a.term)) {
        if (!wanted(a.term) && !wanted(b.term)) continue;
        const [x, y] = [positionAt(line, a.term), positionAt(line, b.term)];
        const fits = x && y && this.posts(b.term, x.id) > this.used(lines, b.term, x.id) &&
          this.posts(a.term, y.id) > this.used(lines, a.term, y.id);
        if (fits) {
          const place = ({ term }: Term) => ({ line: id, term });
          const next = swapCells(lines, terms, place(a), place(b));
          consider(`Swap terms ${a.term} and ${b.term}`, next, 2, []);
        }
        for (const first of free(a.term)) {
          const [changed] = setCell([line], terms, { line: id, term: a.term }, first);
          for (const second of free(b.term)) {
            const [both] = setCell([changed], terms, { line: id, term: b.term }, second);
            if (this.broken(both).length > 0) continue;
            const words = `Term ${a.term}: ${first.name}; term ${b.term}: ${second.name}`;
            consider(words, lines.map((each) => each.id === id ? both : each), 2, []);
          }
        }
      }
    }
  }

  /** Ways over other lines in one term. @param open positions with a post that no line holds */
  #chains(
    lines: Lines,
    line: JobLine,
    term: number,
    open: readonly Position[],
    consider: (words: string, next: Lines, cells: number, touched: readonly string[]) => void,
  ): void {
    const own = positionAt(line, term), before = this.broken(line).length;
    if (!own) return;
    const withCell = (of: JobLine, position: Position) =>
      setCell([of], this.input.terms, { line: of.id, term }, position)[0];
    // A line's own part is looked at once for each post, not once for each way to it.
    const mine = new Map<string, JobLine | null>();
    const wouldDo = (position: Position): JobLine | null => {
      let known = mine.get(position.id);
      if (known === undefined) {
        const changed = withCell(line, position);
        known = this.broken(changed).length <= before ? changed : null;
        mine.set(position.id, known);
      }
      return known;
    };
    const harmless = (was: JobLine, is: JobLine) =>
      compareBroken(this.broken(was), this.broken(is)).breaks.length === 0;
    const others = movable(lines, line, term, own);
    const takesOwn = others.map(({ other }) => withCell(other, own)).filter((changed) =>
      harmless(lines.find(({ id }) => id === changed.id)!, changed)
    );
    let looked = 0;
    for (const { other, theirs } of others) {
      const changed = wouldDo(theirs);
      if (!changed) continue;
      const words = `Term ${term}: ${theirs.name}, from ${other.name}`;
      for (const position of open) {
        if (position.id === theirs.id) continue;
        const moved = withCell(other, position);
        if (harmless(other, moved)) {
          consider(
            `${words}, which goes to ${position.name}`,
            withChanged(lines, [changed, moved]),
            2,
            [other.id],
          );
        }
      }
      for (const third of takesOwn) {
        if (third.id === other.id || ++looked > MOST_RINGS) continue;
        const post = positionAt(lines.find(({ id }) => id === third.id)!, term)!;
        if (post.id === theirs.id) continue;
        const moved = withCell(other, post);
        if (!harmless(other, moved)) continue;
        consider(
          `${words}, which takes ${post.name} from ${third.name}`,
          withChanged(lines, [changed, moved, third]),
          3,
          [other.id, third.id],
        );
      }
    }
  }
}

/** The lines with some of them as they would be. */
function withChanged(lines: Lines, changed: readonly JobLine[]): Lines {
  const by = new Map(changed.map((each) => [each.id, each]));
  return lines.map((each) => by.get(each.id) ?? each);
}

/** Lines that may give up their post of a term for another one, and that post. */
function movable(lines: Lines, line: JobLine, term: number, own: Position) {
  return lines.flatMap((other) => {
    const theirs = positionAt(other, term);
    const fits = other.id !== line.id && !other.is_locked && theirs && theirs.id !== own.id;
    return fits ? [{ other, theirs }] : [];
  });
}
