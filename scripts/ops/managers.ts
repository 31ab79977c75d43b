// `ops appoint-manager`, and which organisations need it.

import { isId } from "../../shared/platform/ids.ts";
import { isRefusedInput, type OpsContext, OpsError, type Query } from "./context.ts";

/** What became of somebody, by the answer of `public.appoint_manager()`. */
const OUTCOMES: Record<string, string> = {
  appointed: "manages it now",
  unchanged: "manages it already",
  invited:
    "has no account with this address confirmed: they are invited, and manage it as soon as they sign in with it",
};

/** Makes somebody a manager of an organisation, whoever manages it by now. */
export async function appointManager(
  { sql, say }: OpsContext,
  named: string | undefined,
  email: string | undefined,
): Promise<void> {
  if (!named || !email) {
    throw new OpsError(
      "Name the organisation by id or name, and who is to manage it: " +
        "deno task ops appoint-manager <org> --email <address>",
    );
  }
  const found = await sql<{ id: string; name: string }[]>`
    select id, name from public.orgs
    where ${isId(named) ? sql`id = ${named}` : sql`name = ${named}`} order by id`;
  if (found.length === 0) throw new OpsError(`There is no organisation ${named}.`);
  if (found.length > 1) {
    const ids = found.map(({ id }) => id).join(", ");
    throw new OpsError(
      `There are ${found.length} organisations of this name. Name one by id: ${ids}.`,
    );
  }
  const [{ id, name }] = found;
  const [{ outcome }] = await sql`select public.appoint_manager(${id}, ${email}) as outcome`
    .catch((error) => {
      throw isRefusedInput(error) ? new OpsError(`${email} is no e-mail address.`) : error;
    });
  say(`${name} (${id}): ${email} ${OUTCOMES[outcome]}.`);
}

/** A sentence about each organisation that nobody manages, whether others are left or not: an account may have been deleted. */
export async function unmanagedOrgs(sql: Query): Promise<string[]> {
  const orgs = await sql<{ id: string; name: string }[]>`
    select o.id, o.name from public.orgs o
    where not exists (
      select from public.org_members m
      join public.role_rights r on r.role = m.role and r.right_name = 'org.manage'
      where m.org_id = o.id)
    order by o.name, o.id`;
  return orgs.map(({ id, name }) =>
    `${name} (${id}) has no manager: ops appoint-manager ${id} --email <address>`
  );
}
