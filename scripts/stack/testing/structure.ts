// Everything that migrations make in a database, as text: for comparing databases that should be the same. Privileges are
// left out (default_privileges_test.ts compares those), and values of rows, which may be drawn or tell the time.
import type { Sql } from "postgres";

/** Schemas of PostgreSQL's own. */
const OWN = `nspname !~ '^pg_' and nspname not in ('information_schema')`;

const PARTS: Record<string, string> = {
  schema: `select nspname || ' of ' || nspowner::regrole from pg_namespace where ${OWN}`,
  extension: `select extname || ' ' || extversion from pg_extension`,
  role:
    `select rolname || ' ' || array_to_string(array[rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin,
      rolreplication, rolbypassrls], ' ') || ' ' || coalesce(array_to_string(rolconfig, ' '), '')
    from pg_roles where rolname !~ '^pg_'`,
  member:
    `select roleid::regrole || ' to ' || member::regrole || ' ' || admin_option from pg_auth_members`,
  relation:
    `select format('%s.%s %s %s %s %s %s', nspname, relname, relkind, relowner::regrole, relrowsecurity,
      relforcerowsecurity, reloptions) from pg_class join pg_namespace n on n.oid = relnamespace where ${OWN}`,
  column: `select format('%s.%s.%s %s %s %s %s %s %s', nspname, relname, attname, attnum,
      format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated, pg_get_expr(adbin, adrelid))
    from pg_attribute a join pg_class c on c.oid = attrelid join pg_namespace n on n.oid = relnamespace
    left join pg_attrdef d on d.adrelid = attrelid and d.adnum = attnum
    where ${OWN} and attnum > 0 and not attisdropped and relkind <> 'i'`,
  constraint:
    `select format('%s.%s.%s %s', nspname, coalesce(relname, typname), conname, pg_get_constraintdef(k.oid))
    from pg_constraint k join pg_namespace n on n.oid = connamespace
    left join pg_class c on c.oid = conrelid left join pg_type t on t.oid = contypid where ${OWN}`,
  index: `select pg_get_indexdef(i.indexrelid) || ' ' || indisvalid
    from pg_index i join pg_class c on c.oid = indexrelid join pg_namespace n on n.oid = relnamespace where ${OWN}`,
  trigger: `select format('%s %s', pg_get_triggerdef(t.oid), tgenabled)
    from pg_trigger t join pg_class c on c.oid = tgrelid join pg_namespace n on n.oid = relnamespace
    where ${OWN} and not tgisinternal`,
  function: `select pg_get_functiondef(p.oid) || ' of ' || proowner::regrole
    from pg_proc p join pg_namespace n on n.oid = pronamespace where ${OWN} and prokind in ('f', 'p')`,
  aggregate: `select p.oid::regprocedure::text
    from pg_proc p join pg_namespace n on n.oid = pronamespace where ${OWN} and prokind not in ('f', 'p')`,
  policy:
    `select format('%s.%s %s %s %s %s %s %s', schemaname, tablename, policyname, permissive, roles, cmd, qual,
      with_check) from pg_policies`,
  view: `select format('%s.%s %s', nspname, relname, pg_get_viewdef(c.oid))
    from pg_class c join pg_namespace n on n.oid = relnamespace where ${OWN} and relkind in ('v', 'm')`,
  type:
    `select format('%s.%s %s %s %s', nspname, typname, typtype, format_type(typbasetype, typtypmod), typnotnull)
    from pg_type t join pg_namespace n on n.oid = typnamespace where ${OWN}`,
  label: `select format('%s %s %s', enumtypid::regtype, enumsortorder, enumlabel) from pg_enum`,
  sequence:
    `select format('%s.%s %s %s %s %s %s', schemaname, sequencename, start_value, increment_by, max_value, cycle,
      last_value) from pg_sequences`,
  published:
    `select pubname || ' ' || schemaname || '.' || tablename || ' ' || coalesce(rowfilter, '')
    from pg_publication_tables`,
  event: `select evtname || ' ' || evtevent || ' ' || evtfoid::regproc from pg_event_trigger`,
  statistics: `select pg_get_statisticsobjdef(oid) from pg_statistic_ext`,
  comment:
    `select format('%s: %s', (pg_identify_object(classoid, objoid, objsubid)).identity, description)
    from pg_description
    where (pg_identify_object(classoid, objoid, objsubid)).schema !~ '^pg_' or classoid = 'pg_namespace'::regclass`,
  job: `select format('%s %s %s %s', jobname, schedule, command, active) from cron.job`,
};

/**
 * Describes a database.
 * @param sql a superuser's connection
 * @returns a line for each thing that there is, and for each table how many rows it has; in order
 */
export async function structureOf(sql: Sql): Promise<string[]> {
  const lines: string[] = [];
  for (const [part, query] of Object.entries(PARTS)) {
    const rows = await sql.unsafe(
      `select line from (${query}) as parts (line) order by line collate "C"`,
    );
    lines.push(...rows.map(({ line }) => `${part} ${line}`));
  }
  const tables = await sql.unsafe(
    `select format('%I.%I', nspname, relname) as name from pg_class c join pg_namespace n on n.oid = relnamespace
     where ${OWN} and relkind = 'r' order by 1`,
  );
  for (const { name } of tables) {
    const [{ n }] = await sql.unsafe(`select count(*)::int as n from ${name}`);
    lines.push(`rows ${name} ${n}`);
  }
  return lines;
}
