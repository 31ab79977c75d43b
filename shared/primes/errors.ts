// What the search, the certificates and the checker say of bad input: a stable code, a path, a sentence.

/** Stable codes of PrimeSearchError. */
export type PrimeErrorCode =
  /** No form, survey or certificate type of this name. */
  | "UNKNOWN_FORM"
  /** A parameter is missing, unknown, of the wrong type or out of bounds. */
  | "INVALID_PARAMS"
  /** A block is not within the search's range. */
  | "INVALID_BLOCK"
  /** An expression that does not follow the form's notation, or is too large to be evaluated. */
  | "INVALID_EXPRESSION"
  /** A certificate, or a file of one, that cannot be read. */
  | "INVALID_CERTIFICATE"
  /** A project that cannot be: a member is missing or out of bounds, phases wait in a circle... */
  | "INVALID_PROJECT"
  /** A project's file that is no TOML. */
  | "INVALID_TOML";

/** One thing that is wrong. */
export interface PrimeIssue {
  /** Where, e.g. "params.max_n"; "" for the whole. */
  path: string;
  message: string;
}

/** Bad input; `issues` says everything that is wrong with it. */
export class PrimeSearchError extends Error {
  constructor(readonly code: PrimeErrorCode, readonly issues: PrimeIssue[]) {
    super(issues.map(({ path, message }) => path ? `${path}: ${message}` : message).join("; "));
    this.name = "PrimeSearchError";
  }

  /** An error of one issue. */
  static of(code: PrimeErrorCode, path: string, message: string): PrimeSearchError {
    return new PrimeSearchError(code, [{ path, message }]);
  }
}
