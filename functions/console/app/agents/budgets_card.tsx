// What agents may spend in a day, a week and a month, and have spent.

import { useSignal } from "@preact/signals";
import type { AgentBudget } from "../../../../shared/client/mod.ts";
import { dollars } from "../campaigns/words.ts";
import type { Load } from "../data/load.ts";
import { type Basis, saveSeen } from "../data/seen.ts";
import { Button } from "../ui/button.tsx";
import { Form } from "../ui/form.tsx";
import { Meter } from "../ui/charts.tsx";
import { TextField } from "../ui/field.tsx";
import { Loaded } from "../ui/loaded.tsx";
import type { Shared } from "./shared.ts";
import { amountOf } from "./words.ts";

const NAMES = { daily: "Today", weekly: "This week", monthly: "This month" };

/** The three budgets. */
export function BudgetsCard({ load, ...shared }: Shared & { load: Load<AgentBudget[]> }) {
  return (
    <section class="card" aria-label="Budgets">
      <header>
        <h2>Budgets</h2>
        <span class="small quiet">nothing is begun or spent beyond them</span>
      </header>
      <div class="body stack">
        <Loaded load={load} what="budgets">
          {(found) => (
            <>
              {found.map((budget) => (
                <Budget key={budget.period} {...shared} budget={budget} reload={load.reload} />
              ))}
            </>
          )}
        </Loaded>
      </div>
    </section>
  );
}

function Budget(
  { context, client, act, mayManage, budget, reload }: Shared & {
    budget: AgentBudget;
    reload: () => void;
  },
) {
  const [most, spent] = [Number(budget.budget_usd), Number(budget.spent_usd)];
  const typed = useSignal(`${most}`);
  const basis = useSignal<Basis<{ budget_usd: number }>>({ seen: { budget_usd: most } });
  const name = NAMES[budget.period];
  const fault = Number.isNaN(amountOf(typed.value)) ? "This is no amount up to 100,000." : null;
  return (
    <div class="stack">
      <p>{name}: {dollars(spent)} of {dollars(most)} spent.</p>
      <Meter label={`${name}: share that is spent`} value={most === 0 ? 1 : spent / most} />
      {mayManage && (
        <Form
          class="agents-form"
          onSend={async () => {
            if (fault) return;
            const usd = amountOf(typed.value);
            const save = async (seen: { budget_usd: number } | null) => {
              await client.setBudget(context.org.id, budget.period, usd, seen!);
              return { budget_usd: usd };
            };
            await act("changed", () => saveSeen(basis.value, save), reload);
          }}
        >
          <TextField
            label={`Budget ${budget.period} in dollars`}
            value={typed}
            error={fault}
            onText={(text) => typed.value = text}
          />
          <Button type="submit">Change</Button>
        </Form>
      )}
    </div>
  );
}
