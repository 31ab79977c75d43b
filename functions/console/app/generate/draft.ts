// The form of a request as it stands on the page: made from an allocation run, and made into a request again.
// Pure: the page and the browser's storage hold it.

import { wholeOf } from "../ui/numbers.ts";
import { plural } from "../ui/format.ts";
import type {
  ConstraintCatalogue,
  ConstraintEntry,
  PlannerForm,
  PlannerRunOptions,
} from "../../../../shared/client/mod.ts";
import { MOST_SEED } from "../../../../shared/engine/limits.ts";
import { LEAST_EFFORT, MOST_EFFORT } from "../../../../shared/planner/effort.ts";
import {
  LEAST_TIME_LIMIT_S,
  MOST_LINES,
  MOST_TIME_LIMIT_S,
} from "../../../../shared/planner/limits.ts";
import { type Fault, fromTyped, offValue, type Schema, toTyped } from "./typed.ts";

/** Everything a user can type or choose; numbers as they were typed. */
export interface Draft {
  nJobLines: string;
  /** Name of a ruleset; empty: none. */
  ruleset: string;
  /** What was typed for each rule that is set otherwise than by the ruleset, by the rule's name. */
  overrides: Record<string, unknown>;
  /** Entries that the catalogue does not know: shown, sent, and never dropped silently. */
  others: ConstraintEntry[];
  mode: NonNullable<PlannerRunOptions["mode"]>;
  dryRun: boolean;
  allowPartial: boolean;
  /** A name or a factor. */
  effort: string;
  seed: string;
  /** Seconds; empty: the default. */
  timeLimit: string;
  /** Also store the rules on the allocation run. */
  saveRules: boolean;
}

/** The form as the allocation run and its last run have it. */
export function draftOf(form: PlannerForm, catalogue: ConstraintCatalogue): Draft {
  const { options } = form;
  return {
    // Before the first run: a line for each post, for who plans to fill them.
    nJobLines: String(form.nJobLines ?? (form.replacedLines || form.fewestPosts || "")),
    ...rulesOf(form.constraints, catalogue),
    mode: options?.mode ?? "rebuild",
    dryRun: options?.dryRun ?? false,
    allowPartial: options?.allowPartial ?? false,
    effort: String(options?.effort ?? "normal"),
    seed: String(options?.seed ?? 1),
    timeLimit: options?.timeLimitS === undefined ? "" : String(options.timeLimitS),
    saveRules: true,
  };
}

/** The rules of a form. */
export type Rules = Pick<Draft, "ruleset" | "overrides" | "others">;

/** Takes constraints apart for the form; a later entry of a rule replaces an earlier one. */
export function rulesOf(
  constraints: readonly ConstraintEntry[],
  catalogue: ConstraintCatalogue,
): Rules {
  const rules: Rules = { ruleset: "", overrides: {}, others: [] };
  for (const entry of constraints) {
    const name = typeof entry === "string" ? entry : entry.name;
    const rule = catalogue.rules.find((each) => each.name === name);
    if (!rules.ruleset && catalogue.rulesets.some((each) => each.name === name)) {
      rules.ruleset = name;
    } else if (rule) {
      const value = typeof entry === "string" ? undefined : entry.value;
      rules.overrides[name] = toTyped(rule.parameter as Schema, value);
    } else {
      rules.others.push(entry);
    }
  }
  return rules;
}

/** The constraints that the form means, and what is wrong in it; paths start with the rule's name. */
export function constraintsOf(
  rules: Rules,
  catalogue: ConstraintCatalogue,
): { entries: ConstraintEntry[]; faults: Fault[] } {
  const faults: Fault[] = [];
  const set = catalogue.rules.filter(({ name }) => name in rules.overrides);
  const overrides = set.map(({ name, parameter, mayBeBare }): ConstraintEntry => {
    const typed = fromTyped(parameter as Schema, rules.overrides[name]);
    faults.push(
      ...typed.faults.map(({ path, message }) => ({ path: `${name}.value${path}`, message })),
    );
    const bare = typed.value === true ||
      (typed.value !== null && JSON.stringify(typed.value) === "{}");
    return mayBeBare && bare ? name : { name, value: typed.value };
  });
  const ruleset = rules.ruleset ? [rules.ruleset] : [];
  return { entries: [...ruleset, ...rules.others, ...overrides], faults };
}

/** What the numbers of the form may be. */
const LIMITS = {
  nJobLines: { type: "integer", minimum: 1, maximum: MOST_LINES },
  effort: { type: "number", minimum: LEAST_EFFORT, maximum: MOST_EFFORT },
  seed: { type: "integer", minimum: 0, maximum: MOST_SEED },
  timeLimit: { type: "number", minimum: LEAST_TIME_LIMIT_S, maximum: MOST_TIME_LIMIT_S },
} satisfies Record<string, Schema>;

/** What to send, and what is wrong in the form; paths are those of the form's fields. */
export function requestOf(draft: Draft, catalogue: ConstraintCatalogue): {
  nJobLines: number;
  constraints: ConstraintEntry[];
  options: PlannerRunOptions;
  faults: Fault[];
} {
  const { entries, faults } = constraintsOf(draft, catalogue);
  const field = (path: string, text: string, schema: Schema) => {
    const { value, faults: found } = fromTyped(schema, text);
    faults.push(...found.map(({ message }) => ({ path, message })));
    return value as number;
  };
  const named = ["quick", "normal", "high"].includes(draft.effort);
  return {
    nJobLines: field("nJobLines", draft.nJobLines, LIMITS.nJobLines),
    constraints: entries,
    options: {
      mode: draft.mode,
      dryRun: draft.dryRun,
      allowPartial: draft.allowPartial,
      effort: named ? draft.effort as "normal" : field("effort", draft.effort, LIMITS.effort),
      seed: field("seed", draft.seed, LIMITS.seed),
      ...(draft.timeLimit.trim() !== "" && {
        timeLimitS: field("timeLimit", draft.timeLimit, LIMITS.timeLimit),
      }),
    },
    faults,
  };
}

/**
 * What is known to fail before anything is asked: lines that are pinned already make up the number, a list has not an
 * entry for each term, a term is named that the year does not have.
 * @param entries the rules as `requestOf()` makes them of the draft
 * @param locked pinned lines that are there
 */
export function knownFaults(
  draft: Draft,
  entries: readonly ConstraintEntry[],
  form: Pick<PlannerForm, "termWeeks" | "replacedLines">,
  locked: number,
): Fault[] {
  const faults: Fault[] = [];
  const wanted = wholeOf(draft.nJobLines) ?? NaN;
  const staying = draft.mode === "fill" ? locked + form.replacedLines : locked;
  if (staying > 0 && Number.isInteger(wanted) && wanted >= 1 && wanted <= staying) {
    const message = draft.mode === "fill"
      ? `${plural(staying, "line is", "lines are")} there already: ask for more than ${staying}.`
      : `${
        plural(staying, "line is", "lines are")
      } pinned: ask for more than ${staying}, or unpin some.`;
    faults.push({ path: "nJobLines", message });
  }
  const terms = form.termWeeks.length;
  for (const entry of entries) {
    if (typeof entry !== "string") {
      faults.push(...termFaults(entry.value, `${entry.name}.value`, terms));
    }
  }
  return faults;
}

/** Members of rules' values that have an entry for each term. */
const BY_TERM = new Set(["capacity_weeks"]);

/** Where a rule's value does not fit a year of so many terms. */
function termFaults(value: unknown, path: string, terms: number): Fault[] {
  if (Array.isArray(value)) {
    return value.flatMap((each, index) => termFaults(each, `${path}[${index}]`, terms));
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([member, each]): Fault[] => {
    const here = `${path}.${member}`;
    const list = [each].flat() as unknown[];
    if (BY_TERM.has(member)) {
      if (list.length === terms) return [];
      const message = `One number for each of the ${terms} terms; there ${
        list.length === 1 ? "is" : "are"
      } ${list.length}.`;
      return [{ path: here, message }];
    }
    if (member !== "term" && member !== "terms") return termFaults(each, here, terms);
    return list.some((term) => Number(term) > terms)
      ? [{ path: here, message: `The year has ${plural(terms, "term")}.` }]
      : [];
  });
}

/** The change of the form by which one rule gives way. @param value of the rule; null switches it off */
export function relaxed(
  { overrides }: Rules,
  catalogue: ConstraintCatalogue,
  rule: string,
  value: unknown,
): Pick<Rules, "overrides"> {
  const { parameter } = catalogue.rules.find(({ name }) => name === rule)!;
  const schema = parameter as Schema;
  return {
    overrides: { ...overrides, [rule]: toTyped(schema, value === null ? offValue(schema) : value) },
  };
}

const FIELD_OF_PATH: Record<string, string> = {
  n_job_lines: "nJobLines",
  "options.effort": "effort",
  "options.seed": "seed",
  "options.time_limit_s": "timeLimit",
};

/** A fault that the server found, at the place of the form that it is about. */
export function faultOfServer({ path, message }: Fault, constraints: ConstraintEntry[]): Fault {
  const entry = /^constraints\[(\d+)\](.*)$/.exec(path);
  if (!entry) return { path: FIELD_OF_PATH[path] ?? path, message };
  const named = constraints[Number(entry[1])];
  const name = typeof named === "string" ? named : named?.name;
  return { path: `${name}${entry[2]}`, message };
}

/** Whether two lists of constraints mean the same to the form. */
export function sameRules(
  a: readonly ConstraintEntry[],
  b: readonly ConstraintEntry[],
  catalogue: ConstraintCatalogue,
): boolean {
  const canonical = (entries: readonly ConstraintEntry[]) =>
    JSON.stringify(constraintsOf(rulesOf(entries, catalogue), catalogue).entries);
  return canonical(a) === canonical(b);
}

/** Whether two drafts ask for the same. */
export function sameDraft(a: Draft, b: Draft): boolean {
  return JSON.stringify(ordered(a)) === JSON.stringify(ordered(b));
}

/** With the members of every object in one order, whatever order they were typed in. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([k, v]) => [k, ordered(v)]),
  );
}
