// Searches for primes in one process, in slices as the fleet works them: what they find, and what that takes.

import process from "node:process";
import { complete } from "../../shared/primes/arithmetic/chain.ts";
import { check } from "../../shared/primes/check/mod.ts";
import {
  type BlockResult,
  blocksOf,
  mergeBlocks,
  planSearch,
  prepareBlock,
  type SearchRequest,
} from "../../shared/primes/engine.ts";

/** Milliseconds of a slice. */
export const SLICE_MS = 740;

/** CPU of this process, in ms. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** CPU of some work, in ms. */
export function timed(work: () => void): number {
  const before = cpuMs();
  work();
  return cpuMs() - before;
}

/**
 * A search worked in slices as the fleet would.
 * @param killed of so many slices the last one is killed: what it did is lost, and its state is read again
 */
export function search(request: SearchRequest, killed = Infinity) {
  const { candidates, blockSize } = planSearch(request);
  const results: BlockResult[] = [];
  const slices: number[] = [];
  let bytes = 0;
  for (const [start, end] of blocksOf(candidates, blockSize)) {
    const block = prepareBlock({ ...request, start, end });
    let state = block.start();
    while (!block.done(state)) {
      const began = cpuMs();
      const limit = performance.now() + SLICE_MS;
      const next = block.step(state, { remainingMs: () => limit - performance.now() });
      slices.push(cpuMs() - began);
      if (slices.length % killed === 0) continue;
      const kept = JSON.stringify(next);
      bytes = Math.max(bytes, kept.length);
      state = JSON.parse(kept);
    }
    results.push(block.outcome(state));
  }
  const merged = mergeBlocks(candidates, results);
  const checkMs = timed(() => {
    for (const { expression, certificate } of merged.finds) {
      if (certificate === null) continue;
      const result = complete(check({ form: request.form, expression, certificate }));
      if (!result.valid) throw new Error(`${expression}: ${result.reason}`);
    }
  });
  return { ...merged, cpuMs: slices.reduce((a, b) => a + b, 0), slices, bytes, checkMs };
}
