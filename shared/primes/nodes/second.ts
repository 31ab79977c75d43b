/**
 * Second opinions: the residues that are drawn of an answer are computed again by a node of another operator, who is told the
 * candidates and not what was said of them. What the two differ in the fleet settles (check.ts).
 */
import * as z from "zod";
import type { CheckpointFormat } from "../../engine/checkpoint.ts";
import type { SliceBudget } from "../../engine/units.ts";
import { type Journal, newJournal, proceed } from "../arithmetic/chain.ts";
import { paceBy } from "../arithmetic/pace.ts";
import type { BlockInput, BlockProgress, Composite } from "../engine.ts";
import { PrimeSearchError } from "../errors.ts";
import { openSearch } from "../forms/mod.ts";
import { type CandidateVerdict, testCandidate } from "../proof/candidate.ts";
import { compositesOf } from "./answer.ts";
import { drawn } from "./sample.ts";
import { shown } from "./shown.ts";

/** Of what two operators agree on, the share that the fleet computes again. */
const THIRD_SHARE = 0.05;

/** A candidate whose evidence is a residue. */
export type ByResidue = Extract<Composite, { res64: string }>;

/** An answer, with what is needed to draw of it. */
export interface DrawnFrom extends BlockInput {
  share: number;
  seed: string;
  answer: { evidence: { factors: string; residues: [number, string, string, string][] } };
}

/** The residues that are computed again of an answer, by index. @throws PrimeSearchError INVALID_BLOCK for torn evidence */
export function drawnOf({ share, seed, answer, ...block }: DrawnFrom): ByResidue[] {
  const failed = compositesOf(block, answer).filter((each) => "res64" in each);
  return drawn(seed, share, failed.length).map((place) => failed[place]);
}

/** Which of those the fleet computes again itself, where a second operator has said the same: drawn by a seed of their own. */
export function drawnAgain(seed: string, count: number): number[] {
  return drawn(`${seed} again`, THIRD_SHARE, count);
}

/** What a node says of a candidate. */
export const opinionsShape = z.strictObject({
  opinions: z.array(z.strictObject({
    index: z.int().min(0),
    says: z.string().min(1).max(200),
  })).max(20_000),
});

/** What a node says of the candidates that it was asked about. */
export type Opinions = z.infer<typeof opinionsShape>["opinions"];

/**
 * Where opinions differ from what was said first, by candidate.
 * @throws PrimeSearchError INVALID_BLOCK where they are not of the candidates that were asked about, each once and in order
 */
export function differences(
  asked: readonly ByResidue[],
  opinions: Opinions,
): Record<string, string> {
  const differ: Record<string, string> = {};
  if (opinions.length !== asked.length) {
    const message = `are to be of the ${asked.length} candidates that were asked about`;
    throw PrimeSearchError.of("INVALID_BLOCK", "opinions", message);
  }
  for (const [place, { index, says }] of opinions.entries()) {
    if (index !== asked[place].index) {
      const message = `is to be ${asked[place].index}: the candidates in order, each once`;
      throw PrimeSearchError.of("INVALID_BLOCK", `opinions.${place}.index`, message);
    }
    if (says !== claimed(asked[place])) differ[index] = says;
  }
  return differ;
}

/** What a node said by handing in a residue, in the words of describe(). */
export function claimed({ member, test, base, res64 }: ByResidue): string {
  return describe({ kind: "composite", member, evidence: { test, base, res64 } });
}

/** A verdict in words that are the same where the verdicts are. */
export function describe(verdict: CandidateVerdict): string {
  if (verdict.kind === "prime") return "a prime";
  if (verdict.kind === "probable") return "a probable prime";
  const { member, evidence } = verdict;
  if ("factor" in evidence) return `composite by the factor ${shown(evidence.factor)} (${member})`;
  return `composite by ${evidence.test} ${evidence.base ?? ""} ${evidence.res64} (${member})`;
}

/** What a node is asked. */
export interface AskedAgain {
  form: string;
  params: Record<string, unknown>;
  candidates: number[];
}

/** State of a second opinion, plain JSON. */
export interface SecondState {
  says: string[];
  test: Journal | null;
}

/** A second opinion, computed in slices that end anywhere, as a node works it. */
export class SecondOpinion {
  readonly format: CheckpointFormat = { engine: "second_opinion", version: 1 };

  constructor(private readonly asked: AskedAgain) {}

  start(): SecondState {
    return { says: [], test: null };
  }

  step(from: SecondState, budget: SliceBudget): SecondState {
    const state = structuredClone(from);
    const search = openSearch(this.asked.form, this.asked.params);
    const pace = paceBy(budget);
    while (!this.done(state)) {
      const candidate = search.candidate(this.asked.candidates[state.says.length]);
      const outcome = proceed(testCandidate(candidate), state.test ?? newJournal(), pace);
      state.test = outcome.done ? null : outcome.journal;
      if (!outcome.done) break;
      state.says.push(describe(outcome.result));
      if (budget.remainingMs() <= 0) break;
    }
    return state;
  }

  done({ says }: SecondState): boolean {
    return says.length >= this.asked.candidates.length;
  }

  progress({ says }: SecondState): Pick<BlockProgress, "fraction" | "tested" | "found"> {
    const count = this.asked.candidates.length;
    return { fraction: count === 0 ? 1 : says.length / count, tested: says.length, found: 0 };
  }

  /** @throws Error while it is not done */
  result(state: SecondState): Opinions {
    if (!this.done(state)) throw new Error("the second opinion is not done");
    return this.asked.candidates.map((index, place) => ({ index, says: state.says[place] }));
  }
}
