/**
 * What a form's next project is, where nobody writes one: the span of its template, or the one behind all that was searched, as
 * long as it costs no more than it may.
 */
import { PrimeSearchError } from "../errors.ts";
import { SURVEY } from "../survey.ts";
import { rangeOf } from "../work.ts";
import { readProject, readProjectFile } from "./document.ts";
import { type CostCalibrations, type PlannedProject, planProject } from "./plan.ts";
import { TEMPLATES } from "./templates.ts";

/** What forms without a template begin with. */
const BEGINNINGS: Readonly<Record<string, Record<string, unknown>>> = {
  mersenne: { min_exp: 2, max_exp: 2000 },
};

/** What a project may be. */
export interface NextRequest {
  form: string;
  /** Dollars that it may cost. */
  maxCostUsd: number;
  /** Parameters of the form's searches that were begun or are planned. */
  searched: readonly Record<string, unknown>[];
}

/**
 * Plans the next project of a form: one search, behind all that was searched with the same other parameters.
 * @returns null where no span fits: what is left is too large for the form, or costs more than it may
 * @throws PrimeSearchError UNKNOWN_FORM
 */
export function planNext(
  { form, maxCostUsd, searched }: NextRequest,
  calibrations: CostCalibrations = {},
): PlannedProject | null {
  const first = beginningOf(form);
  const [from, to] = rangeOf(form, first);
  const others = (params: Record<string, unknown>) =>
    JSON.stringify(
      Object.entries(params).filter(([name]) => name !== from && name !== to).toSorted(),
    );
  const ends = searched.filter((params) => others(params) === others(first))
    .map((params) => Number(params[to])).filter(Number.isSafeInteger);
  const start = Math.max(Number(first[from]), ...ends.map((end) => end + 1));
  for (
    let width = Number(first[to]) - Number(first[from]) + 1;
    width >= 1;
    width = Math.floor(width / 2)
  ) {
    const params = { ...first, [from]: start, [to]: start + width - 1 };
    const plan = planOf(form, params, [from, to], maxCostUsd, calibrations);
    if (plan !== null && plan.forecast.cost_usd <= maxCostUsd) return plan;
  }
  return null;
}

function planOf(
  form: string,
  params: Record<string, unknown>,
  [from, to]: [string, string],
  maxCostUsd: number,
  calibrations: CostCalibrations,
): PlannedProject | null {
  const document = readProject({
    project: {
      name: `${form.replaceAll("_", " ")}, ${from} ${params[from]} to ${params[to]}`,
      description: "Made by the strategy: the span behind what was searched.",
      objective: "survey",
      form,
    },
    strategy: {
      max_extensions: 0,
      phases: [{ name: "search", search_params: params }],
    },
    budget: { max_cost_usd: maxCostUsd },
  });
  try {
    return planProject(document, calibrations);
  } catch (error) {
    if (error instanceof PrimeSearchError) return null;
    throw error;
  }
}

/** The parameters that a form is begun with: those of its first template's first search. */
function beginningOf(form: string): Record<string, unknown> {
  for (const { toml } of TEMPLATES) {
    const document = readProjectFile(toml);
    if (document.project.form !== form) continue;
    const phase = planProject(document).phases.find((each) => each.form !== SURVEY);
    if (phase) return phase.search_params;
  }
  if (Object.hasOwn(BEGINNINGS, form)) return BEGINNINGS[form];
  throw PrimeSearchError.of("UNKNOWN_FORM", "form", `no project for "${form}" can be planned`);
}
