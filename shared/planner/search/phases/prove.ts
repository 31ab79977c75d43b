// The proof that nothing better than the best plan exists. Few lines matter for plans that are nearly worth
// their bound, so these are looked for first, and then ever wider: where there are none the bound falls, and
// where there is one it is worth nearly as much as any can be. Proofs and polishing take turns.

import { slotsInUse } from "../../model/leave_choice.ts";
import { finish } from "./finish.ts";
import { beginProof, nextWanted } from "../prove.ts";
import type { Search } from "../search.ts";
import { isGoodEnough, isOutOfWork } from "../stop.ts";
import { newTree } from "../tree.ts";

/** Cost of the linear programs of a unit (`LineProgram.work`): some 80 milliseconds. */
const UNIT_WORK = 3_500_000;
/** The same in units of GLPK's work on integer programs, by which effort is counted. */
const MIP_WORK = 1 / 10_000;

/** Slots up to which a proof is tried: with more a node of a tree may be more than a unit. */
const MOST_SLOTS = 300;

/** Units of a proof before plans are polished again: so many at first, twice as many each time. */
export const FIRST_TURN = 24;
const MOST_TURNS = 6;

/**
 * Works on the proof that nothing better than the best plan exists; where too many lines matter for it, or a program
 * resists, polishing goes on as long as the effort allows.
 */
export function prove(search: Search): void {
  const { state, tables } = search;
  if (search.bestLines !== state.linesBound || slotsInUse(tables) > MOST_SLOTS) {
    return giveUp(search);
  }
  if (state.proof === null) {
    const proof = beginProof(tables, search.lastPrices, state.linePrice, state.bestValue!);
    state.work.pricings++;
    if (proof === null) return giveUp(search);
    state.proof = { ...proof, left: FIRST_TURN, turns: 0 };
    return;
  }
  // A checkpoint that a search was made from stays as it was.
  const proof = state.proof = { ...state.proof, tree: { ...state.proof.tree } };
  const { tree } = search;
  if (tree === null) return giveUp(search);
  const found = tree.grow(proof.tree, Math.max(proof.wanted, state.bestValue! + 1), UNIT_WORK);
  state.work.mips++;
  state.work.mip_work += Math.round(MIP_WORK * found.work);
  if (found.isStuck) return giveUp(search);
  if (found.plan) search.offer(found.plan);
  else if (proof.tree.open === 0) widen(search);
  if (isGoodEnough(search) || isOutOfWork(search)) return finish(search);
  if (--proof.left <= 0) beginPolish(search);
}

/** There is no plan worth what was asked for beyond the best one. */
function widen({ state }: Search): void {
  const proof = state.proof!, value = state.bestValue!;
  state.bound = Math.min(state.bound!, Math.max(value, proof.wanted - 1));
  proof.wanted = nextWanted(proof.bound, value, proof.wanted);
  proof.tree = newTree(proof.tree.costs);
}

/** Polishes for a while, before the proof goes on for longer. */
function beginPolish({ state }: Search): void {
  const proof = state.proof!;
  proof.turns = Math.min(proof.turns + 1, MOST_TURNS);
  proof.left = FIRST_TURN * 2 ** proof.turns;
  state.phase = "polish";
  state.idle = 0;
}

function giveUp({ state }: Search): void {
  state.proof = null;
  state.unproven = state.bestValue;
  state.phase = "polish";
}
