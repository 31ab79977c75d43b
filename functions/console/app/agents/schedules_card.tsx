// Schedules: what is begun at times or when something has happened.

import type {
  AgentSchedule,
  AgentScheduleRequest,
  AgentTrigger,
} from "../../../../shared/client/mod.ts";
import { useLoad } from "../data/load.ts";
import { formOf, useTyped } from "../data/typed.ts";
import { Button } from "../ui/button.tsx";
import { Form } from "../ui/form.tsx";
import { Check, SelectField, TextField } from "../ui/field.tsx";
import { dateTime } from "../ui/format.ts";
import { LoadedList } from "../ui/loaded_list.tsx";
import { SureButton } from "../ui/sure.tsx";
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
      }, schedule), load.reload);
  return (
    <section class="card" aria-label="Schedules">
      <header>
        <h2>Schedules</h2>
        <span class="small quiet">tasks that begin by themselves</span>
      </header>
      <div class="body stack">
        <LoadedList
          load={load}
          what="schedules"
          none="There is no schedule yet."
          label="Schedules"
          class="agents-list"
        >
          {(each) => (
            <ScheduleItem
              key={each.id}
              schedule={each}
              mayManage={mayManage}
              onToggle={() => toggle(each)}
              onDelete={() => act("deleted", () => client.removeSchedule(each.id), load.reload)}
            />
          )}
        </LoadedList>
        {mayManage && <NewSchedule {...shared} reload={load.reload} />}
      </div>
    </section>
  );
}

function ScheduleItem({ schedule, mayManage, onToggle, onDelete }: {
  schedule: AgentSchedule;
  mayManage: boolean;
  onToggle: () => void;
  onDelete: () => Promise<unknown>;
}) {
  const { name, enabled, fire_count, last_fired_at } = schedule;
  const deed = enabled ? "Switch off" : "Switch on";
  return (
    <li>
      <p>
        <strong>{name}</strong>{" "}
        <span class={`tag ${enabled ? "ok" : ""}`}>{enabled ? "on" : "off"}</span>
      </p>
      <p class="small">
        {schedule.task_title ?? `Template ${schedule.template_name}`}, {whenOf(schedule)}
      </p>
      <p class="small quiet">
        fired {fire_count} times
        {last_fired_at && `, the last time ${dateTime(last_fired_at)}`}
      </p>
      {mayManage && (
        <div class="row">
          <Button compact aria-label={`${deed}: ${name}`} onClick={onToggle}>{deed}</Button>
          <SureButton
            compact
            label="Delete"
            yes="Yes, delete it"
            name={`Delete: ${name}`}
            title={`Delete the schedule ${name}?`}
            means="Nothing begins by it any more. Tasks that it began stay."
            onSure={onDelete}
          />
        </div>
      )}
    </li>
  );
}

const BLANK = {
  name: "",
  handler: "analyze_results",
  /** Empty: at times. */
  event: "",
  cron: "0 2 * * *",
  enabled: true,
};

function NewSchedule({ context, client, act, reload }: Shared & { reload: () => void }) {
  const form = useTyped(formOf(context, "schedule"), () => BLANK);
  const { name, handler, event, cron, enabled } = form.value;
  const set = (part: Partial<typeof BLANK>) => form.value = { ...form.value, ...part };
  const save = async () => {
    const when = event === ""
      ? { cronExpr: cron }
      : { event: { event: event as AgentTrigger["event"] } };
    const request = { name, taskTitle: HANDLERS[handler], handler, enabled, ...when };
    const saved = await act(
      "saved",
      () => client.saveSchedule({ org: context.org.id, ...request }, null),
      reload,
    );
    if (saved) form.value = BLANK;
  };
  return (
    <Form
      class="agents-form"
      onSend={() => save()}
    >
      <TextField
        label="Name of the schedule"
        value={name}
        required
        onText={(name) => set({ name })}
      />
      <SelectField
        label="Which handler"
        value={handler}
        options={Object.entries(HANDLERS)}
        onChoose={(handler) => set({ handler })}
      />
      <SelectField
        label="When"
        value={event}
        options={[["", "at times"], ...Object.entries(EVENTS)]}
        onChoose={(event) => set({ event })}
      />
      {event === "" && (
        <TextField
          label="Times"
          hint="five fields of cron, in UTC"
          value={cron}
          required
          onText={(cron) => set({ cron })}
        />
      )}
      <Check label="Switched on" checked={enabled} onChange={(enabled) => set({ enabled })} />
      <Button type="submit">Save the schedule</Button>
    </Form>
  );
}
