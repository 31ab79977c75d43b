// Setting up: the way from an empty service to a released result, with the next step always in view.

import { createSetupClient } from "../../../../shared/client/mod.ts";
import { useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { useLoad } from "../data/load.ts";
import type { PageContext, PageProps } from "../page.ts";
import { hashOf } from "../router.ts";
import { Loaded } from "../ui/loaded.tsx";
import { AffinitiesPart } from "./affinities_part.tsx";
import { DoctorsPart } from "./doctors_part.tsx";
import { DepartmentsPart, EligibilityPart, PlacesPart, WishesPart } from "./lines_parts.tsx";
import type { PartProps } from "./part.ts";
import { LinesPart } from "./roster_part.tsx";
import { PositionsPart } from "./positions_part.tsx";
import { ServicePart } from "./service_part.tsx";
import { nextStep, type Step, stepsOf } from "./steps.ts";
import { YearPart } from "./year_part.tsx";

/** Where each step is done; others have pages of their own. */
const PARTS: Record<string, ComponentType<PartProps>> = {
  service: ServicePart,
  year: YearPart,
  positions: PositionsPart,
  affinities: AffinitiesPart,
  lines: LinesPart,
  doctors: DoctorsPart,
  places: PlacesPart,
  eligibility: EligibilityPart,
  departments: DepartmentsPart,
  wishes: WishesPart,
};

/** See `page.ts` for what it receives. */
export function SetupPage({ context }: PageProps) {
  const setup = createSetupClient(context.supabase);
  const load = useLoad(() => setup.progress(context.allocationRun.id), [
    context.linesVersion.value,
  ]);
  return (
    <div class="page stack setup-page">
      <h1>Set up</h1>
      {!context.rights.has("allocationRun.edit")
        ? <p class="card empty">Only managers set a service up. Ask one of yours for the role.</p>
        : (
          <Loaded load={load} what="what is there">
            {(progress) =>
              progress && (
                <Way
                  context={context}
                  steps={stepsOf(progress, context.allocationRun.term_weeks.length)}
                  part={{ context, progress, onChanged: load.reload }}
                />
              )}
          </Loaded>
        )}
    </div>
  );
}

function Way({ context, steps, part }: { context: PageContext; steps: Step[]; part: PartProps }) {
  const next = nextStep(steps);
  const wanted = context.params.get("step");
  // What somebody works on stays, also once it is done.
  const opened = useSignal(next?.key);
  const here =
    [wanted, opened.value].map((key) => steps.find((step) => step.key === key && PARTS[step.key]))
      .find(Boolean) ?? steps[0];
  useEffect(() => void (opened.value = here.key), [here.key]);
  const Part = PARTS[here.key];
  return (
    <>
      <Next context={context} next={next} here={here} />
      <div class="setup-desk">
        <nav class="card setup-steps" aria-label="Steps">
          <ol>
            {steps.map((step) => (
              <li key={step.key}>
                <a
                  href={addressOf(context, step)}
                  aria-current={step === here ? "step" : undefined}
                  class={step.done ? "done" : step === next ? "next" : ""}
                >
                  <span class="setup-mark" aria-hidden="true">
                    {step.done ? "✓" : step === next ? "→" : "·"}
                  </span>
                  <span>
                    <strong>{step.title}</strong>
                    <span class="visually-hidden">
                      {step.done
                        ? ", done"
                        : step === next
                        ? ", next"
                        : step.optional
                        ? ", optional"
                        : ""}
                    </span>
                    <span class="small quiet">
                      {step.state}
                      {step.optional && !step.done ? " (optional)" : ""}
                    </span>
                  </span>
                </a>
              </li>
            ))}
          </ol>
        </nav>
        <section class="stack setup-part" aria-label={here.title}>
          <header>
            <h2>{here.title}</h2>
            <p class="quiet">{here.about}</p>
          </header>
          <Part key={here.key} {...part} />
        </section>
      </div>
    </>
  );
}

/** Where a step is done: on this page where it has a part here, or on its own. */
function addressOf({ allocationRun }: PageContext, { key, page }: Step): string {
  return page && !PARTS[key]
    ? hashOf(page, allocationRun.id)
    : hashOf("setup", allocationRun.id, new URLSearchParams({ step: key }));
}

function Next(
  { context, next, here }: { context: PageContext; next: Step | undefined; here: Step },
) {
  if (!next) {
    return (
      <p class="note ok" role="status">
        Everything is done: the result is released. The next year starts with a copy of this one,
        under Year and terms.
      </p>
    );
  }
  return (
    <p class="note row" role="status">
      <span class="grow">
        <strong>Next: {next.title}.</strong> {next !== here && next.about}
      </span>
      {next !== here && <a class="button primary" href={addressOf(context, next)}>Do it now</a>}
    </p>
  );
}
