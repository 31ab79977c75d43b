// Which health service, plan and allocation run the pages are about.

import type { AllocationRun, Catalogue } from "../data/catalogue.ts";

/** One labelled select; text where there is nothing to choose. */
function Pick({ label, options, value, onPick }: {
  label: string;
  options: { id: string; name: string }[];
  value: string;
  onPick: (id: string) => void;
}) {
  if (options.length < 2) {
    return (
      <span class="picked">
        {label} <strong>{options[0]?.name}</strong>
      </span>
    );
  }
  return (
    <label>
      {label}
      <select
        class="select"
        value={value}
        onChange={(event) => onPick(event.currentTarget.value)}
      >
        {options.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
      </select>
    </label>
  );
}

/** The three pickers. Choosing an org or a plan chooses its first allocation run. */
export function Pickers({ catalogue, chosen, onChoose }: {
  catalogue: Catalogue;
  chosen: AllocationRun;
  onChoose: (allocationRun: string) => void;
}) {
  const { orgs, plans, runs } = catalogue;
  const inUse = new Set(runs.flatMap((run) => [run.org_id, run.allocation_plan]));
  const first = (match: (run: AllocationRun) => boolean) => onChoose(runs.find(match)!.id);
  return (
    <div class="pickers">
      <Pick
        label="Service"
        options={orgs.filter((org) => inUse.has(org.id))}
        value={chosen.org_id}
        onPick={(id) => first((run) => run.org_id === id)}
      />
      <Pick
        label="Plan"
        options={plans.filter((plan) => plan.org_id === chosen.org_id && inUse.has(plan.id))}
        value={chosen.allocation_plan}
        onPick={(id) => first((run) => run.allocation_plan === id)}
      />
      <Pick
        label="Allocation run"
        options={runs.filter((run) => run.allocation_plan === chosen.allocation_plan)}
        value={chosen.id}
        onPick={onChoose}
      />
    </div>
  );
}
