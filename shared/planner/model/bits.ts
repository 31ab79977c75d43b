// Sets as the bits of one number.

/** How many bits a number of 32 has. */
export function bitCount(mask: number): number {
  const pairs = mask - (mask >>> 1 & 0x55555555);
  const fours = (pairs & 0x33333333) + (pairs >>> 2 & 0x33333333);
  return Math.imul(fours + (fours >>> 4) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** The places of its bits, the lowest first. */
export function bitsIn(mask: number): Int32Array {
  const bits = new Int32Array(bitCount(mask));
  let n = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) bits[n++] = 31 - Math.clz32(rest & -rest);
  return bits;
}
