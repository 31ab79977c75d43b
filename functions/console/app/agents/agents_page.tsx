// Agents: tasks as trees with what is going on, what waits for a person's word, budgets, schedules, and programs with their keys.

import { useEffect, useMemo } from "preact/hooks";
import { type AgentTask, createAgentsClient } from "../../../../shared/client/mod.ts";
import { attempt } from "../ui/attempt.ts";
import { gatherReads } from "../data/gather.ts";
import { useLoad } from "../data/load.ts";
import { once } from "../data/once.ts";
import type { PageContext, PageProps } from "../page.ts";
import { hashOf } from "../router.ts";
import { closedBecause, ClosedPage } from "../runs/searching.tsx";
import { dollars } from "../campaigns/words.ts";
import { dateTime } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import { ApprovalsCard } from "./approvals_card.tsx";
import { BudgetsCard } from "./budgets_card.tsx";
import { KeysCard } from "./keys_card.tsx";
import { NewTask } from "./new_task.tsx";
import { PermissionsCard } from "./permissions_card.tsx";
import { SchedulesCard } from "./schedules_card.tsx";
import { type Shared, taskHash } from "./shared.ts";
import { TaskDetail } from "./task_detail.tsx";
import { HANDLERS, statusWords, type TaskTree, toneOf, treesOf } from "./words.ts";

/** Changes that come within so many ms are read together. */
const TOGETHER = 500;
/** How often everything is read besides, in ms. */
const READ_EVERY = 15_000;

/** See `page.ts` for what it receives. `?task=<number>` shows one task. */
export function AgentsPage({ context }: PageProps) {
  const note = closedBecause(context, "agents.view", "agents");
  if (note) return <ClosedPage title="Agents" note={note} />;
  const task = Number(context.params.get("task"));
  return Number.isSafeInteger(task) && task > 0
    ? <OneTask key={task} context={context} id={task} />
    : <Overview context={context} />;
}

function useShared(context: PageContext): Shared {
  const client = useMemo(() => createAgentsClient(context.supabase), []);
  const roles = useMemo(() => once(() => client.roles()), []);
  const act: Shared["act"] = (what, work, reload) => attempt(context, what, work, reload);
  return { context, client, roles, act, mayManage: context.rights.has("agents.manage") };
}

/** Reads again whenever a task of the org changes, and now and then besides. */
function useNews({ client, context }: Shared, read: () => void): void {
  useEffect(() => {
    const reads = gatherReads(TOGETHER);
    const soon = () => reads.soon(read);
    const stop = client.watch(context.org.id, soon);
    const timer = setInterval(() => document.visibilityState === "visible" && soon(), READ_EVERY);
    return () => {
      stop();
      clearInterval(timer);
      reads.stop();
    };
  }, []);
}

function OneTask({ context, id }: { context: PageContext; id: number }) {
  const shared = useShared(context);
  const load = useLoad(() => shared.client.task(id), [id]);
  useNews(shared, load.reload);
  return (
    <div class="page agents-page">
      <p>
        <a href={hashOf("agents", context.allocationRun.id)}>All tasks of agents</a>
      </p>
      <Loaded load={load} what="the task">
        {(found) =>
          found === null
            ? <p class="note">There is no task {id} of {context.org.name}.</p>
            : <TaskDetail {...shared} {...found} reload={load.reload} />}
      </Loaded>
    </div>
  );
}

function Overview({ context }: PageProps) {
  const shared = useShared(context);
  const { client } = shared;
  const org = context.org.id;
  const tasks = useLoad(() => client.tasks(org), [org]);
  const approvals = useLoad(() => client.approvals(org), [org]);
  const budgets = useLoad(() => client.budgets(org), [org]);
  const reload = () => {
    tasks.reload();
    approvals.reload();
    budgets.reload();
  };
  useNews(shared, reload);
  return (
    <div class="page agents-page">
      <h1>Agents</h1>
      <p class="small quiet">
        Programs that work through the API with keys of their own, and handlers that are built in.
        What they may do and spend is decided here.
      </p>
      <ApprovalsCard {...shared} load={approvals} reload={reload} />
      <section class="card" aria-label="Tasks">
        <header>
          <h2>Tasks</h2>
          <span class="small quiet">with their sub-tasks, the newest first</span>
        </header>
        <div class="body stack">
          <Loaded load={tasks} what="tasks">
            {(found) =>
              found.length === 0
                ? <p class="quiet">There is no task yet.</p>
                : (
                  <ul class="agents-tree" aria-label="Tasks">
                    {treesOf(found).map((tree) => (
                      <Branch key={tree.task.id} context={context} tree={tree} />
                    ))}
                  </ul>
                )}
          </Loaded>
        </div>
      </section>
      {shared.mayManage && <NewTask {...shared} reload={reload} />}
      <BudgetsCard {...shared} load={budgets} />
      <SchedulesCard {...shared} />
      <KeysCard {...shared} />
      <PermissionsCard {...shared} />
    </div>
  );
}

function Branch({ context, tree: { task, below } }: { context: PageContext; tree: TaskTree }) {
  return (
    <li>
      <TaskLine context={context} task={task} />
      {below.length > 0 && (
        <ul aria-label={`Sub-tasks of ${task.title}`}>
          {below.map((tree) => <Branch key={tree.task.id} context={context} tree={tree} />)}
        </ul>
      )}
    </li>
  );
}

function TaskLine({ context, task }: { context: PageContext; task: AgentTask }) {
  const said = task.error ?? task.result?.summary;
  return (
    <>
      <p>
        <a href={taskHash(context, task.id)}>{task.title}</a>{" "}
        <span class={`tag ${toneOf(task.status)}`}>{statusWords(task.status)}</span>{" "}
        {task.priority !== "normal" && <span class="tag">{task.priority}</span>}
      </p>
      <p class="small quiet">
        {task.handler === null ? "for an agent" : HANDLERS[task.handler] ?? task.handler}
        {Number(task.cost_usd) > 0 && `, ${dollars(Number(task.cost_usd))}`}, {dateTime(
          task.completed_at ?? task.started_at ?? task.created_at,
        )}
      </p>
      {said && <p class="small">{said}</p>}
    </>
  );
}
