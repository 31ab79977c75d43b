// What the log is filtered by, and how filters stand in the page's address.

import type { AuditFilter } from "../../../../shared/client/mod.ts";
import { type Page, readAll } from "../../../../shared/client/pages.ts";
import { isId } from "../../../../shared/platform/ids.ts";
import { apart } from "../data/apart.ts";
import { rows } from "../data/query.ts";
import type { PageContext } from "../page.ts";
import type { Option } from "../ui/field.tsx";
import { KINDS } from "./words.ts";

/** What can be chosen. */
export interface Choices {
  people: Option[];
  lines: Option[];
  /** Doctors by their place in the allocation run. */
  doctors: Option[];
  /** The same doctors as such: what happens to them happens under either id. */
  workerOf: Map<string, string>;
}

interface Named {
  id: string;
  name: string;
}

interface Mapping {
  id: string;
  workers: { id: string; name: string; email: string | null };
}

/** Reads what can be chosen. @throws {ReceptorError} */
export async function readChoices(context: PageContext): Promise<Choices> {
  const { supabase, org, allocationRun } = context;
  const [members, lines, mappings] = await Promise.all([
    rows<{ user_id: string; email: string }>(supabase.rpc("member_emails", { p_org_id: org.id })),
    readAll<Named>((from, to) =>
      supabase.from("job_lines").select("id,name").eq("allocation_run", allocationRun.id)
        .order("sort_order").order("name").order("id").range(from, to) as PromiseLike<Page<Named>>
    ),
    readAll<Mapping>((from, to) =>
      supabase.from("allocation_run_worker_mappings").select("id,workers(id,name,email)")
        .eq("allocation_run", allocationRun.id).order("id").range(
          from,
          to,
        ) as unknown as PromiseLike<
          Page<Mapping>
        >
    ),
  ]);
  const byText = (a: Option, b: Option) => a[1].localeCompare(b[1]);
  return {
    people: members.map(({ user_id, email }): Option => [user_id, email]).sort(byText),
    lines: lines.map(({ id, name }): Option => [id, name]),
    doctors: apart(
      mappings.map(({ id, workers: { name, email } }) => ({ id, name, email: email ?? "" })),
      ({ email }) => email,
    ).map(({ id, name }): Option => [id, name]).sort(byText),
    workerOf: new Map(mappings.map(({ id, workers }) => [id, workers.id])),
  };
}

/** Whether a link asks for a person, line, doctor or run by what is no id: there is no such thing. */
export function asksForNothing(params: URLSearchParams): boolean {
  return ["who", "line", "doctor", "run"].some((name) => {
    const id = params.get(name) ?? "";
    return id !== "" && !isId(id);
  });
}

/** The filter that the page's address asks for. Days are those of the reader's clock. */
export function filterOf(
  params: URLSearchParams,
  allocationRun: string,
  workerOf: ReadonlyMap<string, string>,
): AuditFilter {
  const get = (name: string) => params.get(name) ?? "";
  const doctor = get("doctor");
  const subjects = [get("line"), doctor, workerOf.get(doctor) ?? "", get("run")].filter(Boolean);
  const midnight = /^\d{4}-\d\d-\d\d$/.test(get("day"))
    ? Date.parse(`${get("day")}T00:00:00`)
    : NaN;
  const day = Number.isNaN(midnight) ? null : new Date(midnight);
  const next = day && new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1);
  return {
    allocationRun,
    actor: get("who") || undefined,
    tables: KINDS[get("kind")]?.tables,
    subjects: subjects.length > 0 ? subjects : undefined,
    from: day?.toISOString(),
    until: next?.toISOString(),
  };
}
