// The question of a what-if: other weights, and who is put to a line or kept off it.

import { Refused } from "../runs/run_card.tsx";
import { Button } from "../ui/button.tsx";
import { Form } from "../ui/form.tsx";
import type { Field as Participants } from "./match_data.ts";
import type { Names } from "./names.ts";
import { PinsField } from "./pins_field.tsx";
import type { Workbench } from "./use_match.ts";
import { WeightFields } from "./weights.tsx";

/** See above. */
export function WhatIfForm({ workbench, field, names }: {
  workbench: Workbench;
  field: Participants;
  names: Names;
}) {
  const { draft, editWhatIf, whatIfAsking, mayRun, busy } = workbench;
  const question = draft.value.whatIf;
  return (
    <section class="card off-paper" aria-label="What if">
      <header>
        <h2>What if…</h2>
        <span class="small quiet">a dry run: nothing is written</span>
      </header>
      <Form
        class="body stack"
        onSend={() => whatIfAsking.ask(draft.value)}
      >
        <WeightFields weights={question} disabled={!mayRun} onEdit={editWhatIf} />
        <PinsField
          legend="Pins"
          pins={question.pins}
          field={field}
          names={names}
          disabled={!mayRun}
          onEdit={(pins) => editWhatIf({ pins })}
        />
        <Refused error={whatIfAsking.refused.value} />
        <div class="row">
          <Button type="submit" disabled={!mayRun || busy} busy={whatIfAsking.sending.value}>
            {whatIfAsking.sending.value ? "Asking…" : "Show what would change"}
          </Button>
        </div>
      </Form>
    </section>
  );
}
