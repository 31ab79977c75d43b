// Known sequences as far as they are known and an hour of CPU may go, for the bench: each is searched from one value to the next.

/** A sequence: what is searched in, and the values that are found, ascending and without a gap. */
export interface KnownSequence {
  /** OEIS number. */
  source: string;
  form: string;
  /** What does not run. */
  params: Record<string, unknown>;
  /** Where the search begins. */
  first: number;
  /** Picks the running parameter out of an expression. */
  pick: RegExp;
  values: number[];
}

const factorial = { form: "factorial", first: 0, pick: /^(\d+)!/ };
const primorial = { form: "primorial", first: 2, pick: /^(\d+)#/ };
const cullenWoodall = { form: "cullen_woodall", first: 1, pick: /^(\d+)\*/ };
const carolKynea = { form: "carol_kynea", first: 0, pick: /2\^(\d+)/ };
const kbn = { form: "kbn", pick: /\^(\d+)/ };
const fermat = { form: "gen_fermat", first: 2, pick: /^(\d+)\^/ };
const repunit = { form: "repunit", first: 2, pick: /, (\d+)\)/ };

/** The sequences that the bench searches. */
export const KNOWN_SEQUENCES: KnownSequence[] = [
  {
    ...factorial,
    source: "A002981",
    params: { sign: "+" },
    values: [0, 1, 2, 3, 11, 27, 37, 41, 73, 77, 116, 154, 320, 340, 399, 427, 872, 1477, 6380],
  },
  {
    ...factorial,
    source: "A002982",
    params: { sign: "-" },
    values: [
      ...[3, 4, 6, 7, 12, 14, 30, 32, 33, 38, 94, 166, 324, 379, 469, 546, 974, 1963, 3507, 3610],
      6917,
    ],
  },
  {
    ...primorial,
    source: "A005234",
    params: { sign: "+" },
    values: [
      ...[2, 3, 5, 7, 11, 31, 379, 1019, 1021, 2657, 3229, 4547, 4787, 11549, 13649, 18523],
    ],
  },
  {
    ...primorial,
    source: "A006794",
    params: { sign: "-" },
    values: [
      ...[3, 5, 11, 13, 41, 89, 317, 337, 991, 1873, 2053, 2377, 4093, 4297, 4583, 6569, 13033],
    ],
  },
  {
    ...cullenWoodall,
    source: "A005849",
    params: { sign: "+" },
    values: [1, 141, 4713, 5795, 6611, 18496],
  },
  {
    ...cullenWoodall,
    source: "A002234",
    params: { sign: "-" },
    values: [
      ...[2, 3, 6, 30, 75, 81, 115, 123, 249, 362, 384, 462, 512, 751, 822, 5312, 7755, 9531],
      12379,
    ],
  },
  {
    ...carolKynea,
    source: "A091515",
    params: { sign: "-" },
    values: [
      ...[2, 3, 4, 6, 7, 10, 12, 15, 18, 19, 21, 25, 27, 55, 129, 132, 159, 171, 175, 315, 324],
      ...[358, 393, 435, 786, 1459, 1707, 2923, 6462],
    ],
  },
  {
    ...carolKynea,
    source: "A091513",
    params: { sign: "+" },
    values: [
      ...[0, 1, 2, 3, 5, 8, 9, 12, 15, 17, 18, 21, 23, 27, 32, 51, 65, 87, 180, 242, 467, 491],
      ...[501, 507, 555, 591, 680, 800, 1070, 1650, 2813, 3281, 4217, 5153, 6287, 6365],
    ],
  },
  {
    ...kbn,
    source: "A002253",
    params: { k: 3, sign: "+" },
    first: 1,
    values: [
      ...[1, 2, 5, 6, 8, 12, 18, 30, 36, 41, 66, 189, 201, 209, 276, 353, 408, 438, 534, 2208],
      ...[2816, 3168, 3189, 3912, 20909, 34350],
    ],
  },
  {
    ...kbn,
    source: "A002235",
    params: { k: 3, sign: "-" },
    first: 0,
    values: [
      ...[0, 1, 2, 3, 4, 6, 7, 11, 18, 34, 38, 43, 55, 64, 76, 94, 103, 143, 206, 216, 306, 324],
      ...[391, 458, 470, 827, 1274, 3276, 4204, 5134, 7559, 12676, 14898, 18123],
    ],
  },
  {
    form: "mersenne",
    source: "A000043",
    params: {},
    first: 2,
    pick: /\^(\d+)/,
    values: [
      ...[2, 3, 5, 7, 13, 17, 19, 31, 61, 89, 107, 127, 521, 607, 1279, 2203, 2281, 3217, 4253],
      ...[4423, 9689, 9941, 11213],
    ],
  },
  {
    ...fermat,
    source: "A006316",
    params: { fermat_exp: 6 },
    values: [102, 162, 274, 300, 412, 562, 592, 728, 1084, 1094, 1108, 1120, 1200],
  },
  {
    ...fermat,
    source: "A056994",
    params: { fermat_exp: 7 },
    values: [120, 190, 234, 506, 532, 548, 960, 1738, 1786, 2884, 3000],
  },
  // A056993, the least b of b^(2^m) + 1.
  ...[[8, 278], [9, 46], [10, 824], [11, 150], [12, 1534]].map(([m, least]) => ({
    ...fermat,
    source: "A056993",
    params: { fermat_exp: m },
    values: [least],
  })),
  {
    form: "wagstaff",
    source: "A000978",
    params: {},
    first: 3,
    pick: /2\^(\d+)/,
    values: [
      ...[3, 5, 7, 11, 13, 17, 19, 23, 31, 43, 61, 79, 101, 127, 167, 191, 199, 313, 347, 701],
      ...[1709, 2617, 3539, 5807, 10501],
    ],
  },
  { ...repunit, source: "A004023", params: { base: 10 }, values: [2, 19, 23, 317, 1031] },
  {
    ...repunit,
    source: "A028491",
    params: { base: 3 },
    values: [3, 7, 13, 71, 103, 541, 1091, 1367, 1627, 4177, 9011, 9551],
  },
];
