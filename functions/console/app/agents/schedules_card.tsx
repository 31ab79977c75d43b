// Schedules: what is begun at times or when something has happened.

import { useSignal } from "@preact/signals";
import type {
  AgentSchedule,
  AgentScheduleRequest,
  AgentTrigger,
} from "../../../../shared/client/mod.ts";
import { useLoad } from "../data/load.ts";
import { Button } from "../ui/button.tsx";
import { Check, SelectField, TextField } from "../ui/field.tsx";
import { dateTime } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import type { Shared } from "./shared.ts";
import { EVENTS, HANDLERS, whenOf } from "./words.ts";

/** A schedule as it would be saved again. */
function requestOf(schedule: AgentSchedule): AgentScheduleRequest {
  return {
    name: schedule.name,
    description: schedule.description || undefined,
    cronExpr: schedule.cron_expr ?? undefined,
    event: schedule.event_filter ?? undefined,
    templateName: schedule.template_name ?? undefined,
    taskTitle: schedule.task_title ?? undefined,
    taskDescription: schedule.task_description ?? undefined,
    handler: schedule.handler ?? undefined,
    params: schedule.params,
    roleName: schedule.role_name ?? undefined,
    priority: schedule.priority,
    maxCostUsd: schedule.max_cost_usd === null ? undefined : Number(schedule.max_cost_usd),
    permissionLevel: schedule.permission_level,
  };
}

/** Schedules of the org, and a new one. */
export function SchedulesCard(shared: Shared) {
  const { context, client, act, mayManage } = shared;
  const load = useLoad(() => client.schedules(context.org.id), []);
  const toggle = (schedule: AgentSchedule) =>
    act("changed", () =>
      client.saveSchedule({
        ...requestOf(schedule),
        org: context.org.id,
        enabled: !schedule.enabled,
      }), load.reload);
  return (
    <section class="card" aria-label="Schedules">
      <header>
        <h2>Schedules</h2>
        <span class="small quiet">tasks that begin by themselves</span>
      </header>
      <div class="body stack">
        <Loaded load={load} what="schedules">
          {(found) =>
            found.length === 0
              ? <p class="quiet">There is no schedule yet.</p>
              : (
                <ul class="agents-list" aria-label="Schedules">
                  {found.map((each) => (
                    <li key={each.id}>
                      <p>
                        <strong>{each.name}</strong>{" "}
                        <span class={`tag ${each.enabled ? "ok" : ""}`}>
                          {each.enabled ? "on" : "off"}
                        </span>
                      </p>
                      <p class="small">
                        {each.task_title ?? `Template ${each.template_name}`}, {whenOf(each)}
                      </p>
                      <p class="small quiet">
                        fired {each.fire_count} times
                        {each.last_fired_at && `, the last time ${dateTime(each.last_fired_at)}`}
                      </p>
                      {mayManage && (
                        <div class="row">
                          <Button
                            compact
                            aria-label={`${
                              each.enabled ? "Switch off" : "Switch on"
                            }: ${each.name}`}
                            onClick={() => void toggle(each)}
                          >
                            {each.enabled ? "Switch off" : "Switch on"}
                          </Button>
                          <Button
                            compact
                            aria-label={`Delete: ${each.name}`}
                            onClick={() =>
                              void act(
                                "deleted",
                                () => client.removeSchedule(each.id),
                                load.reload,
                              )}
                          >
                            Delete
                          </Button>
                        </div>
                      )}
                    </li>
                  ))}
                </ul>
              )}
        </Loaded>
        {mayManage && <NewSchedule {...shared} reload={load.reload} />}
      </div>
    </section>
  );
}

function NewSchedule({ context, client, act, reload }: Shared & { reload: () => void }) {
  const name = useSignal("");
  const handler = useSignal("analyze_results");
  const event = useSignal("");
  const cron = useSignal("0 2 * * *");
  const enabled = useSignal(true);
  return (
    <form
      class="agents-form"
      onSubmit={async (submitted) => {
        submitted.preventDefault();
        const when = event.value === ""
          ? { cronExpr: cron.value }
          : { event: { event: event.value as AgentTrigger["event"] } };
        const saved = await act("saved", () =>
          client.saveSchedule({
            org: context.org.id,
            name: name.value,
            taskTitle: HANDLERS[handler.value],
            handler: handler.value,
            enabled: enabled.value,
            ...when,
          }), reload);
        if (saved) name.value = "";
      }}
    >
      <TextField
        label="Name of the schedule"
        value={name}
        required
        onText={(text) => name.value = text}
      />
      <SelectField
        label="Which handler"
        value={handler.value}
        options={Object.entries(HANDLERS)}
        onChoose={(chosen) => handler.value = chosen}
      />
      <SelectField
        label="When"
        value={event.value}
        options={[["", "at times"], ...Object.entries(EVENTS)]}
        onChoose={(chosen) => event.value = chosen}
      />
      {event.value === "" && (
        <TextField
          label="Times"
          hint="five fields of cron, in UTC"
          value={cron}
          required
          onText={(text) => cron.value = text}
        />
      )}
      <Check
        label="Switched on"
        checked={enabled.value}
        onChange={(checked) => enabled.value = checked}
      />
      <Button type="submit">Save the schedule</Button>
    </form>
  );
}
