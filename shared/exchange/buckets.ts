// The buckets that doctors put lines and specialties into, in words.

/** Names of the buckets by how much something is liked: 2 love to -2 never, the best first. */
export const BUCKETS: ReadonlyMap<number, string> = new Map([
  [2, "Love"],
  [1, "Like"],
  [0, "Neutral"],
  [-1, "Dislike"],
  [-2, "Never"],
]);
