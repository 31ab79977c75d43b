/** A planner instance on a local stack, as a manager meets it: its posts in the database, the run through the functions. */
import type postgres from "postgres";
import { createPlannerClient, type PlannerRunOptions } from "../../shared/client/mod.ts";
import type { PlannerProblem } from "../../shared/planner/problem.ts";
import { createHealthService, signInManager } from "../health_services.ts";
import type { Stack } from "../stack/mod.ts";

/** Plans an instance, on its own affinities. @returns the status it ended with */
export async function planOnStack(
  stack: Stack,
  sql: postgres.Sql,
  instance: string,
  problem: PlannerProblem,
  options: PlannerRunOptions,
): Promise<string> {
  const { org, managers: [manager] } = await createHealthService(sql, {
    managers: 1,
    allocationRuns: 1,
  });
  const { allocationRun, ids } = await storeProblem(sql, org, instance, problem);
  const client = await signInManager(stack, manager.email);
  const planner = createPlannerClient(client);
  const { plannerRunId } = await planner.generate({
    allocationRun,
    nJobLines: problem.lines,
    constraints: withIds(problem, ids),
    options: {
      allowPartial: problem.options.allowPartial,
      seed: problem.options.seed,
      ...options,
    },
  });
  const run = await planner.watch(plannerRunId, () => {}).done;
  await client.removeAllChannels();
  return run.status;
}

/** Puts an instance into an org, its affinities too. @returns the allocation run, and the ids that positions got */
export async function storeProblem(
  sql: postgres.Sql,
  org: string,
  instance: string,
  { positions, posts, minimumFill, termWeeks, affinity }: PlannerProblem,
): Promise<{ allocationRun: string; ids: Map<string, string> }> {
  const [{ id: team }] = await sql`select id from public.teams where org_id = ${org} limit 1`;
  const profile = await storeAffinity(sql, org, affinity);
  const [{ id: allocationRun }] = await sql`
    insert into public.allocation_runs (org_id, allocation_plan, name, starts_on, term_weeks, affinity_profile)
    select ${org}, p.id, ${instance}, '2027-01-11', ${termWeeks}, ${profile}
    from public.allocation_plans p where p.org_id = ${org} limit 1 returning id`;
  const ids = new Map(positions.map(({ id }) => [id, crypto.randomUUID() as string]));
  await sql`insert into public.positions ${
    sql(positions.map((position) => ({
      id: ids.get(position.id)!,
      org_id: org,
      team,
      name: `${position.name} (${position.id})`,
      specialty: position.specialty,
      subspecialty: position.subspecialty,
      experience_categories: position.categories as string[],
      is_service: position.isService,
      is_rural: position.isRural,
      is_nights_relief: position.isNightsRelief,
      is_clinical_team: position.isClinicalTeam,
      is_non_clinical: position.isNonClinical,
      is_excludable: position.isExcludable,
      min_weeks: position.minWeeks,
    })))
  }`;
  await sql`insert into public.allocation_run_positions ${
    sql(posts.flatMap((ofTerm, term) =>
      ofTerm.map((count, place) => ({
        org_id: org,
        allocation_run: allocationRun,
        position: ids.get(positions[place].id)!,
        term: term + 1,
        posts: count,
        minimum_fill: minimumFill?.[term]?.[place] ?? 0,
      }))
    ))
  }`;
  return { allocationRun, ids };
}

/** Stores affinities as an org's own. What a specialty brings beside itself is none of them, in databases as in surveys. */
async function storeAffinity(
  sql: postgres.Sql,
  org: string,
  { profile: name, version, weights }: PlannerProblem["affinity"],
): Promise<string> {
  const [{ id: profile }] = await sql`
    insert into public.affinity_profiles (org_id, name, version)
    values (${org}, ${name}, ${version}) returning id`;
  const rows = weights.filter(([a, b]) => a !== b).map(([a, b, weight]) => {
    const [specialty_a, specialty_b] = a < b ? [a, b] : [b, a];
    return { profile, specialty_a, specialty_b, weight };
  });
  if (rows.length > 0) await sql`insert into public.affinity_weights ${sql(rows)}`;
  return profile;
}

/** The problem's constraints, with positions by the ids that the database knows. */
function withIds({ constraints }: PlannerProblem, ids: Map<string, string>) {
  const text = JSON.stringify(constraints);
  const known = text.replaceAll(
    /"([^"]+)"/g,
    (whole, id) => ids.has(id) ? `"${ids.get(id)}"` : whole,
  );
  return JSON.parse(known) as PlannerProblem["constraints"];
}
