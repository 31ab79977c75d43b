// Positions of an org that take no part in an allocation run yet, as its roster would have them.

import { databaseError } from "../../platform/requests.ts";
import type { RestClient } from "../../platform/rest.ts";
import { allRows } from "../all_rows.ts";
import type { Roster, RosterPosition } from "../roster.ts";

/** Reads them, with no posts in any term. @throws ApiError */
export async function readOtherPositions(
  client: RestClient,
  orgId: string,
  { positions, allocation_run: { term_weeks } }: Roster,
): Promise<RosterPosition[]> {
  const [rows, teams, hospitals, terms] = await Promise.all([
    allRows((from, to) =>
      client.from("positions").select().eq("org_id", orgId).order("id").range(from, to)
    ),
    allRows((from, to) =>
      client.from("teams").select("id,name,hospital").eq("org_id", orgId).order("id").range(
        from,
        to,
      )
    ),
    client.from("hospitals").select("id,name").eq("org_id", orgId),
    client.from("six_month_terms").select("id,name,qualification,college").eq("org_id", orgId),
  ]);
  if (hospitals.error) throw databaseError(hospitals.error);
  if (terms.error) throw databaseError(terms.error);
  const byId = <Row extends { id: string }>(list: readonly Row[]) =>
    new Map(list.map((row) => [row.id, row]));
  const [team, hospital, sixMonth] = [byId(teams), byId(hospitals.data), byId(terms.data)];
  const there = new Set(positions.map(({ id }) => id));
  return rows.filter(({ id }) => !there.has(id)).map((row): RosterPosition => {
    const { org_id: _, created_at: __, ...position } = row;
    const of = team.get(row.team);
    const term = sixMonth.get(row.six_month_term ?? "");
    return {
      ...position,
      fte: Number(position.fte),
      hospital: hospital.get(of?.hospital ?? "")?.name ?? "",
      team: of?.name ?? "",
      six_month_term: term?.name ?? null,
      six_month_qualification: term?.qualification ?? null,
      six_month_college: term?.college ?? null,
      posts: term_weeks.map(() => null),
      minimum_fill: term_weeks.map(() => 0),
      version: "",
    };
  });
}
