// What nodes handed in, who checked it, and what that came to.

import type {
  NodeBlockResult,
  ResultCheck,
  VerificationCost,
} from "../../../../shared/client/mod.ts";
import type { Load } from "../data/load.ts";
import { count, percent, plural } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import type { Ranks } from "./shared.ts";
import { checkWords, creditWords, RESULT_WORDS, toneOf } from "./words.ts";

/** The latest results of the org's operators. */
export function ResultsCard({ load, operators, costs, checks }: {
  load: Load<NodeBlockResult[]>;
  operators: Ranks;
  costs: Load<VerificationCost[]>;
  checks: Load<ResultCheck[]>;
}) {
  const names = new Map((operators.value.value ?? []).map(({ id, username }) => [id, username]));
  const nameOf = (id: string | null) => names.get(id ?? "") ?? "somebody";
  const checkOf = new Map((checks.value.value ?? []).map((check) => [check.result_id, check]));
  return (
    <section class="card" aria-label="Results">
      <header>
        <h2>Results</h2>
        <Sums costs={costs.value.value ?? []} />
      </header>
      <div class="body">
        <Loaded load={load} what="results">
          {(found) =>
            found.length === 0
              ? <p class="quiet">No block was given out yet.</p>
              : (
                <ul class="operators-list" aria-label="Results">
                  {found.slice(0, 20).map((result) => {
                    const check = checkOf.get(result.id);
                    const second = nameOf(check?.verification_volunteer_id ?? null);
                    return (
                      <Result
                        key={result.id}
                        result={result}
                        by={nameOf(result.operator_id)}
                        checked={check ? checkWords(check, second) : ""}
                      />
                    );
                  })}
                </ul>
              )}
        </Loaded>
      </div>
    </section>
  );
}

/** How much was tested again, and by whom. */
function Sums({ costs }: { costs: VerificationCost[] }) {
  const sum = (of: (cost: VerificationCost) => number) =>
    costs.reduce((total, cost) => total + of(cost), 0);
  const tested = sum((cost) => cost.tested);
  if (tested === 0) return null;
  const second = sum((cost) => cost.second_opinions);
  return (
    <span class="small quiet">
      {percent(sum((cost) => cost.tested_again) / tested)} of what was tested was tested again here
      {second > 0 && `, ${plural(second, "second opinion")} by nodes of others`}
    </span>
  );
}

function Result({ result, by, checked }: { result: NodeBlockResult; by: string; checked: string }) {
  const { block_id, status, tested, found, credit, reason } = result;
  return (
    <li>
      <p>
        Block {block_id} by {by} <span class={`tag ${toneOf(status)}`}>{RESULT_WORDS[status]}</span>
      </p>
      <p class="small quiet">
        {tested !== null && `${count(tested)} tested, ${count(found ?? 0)} found, `}
        worth {creditWords(credit)}
        {checked && `, ${checked}`}
        {reason && `: ${reason}`}
      </p>
    </li>
  );
}
