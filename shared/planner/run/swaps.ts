// Swaps between doctors: what each would break or mend by the rules' own code, for managers and before it is asked for; and
// their approval. Whole lines keep
// what is in them, so that of those the database alone judges who may have which; swapped rotations make other lines of both.

import * as z from "zod";
import {
  databaseError,
  invalid,
  noAllocationRun,
  parseBody,
  requireId,
} from "../../platform/requests.ts";
import { toJson } from "../../platform/json.ts";
import { ApiError, type FieldError } from "../../platform/problem_details.ts";
import type { RestClient } from "../../platform/rest.ts";
import { type Body, judgeEdits, type LineEffect, prepareEdit, type Wanted } from "./edit_lines.ts";

/** A rule that a swap would break or mend. */
export interface SwapEffect {
  /** Whose line: of who asked, or of who was asked. */
  side: "from" | "to";
  /** A rule of lines by its name, or of the result: NOT_ELIGIBLE, OVER_CAPACITY, CAP_DOCTORS, CAP_LINES, MUST_HAVE, LINKED. */
  rule: string;
  message: string;
  /** The terms that it rests on, from 1. */
  terms: number[];
}

/** One side of a swap: a doctor with what they give. */
export interface SwapSide {
  worker_mapping: string;
  doctor: string;
  job_line: string;
  line_name: string;
  /** Of the terms that are swapped. */
  rotations: {
    term: number;
    starts_on: string;
    ends_on: string;
    position: string;
    position_name: string;
    specialty: string;
    hospital: string;
  }[];
  leave: { starts_on: string; ends_on: string }[];
}

/** A swap as managers see it. */
export interface ManagedSwap {
  swap: string;
  /** Empty: the whole lines. */
  terms: number[];
  state: string;
  void_code: string | null;
  reason: string | null;
  message: string | null;
  from: SwapSide;
  to: SwapSide;
  asked_at: string;
  expires_at: string;
  answered_at: string | null;
  ended_at: string | null;
  version: number | null;
  history: string | null;
  /** Of one that waits for an answer or a decision. */
  breaks: SwapEffect[];
  mends: SwapEffect[];
}

type Listed = Omit<ManagedSwap, "breaks" | "mends"> & {
  faults: { code: string; message: string; side: "from" | "to" }[];
};

const SIDES = ["from", "to"] as const;

/** Both lines with their rotations swapped, as an edit by hand would say it. */
function editOf(
  { terms, from, to }:
    & { terms: number[] }
    & Record<"from" | "to", Pick<SwapSide, "job_line" | "rotations">>,
): Wanted[] {
  const positionAt = (side: Pick<SwapSide, "rotations">, term: number) =>
    side.rotations.find((rotation) => rotation.term === term)!.position;
  return ([[from, to], [to, from]] as const).map(([own, other]) => ({
    job_line: own.job_line,
    cells: terms.map((term) => ({
      term,
      position: positionAt(other, term),
      before: positionAt(own, term),
    })),
  }));
}

/**
 * The swaps of an allocation run, those that wait for a decision first, with what each would break or mend.
 * @throws ApiError 400 no id, 404 where the caller sees no matches of its org
 */
export async function listSwaps(
  client: RestClient,
  allocationRun: string,
): Promise<ManagedSwap[]> {
  requireId("allocation run", "allocation_run", allocationRun);
  const { data, error } = await client.rpc("list_swaps", { p_allocation_run: allocationRun });
  if (error?.code === "RC404") throw noAllocationRun(allocationRun);
  if (error) throw databaseError(error);
  const listed = data as unknown as Listed[];
  const open = listed.filter(({ state, terms }) =>
    (state === "asked" || state === "agreed") && terms.length > 0
  );
  const effects = open.length > 0 ? await judgeEdits(client, allocationRun, open.map(editOf)) : [];
  return listed.map(({ faults, ...swap }) => {
    return {
      ...swap,
      ...told(faults, effects[open.findIndex((each) => each.swap === swap.swap)] ?? []),
    };
  });
}

const wishShape = z.union([
  z.strictObject({
    worker_mapping: z.uuid(),
    job_line: z.uuid(),
    terms: z.array(z.int().min(1).max(26)).min(1).max(26).optional(),
  }),
  z.strictObject({ worker_mapping: z.uuid(), swap: z.uuid() }),
]);

/** What a swap would do, for the doctor who would ask for it or agree to it; `from` is what they give. */
export interface CheckedSwap {
  /** How many doctors have the line. */
  doctors: number;
  /** Rules by the managers' words; of the other doctor only OTHER_DOCTOR, without why. */
  breaks: SwapEffect[];
  mends: SwapEffect[];
}

/**
 * What a swap would break or mend before it is asked for, or agreed to; nothing is written.
 * @param client the doctor's own: the database says whether it can be asked for
 * @param judge reads what the rules rest on, which doctors may not: the lines of that swap alone are told of
 * @throws ApiError 400; 404 NOT_YOURS; 409 with the codes of ask_swap()
 */
export async function checkSwap(
  client: RestClient,
  judge: RestClient,
  body: unknown,
): Promise<CheckedSwap> {
  const { worker_mapping, ...wish } = parseBody(wishShape, body);
  const { data, error } = await client.rpc("check_swap", {
    p_worker_mapping: worker_mapping,
    p_swap: toJson(wish),
  });
  if (error?.code === "RC404") throw new ApiError(404, error.hint || "NOT_YOURS", error.message);
  if (error?.code === "RC409") throw new ApiError(409, error.hint, error.message);
  if (error) throw databaseError(error);
  const swap = data as unknown as
    & Pick<ManagedSwap, "terms">
    & Record<"from" | "to", Pick<SwapSide, "job_line" | "rotations">>
    & { allocation_run: string; doctors: number; faults: Listed["faults"] };
  const [effects] = swap.terms.length === 0
    ? [[]]
    : await judgeEdits(judge, swap.allocation_run, [editOf(swap)]);
  return { doctors: swap.doctors, ...told(swap.faults, effects) };
}

/** What a swap breaks and mends: rules of the result first, then those of lines. */
function told(
  faults: Listed["faults"],
  effects: readonly Pick<LineEffect, "breaks" | "mends">[],
): Pick<ManagedSwap, "breaks" | "mends"> {
  const ofLines = (which: "breaks" | "mends") =>
    effects.flatMap((line, i) =>
      line[which].map(({ rule, message, terms }): SwapEffect => ({
        side: SIDES[i],
        rule,
        message,
        terms: terms.map((t) => t + 1),
      }))
    );
  const ofResult = faults.map(({ code, message, side }): SwapEffect => ({
    side,
    rule: code,
    message,
    terms: [],
  }));
  return { breaks: [...ofResult, ...ofLines("breaks")], mends: ofLines("mends") };
}

const approvalShape = z.strictObject({
  reason: z.string().trim().min(1).max(1000).optional(),
  override: z.boolean().default(false).describe(
    "Sets aside the rules that it breaks; needs a reason",
  ),
});

/** What an approval answers. */
export interface SwapApproval {
  swap: string;
  state: "approved";
  /** The version of the result that it made. */
  version: number;
  /** The edit of the lines, by which it is seen in the history; null of whole lines. */
  history: string | null;
}

const ENDS: Record<string, string> = {
  LINE_CHANGED: "A line of this swap was changed since it was asked for: it is void.",
  RESULT_CHANGED:
    "One of the two doctors has another line by now, or the result was taken back: the swap is void.",
  DOCTOR_LEFT: "One of the two doctors takes no part any more: the swap is void.",
  AGREED_WITH_ANOTHER: "It was agreed to with another doctor: this one is void.",
};

/**
 * Approves a swap that both doctors agreed to, after the rules have judged both lines.
 * @param userId who approves
 * @throws ApiError 400 INVALID_REQUEST; 403; 404 SWAP_NOT_FOUND; 409 SWAP_NOT_AGREED, SWAP_ENDED, SWAP_VOID or SWAP_EXPIRED (what the
 * two agreed to is no more), SWAP_BREAKS_RULES with the rules and the side that breaks each, LINE_PINNED, LINES_HELD
 */
export async function approveSwap(
  client: RestClient,
  userId: string,
  id: string,
  body: unknown,
): Promise<SwapApproval> {
  requireId("swap", "swap", id);
  const { reason, override } = parseBody(approvalShape, body);
  if (override && reason === undefined) {
    throw invalid([{ path: "reason", message: "missing: why the rules are set aside" }]);
  }
  const swap = await readSwap(client, id);
  const { edit, broken } = swap.terms.length > 0 && swap.state === "agreed"
    ? await judged(client, userId, swap, { reason, override })
    : { edit: null, broken: [] };
  const { data, error } = await client.rpc("approve_swap", {
    p_swap: id,
    p_edit: edit === null ? undefined : toJson(edit),
    p_reason: reason,
    p_override: override,
  });
  // Without the edit nothing is written: the database says first who may, and whether the swap stands.
  if (error?.code === "RC400" && broken.length > 0) throw breaksRules(broken);
  if (error) throw refusal(error, id);
  const answer = data as unknown as SwapApproval & { state: string; void_code: string | null };
  if (answer.state === "approved") {
    return { swap: id, state: "approved", version: answer.version, history: answer.history };
  }
  throw answer.state === "expired"
    ? new ApiError(409, "SWAP_EXPIRED", "This swap was not decided in time; it is over.")
    : new ApiError(409, "SWAP_VOID", ENDS[answer.void_code ?? ""] ?? "This swap is void.", {
      members: { void_code: answer.void_code },
    });
}

interface SwapRow {
  id: string;
  allocation_run: string;
  state: string;
  terms: number[];
  from: Pick<SwapSide, "job_line" | "rotations">;
  to: Pick<SwapSide, "job_line" | "rotations">;
}

async function readSwap(client: RestClient, id: string): Promise<SwapRow> {
  const { data, error } = await client.from("line_swaps")
    .select("id,allocation_run,state,terms,from:from_side,to:to_side").eq("id", id).maybeSingle();
  if (error) throw databaseError(error);
  if (!data) throw noSwap(id);
  return data as unknown as SwapRow;
}

const noSwap = (id: string) => new ApiError(404, "SWAP_NOT_FOUND", `There is no swap ${id}.`);

/**
 * The edit that swaps the rotations, as the database takes it. None where a line is not as the two saw it, which the database then
 * says, or where it breaks rules that nobody sets aside.
 */
async function judged(
  client: RestClient,
  userId: string,
  swap: SwapRow,
  { reason = "", override }: z.infer<typeof approvalShape>,
): Promise<{ edit: unknown; broken: FieldError[] }> {
  const lines = editOf(swap);
  const [effects] = await judgeEdits(client, swap.allocation_run, [lines]);
  const broken = effects.flatMap(({ breaks }, i) =>
    breaks.map(({ rule, message }) => ({ path: SIDES[i], code: rule, message }))
  );
  const changed = effects.some(({ faults }) => faults.length > 0);
  if (changed || (broken.length > 0 && !override)) return { edit: null, broken };
  const edit: Body = {
    allocation_run: swap.allocation_run,
    lines,
    overrides: effects.flatMap(({ breaks }, line) =>
      breaks.map(({ rule }) => ({ line, rule, reason }))
    ),
    accept_losses: true,
  };
  try {
    return { edit: (await prepareEdit(client, userId, edit)).p_edit, broken };
  } catch (error) {
    // Somebody was faster since the rules judged it: the database says whether the swap was decided, or is void.
    if (error instanceof ApiError && error.code === "EDIT_CONFLICT") return { edit: null, broken };
    throw error;
  }
}

function breaksRules(errors: FieldError[]): ApiError {
  return new ApiError(
    409,
    "SWAP_BREAKS_RULES",
    "This swap breaks rules. Set them aside with a reason, or refuse it.",
    { errors },
  );
}

function refusal(
  error: { code: string; message: string; details: string; hint: string },
  id: string,
): Error {
  if (error.code === "RC404") return noSwap(id);
  if (error.code === "RC409" && error.hint === "SWAP_BREAKS_RULES") {
    return breaksRules(JSON.parse(error.details));
  }
  if (error.code === "RC409") return new ApiError(409, error.hint || "LINES_HELD", error.message);
  return databaseError(error as never);
}
