/** What allocator.load_run() may answer, with everything that can stand in it, for tests of who reads it. */

const DOCTORS = [1, 2, 3, 4, 5].map((n) => `4d1fe9d4-9a5c-4bb0-8d5c-00000000000${n}`);
const LINES = [1, 2, 3, 4].map((n) => `4d1fe9d4-9a5c-4bb0-8d5c-0000000000a${n}`);
const TAGS = [1, 2].map((n) => `4d1fe9d4-9a5c-4bb0-8d5c-0000000000b${n}`);
const RUN = "4d1fe9d4-9a5c-4bb0-8d5c-0000000000c1";

const pin = (worker: number, line: number) => ({
  worker_mapping: DOCTORS[worker],
  job_line: LINES[line],
});

/** A good document of a run of its own, or of a question what if. */
export function allocatorDocument(kind: "run" | "what-if"): Record<string, unknown> {
  return {
    options: {
      rank_notation: "dense",
      preferencer_weight: 0.5,
      preference_power: 2,
      stability: false,
      allow_ties: true,
      rng_seed: 3,
      pins: [{ ...pin(0, 0), reason: "asked for" }],
      exclusions: [{ ...pin(1, 0), reason: "unfit" }],
      priority_groups: kind === "run"
        ? [{ name: "First", worker_mappings: [DOCTORS[0]], qualification_tags: [] }, {
          name: "Tagged",
          worker_mappings: [],
          qualification_tags: TAGS,
        }]
        : [],
      linked_doctors: kind === "run"
        ? [{ first: DOCTORS[2], second: DOCTORS[3], fit: "same_hospital", line_pairs: [] }]
        : [],
      ...kind === "what-if" && {
        what_if: {
          base_run: RUN,
          pins: [pin(2, 2)],
          exclusions: [pin(3, 2)],
          weightings: [{
            job_line: LINES[1],
            worker_mappings: [DOCTORS[0]],
            qualification_tags: [TAGS[1]],
            weighting: 2,
          }],
        },
      },
    },
    lines_fingerprint: "as loaded",
    unknown: [],
    tags: TAGS,
    workers: DOCTORS.map((id, w) => ({
      id,
      name: `Doctor ${w}`,
      takes_part: w < 4,
      tags: [w % 2],
      fte: 1,
    })),
    lines: LINES.map((id, l) => ({
      id,
      name: `Line ${l}`,
      takes_part: l < 3,
      capacity: l < 3 ? 2 : 0,
      must_have: l === 0,
      fte: 1,
      hospitals: "Base",
    })),
    allows_never: true,
    never: { 1: [2] },
    eligibility: [{
      line: 1,
      included_workers: [0, 1, 2, 3],
      excluded_workers: [4],
      included_tags: [0],
      excluded_tags: [],
    }],
    preferences: {
      0: { lines: [0, 1, 2], ranks: [1, 2, 3] },
      1: { lines: [1, 2], ranks: [1, 1] },
      2: { lines: [2, 0, 3], ranks: [1, 2, 2] },
    },
    preferencers: [{
      id: "ward",
      name: "Ward",
      max_lines: 3,
      max_workers: null,
      lines: [0, 1, 3],
      ranks: [[0, 1], [1, 2], [4, 3]],
    }],
    weightings: [
      { line: null, workers: [DOCTORS[0]], tags: [TAGS[0]], weighting: -1 },
      { line: 1, workers: [], tags: [], weighting: 2.5 },
    ],
    base: kind === "run" ? null : {
      run: RUN,
      report: { choices: [2, 1], unranked: 0 },
      allocations: [[0, 0], [1, 1], [2, 2]],
    },
  };
}
