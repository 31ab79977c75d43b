// Campaigns: projects of the org, a new one of a template or a file, and one with its phases, costs and events.

import { useMemo } from "preact/hooks";
import { createProjectsClient, type Project } from "../../../../shared/client/mod.ts";
import { useLoad } from "../data/load.ts";
import type { PageContext, PageProps } from "../page.ts";
import { hashOf } from "../router.ts";
import { closedBecause, ClosedPage } from "../runs/searching.tsx";
import { count, dateTime } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import { NewProject } from "./new_project.tsx";
import { ProjectDetail } from "./project_detail.tsx";
import { RecordsCard } from "./records_card.tsx";
import { StrategyCard } from "./strategy_card.tsx";
import { dollars, toneOf } from "./words.ts";

/** See `page.ts` for what it receives. `?project=<number>` shows one project. */
export function CampaignsPage({ context }: PageProps) {
  const { params } = context;
  const note = closedBecause(context, "projects.view", "campaigns");
  if (note) return <ClosedPage title="Campaigns" note={note} />;
  const project = Number(params.get("project"));
  return Number.isSafeInteger(project) && project > 0
    ? <ProjectDetail key={project} context={context} id={project} />
    : <Overview context={context} />;
}

/** Where a project has its page. */
function projectHash({ allocationRun }: PageContext, id: number): string {
  return hashOf("campaigns", allocationRun.id, new URLSearchParams({ project: `${id}` }));
}

function Overview({ context }: PageProps) {
  const client = useMemo(() => createProjectsClient(context.supabase), []);
  const projects = useLoad(() => client.projects({ org: context.org.id }), [context.org.id]);
  return (
    <div class="page campaigns-page">
      <h1>Campaigns</h1>
      <section class="card" aria-label="Projects">
        <header>
          <h2>Projects</h2>
          <span class="small quiet">phases of searches for primes, with a budget</span>
        </header>
        <div class="body stack">
          <Loaded load={projects} what="projects">
            {(found) =>
              found.length === 0
                ? <p class="quiet">There is no project yet.</p>
                : <List context={context} projects={found} />}
          </Loaded>
        </div>
      </section>
      <StrategyCard context={context} client={client} />
      <RecordsCard context={context} client={client} />
      {context.rights.has("projects.manage") && (
        <NewProject
          context={context}
          client={client}
          onMade={(id) => location.hash = projectHash(context, id)}
        />
      )}
    </div>
  );
}

function List({ context, projects }: { context: PageContext; projects: Project[] }) {
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label="Projects">
      <table class="table">
        <caption class="visually-hidden">Projects, the newest first</caption>
        <thead>
          <tr>
            {["Project", "State", "Found", "Best", "Cost", "Made"].map((head) => (
              <th key={head} scope="col">{head}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {projects.map((project) => (
            <tr key={project.id}>
              <th scope="row">
                <a href={projectHash(context, project.id)}>{project.name}</a>
              </th>
              <td>
                <span class={`tag ${toneOf(project.status)}`}>{project.status}</span>
              </td>
              <td class="num">{count(project.total_found)}</td>
              <td class="num">
                {project.best_digits > 0 ? `${count(project.best_digits)} digits` : "–"}
              </td>
              <td class="num">{dollars(Number(project.total_cost_usd))}</td>
              <td class="when">{dateTime(project.created_at)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
