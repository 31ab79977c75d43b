// In which weeks leave lies: so that in no week more than a share of all lines is away, nor of a team's, as far as the
// lines allow it, and spread evenly beyond that. Every line in turn takes the placement that serves this best, until
// none can do better.

import type { LeaveBlock } from "../rules/calendar.ts";
import type { LeaveChoiceOfLine } from "./choice.ts";
import type { PlacedOption, Placement } from "./placements.ts";

/** Rounds over all lines, at most. */
const MOST_ROUNDS = 12;

/** What a placement costs: leave in two parts, a week of the share missed, a week by which a limit is exceeded. */
const SPLIT = 1e9;
const SHARE = 1e6;
const OVER = 1e3;

/** Other lines that are tried as partners of one, where limits are exceeded and it may not move alone. */
const PARTNERS = 40;

/** Slack of shares that are rounded to whole lines. */
const EPSILON = 1e-9;

/** Lines that may be away of so many in one week: a share of them, and always one. */
export function mostAway(there: number, share: number): number {
  return Math.max(Math.min(1, there), Math.floor(share * there + EPSILON));
}

/** What is to be spread. */
export interface SpreadInput {
  termWeeks: readonly number[];
  options: readonly PlacedOption[];
  /** [line][term] number of its team; -1 for none. */
  teams: readonly (readonly number[])[];
  /** [line][term] whether it takes leave there. */
  takes: readonly (readonly boolean[])[];
  /** Lines that stay as they are, with their leave: `teams` holds them after the others. */
  fixed: readonly (readonly LeaveBlock[])[];
  /** [term] weeks that the lines may take. */
  capacity: readonly number[];
  weekShare: number;
  teamShare: number;
  /** Weeks wanted in the first half of the year. */
  target: number;
}

/** Spreads the leave of lines. @param chosen [line] its option, null: none @returns [line] its blocks */
export function spreadLeave(
  input: SpreadInput,
  chosen: readonly (LeaveChoiceOfLine | null)[],
): LeaveBlock[][] {
  return new Spread(input, chosen).run();
}

class Spread {
  readonly #in: SpreadInput;
  readonly #termOf: Int32Array;
  /** [week] lines away; [team * weeks + week] the same of a team. */
  readonly #away: Int32Array;
  readonly #teamAway: Int32Array;
  /** [team * terms + term] lines of it that may be away. */
  readonly #teamMost: Int32Array;
  readonly #teamThere: Int32Array;
  readonly #weekMost: number;
  readonly #lines: number;
  readonly #room: number[];
  readonly #placed: (Placement | null)[];
  readonly #option: number[];
  #early = 0;

  constructor(input: SpreadInput, chosen: readonly (LeaveChoiceOfLine | null)[]) {
    this.#in = input;
    const { termWeeks, teams, teamShare, weekShare, fixed } = input, T = termWeeks.length;
    this.#termOf = Int32Array.from(termWeeks.flatMap((weeks, t) => Array(weeks).fill(t)));
    const weeks = this.#termOf.length;
    const count = 1 + Math.max(-1, ...teams.flat());
    this.#away = new Int32Array(weeks);
    this.#teamAway = new Int32Array(count * weeks);
    this.#teamThere = new Int32Array(count * T);
    for (const own of teams) own.forEach((team, t) => team >= 0 && this.#teamThere[team * T + t]++);
    this.#teamMost = this.#teamThere.map((there) => mostAway(there, teamShare));
    this.#lines = teams.length;
    this.#weekMost = mostAway(this.#lines, weekShare);
    this.#room = [...input.capacity];
    this.#placed = chosen.map(() => null);
    this.#option = chosen.map((own) => own?.option ?? -1);
    fixed.forEach((blocks, n) => this.#count(chosen.length + n, blocks, 1));
    chosen.forEach((own, i) => {
      if (own === null) return;
      const { placements } = input.options[own.option];
      this.#put(i, own.option, this.#cheapest(i, placements.filter((p) => p.early === own.early))!);
    });
  }

  /** Every line in turn, until none moves. */
  run(): LeaveBlock[][] {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      let moved = false;
      for (let i = 0; i < this.#placed.length; i++) moved = this.#improve(i) || moved;
      if (moved) continue;
      for (let i = 0; i < this.#placed.length; i++) moved = this.#exchange(i) || moved;
      if (!moved) break;
    }
    return this.#placed.map((own) => own?.blocks ?? []);
  }

  /** Looks for a better placement of line i, of any option that it can take. */
  #improve(i: number): boolean {
    const old = this.#placed[i], oldOption = this.#option[i];
    if (old === null) return false;
    this.#take(i);
    const now = this.#cost(i, old);
    const found = this.#best(i, old.blocks.length);
    const isBetter = found !== null && found.cost < now - 1e-6;
    this.#put(i, isBetter ? found.option : oldOption, isBetter ? found.placed : old);
    return isBetter;
  }

  /** The cheapest placement of line i, which has none, in at most so many parts. @param but a number of early weeks that it must not have */
  #best(i: number, parts: number, but = -1) {
    let best: { option: number; placed: Placement; cost: number } | null = null;
    this.#in.options.forEach((option, o) => {
      if (option.parts.length > parts) return;
      const fits = option.parts.every(({ term, weeks }) =>
        this.#in.takes[i][term] && this.#room[term] >= weeks
      );
      if (!fits) return;
      for (const placed of option.placements) {
        if (placed.early === but) continue;
        const cost = this.#cost(i, placed);
        if (cost < (best?.cost ?? Infinity)) best = { option: o, placed, cost };
      }
    });
    return best as { option: number; placed: Placement; cost: number } | null;
  }

  /** Where line i is away with too many, moves it to another half of the year, and another line the other way. */
  #exchange(i: number): boolean {
    const old = this.#placed[i], option = this.#option[i];
    if (old === null || !this.#isOver(i, old)) return false;
    const missed = this.#missed(0), n = this.#placed.length;
    this.#take(i);
    const now = this.#own(i, old), first = this.#best(i, old.blocks.length, old.early);
    if (first === null) {
      this.#put(i, option, old);
      return false;
    }
    const own = this.#own(i, first.placed);
    this.#put(i, first.option, first.placed);
    const step = Math.max(1, Math.floor(n / PARTNERS));
    for (let j = i % step; j < n; j += step) {
      const other = this.#placed[j], otherOption = this.#option[j];
      if (j === i || other === null) continue;
      this.#take(j);
      const before = now + this.#own(j, other) + SHARE * missed;
      const second = this.#best(j, other.blocks.length, other.early);
      if (second !== null && own + second.cost < before - 1e-6) {
        this.#put(j, second.option, second.placed);
        return true;
      }
      this.#put(j, otherOption, other);
    }
    this.#take(i);
    this.#put(i, option, old);
    return false;
  }

  /** Whether line i, with its leave there, is away with more than should be. */
  #isOver(i: number, placed: Placement): boolean {
    this.#count(i, placed.blocks, -1);
    const isOver = this.#own(i, placed) % SPLIT >= OVER;
    this.#count(i, placed.blocks, 1);
    return isOver;
  }

  #cheapest(i: number, placements: readonly Placement[]): Placement | null {
    let best: Placement | null = null, least = Infinity;
    for (const placed of placements) {
      const cost = this.#cost(i, placed);
      if (cost < least) [least, best] = [cost, placed];
    }
    return best;
  }

  #put(i: number, option: number, placed: Placement): void {
    this.#placed[i] = placed;
    this.#option[i] = option;
    this.#early += placed.early;
    for (const { term, weeks } of this.#in.options[option].parts) this.#room[term] -= weeks;
    this.#count(i, placed.blocks, 1);
  }

  #take(i: number): void {
    const placed = this.#placed[i]!;
    this.#early -= placed.early;
    for (const { term, weeks } of this.#in.options[this.#option[i]].parts) {
      this.#room[term] += weeks;
    }
    this.#count(i, placed.blocks, -1);
  }

  #count(i: number, blocks: readonly LeaveBlock[], by: number): void {
    const weeks = this.#away.length;
    for (const { startWeek, weeks: n } of blocks) {
      for (let w = startWeek; w < Math.min(weeks, startWeek + n); w++) {
        this.#away[w] += by;
        const team = this.#in.teams[i][this.#termOf[w]];
        if (team >= 0) this.#teamAway[team * weeks + w] += by;
      }
    }
  }

  /** Weeks by which the first half misses what is wanted of it, with so many more. */
  #missed(early: number): number {
    return Math.abs(this.#early + early - this.#in.target);
  }

  /** What leave of line i costs there, beside the leave of all others, the share of the first half included. */
  #cost(i: number, placed: Placement): number {
    return this.#own(i, placed) + SHARE * this.#missed(placed.early);
  }

  /** The same without the share. */
  #own(i: number, { blocks }: Placement): number {
    const weeks = this.#away.length, T = this.#in.termWeeks.length;
    let over = 0, spread = 0;
    for (const { startWeek, weeks: n } of blocks) {
      for (let w = startWeek; w < startWeek + n; w++) {
        if (this.#away[w] >= this.#weekMost) over++;
        spread += (2 * this.#away[w] + 1) / this.#lines;
        const t = this.#termOf[w], team = this.#in.teams[i][t];
        if (team < 0) continue;
        const own = this.#teamAway[team * weeks + w];
        if (own >= this.#teamMost[team * T + t]) over++;
        spread += (2 * own + 1) / this.#teamThere[team * T + t];
      }
    }
    return SPLIT * (blocks.length - 1) + OVER * over + spread;
  }
}
