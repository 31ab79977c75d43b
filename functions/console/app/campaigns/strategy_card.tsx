// Strategy: which form is worth a project next, what was decided and why; decisions are overridden here.

import { useSignal } from "@preact/signals";
import type {
  FormScore,
  ProjectsClient,
  ProjectStrategy,
  StrategyDecision,
} from "../../../../shared/client/mod.ts";
import { useLoad } from "../data/load.ts";
import { type Basis, saveSeen } from "../data/seen.ts";
import type { PageContext } from "../page.ts";
import { attempt } from "../ui/attempt.ts";
import { Button } from "../ui/button.tsx";
import { Form } from "../ui/form.tsx";
import { Bars } from "../ui/charts.tsx";
import { Check, TextField } from "../ui/field.tsx";
import { dateTime, percent } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import { amountOf } from "./words.ts";

interface Strategy {
  context: PageContext;
  client: ProjectsClient;
}

/** Scores and decisions of the org. */
export function StrategyCard({ context, client }: Strategy) {
  const { org, rights } = context;
  const load = useLoad(
    () => Promise.all([client.scores(org.id), client.decisions(org.id), client.strategy(org.id)]),
    [org.id],
  );
  const act = (work: () => Promise<unknown>) => attempt(context, "done", work, load.reload);
  return (
    <section class="card" aria-label="Strategy">
      <header>
        <h2>What to search for next</h2>
        {rights.has("projects.manage") && (
          <Button
            compact
            onClick={() => act(() => client.decide(org.id))}
          >
            Decide now
          </Button>
        )}
      </header>
      <div class="body stack">
        <Loaded load={load} what="the strategy">
          {([scores, decisions, config]) => (
            <>
              {rights.has("projects.manage") && (
                <>
                  <Check
                    label="Act within the limits"
                    hint="make campaigns, pause searches that get nowhere, and check finds near the record, without being asked"
                    checked={config?.enabled ?? false}
                    onChange={(enabled) => void act(() => client.setStrategy(org.id, { enabled }))}
                  />
                  <Limits
                    config={config}
                    onSet={(limits, basis) =>
                      act(() =>
                        saveSeen(basis, async (seen) => {
                          await client.setStrategy(org.id, limits, seen!);
                        })
                      )}
                  />
                </>
              )}
              <Scores scores={scores} />
              <Decisions
                decisions={decisions}
                onOverride={rights.has("projects.manage")
                  ? (id, why) => act(() => client.override(id, why))
                  : null}
              />
            </>
          )}
        </Loaded>
      </div>
    </section>
  );
}

/** What the strategy keeps to, and what each limit is where nothing was said. */
const LIMITS = [
  ["max_concurrent_projects", "Campaigns at once", 3],
  ["max_per_project_budget_usd", "Dollars a campaign", 25],
  ["max_monthly_budget_usd", "Dollars a month", 100],
] as const;

function Limits({ config, onSet }: {
  config: ProjectStrategy | null;
  onSet: (
    limits: Partial<ProjectStrategy>,
    basis: Basis<Partial<ProjectStrategy>>,
  ) => Promise<boolean>;
}) {
  /** What was typed of a limit, and what it was when that began. */
  const typed = useSignal<Record<string, { text: string; seen: unknown }>>({});
  const read = (name: keyof ProjectStrategy, otherwise: number) => config?.[name] ?? otherwise;
  const shownAs = (name: keyof ProjectStrategy, otherwise: number) =>
    typed.value[name]?.text ?? `${read(name, otherwise)}`;
  const fault = (text: string) =>
    amountOf(text) === null || Number.isNaN(amountOf(text)) ? "This is no number." : null;
  return (
    <Form
      class="campaigns-budget"
      onSend={async () => {
        // What nobody typed stays as it is, whatever it was changed to meanwhile.
        const limits = Object.entries(typed.value);
        if (limits.length === 0 || limits.some(([, { text }]) => fault(text))) return;
        const set = limits.map(([name, { text }]) => [name, amountOf(text)]);
        const basis: Basis = {
          seen: Object.fromEntries(limits.map(([name, { seen }]) => [name, seen])),
        };
        await onSet(Object.fromEntries(set), basis).then((done) =>
          typed.value = done ? {} : Object.fromEntries(
            limits.map(([name, { text }]) => [name, { text, seen: basis.seen?.[name] }]),
          )
        );
      }}
    >
      {LIMITS.map(([name, label, otherwise]) => (
        <TextField
          key={name}
          label={label}
          value={shownAs(name, otherwise)}
          error={fault(shownAs(name, otherwise))}
          onText={(text) => {
            const seen = typed.value[name]?.seen ?? read(name, otherwise);
            typed.value = { ...typed.value, [name]: { text, seen } };
          }}
        />
      ))}
      <Button type="submit">Change the limits</Button>
    </Form>
  );
}

function Scores({ scores }: { scores: FormScore[] }) {
  return (
    <details>
      <summary>Every form's score</summary>
      <Bars
        label="What a project for each form is worth"
        bars={scores.map(({ form, score }) => ({
          label: form.replaceAll("_", " "),
          value: score,
          text: percent(score, 0),
        }))}
      />
    </details>
  );
}

function Decisions({ decisions, onOverride }: {
  decisions: StrategyDecision[];
  onOverride: ((id: number, why: string) => Promise<unknown>) | null;
}) {
  if (decisions.length === 0) return <p class="quiet">Nothing was decided yet.</p>;
  return (
    <ul class="campaigns-decisions" aria-label="Decisions, the latest first">
      {decisions.map((decision) => (
        <li key={decision.id}>
          <strong>{decision.summary}</strong>{" "}
          <span class={`tag ${decision.action_taken === "deferred" ? "info" : ""}`}>
            {decision.action_taken === "deferred" ? "proposed" : decision.action_taken}
          </span>{" "}
          <span class="small quiet">{dateTime(decision.created_at)}</span>
          <div class="small">{decision.reasoning}</div>
          {decision.action_taken === "deferred" && decision.params.waits !== undefined && (
            <div class="small">It waits: {String(decision.params.waits)}</div>
          )}
          {decision.override_reason && (
            <div class="small">Overridden: {decision.override_reason}</div>
          )}
          {onOverride && decision.action_taken !== "overridden" &&
            decision.decision_type !== "no_action" && (
            <Override decision={decision} onOverride={onOverride} />
          )}
        </li>
      ))}
    </ul>
  );
}

function Override({ decision, onOverride }: {
  decision: StrategyDecision;
  onOverride: (id: number, why: string) => Promise<unknown>;
}) {
  const why = useSignal("");
  return (
    <details>
      <summary class="small">Override</summary>
      <Form
        class="campaigns-budget"
        onSend={() => onOverride(decision.id, why.value)}
      >
        <TextField
          label="Why"
          value={why}
          required
          onText={(text) => why.value = text}
        />
        <Button type="submit" disabled={why.value.trim() === ""}>
          Take it back
        </Button>
      </Form>
    </details>
  );
}
