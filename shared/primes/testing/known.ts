// Beginnings of sequences that are known (OEIS numbers), as searches and what they must find.

/** A search with the list of what it finds: the running parameter, with the sign where both are asked for. */
export interface KnownAnswer {
  /** OEIS number, or where the list is from. */
  source: string;
  form: string;
  params: Record<string, unknown>;
  /** Picks the running parameter out of an expression. */
  pick: RegExp;
  values: number[];
}

/** Known answers that take a second or so each. */
export const KNOWN: KnownAnswer[] = [
  {
    source: "A002981",
    form: "factorial",
    params: { start: 0, end: 160, sign: "+" },
    pick: /^(\d+)!/,
    values: [0, 1, 2, 3, 11, 27, 37, 41, 73, 77, 116, 154],
  },
  {
    source: "A002982",
    form: "factorial",
    params: { start: 0, end: 170, sign: "-" },
    pick: /^(\d+)!/,
    values: [3, 4, 6, 7, 12, 14, 30, 32, 33, 38, 94, 166],
  },
  {
    source: "A005234",
    form: "primorial",
    params: { start: 2, end: 400, sign: "+" },
    pick: /^(\d+)#/,
    values: [2, 3, 5, 7, 11, 31, 379],
  },
  {
    source: "A006794",
    form: "primorial",
    params: { start: 2, end: 400, sign: "-" },
    pick: /^(\d+)#/,
    values: [3, 5, 11, 13, 41, 89, 317, 337],
  },
  {
    source: "A005849",
    form: "cullen_woodall",
    params: { min_n: 1, max_n: 300, sign: "+" },
    pick: /^(\d+)\*/,
    values: [1, 141],
  },
  {
    source: "A002234",
    form: "cullen_woodall",
    params: { min_n: 1, max_n: 400, sign: "-" },
    pick: /^(\d+)\*/,
    values: [2, 3, 6, 30, 75, 81, 115, 123, 249, 362, 384],
  },
  {
    source: "A091515",
    form: "carol_kynea",
    params: { min_n: 0, max_n: 330, sign: "-" },
    pick: /2\^(\d+)/,
    values: [2, 3, 4, 6, 7, 10, 12, 15, 18, 19, 21, 25, 27, 55, 129, 132, 159, 171, 175, 315, 324],
  },
  {
    source: "A091513",
    form: "carol_kynea",
    params: { min_n: 0, max_n: 250, sign: "+" },
    pick: /2\^(\d+)/,
    values: [0, 1, 2, 3, 5, 8, 9, 12, 15, 17, 18, 21, 23, 27, 32, 51, 65, 87, 180, 242],
  },
  {
    source: "A000978",
    form: "wagstaff",
    params: { min_exp: 3, max_exp: 130 },
    pick: /2\^(\d+)/,
    values: [3, 5, 7, 11, 13, 17, 19, 23, 31, 43, 61, 79, 101, 127],
  },
  {
    source: "A004023",
    form: "repunit",
    params: { base: 10, min_n: 2, max_n: 60 },
    pick: /, (\d+)\)/,
    values: [2, 19, 23],
  },
  {
    source: "A028491",
    form: "repunit",
    params: { base: 3, min_n: 2, max_n: 110 },
    pick: /, (\d+)\)/,
    values: [3, 7, 13, 71, 103],
  },
  {
    source: "computed twice",
    form: "repunit",
    params: { base: 7, min_n: 2, max_n: 150 },
    pick: /, (\d+)\)/,
    values: [5, 13, 131, 149],
  },
  {
    source: "A002253",
    form: "kbn",
    params: { k: 3, min_n: 1, max_n: 600, sign: "+" },
    pick: /\^(\d+)/,
    values: [1, 2, 5, 6, 8, 12, 18, 30, 36, 41, 66, 189, 201, 209, 276, 353, 408, 438, 534],
  },
  {
    source: "A002235",
    form: "kbn",
    params: { k: 3, min_n: 0, max_n: 500, sign: "-" },
    pick: /\^(\d+)/,
    values: [
      ...[0, 1, 2, 3, 4, 6, 7, 11, 18, 34, 38, 43, 55, 64, 76, 94, 103, 143, 206, 216, 306, 324],
      ...[391, 458, 470],
    ],
  },
  {
    source: "A000043",
    form: "mersenne",
    params: { min_exp: 2, max_exp: 1300 },
    pick: /\^(\d+)/,
    values: [2, 3, 5, 7, 13, 17, 19, 31, 61, 89, 107, 127, 521, 607, 1279],
  },
  {
    source: "A006316",
    form: "gen_fermat",
    params: { fermat_exp: 6, min_base: 2, max_base: 800 },
    pick: /^(\d+)\^/,
    values: [102, 162, 274, 300, 412, 562, 592, 728],
  },
  {
    source: "A056994",
    form: "gen_fermat",
    params: { fermat_exp: 7, min_base: 2, max_base: 300 },
    pick: /^(\d+)\^/,
    values: [120, 190, 234],
  },
];

/** A063983: least k for which k*2^n - 1 and k*2^n + 1 are both prime, from n = 0 on. */
export const LEAST_TWINS = [
  ...[4, 2, 1, 9, 12, 6, 3, 9, 57, 30, 15, 99, 165, 90, 45, 24, 12, 6, 3, 69, 132, 66, 33, 486],
  ...[243, 324, 162, 81, 90, 45, 345, 681, 585, 375, 267, 426, 213, 429, 288, 144, 72, 36, 18, 9],
  ...[147, 810, 405, 354, 177, 1854, 927, 1125, 1197, 666, 333, 519, 1032, 516, 258, 129, 72],
];

/** A016115: palindromic primes of 1, 2, 3... digits. */
export const PALINDROMIC_PRIMES = [4, 1, 15, 0, 93, 0, 668];

/** Primes, twin pairs, and Sophie Germain primes below 10^1, 10^2...: A006880, A007508, A092816. */
export const COUNTS = {
  primes: [
    ...[4, 25, 168, 1229, 9592, 78498, 664579, 5761455, 50847534, 455052511, 4118054813],
    37607912018,
  ],
  twins: [
    ...[2, 8, 35, 205, 1224, 8169, 58980, 440312, 3424506, 27412679, 224376048],
    1870585220,
  ],
  sophie_germain: [
    ...[3, 10, 37, 190, 1171, 7746, 56032, 423140, 3308859, 26569515, 218116524],
  ],
};
