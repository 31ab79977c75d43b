-- Who did what: an append-only log of every change of what people type, decide or are given. Triggers of the tables write it,
-- so that no way in (Data API, RPC, engine, cron job, operator) passes by.
--
-- A statement is logged as a whole. Its rows are grouped by what they are about (a line's rotations, a doctor's ranks), one
-- entry for each group, and within an entry values stand column by column: {"order_preference": [1, 2, 3]}. A document that
-- sets 80,000 ranks of 1,000 doctors makes 1,000 entries, not 80,000.
--
-- The log and the tables as they are give every row as it was: what was changed after a moment is taken back, see
-- private.as_of(). So an insert needs no values to be taken back, a delete needs all of them, and an update those it changed.

-- What one transaction did belongs together and happened when it was committed. Its number is kept in a setting
-- of the transaction; it is not PostgreSQL's, which begins anew in a restored database.
create table private.audit_transactions (
  id bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  committed_at timestamptz
);
comment on table private.audit_transactions is 'Transactions that audited tables were changed in, and when they were committed.';
comment on column private.audit_transactions.committed_at is
  'A moment before others see what it did; null: it is under way, and nobody else sees the row.';
create index audit_transactions_committed_at_idx on private.audit_transactions (committed_at);

create table public.audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  transaction bigint not null,
  org_id uuid,
  allocation_run uuid,
  table_name text not null,
  operation text not null check (operation in ('insert', 'update', 'delete')),
  part int not null check (part >= 1),
  parts int not null check (parts >= part),
  actor uuid,
  actor_name text,
  through text not null,
  reason text,
  subjects uuid[] not null,
  row_count int not null check (row_count >= 1),
  shared jsonb not null,
  keys jsonb not null,
  before jsonb,
  after jsonb
);
comment on table public.audit_log is
  'Every change of the audited tables: who, when, through what, before, after and why. Append-only, written by triggers.';
comment on column public.audit_log.transaction is 'Entries of one transaction have the same number.';
comment on column public.audit_log.org_id is 'Without a reference: the log outlives what it tells of. Null: of no org.';
comment on column public.audit_log.table_name is 'The table, without its schema where that is public.';
comment on column public.audit_log.part is 'Which of the parts of one statement''s change it is; part 1 stands for all in lists.';
comment on column public.audit_log.actor is 'The user who did it, or who asked for what an engine did; null: nobody who signed in.';
comment on column public.audit_log.actor_name is 'Their e-mail address, or the database role, as it was then.';
comment on column public.audit_log.through is
  'The way in: rest, rpc:<function>, engine:<run of an engine>, engine (at work for no run), cron, node (a machine of an operator''s, with their key), operator (of the project).';
comment on column public.audit_log.reason is 'Why, where one was given: the setting receptor.reason.';
comment on column public.audit_log.subjects is 'Ids of all that it is about: lines, doctors (as such and in an allocation run), runs, positions.';
comment on column public.audit_log.shared is 'Columns that are the same in all rows of the entry: {column: value}.';
comment on column public.audit_log.keys is 'The other columns of the rows'' keys: {column: [value of each row]}.';
comment on column public.audit_log.before is
  'Values before it: {column: [value of each row]}, of an update those that changed, of a delete all; null: an insert.';
comment on column public.audit_log.after is 'Values after it, in the same form; null: a delete.';

-- Lists show the first part of each statement, so that these indexes stay small whatever is imported.
create index audit_log_org_idx on public.audit_log (org_id, id desc) where part = 1;
create index audit_log_run_idx on public.audit_log (allocation_run, id desc) where part = 1;
create index audit_log_actor_idx on public.audit_log (org_id, actor, id desc) where part = 1;
create index audit_log_table_idx on public.audit_log (org_id, table_name, id desc) where part = 1;
create index audit_log_at_idx on public.audit_log (org_id, at desc) where part = 1;
-- Of one line, doctor or run; and all parts of what one statement did.
create index audit_log_subjects_idx on public.audit_log using gin (subjects);
create index audit_log_transaction_idx on public.audit_log (transaction, table_name);

create table private.audited_tables (
  name text primary key,
  org text,
  allocation_run text,
  grouped_by text[] not null,
  subjects text[] not null,
  unlogged text[] not null,
  heavy text[] not null
);
comment on table private.audited_tables is 'The audited tables, and how their changes are grouped.';
comment on column private.audited_tables.org is 'The column that names the org; null: rows are of no org.';
comment on column private.audited_tables.allocation_run is 'The column that names the allocation run; null: there is none.';
comment on column private.audited_tables.grouped_by is 'Rows of a statement that agree in these columns share an entry.';
comment on column private.audited_tables.subjects is 'Columns of ids that an entry is found by.';
comment on column private.audited_tables.unlogged is 'Columns that are not logged: how far a run has come.';
comment on column private.audited_tables.heavy is 'Columns whose new values are not repeated in the log; old ones are.';

alter table private.audit_transactions enable row level security;
alter table private.audited_tables enable row level security;
alter table public.audit_log enable row level security;
revoke all on private.audit_transactions, private.audited_tables, public.audit_log
  from public, anon, authenticated, service_role;
revoke all on sequence private.audit_transactions_id_seq, public.audit_log_id_seq
  from public, anon, authenticated, service_role;
grant select on public.audit_log to authenticated, service_role;
create policy nobody on private.audit_transactions using (false);
create policy nobody on private.audited_tables using (false);
create policy audit_log_select on public.audit_log for select to authenticated
  using (
    org_id in (select private.orgs_with_right('audit.view'))
    -- What doctors wish is nobody's to read while the window is open, here neither, nor what a snapshot held of it.
    and (table_name <> 'preference_worker_job_lines' and (table_name <> 'job_lines_history' or before is null)
      or allocation_run not in (select private.sealed_runs()))
  );

-- private.refuse_audit_changes(): nobody changes what is in the log, its owner neither. private.prune_audit_log() and
-- private.anonymise_audit_log() say that they may, by a setting that ends with them.
-- Trigger before statements on the log.
create function private.refuse_audit_changes()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'TRUNCATE' or coalesce(current_setting('receptor.audit_maintenance', true), '') <> 'on' then
    raise exception 'The audit log is append-only.' using errcode = 'insufficient_privilege';
  end if;
  return null;
end
$$;
comment on function private.refuse_audit_changes() is 'Trigger: refuses changes of the audit log.';
revoke all on function private.refuse_audit_changes() from public, anon, authenticated, service_role;
create trigger append_only before update or delete or truncate on public.audit_log
  for each statement execute function private.refuse_audit_changes();

-- private.stamp_audit_transaction(): when a transaction is committed. Trigger at its end.
create function private.stamp_audit_transaction()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  update private.audit_transactions set committed_at = clock_timestamp() where id = new.id;
  return null;
end
$$;
comment on function private.stamp_audit_transaction() is 'Trigger: notes when a transaction is committed.';
revoke all on function private.stamp_audit_transaction() from public, anon, authenticated, service_role;
create constraint trigger stamp_commit after insert on private.audit_transactions
  deferrable initially deferred for each row execute function private.stamp_audit_transaction();

-- private.audit_transaction(): the number of this transaction; a new one at its first change.
-- Called by private.audit_context() and private.anonymise_audit_log().
create function private.audit_transaction()
returns bigint
language plpgsql
set search_path = ''
as $$
declare
  v_id bigint := nullif(current_setting('receptor.audit_transaction', true), '')::bigint;
begin
  -- A savepoint that is rolled back takes the setting along with the row. Only the row of this transaction counts.
  perform from private.audit_transactions t where t.id = v_id and t.xid = pg_current_xact_id();
  if not found then
    insert into private.audit_transactions default values returning id into v_id;
    perform set_config('receptor.audit_transaction', v_id::text, true);
  end if;
  return v_id;
end
$$;
comment on function private.audit_transaction() is 'The number of this transaction in the audit log.';
revoke all on function private.audit_transaction() from public, anon, authenticated, service_role;

-- private.audit_context(): who is doing something, through what and why, as far as the transaction tells.
-- Called by the functions of private.audit_function(). What the engine's role does is a run's, that of the claim it holds or of the job that is
-- being followed, and so the deed of whoever asked for the run; in what a person or a cron job does it stays theirs.
create function private.audit_context(
  out transaction bigint, out actor uuid, out actor_name text, out through text, out reason text
)
language plpgsql
set search_path = ''
as $$
declare
  v_claims jsonb := coalesce(nullif(current_setting('request.jwt.claims', true), '')::jsonb, '{}');
  v_token uuid := nullif(current_setting('receptor.claim_token', true), '')::uuid;
  v_following bigint := nullif(current_setting('receptor.following', true), '')::bigint;
  v_said text := nullif(current_setting('receptor.through', true), '');
  -- Of the session: a function that runs with its owner's rights does not change it. Nodes come by the same role, and say so.
  v_engine boolean := v_said is null and coalesce(current_setting('role', true), '') = 'receptor_engine';
  v_function text := substring(current_setting('request.path', true) from '/rpc/([^/?]+)$');
  v_signed_in text := coalesce(v_claims ->> 'role', nullif(current_setting('request.jwt.claim.role', true), ''));
begin
  transaction := private.audit_transaction();
  reason := left(nullif(trim(current_setting('receptor.reason', true)), ''), 1000);
  actor := (select auth.uid());
  through := coalesce(v_said, 'rpc:' || v_function,
    case when v_engine then 'engine' when v_signed_in is null then 'operator' else 'rest' end);
  if v_engine then
    select j.requested_by, 'engine:' || j.run_id into actor, through
    from fleet.search_jobs j
    where j.id = coalesce(v_following, (select b.search_job_id from fleet.work_blocks b where b.claim_token = v_token));
    through := coalesce(through, 'engine');
  end if;
  if actor is not null then
    actor_name := coalesce((select u.email from auth.users u where u.id = actor), v_claims ->> 'email');
  else
    actor_name := coalesce(nullif(current_setting('receptor.actor_name', true), ''), v_signed_in,
      case when v_engine then 'receptor_engine' else session_user end);
  end if;
end
$$;
comment on function private.audit_context() is 'Who changes something in this transaction, through what and why.';
revoke all on function private.audit_context() from public, anon, authenticated, service_role;

-- private.distinct_ids(ids): each id once, without nulls. Called by the statements of private.audit_statement().
create function private.distinct_ids(p_ids uuid[])
returns uuid[]
language plpgsql
immutable
set search_path = ''
as $$
begin
  return array(select distinct id from unnest(p_ids) as id where id is not null order by id);
end
$$;
comment on function private.distinct_ids(uuid[]) is 'Each id of a list once, without nulls.';
revoke all on function private.distinct_ids(uuid[]) from public, anon, authenticated, service_role;

-- private.key_columns(table): the columns of a table's primary key, in their order in the table.
-- Called by the functions below.
create function private.key_columns(p_table regclass)
returns text[]
language sql
stable
set search_path = ''
as $$
  select array_agg(a.attname::text order by a.attnum)
  from pg_catalog.pg_index i
  join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
  where i.indrelid = p_table and i.indisprimary
$$;
comment on function private.key_columns(regclass) is 'The columns of a table''s primary key.';
revoke all on function private.key_columns(regclass) from public, anon, authenticated, service_role;

-- private.audit_statement(table, operation): the statement that logs a change of a table, from its row in audited_tables.
-- Called by private.audit_function() and private.audit_seldom(). It reads new_rows and old_rows, the rows that a statement wrote
-- and replaced, or the rows that are given; who did it is a record c, private.audit_context(), or what is given. Rows of an
-- update are paired by their key: a row whose key was changed goes and another comes. The operation `pairs` gives the
-- expressions that say whether a pair differs, and whether a row has no partner.
create function private.audit_statement(
  p_audited private.audited_tables, p_operation text, p_rows text default null,
  p_context text default 'c.transaction, c.actor, c.actor_name, c.through, c.reason'
)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  v_table regclass := p_audited.name::regclass;
  v_key text[] := private.key_columns(p_audited.name::regclass); v_shared text[]; v_others text[]; v_silent text[];
  v_alias text := case p_operation when 'update' then 'n' else 'x' end;
  v_pairs text; v_rows text;
  v_subjects text; v_before text := 'null::jsonb'; v_after text := 'null::jsonb';
begin
  v_shared := array(select distinct c from unnest(p_audited.grouped_by || p_audited.org || p_audited.allocation_run) as c
                    where c is not null order by c);
  select array_agg(a.attname::text order by a.attnum) into v_others
  from pg_catalog.pg_attribute a
  where a.attrelid = v_table and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    and a.attname <> all (p_audited.unlogged) and a.attname <> all (v_key)
    and (p_operation in ('update', 'pairs') or a.attname <> all (v_shared));
  select string_agg(format('n.%1$I = o.%1$I', c), ' and ') into v_pairs from unnest(v_key) as c;

  select string_agg(case
      when a.atttypid = 'uuid[]'::regtype then format('min(%s.%I)', r.alias, c)
      when c = any (v_shared) and r.alias = v_alias then format('array[%s.%I]', r.alias, c)
      else format('array_agg(%s.%I)', r.alias, c) end, ' || ' order by r.alias, c)
  into v_subjects
  from unnest(p_audited.subjects) as c
  join pg_catalog.pg_attribute a on a.attrelid = v_table and a.attname = c
  cross join unnest(case p_operation when 'update' then '{n,o}'::text[] else '{x}' end) as r (alias);

  -- What an insert's row says besides its values is told by the entry itself.
  v_silent := p_audited.heavy || case p_operation when 'insert' then '{created_at}'::text[] else '{}' end;
  case p_operation
    when 'insert' then
      v_rows := coalesce(p_rows, 'new_rows') || ' x';
      select coalesce('jsonb_build_object(' || string_agg(format('%1$L, jsonb_agg(x.%1$I)', c), ', ') || ')', '''{}''::jsonb')
      into v_after from unnest(v_others) as c where c <> all (v_silent);
    when 'delete' then
      v_rows := coalesce(p_rows, 'old_rows') || ' x';
      select coalesce('jsonb_build_object(' || string_agg(format('%1$L, jsonb_agg(x.%1$I)', c), ', ') || ')', '''{}''::jsonb')
      into v_before from unnest(v_others) as c;
    when 'pairs' then
      return format('exists (select from new_rows n join old_rows o on %1$s where row(%2$s) is distinct from row(%3$s)),
        exists (select from new_rows n where not exists (select from old_rows o where %1$s))', v_pairs,
        (select string_agg(format('n.%I', c), ', ') from unnest(v_others) as c),
        (select string_agg(format('o.%I', c), ', ') from unnest(v_others) as c));
    when 'update' then
      if v_others is null then
        return 'null';
      end if;
      select format('new_rows n join old_rows o on %s where row(%s) is distinct from row(%s)', v_pairs,
               string_agg(format('n.%I', c), ', '), string_agg(format('o.%I', c), ', ')),
             string_agg(format(
               'case when bool_or(n.%1$I is distinct from o.%1$I) then jsonb_build_object(%1$L, jsonb_agg(o.%1$I)) else ''{}'' end',
               c), ' || '),
             coalesce(string_agg(format(
               'case when bool_or(n.%1$I is distinct from o.%1$I) then jsonb_build_object(%1$L, jsonb_agg(n.%1$I)) else ''{}'' end',
               c), ' || ') filter (where c <> all (v_silent)), '''{}''::jsonb')
      into v_rows, v_before, v_after from unnest(v_others) as c;
  end case;

  return format(
    $sql$
      insert into public.audit_log (transaction, actor, actor_name, through, reason, org_id, allocation_run, table_name, operation,
        part, parts, subjects, row_count, shared, keys, before, after)
      select %12$s, %1$s, %2$s, %3$L, %4$L, row_number() over (partition by %1$s), count(*) over (partition by %1$s),
        %5$s, count(*), %6$s, %7$s, %8$s, %9$s
      from %10$s
      group by %11$s$sql$,
    case when p_audited.org is null then 'null::uuid' else format('%s.%I', v_alias, p_audited.org) end,
    case when p_audited.allocation_run is null then 'null::uuid' else format('%s.%I', v_alias, p_audited.allocation_run) end,
    regexp_replace(p_audited.name, '^public\.', ''), p_operation,
    case when v_subjects is null then '''{}''::uuid[]' else format('private.distinct_ids(%s)', v_subjects) end,
    (select 'jsonb_build_object(' || string_agg(format('%L, %s.%I', c, v_alias, c), ', ') || ')' from unnest(v_shared) as c),
    (select coalesce('jsonb_build_object(' || string_agg(format('%L, jsonb_agg(%s.%I)', c, v_alias, c), ', ') || ')',
                     '''{}''::jsonb')
     from unnest(v_key) as c where c <> all (v_shared)),
    v_before, v_after, v_rows,
    (select string_agg(format('%s.%I', v_alias, c), ', ') from unnest(v_shared) as c),
    p_context);
end
$$;
comment on function private.audit_statement(private.audited_tables, text, text, text) is 'The statement that logs inserts, updates or deletes of a table.';
revoke all on function private.audit_statement(private.audited_tables, text, text, text) from public, anon, authenticated, service_role;

-- private.audit_seldom(table, kind): the statement that logs what seldom happens: `gone` and `come`, rows whose key an update
-- changed, and `truncated`. $1 to $5 are private.audit_context(). Called by the functions of private.audit_function(), which would
-- be twice as long otherwise, and are read by each session that writes a table.
create function private.audit_seldom(p_table text, p_kind text)
returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  v_audited private.audited_tables;
  v_unpaired text;
begin
  select * into strict v_audited from private.audited_tables where name = p_table;
  select '(select a.* from %s a where not exists (select from %s b where '
    || string_agg(format('a.%1$I = b.%1$I', c), ' and ') || '))'
  into v_unpaired from unnest(private.key_columns(p_table::regclass)) as c;
  return case p_kind
    when 'gone' then private.audit_statement(v_audited, 'delete', format(v_unpaired, 'old_rows', 'new_rows'), '$1, $2, $3, $4, $5')
    when 'come' then private.audit_statement(v_audited, 'insert', format(v_unpaired, 'new_rows', 'old_rows'), '$1, $2, $3, $4, $5')
    when 'truncated' then private.audit_statement(v_audited, 'delete', p_table, '$1, $2, $3, $4, $5') end;
end
$$;
comment on function private.audit_seldom(text, text) is 'The statement that logs rows whose key was changed, or a truncate.';
revoke all on function private.audit_seldom(text, text) from public, anon, authenticated, service_role;

-- private.audit_function_name(table): what logs a table's changes. Called by private.audit_table() and tests.
create function private.audit_function_name(p_table text)
returns text
language sql
immutable
set search_path = ''
as $$ select format('private.audit_%s', replace(p_table, '.', '_')) $$;
comment on function private.audit_function_name(text) is 'The name of the function that logs a table''s changes.';
revoke all on function private.audit_function_name(text) from public, anon, authenticated, service_role;

-- private.audit_function(table): the body of the trigger function that logs what a statement did to a table, after it, and before a
-- truncate. Called by private.audit_table(). Each table has one of its own, so that a session plans its statements once: one
-- function for all would run texts, which are planned each time, and took three times as long.
create function private.audit_function(p_audited private.audited_tables)
returns text
language sql
stable
set search_path = ''
as $$
  select format($body$
declare
  c record;
  changed boolean;
  rekeyed boolean;
begin
  -- Most calls touch nothing: a deleted org asks every table that refers to it. What touched nothing, or nothing that is logged,
  -- leaves nothing behind.
  case tg_op
    when 'INSERT' then
      if not exists (select from new_rows) then
        return null;
      end if;
      c := private.audit_context();%2$s;
    when 'DELETE' then
      if not exists (select from old_rows) then
        return null;
      end if;
      c := private.audit_context();%3$s;
    when 'UPDATE' then
      select %4$s into changed, rekeyed;
      if not changed and not rekeyed then
        return null;
      end if;
      c := private.audit_context();
      if changed then
        %5$s;
      end if;
      if rekeyed then
        execute private.audit_seldom(%1$L, 'gone') using c.transaction, c.actor, c.actor_name, c.through, c.reason;
        execute private.audit_seldom(%1$L, 'come') using c.transaction, c.actor, c.actor_name, c.through, c.reason;
      end if;
    when 'TRUNCATE' then
      if exists (select from %1$s) then
        c := private.audit_context();
        execute private.audit_seldom(%1$L, 'truncated') using c.transaction, c.actor, c.actor_name, c.through, c.reason;
      end if;
  end case;
  return null;
end
$body$, p_audited.name, private.audit_statement(p_audited, 'insert'), private.audit_statement(p_audited, 'delete'),
    private.audit_statement(p_audited, 'pairs'), private.audit_statement(p_audited, 'update'))
$$;
comment on function private.audit_function(private.audited_tables) is 'The body of the function that logs a table''s changes.';
revoke all on function private.audit_function(private.audited_tables) from public, anon, authenticated, service_role;

-- private.audit_table(...): from here on, changes of a table are logged. Called by migrations, below and where a table comes
-- later; again when its columns change. The parameters are columns of audited_tables. The function that logs runs with its
-- owner's rights: the log takes no notice of what the writer may see, nor of how a session writes times and numbers.
create function private.audit_table(
  p_name text, p_org text, p_allocation_run text, p_grouped_by text[], p_subjects text[],
  p_unlogged text[] default '{}', p_heavy text[] default '{}'
)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_audited private.audited_tables := row(p_name, p_org, p_allocation_run, p_grouped_by, p_subjects, p_unlogged, p_heavy);
  v_function text := private.audit_function_name(p_name);
  v_trigger record;
begin
  delete from private.audited_tables where name = p_name;
  insert into private.audited_tables select v_audited.*;
  execute format('create or replace function %s() returns trigger language plpgsql security definer
    set search_path = '''' set timezone = ''UTC'' set extra_float_digits = 1 as %L', v_function, private.audit_function(v_audited));
  execute format('comment on function %s() is %L', v_function, 'Trigger: logs what a statement changed.');
  execute format('revoke all on function %s() from public, anon, authenticated, service_role', v_function);
  for v_trigger in
    select * from (values
      ('insert', 'after', 'referencing new table as new_rows'),
      ('update', 'after', 'referencing new table as new_rows old table as old_rows'),
      ('delete', 'after', 'referencing old table as old_rows'),
      ('truncate', 'before', '')
    ) as t (event, moment, referencing)
  loop
    execute format('create or replace trigger audit_%1$s %2$s %1$s on %3$s %4$s for each statement execute function %5$s()',
      v_trigger.event, v_trigger.moment, p_name, v_trigger.referencing, v_function);
  end loop;
end
$$;
comment on function private.audit_table(text, text, text, text[], text[], text[], text[]) is 'Makes a table audited, or brings its function up to date.';
revoke all on function private.audit_table(text, text, text, text[], text[], text[], text[])
  from public, anon, authenticated, service_role;

-- Not audited, and why: see supabase/tests/security/audit.sql.
select
  -- tenancy
  private.audit_table('public.orgs', 'id', null, '{id}', '{id}'),
  private.audit_table('public.org_members', 'org_id', null, '{user_id}', '{user_id}'),
  private.audit_table('public.org_invitations', 'org_id', null, '{id}', '{id}'),
  private.audit_table('public.member_rights', 'org_id', null, '{user_id,right_name}', '{user_id}'),
  private.audit_table('public.import_mappings', 'org_id', null, '{kind}', '{}'),
  private.audit_table('public.roles', null, null, '{name}', '{}'),
  private.audit_table('public.role_rights', null, null, '{role}', '{}'),
  private.audit_table('fleet.request_limits', 'org_id', null, '{id}', '{}'),
  private.audit_table('messages.email_templates', null, null, '{kind}', '{}'),
  private.audit_table('messages.org_email_templates', 'org_id', null, '{kind}', '{}'),
  private.audit_table('private.retention', null, null, '{what}', '{}'),
  private.audit_table('fleet.search_types', null, null, '{search_type}', '{}'),
  -- posts and doctors
  private.audit_table('public.hospitals', 'org_id', null, '{id}', '{id}'),
  private.audit_table('public.teams', 'org_id', null, '{id}', '{id,hospital}'),
  private.audit_table('public.six_month_terms', 'org_id', null, '{id}', '{id}'),
  private.audit_table('public.positions', 'org_id', null, '{id}', '{id}'),
  private.audit_table('public.workers', 'org_id', null, '{id}', '{id}'),
  private.audit_table('public.qualification_tags', 'org_id', null, '{id}', '{id}'),
  private.audit_table('public.worker_qualifications', 'org_id', null, '{worker}', '{worker,qualification_tag}'),
  private.audit_table('public.affinity_profiles', 'org_id', null, '{id}', '{id}'),
  private.audit_table('public.affinity_weights', null, null, '{profile}', '{profile}'),
  -- allocation runs
  private.audit_table('public.allocation_plans', 'org_id', null, '{id}', '{id}'),
  private.audit_table('public.allocation_runs', 'org_id', 'id', '{id}', '{id}'),
  private.audit_table('public.allocation_run_positions', 'org_id', 'allocation_run', '{position}', '{position}'),
  private.audit_table('public.allocation_run_worker_mappings', 'org_id', 'allocation_run', '{id,worker}', '{id,worker}', '{begun_at,wishes_changed_at}'),
  private.audit_table('public.job_lines', 'org_id', 'allocation_run', '{id}', '{id,planner_run}'),
  private.audit_table('public.line_swaps', 'org_id', 'allocation_run', '{id}', '{from_mapping,to_mapping,from_line,to_line}'),
  private.audit_table('public.rotations', 'org_id', 'allocation_run', '{job_line}', '{job_line,position}'),
  private.audit_table('public.job_line_leave', 'org_id', 'allocation_run', '{job_line}', '{job_line}'),
  private.audit_table('public.job_line_remarks', 'org_id', 'allocation_run', '{job_line}', '{job_line}'),
  private.audit_table('public.job_lines_history', 'org_id', 'allocation_run', '{id}', '{id,planner_run}', '{}',
    '{snapshot,changes,attachments}'),
  private.audit_table('public.allocation_planner_runs', 'org_id', 'allocation_run', '{id}', '{id}',
    '{progress,updated_at}', '{result_metadata}'),
  -- the match
  private.audit_table('public.preference_worker_job_lines', 'org_id', 'allocation_run', '{worker_mapping}', '{worker_mapping,job_line}',
    '{changed_at}'),
  private.audit_table('public.preferencers', 'org_id', 'allocation_run', '{id}', '{id}'),
  private.audit_table('public.preferencer_job_lines', 'org_id', 'allocation_run', '{preferencer}', '{preferencer,job_line}'),
  private.audit_table('public.preferencer_worker_ranks', 'org_id', 'allocation_run', '{preferencer}', '{preferencer,worker_mapping}'),
  private.audit_table('public.job_line_eligibility', 'org_id', 'allocation_run', '{job_line}',
    '{job_line,included_worker_mapping_ids,excluded_worker_mapping_ids}'),
  private.audit_table('public.allocation_run_preferencer_weightings', 'org_id', 'allocation_run', '{id}',
    '{id,job_line,worker_mapping_ids}'),
  private.audit_table('public.allocator_py_runs', 'org_id', 'allocation_run', '{id}', '{id}', '{progress,updated_at}', '{result}'),
  private.audit_table('public.allocator_py_allocations', 'org_id', 'allocation_run', '{run,worker_mapping}',
    '{run,worker_mapping,job_line}'),
  private.audit_table('public.job_line_worker_mappings', 'org_id', 'allocation_run', '{worker_mapping}', '{worker_mapping,job_line}', '{emailed_at}'),
  -- searches for primes and campaigns: what people ask, direct and take back; what the tick adds up is measured anew each time
  private.audit_table('public.prime_search_runs', 'org_id', null, '{id}', '{id}', '{progress,updated_at}', '{result}'),
  private.audit_table('public.prime_check_runs', 'org_id', null, '{id}', '{id,search_run}', '{updated_at}', '{offered}'),
  private.audit_table('public.projects', 'org_id', null, '{id}', '{}',
    '{total_tested,total_found,best_prime_id,best_digits,total_core_hours,total_cost_usd,updated_at}'),
  private.audit_table('public.project_phases', 'org_id', null, '{project_id,id}', '{}',
    '{total_tested,total_found,total_core_hours,total_cost_usd}'),
  private.audit_table('public.records', 'org_id', null, '{id}', '{}', '{fetched_at,updated_at}'),
  private.audit_table('public.agents', 'org_id', null, '{id}', '{id}', '{last_seen_at}'),
  private.audit_table('public.agent_templates', 'org_id', null, '{id}', '{}'),
  private.audit_table('public.agent_schedules', 'org_id', null, '{id}', '{}', '{fire_count,last_fired_at,last_checked_at}'),
  private.audit_table('public.agent_permissions', 'org_id', null, '{role_name,action}', '{}', '{updated_at}'),
  private.audit_table('public.agent_budgets', 'org_id', null, '{period}', '{}', '{spent_usd,tokens_used,period_start,updated_at}'),
  private.audit_table('public.agent_approvals', 'org_id', null, '{task_id,id}', '{}'),
  private.audit_table('public.agent_memory', 'org_id', null, '{id}', '{}', '{updated_at}'),
  -- What is asked of agents and taken back; who has it at the moment, and what it has cost by now, is told by agent_events.
  private.audit_table('public.agent_tasks', 'org_id', null, '{id}', '{}',
    '{assigned_agent,claim_token,lease_until,attempts,cost_usd,tokens_used,started_at,updated_at}', '{result}'),
  private.audit_table('public.strategy_config', 'org_id', null, '{org_id}', '{}', '{ticked_at,updated_at}'),
  private.audit_table('public.strategy_decisions', 'org_id', null, '{id}', '{}', '{}', '{scores}'),
  -- operators of nodes: who was invited, has a key, was suspended, which machines they brought and what these were told; not that they are still
  -- there, how often they asked, and what their work came to, which is logged by itself
  private.audit_table('public.operators', 'org_id', null, '{id}', '{id}', '{credit,primes_found,last_seen}'),
  private.audit_table('public.operator_invitations', 'org_id', null, '{id}', '{id,operator_id}'),
  private.audit_table('public.operator_nodes', 'org_id', null, '{operator_id,id}', '{operator_id,id}', '{last_heartbeat,benchmark_score,program}'),
  private.audit_table('prime_search.operator_keys', 'org_id', null, '{operator_id}', '{operator_id}',
    '{key_hash,last_used_at,tokens,tokens_at}'),
  private.audit_table('public.node_commands', 'org_id', null, '{node}', '{node}', '{attempts,delivered_at,lease_until}'),
  private.audit_table('public.worker_releases', null, null, '{version}', '{}'),
  private.audit_table('public.worker_release_channels', null, null, '{channel}', '{}');

-- private.as_of(table, moment): the rows of an audited table as they were committed then, without generated columns and those
-- that are not logged. Called by operators and tests. The rows as they are, less all that was committed after the moment:
-- of each row and column the oldest value that a later change replaced. As far back as the log goes.
create function private.as_of(p_table text, p_at timestamptz)
returns setof jsonb
language plpgsql
stable
set search_path = ''
set timezone = 'UTC'
set extra_float_digits = 1
as $$
declare
  v_audited private.audited_tables;
  v_keys text[] := private.key_columns(p_table::regclass);
  v_columns text;
  v_key text;
begin
  select * into strict v_audited from private.audited_tables where name = p_table;
  select string_agg(format('%1$L, t.%1$I', a.attname), ', ') into v_columns
  from pg_catalog.pg_attribute a
  where a.attrelid = p_table::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    and a.attname <> all (v_audited.unlogged);
  select string_agg(format('%1$L, t.%1$I', c), ', ') into v_key from unnest(v_keys) as c;
  return query execute format($sql$
    with undone as materialized (
      -- The rows of an entry: their keys, and what they held of the columns that changed (all of a deleted row).
      select l.id, l.operation,
        (select jsonb_object_agg(k.name, coalesce(l.keys -> k.name -> r.n, l.shared -> k.name)) from unnest($3) as k (name)) as key,
        case l.operation when 'delete' then l.shared else '{}' end
          || coalesce((select jsonb_object_agg(b.name, b.list -> r.n) from jsonb_each(l.before) as b (name, list)), '{}') as before
      from public.audit_log l
      join private.audit_transactions x on x.id = l.transaction
      cross join generate_series(0, l.row_count - 1) as r (n)
      where l.table_name = $2 and coalesce(x.committed_at, l.at) > $1
    ), first as (
      select distinct on (u.key) u.key, u.operation from undone u order by u.key, u.id
    ), replaced as (
      select v.key, jsonb_object_agg(v.name, v.value) as before
      from (
        select distinct on (u.key, e.name) u.key, e.name, e.value
        from undone u cross join jsonb_each(u.before) as e (name, value) order by u.key, e.name, u.id
      ) as v
      group by v.key
    ), present as materialized (
      select jsonb_build_object(%s) as key, jsonb_build_object(%s) as row from %s t
    )
    select p.row from present p where p.key not in (select f.key from first f)
    union all
    select coalesce(p.row, '{}') || f.key || coalesce(r.before, '{}')
    from first f left join replaced r using (key) left join present p using (key)
    where f.operation <> 'insert'
  $sql$, v_key, v_columns, p_table) using p_at, regexp_replace(p_table, '^public\.', ''), v_keys;
end
$$;
comment on function private.as_of(text, timestamptz) is 'The rows of an audited table as they were at a moment.';
revoke all on function private.as_of(text, timestamptz) from public, anon, authenticated, service_role;

-- audit_about(org, subjects, ...): entries about any of some things, the latest first; all parts of what a statement did.
-- Called by UIs, for members with the right audit.view; others get nothing. A function, because row level security keeps a
-- user's query from the index of subjects: how arrays are compared could tell something of rows that they may not see.
create function public.audit_about(
  p_org_id uuid, p_subjects uuid[], p_allocation_run uuid default null, p_actor uuid default null, p_tables text[] default null,
  p_from timestamptz default null, p_until timestamptz default null, p_before bigint default null, p_limit int default 50
)
returns setof public.audit_log
language sql
stable
security definer
set search_path = ''
as $$
  select l.* from public.audit_log l
  where l.subjects && p_subjects and l.org_id = p_org_id
    and p_org_id in (select private.orgs_with_right('audit.view'))
    and (l.table_name <> 'preference_worker_job_lines' and (l.table_name <> 'job_lines_history' or l.before is null)
      or l.allocation_run not in (select private.sealed_runs()))
    and (p_allocation_run is null or l.allocation_run is null or l.allocation_run = p_allocation_run)
    and (p_actor is null or l.actor = p_actor)
    and (p_tables is null or l.table_name = any (p_tables))
    and (p_from is null or l.at >= p_from) and (p_until is null or l.at < p_until)
    and (p_before is null or l.id < p_before)
  order by l.id desc
  limit least(greatest(p_limit, 1), 1000)
$$;
comment on function public.audit_about(uuid, uuid[], uuid, uuid, text[], timestamptz, timestamptz, bigint, int) is
  'Entries of the audit log about some things, the latest first.';
revoke all on function public.audit_about(uuid, uuid[], uuid, uuid, text[], timestamptz, timestamptz, bigint, int)
  from public, anon, authenticated, service_role;
grant execute on function public.audit_about(uuid, uuid[], uuid, uuid, text[], timestamptz, timestamptz, bigint, int)
  to authenticated;

-- audit_names(org, ids): what the things are called that entries of the log tell of, those too that are gone. Called by UIs
-- with the ids of a page of entries, for members with the right audit.view; others get nothing.
create function public.audit_names(p_org_id uuid, p_ids uuid[])
returns table (id uuid, name text)
language sql
stable
security definer
set search_path = ''
as $$
  with allowed as (
    select asked.id from unnest(p_ids[:5000]) as asked (id)
    where p_org_id in (select private.orgs_with_right('audit.view'))
  ), there as (
    select a.id, coalesce(l.name, w.name, d.name, p.name, f.name, t.name, h.name, g.name, r.name, y.name, s.name,
      o.username, n.node_id, u.email) as name
    from allowed a
    left join public.job_lines l on l.id = a.id and l.org_id = p_org_id
    left join public.workers w on w.id = a.id and w.org_id = p_org_id
    left join public.allocation_run_worker_mappings m on m.id = a.id and m.org_id = p_org_id
    left join public.workers d on d.id = m.worker
    left join public.positions p on p.id = a.id and p.org_id = p_org_id
    left join public.preferencers f on f.id = a.id and f.org_id = p_org_id
    left join public.teams t on t.id = a.id and t.org_id = p_org_id
    left join public.hospitals h on h.id = a.id and h.org_id = p_org_id
    left join public.qualification_tags g on g.id = a.id and g.org_id = p_org_id
    left join public.allocation_runs r on r.id = a.id and r.org_id = p_org_id
    left join public.allocation_plans y on y.id = a.id and y.org_id = p_org_id
    left join public.six_month_terms s on s.id = a.id and s.org_id = p_org_id
    left join public.operators o on o.id = a.id and o.org_id = p_org_id
    left join public.operator_nodes n on n.id = a.id and n.org_id = p_org_id
    left join public.org_members e on e.user_id = a.id and e.org_id = p_org_id
    left join auth.users u on u.id = e.user_id
  ), gone as (
    -- The entry that says that it was deleted holds its name; a place in an allocation run holds whose it was.
    select t.id, coalesce(e.name, (
        select coalesce(w.name, (
          select g.before -> 'name' ->> 0 from public.audit_log g
          where g.subjects @> array[e.worker] and g.table_name = 'workers' and g.operation = 'delete' and g.org_id = p_org_id
          limit 1))
        from (select e.worker as id) as x left join public.workers w on w.id = x.id and w.org_id = p_org_id)) as name
    from there t
    cross join lateral (
      select g.before -> 'name' ->> 0 as name, (g.shared ->> 'worker')::uuid as worker
      from public.audit_log g
      where g.subjects @> array[t.id] and g.operation = 'delete' and g.org_id = p_org_id and g.shared ->> 'id' = t.id::text
      limit 1
    ) as e
    where t.name is null
  )
  select t.id, t.name from there t where t.name is not null
  union all
  select g.id, g.name from gone g where g.name is not null
$$;
comment on function public.audit_names(uuid, uuid[]) is 'Names of what entries of the audit log tell of, also of what is gone.';
revoke all on function public.audit_names(uuid, uuid[]) from public, anon, authenticated, service_role;
grant execute on function public.audit_names(uuid, uuid[]) to authenticated;

-- private.prune_audit_log(keep): forgets what is older. Null: nothing. Called by private.prune(), every night.
create function private.prune_audit_log(p_keep interval)
returns bigint
language plpgsql
set search_path = ''
as $$
declare
  v_entries bigint;
begin
  perform set_config('receptor.audit_maintenance', 'on', true);
  delete from public.audit_log where at < now() - p_keep;
  get diagnostics v_entries = row_count;
  perform set_config('receptor.audit_maintenance', 'off', true);
  delete from private.audit_transactions t
  where t.committed_at < now() - p_keep
    and not exists (select from public.audit_log l where l.transaction = t.id);
  return v_entries;
end
$$;
comment on function private.prune_audit_log(interval) is 'Deletes entries of the audit log that are older than they are kept; how many.';
revoke all on function private.prune_audit_log(interval) from public, anon, authenticated, service_role;

-- private.without_person(values, columns): before or after of an entry, with every text or document in some columns, which may tell who somebody is, as
-- "erased". Called by private.anonymise_audit_log() and private.anonymise_operator_log().
create function private.without_person(p_values jsonb, p_columns text[])
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(v.name, case
      when v.name = any (p_columns) then (
        select jsonb_agg(case when jsonb_typeof(t.text) in ('string', 'object') then '"erased"'::jsonb else t.text end order by t.n)
        from jsonb_array_elements(v.list) with ordinality as t (text, n))
      else v.list end), p_values)
  from jsonb_each(p_values) as v (name, list)
$$;
comment on function private.without_person(jsonb, text[]) is 'Values of an audit entry without texts that tell who somebody is.';
revoke all on function private.without_person(jsonb, text[]) from public, anon, authenticated, service_role;

-- private.anonymise_audit_log(org, worker, user): takes a person's name, e-mail address and all that was said of them out of the log of an
-- org: every column of words of tables that refer to doctors, and why their rows were changed, but for why they are erased, which is
-- said in this transaction; what was done stays, by ids. Called by whatever erases a person, last in its transaction, when their rows are gone or
-- changed: deleting them is logged as well. Either id may be null. Answers how many entries were changed.
create function private.anonymise_audit_log(p_org_id uuid, p_worker uuid, p_user uuid)
returns bigint
language plpgsql
set search_path = ''
as $$
declare
  v_ids uuid[];
  v_entries bigint;
  v_erased bigint;
  v_about regclass[] := array(select distinct table_name from private.references_to_people()) || 'public.workers'::regclass;
  v_tables text[] := array(select t.name from private.audited_tables t where t.name::regclass = any (v_about));
  v_columns text[] := '{name,email,notes}' || array(
    select distinct a.attname::text from pg_catalog.pg_attribute a
    where a.attrelid = any (v_about) and a.attnum > 0 and not a.attisdropped and a.atttypid = 'text'::regtype
      -- What became of a swap, by its code.
      and a.attname not in ('state', 'void_code'));
begin
  perform set_config('receptor.audit_maintenance', 'on', true);
  update public.audit_log set actor_name = 'erased', reason = null where org_id = p_org_id and actor = p_user;
  get diagnostics v_entries = row_count;
  -- Their places in allocation runs, those too that are gone: the log knows which they were.
  select array_agg(distinct (l.shared ->> 'id')::uuid) || p_worker into v_ids
  from public.audit_log l
  where l.org_id = p_org_id and l.subjects @> array[p_worker] and l.table_name = 'allocation_run_worker_mappings';
  update public.audit_log l
  set before = private.without_person(l.before, v_columns), after = private.without_person(l.after, v_columns),
    reason = case when l.reason is null or l.transaction = private.audit_transaction() then l.reason else 'erased' end
  where l.org_id = p_org_id and l.subjects && v_ids and 'public.' || l.table_name = any (v_tables);
  get diagnostics v_erased = row_count;
  perform set_config('receptor.audit_maintenance', 'off', true);
  return v_entries + v_erased;
end
$$;
comment on function private.anonymise_audit_log(uuid, uuid, uuid) is 'Takes a person''s name, address and notes out of an org''s audit log.';
revoke all on function private.anonymise_audit_log(uuid, uuid, uuid) from public, anon, authenticated, service_role;

-- private.anonymise_operator_log(org, operator): takes an operator's names, those of their machines and what these said out of the log of an org;
-- what was done stays, by ids. Called by erase_operator(), last.
create function private.anonymise_operator_log(p_org_id uuid, p_operator uuid)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_ids uuid[] := p_operator || array(select id from public.operator_nodes where operator_id = p_operator);
  v_columns constant text[] := '{username,team,note,request,node_id,hostname,cpu_model,gpu_model,message}';
begin
  perform set_config('receptor.audit_maintenance', 'on', true);
  update public.audit_log l
  set before = private.without_person(l.before, v_columns), after = private.without_person(l.after, v_columns),
    actor_name = case when l.through = 'node' then 'erased' else l.actor_name end
  where l.org_id = p_org_id
    and (l.subjects && v_ids
      -- The entry by which their invitation was written knew no operator.
      or l.subjects && array(select id from public.operator_invitations where operator_id = p_operator))
    and l.table_name in ('operators', 'operator_nodes', 'operator_invitations', 'prime_search.operator_keys', 'node_commands');
  perform set_config('receptor.audit_maintenance', 'off', true);
end
$$;
comment on function private.anonymise_operator_log(uuid, uuid) is 'Takes an operator''s names and those of their machines out of an org''s audit log.';
revoke all on function private.anonymise_operator_log(uuid, uuid) from public, anon, authenticated, service_role;
