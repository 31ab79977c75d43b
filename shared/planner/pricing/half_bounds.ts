// What bounds the halves that may go with a half of a line (`half_proof.ts`).

import { type KeyElements, NONE } from "./key_sets.ts";

/**
 * What keys bring beside sets.
 * @param masks [set] its keys as bits
 * @returns [set * keys + key]
 */
export function besideSets({ pair }: KeyElements, K: number, masks: Int32Array): Float32Array {
  const beside = new Float32Array(masks.length * K);
  masks.forEach((mask, u) => {
    for (let rest = mask; rest !== 0; rest &= rest - 1) {
      const row = (31 - Math.clz32(rest & -rest)) * K;
      for (let k = 0; k < K; k++) beside[u * K + k] += pair[row + k];
    }
  });
  return beside;
}

/**
 * What further elements bring beside a set at most: new keys what they bring, keys that come again nothing.
 * @param times [key] how often a line may hold it
 * @param most elements, at most
 * @returns [set * (most + 1) + n] for n of them
 */
export function topsOf(
  times: Int32Array,
  masks: Int32Array,
  beside: Float32Array,
  most: number,
): Float32Array {
  const K = times.length, tops = new Float32Array(masks.length * (most + 1));
  const best = new Float64Array(most);
  const add = (worth: number) => {
    if (worth <= best[most - 1]) return;
    let i = most - 1;
    for (; i > 0 && best[i - 1] < worth; i--) best[i] = best[i - 1];
    best[i] = worth;
  };
  masks.forEach((mask, u) => {
    best.fill(NONE);
    for (let k = 0; k < K; k++) {
      if (times[k] > 0 && (mask >> k & 1) === 0) add(beside[u * K + k]);
      for (let n = 1; n < Math.min(most + 1, times[k]); n++) add(0);
    }
    let sum = 0;
    for (let r = 0; r < most; r++) tops[u * (most + 1) + r + 1] = sum += best[r];
  });
  return tops;
}
