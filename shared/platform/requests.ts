// Reading requests and answering their faults, for every function: bodies, keys and ids, and what the database refuses.

import type { PostgrestError } from "@supabase/postgrest-js";
import * as z from "zod";
import { pathText } from "../engine/paths.ts";
import { readShape } from "../engine/shapes.ts";
import { ApiError, type FieldError } from "./problem_details.ts";
import { isStorable, textFaults } from "./texts.ts";

const idShape = z.uuid();
const keyShape = z.string().min(1).max(200);

/** A request that cannot be read. */
export function invalid(
  errors: FieldError[],
  detail = "The request is not valid.",
): ApiError {
  return new ApiError(400, "INVALID_REQUEST", detail, { errors });
}

/**
 * The validated body, or query. What passes holds no text that the database could not.
 * @throws ApiError 400 INVALID_REQUEST with a path for each fault
 */
export function parseBody<Shape extends z.ZodType>(shape: Shape, body: unknown): z.infer<Shape> {
  const unstorable = textFaults(body);
  if (unstorable.length > 0) throw invalid(unstorable);
  const read = readShape(shape, body);
  if (!read.faults) return read.value;
  throw invalid(read.faults.map(({ path, message }) => ({ path: pathText(path), message })));
}

/** The value of the header Idempotency-Key. @throws ApiError 400 INVALID_REQUEST */
export function parseKey(key: string | null): string | null {
  if (key === null || (keyShape.safeParse(key).success && isStorable(key))) return key;
  throw invalid([{ path: "Idempotency-Key", message: "1 to 200 characters" }]);
}

/**
 * Checks the id in a path.
 * @param name of what is asked for, in sentences, e.g. "job line"
 * @param path member that names it elsewhere, e.g. "job_line"
 * @throws ApiError 400 INVALID_REQUEST
 */
export function requireId(name: string, path: string, id: string): void {
  if (idShape.safeParse(id).success) return;
  throw invalid([{ path, message: "not a UUID" }], `Name the ${name} by its id in the path.`);
}

/**
 * A name in a path, as it was before it was encoded.
 * @param name of what is asked for, e.g. "phase"
 * @throws ApiError 400 INVALID_REQUEST where it cannot be read, or the database could not hold it
 */
export function pathPart(name: string, part: string): string {
  try {
    const text = decodeURIComponent(part);
    if (isStorable(text)) return text;
  } catch {
    // Told below.
  }
  throw invalid([{ path: name, message: "is not encoded as paths are" }]);
}

/** The caller sees no allocation run of this id. */
export function noAllocationRun(id: string): ApiError {
  return new ApiError(404, "ALLOCATION_RUN_NOT_FOUND", `There is no allocation run ${id}.`);
}

/**
 * What the database refused. Only what row level security and the limits say is told to the caller; the rest is ours to
 * read in the log.
 */
export function databaseError(error: PostgrestError): Error {
  switch (error.code) {
    case "42501":
      return new ApiError(403, "FORBIDDEN", "You may not do this in this organisation.");
    case "RC4ID": // an id inside the request that is not the org's: the detail is a code
      return new ApiError(404, error.details, error.message);
    case "RC409": // what stands in the way: the hint is a code
      return new ApiError(409, error.hint || "CONFLICT", error.message, {
        // private.require_unchanged(): the detail is what is there now
        ...error.hint === "CHANGED_MEANWHILE" && error.details &&
          { members: JSON.parse(error.details) },
      });
    case "RC400": // private.refuse_faults(): the detail is the list of faults
      return invalid(fieldErrors(error.details), error.message);
    case "RC4ED": // private.refuse_edit(): the hint is a code, the detail the list of faults
      return new ApiError(409, error.hint, error.message, { errors: fieldErrors(error.details) });
    case "RC429": // fleet.check_request_limits(): the detail is a code, the hint seconds
      return new ApiError(429, error.details, error.message, {
        headers: { "retry-after": error.hint },
      });
    default:
      return Object.assign(new Error(error.message), { code: error.code });
  }
}

/** The faults that private.refuse_faults() found. */
function fieldErrors(details: string): FieldError[] {
  try {
    return z.array(
      z.object({ path: z.string(), message: z.string(), code: z.string().optional() }),
    ).parse(JSON.parse(details));
  } catch {
    return [];
  }
}
