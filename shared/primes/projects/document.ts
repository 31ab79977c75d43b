/**
 * A project as people write it: a TOML file, or the same as JSON. Read here is its shape; what its phases search for is
 * planned in plan.ts.
 */
import { parse } from "smol-toml";
import * as z from "zod";
import { pathText } from "../../engine/paths.ts";
import { readShape } from "../../engine/shapes.ts";
import { PrimeSearchError } from "../errors.ts";

/** Most text of a file. */
const MAX_TEXT = 100_000;
/** Most phases of a project. */
const MAX_PHASES = 50;
/** Most extensions of a phase that found nothing, one behind the other. */
const MAX_EXTENSIONS = 10;

const text = (most: number) => z.string().max(most);
const amount = z.number().min(0).max(1_000_000);
const whole = (least: number, most: number) => z.int().min(least).max(most);

/** What begins a phase, beside the phases that it depends on. */
const activation = z.string().regex(
  /^(previous_phase_found_zero|previous_phase_found_prime|time_since_start:\d{1,6}(\.\d{1,4})?)$/,
  "is to be previous_phase_found_zero, previous_phase_found_prime or time_since_start:<hours>",
);

/** What ends a phase before all its blocks are done. */
const completion = z.string().regex(
  /^(all_blocks_done|first_prime_found|n_primes_found:[1-9]\d{0,8}|target_digits_reached:[1-9]\d{0,6}|timeout_hours:\d{1,6}(\.\d{1,4})?|budget_reached:\d{1,7}(\.\d{1,6})?)$/,
  "is to be all_blocks_done, first_prime_found, n_primes_found:<number>, target_digits_reached:<digits>, " +
    "timeout_hours:<hours> or budget_reached:<dollars>",
);

const phaseShape = z.strictObject({
  name: z.string().max(100).regex(
    /^[a-z0-9]+([-_][a-z0-9]+)*$/,
    "is to be lower-case letters and digits, with single hyphens or underscores between",
  ),
  description: text(2000).default(""),
  search_params: z.record(z.string(), z.unknown()),
  block_size: whole(1, 10 ** 12).optional(),
  depends_on: z.array(text(100)).max(MAX_PHASES).default([]),
  activation_condition: activation.optional(),
  completion: completion.optional(),
  completion_condition: completion.optional(),
});

const documentShape = z.strictObject({
  project: z.strictObject({
    name: z.string().trim().min(1).max(200),
    slug: z.string().max(100).regex(
      /^[a-z0-9]+(-[a-z0-9]+)*$/,
      "is to be lower-case letters and digits, with single hyphens between",
    ).optional(),
    description: text(5000).default(""),
    objective: z.enum(["record", "survey", "verification", "custom"]),
    form: text(50),
    author: text(200).optional(),
    tags: z.array(text(100)).max(50).optional(),
  }),
  target: z.strictObject({
    target_digits: whole(1, 10_000_000).optional(),
    range_start: whole(0, Number.MAX_SAFE_INTEGER).optional(),
    range_end: whole(0, Number.MAX_SAFE_INTEGER).optional(),
  }).default({}),
  competitive: z.strictObject({
    current_record_expression: text(2000).optional(),
    current_record_digits: whole(1, 1_000_000_000).optional(),
    current_record_holder: text(500).optional(),
    oeis_sequence: text(20).optional(),
    reference_urls: z.array(z.url({ protocol: /^https?$/ })).max(20).optional(),
  }).default({}),
  strategy: z.strictObject({
    auto_strategy: z.boolean().default(false),
    max_extensions: whole(0, MAX_EXTENSIONS).default(1),
    phases: z.array(phaseShape).max(MAX_PHASES).default([]),
  }).default({ auto_strategy: false, max_extensions: 1, phases: [] }),
  infrastructure: z.strictObject({
    min_ram_gb: z.number().min(0).max(100_000).optional(),
    min_cores: whole(0, 100_000).optional(),
    recommended_cores: whole(0, 100_000).optional(),
    required_tools: z.array(text(100)).max(50).optional(),
    preferred_tools: z.array(text(100)).max(50).optional(),
    requires_gpu: z.boolean().optional(),
    gpu_runtime: text(100).optional(),
    min_gpu_vram_gb: z.number().min(0).max(100_000).optional(),
    preferred_region: text(100).optional(),
  }).default({}),
  budget: z.strictObject({
    max_cost_usd: amount.optional(),
    cost_alert_threshold_usd: amount.optional(),
    cloud_rate_usd_per_core_hour: amount.optional(),
  }).default({}),
  workers: z.strictObject({
    min: whole(0, 100).optional(),
    max: whole(1, 100).optional(),
    recommended: whole(0, 100).optional(),
  }).default({}),
});

/** A project's file, read. */
export type ProjectDocument = z.infer<typeof documentShape>;
/** A phase as it is written. */
export type PhaseDocument = z.infer<typeof phaseShape>;

/** Reads a project. @throws PrimeSearchError INVALID_PROJECT, with every path */
export function readProject(json: unknown): ProjectDocument {
  const read = readShape(documentShape, json);
  if (!read.faults) return read.value;
  throw new PrimeSearchError(
    "INVALID_PROJECT",
    read.faults.map(({ path, message }) => ({ path: pathText(path), message })),
  );
}

/** Reads a project's file. @throws PrimeSearchError INVALID_TOML with the line, INVALID_PROJECT */
export function readProjectFile(toml: string): ProjectDocument {
  if (toml.length > MAX_TEXT) {
    throw PrimeSearchError.of("INVALID_TOML", "toml", `is longer than ${MAX_TEXT} characters`);
  }
  let parsed: unknown;
  try {
    parsed = parse(toml);
  } catch (error) {
    // The parser's message goes on with a picture of the place.
    const [message] = (error as Error).message.split("\n");
    const { line } = error as { line?: number };
    const where = line === undefined ? "" : ` (line ${line})`;
    throw PrimeSearchError.of("INVALID_TOML", "toml", `${message}${where}`);
  }
  return readProject(parsed);
}
