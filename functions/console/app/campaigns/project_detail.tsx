// One project: its phases as a flow, cost against budget, the best prime beside the record, and what happened.

import { failure } from "../ui/attempt.ts";
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import {
  createProjectsClient,
  type Project,
  type ProjectEvent,
  type ProjectPhase,
  type ProjectsClient,
  type ProjectState,
} from "../../../../shared/client/mod.ts";
import { useLoad } from "../data/load.ts";
import { rows } from "../data/query.ts";
import { asItIs, type Basis, saveSeen, toReplace } from "../data/seen.ts";
import type { PageContext } from "../page.ts";
import { hashOf } from "../router.ts";
import { Button } from "../ui/button.tsx";
import { Form } from "../ui/form.tsx";
import { Meter } from "../ui/charts.tsx";
import { Fact } from "../ui/facts.tsx";
import { TextField } from "../ui/field.tsx";
import { count, dateTime, percent } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import { SureButton } from "../ui/sure.tsx";
import {
  actionsOf,
  amountOf,
  conditionWords,
  dollars,
  levelsOf,
  phaseActionsOf,
  spentShare,
  toneOf,
} from "./words.ts";

/** How often a project that has not ended is read, in ms: a tick comes every half minute. */
const READ_EVERY = 5_000;

/** The largest prime of a form that the world knows, as it was imported. */
interface WorldRecord {
  expression: string;
  digits: number;
  holder: string | null;
}

interface Shown {
  context: PageContext;
  client: ProjectsClient;
  /** Does something with the project and reads it again; says so where it cannot. */
  act: (what: string, work: () => Promise<unknown>) => Promise<void>;
}

/** The page of a project. */
export function ProjectDetail({ context, id }: { context: PageContext; id: number }) {
  const client = useMemo(() => createProjectsClient(context.supabase), []);
  const load = useLoad(() => client.project(id), [id]);
  useEffect(() => {
    const timer = setInterval(() => {
      const status = load.value.value?.project.status;
      if (document.visibilityState === "visible" && (status === "active" || status === "paused")) {
        load.reload();
      }
    }, READ_EVERY);
    return () => clearInterval(timer);
  }, []);
  const act = async (what: string, work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      context.notify(failure(error, `Not ${what}`));
    }
    load.reload();
  };
  const shared = { context, client, act };
  return (
    <div class="page campaigns-page">
      <p>
        <a href={hashOf("campaigns", context.allocationRun.id)}>All campaigns</a>
      </p>
      <Loaded load={load} what="the project">
        {(state) => (
          <>
            <Head {...shared} project={state.project} />
            <Costs {...shared} state={state} />
            <Phases {...shared} state={state} />
            <Events events={state.events} />
          </>
        )}
      </Loaded>
    </div>
  );
}

const DONE = { activate: "activated", pause: "paused", resume: "resumed" };
const WORDS = { activate: "Activate", pause: "Pause", resume: "Resume" };

/** What may be done with the project as it stands. */
function Deeds({ context, client, act, project }: Shown & { project: Project }) {
  if (!context.rights.has("projects.manage")) return null;
  return (
    <>
      {actionsOf(project.status).map((action) =>
        action === "cancel"
          ? (
            <SureButton
              key={action}
              label="Cancel"
              yes="Yes, cancel it"
              title={`Cancel ${project.name}?`}
              means="Its searches end, and it never goes on again. What it found stays."
              onSure={() => act("cancelled", () => client.cancel(project.id))}
            />
          )
          : (
            <Button
              key={action}
              kind={action === "activate" ? "primary" : undefined}
              onClick={() => act(DONE[action], () => client[action](project.id))}
            >
              {WORDS[action]}
            </Button>
          )
      )}
    </>
  );
}

function Head({ context, client, act, project }: Shown & { project: Project }) {
  const record = useLoad(
    () =>
      rows<WorldRecord>(
        context.supabase.from("records_beside_ours").select("expression,digits,holder")
          .eq("for_org", project.org_id).eq("form", project.form)
          .order("digits", { ascending: false }).limit(1),
      ),
    [project.form],
  );
  const best = record.value.value?.[0] ?? null;
  const known = project.competitive.current_record_digits ?? best?.digits ?? null;
  return (
    <>
      <div class="page-head">
        <h1>{project.name}</h1>
        <span class={`tag ${toneOf(project.status)}`}>{project.status}</span>
        <Deeds context={context} client={client} act={act} project={project} />
      </div>
      {project.description && <p>{project.description}</p>}
      <section class="card" aria-label="The project">
        <div class="body">
          <dl class="facts">
            <Fact name="Form">{project.form.replaceAll("_", " ")}</Fact>
            <Fact name="Objective">{project.objective}</Fact>
            <Fact name="Tested">{count(project.total_tested)}</Fact>
            <Fact name="Found">{count(project.total_found)}</Fact>
            <Fact name="Best prime">
              {project.best_prime_id === null ? "–" : (
                <a
                  href={hashOf(
                    "primes",
                    context.allocationRun.id,
                    new URLSearchParams({ prime: `${project.best_prime_id}` }),
                  )}
                >
                  {count(project.best_digits)} digits
                </a>
              )}
            </Fact>
            <Fact name="Record">
              {known === null ? "not known here" : `${count(known)} digits`}
            </Fact>
            {known !== null && project.best_digits > 0 && (
              <Fact name="Of the record">{percent(project.best_digits / known)}</Fact>
            )}
          </dl>
        </div>
      </section>
    </>
  );
}

function Costs(
  { context, client, act, state: { project, phases } }: Shown & { state: ProjectState },
) {
  const share = spentShare(project);
  const { max_cost_usd: most, cost_alert_threshold_usd: alert } = project.budget;
  return (
    <section class="card" aria-label="Cost and budget">
      <header>
        <h2>Cost</h2>
        <span class="small quiet">
          {count(project.total_core_hours, 3)} core hours at{" "}
          {dollars(project.budget.cloud_rate_usd_per_core_hour ?? 0.04)}
        </span>
      </header>
      <div class="body stack">
        {share === null
          ? <p>{dollars(Number(project.total_cost_usd))} spent; there is no limit.</p>
          : (
            <>
              <p>
                {dollars(Number(project.total_cost_usd))} of {dollars(most!)} spent
                {alert !== undefined && alert !== null && `, with an alert at ${dollars(alert)}`}.
              </p>
              <Meter label="Share of the budget that is spent" value={share} />
            </>
          )}
        <ul class="campaigns-costs" aria-label="Cost by phase">
          {phases.filter(({ attempts }) => attempts > 0).map((phase) => (
            <li key={phase.id}>{phase.name}: {dollars(Number(phase.total_cost_usd))}</li>
          ))}
        </ul>
        {context.rights.has("projects.manage") &&
          !["completed", "cancelled", "failed"].includes(project.status) && (
          <Budget
            budget={project.budget}
            onSet={(budget, basis) =>
              act("changed", () =>
                saveSeen(
                  basis,
                  async (seen) => await client.setBudget(project.id, budget, seen!.budget),
                  (now) => toReplace(asItIs(now && now.budget)),
                ))}
          />
        )}
      </div>
    </section>
  );
}

function Budget({ budget, onSet }: {
  budget: Project["budget"];
  onSet: (budget: Project["budget"], basis: Basis<Pick<Project, "budget">>) => Promise<void>;
}) {
  const most = useSignal(`${budget.max_cost_usd ?? ""}`);
  const alert = useSignal(`${budget.cost_alert_threshold_usd ?? ""}`);
  const basis = useSignal<Basis<Pick<Project, "budget">>>({ seen: { budget } });
  const fault = (typed: string) => Number.isNaN(amountOf(typed)) ? "This is no amount." : null;
  return (
    <Form
      class="campaigns-budget"
      onSend={async () => {
        if (fault(most.value) || fault(alert.value)) return;
        const typed = {
          max_cost_usd: amountOf(most.value),
          cost_alert_threshold_usd: amountOf(alert.value),
        };
        await onSet({ ...budget, ...typed }, basis.value);
      }}
    >
      <TextField
        label="Budget in dollars"
        hint="no limit where it is empty"
        value={most}
        error={fault(most.value)}
        onText={(text) => most.value = text}
      />
      <TextField
        label="Alert at"
        hint="no alert where it is empty"
        value={alert}
        error={fault(alert.value)}
        onText={(text) => alert.value = text}
      />
      <Button type="submit">Change the budget</Button>
    </Form>
  );
}

function Phases(
  { context, client, act, state: { project, phases } }: Shown & { state: ProjectState },
) {
  return (
    <section class="card" aria-label="Phases">
      <header>
        <h2>Phases</h2>
        <span class="small quiet">each begins when those to its left are done</span>
      </header>
      <div
        class="body campaigns-flow"
        tabIndex={0}
        role="group"
        aria-label="Phases, from the first to the last"
      >
        {levelsOf(phases).map((level, at) => (
          <ol key={at} class="campaigns-level">
            {level.map((phase) => (
              <li key={phase.id} class={`campaigns-phase ${phase.status}`}>
                <PhaseFacts phase={phase} />
                {context.rights.has("projects.manage") && project.status !== "draft" && (
                  <div class="row">
                    {phaseActionsOf(project, phase).map((action) => (
                      <Button
                        key={action}
                        compact
                        aria-label={`${PHASE_WORDS[action]} phase ${phase.name}`}
                        onClick={() =>
                          act(
                            `done: ${PHASE_WORDS[action]}`,
                            () => client[action](project.id, phase.name),
                          )}
                      >
                        {PHASE_WORDS[action]}
                      </Button>
                    ))}
                  </div>
                )}
              </li>
            ))}
          </ol>
        ))}
      </div>
    </section>
  );
}

const PHASE_WORDS = { skip: "Skip", force: "Complete", retry: "Retry" };

function PhaseFacts({ phase }: { phase: ProjectPhase }) {
  const conditions = [phase.activation_condition, phase.completion_condition].map(conditionWords)
    .filter(Boolean);
  const params = Object.entries(phase.search_params)
    .map(([name, value]) => `${name.replaceAll("_", " ")} ${value}`).join(", ");
  return (
    <>
      <h3>
        {phase.name} <span class={`tag ${toneOf(phase.status)}`}>{phase.status}</span>
      </h3>
      <p class="small quiet">{params}</p>
      {phase.depends_on.length > 0 && <p class="small">after {phase.depends_on.join(", ")}</p>}
      {conditions.map((words) => <p key={words} class="small">{words}</p>)}
      <p class="small">
        {count(phase.total_tested)} tested, {count(phase.total_found)} found
        {phase.search_job_id !== null && `, search ${phase.search_job_id}`}
        {phase.attempts > 1 && `, try ${phase.attempts}`}
      </p>
      {phase.error && <p class="small note danger">{phase.error}</p>}
    </>
  );
}

function Events({ events }: { events: ProjectEvent[] }) {
  return (
    <section class="card" aria-label="Events">
      <header>
        <h2>What happened</h2>
        <span class="small quiet">the latest first</span>
      </header>
      <div class="body">
        <ol class="campaigns-events">
          {events.map(({ id, event_type, summary, created_at }) => (
            <li key={id}>
              <time class="small quiet" dateTime={created_at}>{dateTime(created_at)}</time>{" "}
              <span class={event_type === "error" || event_type.endsWith("failed") ? "danger" : ""}>
                {summary}
              </span>
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}
