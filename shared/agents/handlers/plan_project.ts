// Handler plan_project: what the strategy decided on becomes a project, planned and priced within what it may cost.

import * as z from "zod";
import { planNext } from "../../primes/projects/next.ts";
import { atOnce } from "./handler.ts";

const shape = z.object({
  /** The strategy's decision; null: it was overridden, or taken up by somebody. */
  decision: z.object({
    id: z.number(),
    form: z.string(),
    max_cost_usd: z.number(),
  }).nullable(),
  searched: z.array(z.record(z.string(), z.unknown())),
  calibrations: z.array(
    z.object({ form: z.string(), coeff_a: z.number(), coeff_b: z.number() }),
  ),
});

/** A project for a decision; the database makes it, if the limits still allow it then. */
export const planProjectOf = atOnce(shape, ({ decision, searched, calibrations }) => {
  if (decision === null) {
    return { summary: "Nothing is to be planned: the decision does not wait any more." };
  }
  const { form, max_cost_usd: maxCostUsd } = decision;
  const costs = Object.fromEntries(calibrations.map(({ form, ...costs }) => [form, costs]));
  const plan = planNext({ form, maxCostUsd, searched }, costs);
  if (plan === null) {
    return {
      summary: `No project for ${form} costs at most ${maxCostUsd} dollars.`,
      decided: { decision: decision.id, project: null },
    };
  }
  const { forecast, phases, ...project } = plan;
  return {
    summary: `A project for ${form}: ${plan.name}, about ${
      forecast.cost_usd.toPrecision(2)
    } dollars.`,
    forecast,
    decided: {
      decision: decision.id,
      project: { ...project, phases: phases.map(({ forecast: _, ...phase }) => phase) },
    },
  };
});
