// What agents and handlers ask to be allowed: approved or refused by a person, once.

import { useSignal } from "@preact/signals";
import type { AgentApproval } from "../../../../shared/client/mod.ts";
import type { Load } from "../data/load.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import { Loaded } from "../ui/loaded.tsx";
import { type Shared, taskHash } from "./shared.ts";
import { ACTIONS } from "./words.ts";

/** Approvals that wait, and the last that were decided. */
export function ApprovalsCard(
  { load, reload, ...shared }: Shared & { load: Load<AgentApproval[]>; reload: () => void },
) {
  return (
    <section class="card" aria-label="Approvals">
      <header>
        <h2>Waiting for your word</h2>
        <span class="small quiet">what agents ask to do</span>
      </header>
      <div class="body stack">
        <Loaded load={load} what="approvals">
          {(found) => {
            const waiting = found.filter(({ status }) => status === "waiting");
            const decided = found.filter(({ status }) => status !== "waiting").slice(0, 5);
            return (
              <>
                {waiting.length === 0 && <p class="quiet">Nothing is waiting.</p>}
                <ul class="agents-list" aria-label="Waiting">
                  {waiting.map((each) => (
                    <Waiting key={each.id} {...shared} approval={each} reload={reload} />
                  ))}
                </ul>
                {decided.length > 0 && (
                  <ul class="agents-list small quiet" aria-label="Decided">
                    {decided.map(({ id, status, summary, reason }) => (
                      <li key={id}>{summary}: {status}{reason && `, ${reason}`}</li>
                    ))}
                  </ul>
                )}
              </>
            );
          }}
        </Loaded>
      </div>
    </section>
  );
}

function Waiting(
  { context, client, act, mayManage, approval, reload }: Shared & {
    approval: AgentApproval;
    reload: () => void;
  },
) {
  const reason = useSignal("");
  const decide = (approve: boolean) =>
    act(
      approve ? "approved" : "refused",
      () => client.decide(approval.id, approve, reason.value.trim() || undefined),
      reload,
    );
  return (
    <li>
      <p>{approval.summary}</p>
      <p class="small quiet">
        To {ACTIONS[approval.action] ?? approval.action}, of{" "}
        <a href={taskHash(context, approval.task_id)}>task {approval.task_id}</a>
      </p>
      {mayManage && (
        <div class="agents-form">
          <TextField
            label="Why"
            hint="needed to refuse"
            value={reason}
            onText={(text) => reason.value = text}
          />
          <div class="row">
            <Button
              kind="primary"
              aria-label={`Approve: ${approval.summary}`}
              onClick={() => decide(true)}
            >
              Approve
            </Button>
            <Button
              disabled={reason.value.trim() === ""}
              aria-label={`Refuse: ${approval.summary}`}
              onClick={() => decide(false)}
            >
              Refuse
            </Button>
          </div>
        </div>
      )}
    </li>
  );
}
