// One task: what it is, what came of it, what it may cost, and what happened.

import type { AgentEvent, AgentTask } from "../../../../shared/client/mod.ts";
import { dollars } from "../campaigns/words.ts";
import { Fact } from "../ui/facts.tsx";
import { count, dateTime } from "../ui/format.ts";
import { SureButton } from "../ui/sure.tsx";
import { type Shared, taskHash } from "./shared.ts";
import { HANDLERS, LEVELS, statusWords, toneOf } from "./words.ts";

/** A task with its events. */
export function TaskDetail(
  { context, client, act, mayManage, task, events, reload }: Shared & {
    task: AgentTask;
    events: AgentEvent[];
    reload: () => void;
  },
) {
  return (
    <>
      <div class="page-head">
        <h1>{task.title}</h1>
        <span class={`tag ${toneOf(task.status)}`}>{statusWords(task.status)}</span>
        {mayManage && task.completed_at === null && (
          <SureButton
            label="Cancel the task"
            yes="Yes, cancel it"
            title={`Cancel ${task.title}?`}
            means="It ends with all tasks below it, and none of them is taken up again."
            onSure={() => act("cancelled", () => client.cancel(task.id), reload)}
          />
        )}
      </div>
      {task.description && <p>{task.description}</p>}
      {task.error && <p class="note danger">{task.error}</p>}
      <Facts context={context} task={task} />
      {task.result && <Result result={task.result} />}
      <Events events={events} />
    </>
  );
}

function Facts({ context, task }: Pick<Shared, "context"> & { task: AgentTask }) {
  const { handler, max_cost_usd: most } = task;
  return (
    <section class="card" aria-label="The task">
      <div class="body">
        <dl class="facts">
          <Fact name="Who">{handler === null ? "an agent" : HANDLERS[handler] ?? handler}</Fact>
          {task.role_name && <Fact name="Role">{task.role_name}</Fact>}
          <Fact name="May">{LEVELS[task.permission_level]}</Fact>
          <Fact name="Priority">{task.priority}</Fact>
          <Fact name="Cost">
            {dollars(Number(task.cost_usd))}
            {most !== null && ` of ${dollars(Number(most))}`}
          </Fact>
          {Number(task.tokens_used) > 0 && (
            <Fact name="Tokens">{count(Number(task.tokens_used))}</Fact>
          )}
          <Fact name="Made">{dateTime(task.created_at)}</Fact>
          {task.completed_at && <Fact name="Ended">{dateTime(task.completed_at)}</Fact>}
          {task.parent_task_id !== null && (
            <Fact name="Part of">
              <a href={taskHash(context, task.parent_task_id)}>task {task.parent_task_id}</a>
            </Fact>
          )}
        </dl>
      </div>
    </section>
  );
}

function Events({ events }: { events: AgentEvent[] }) {
  return (
    <section class="card" aria-label="Events">
      <header>
        <h2>What happened</h2>
        <span class="small quiet">in this order</span>
      </header>
      <div class="body">
        <ol class="agents-events" tabIndex={0} aria-label="Events of the task">
          {events.map(({ id, agent, summary, created_at }) => (
            <li key={id}>
              <time class="small quiet" dateTime={created_at}>{dateTime(created_at)}</time>{" "}
              {agent && <strong>{agent}:</strong>} {summary}
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}

function Result({ result: { summary, ...figures } }: { result: NonNullable<AgentTask["result"]> }) {
  return (
    <section class="card" aria-label="Result">
      <header>
        <h2>What came of it</h2>
      </header>
      <div class="body stack">
        {summary && <p>{summary}</p>}
        {Object.keys(figures).length > 0 && (
          <details>
            <summary>All of it</summary>
            <pre class="agents-result" tabIndex={0}>{JSON.stringify(figures, null, 2)}</pre>
          </details>
        )}
      </div>
    </section>
  );
}
