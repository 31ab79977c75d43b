-- What both sides of the match want: doctors' ranks of job lines; preferencers with their lines and their ranks of doctors;
-- who may take a line; and weightings.

-- Tens of thousands of rows an allocation run: no key, index or reference more than it needs. The org is
-- that of the mapping and of the line, which the references below make sure of.
-- private.refuse_rank(): says where a number is no rank, in a sentence; the constraints of the tables would say their names.
-- Trigger before such a number is written.
create function private.refuse_rank()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform private.refuse_faults(jsonb_build_array(jsonb_build_object('path', 'order_preference', 'code', 'NOT_A_RANK',
    'message', format('is to be a rank from 1 to 10000, whole or the half that equals share, not %s', new.order_preference))));
  return null;
end
$$;
comment on function private.refuse_rank() is 'Trigger: refuses a number that is no rank, with its path.';
revoke all on function private.refuse_rank() from public, anon, authenticated, service_role;

-- private.refuse_bucket(): the same of a bucket that is none, and of a rank in the bucket "never".
-- Trigger before such a row is written.
create function private.refuse_bucket()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform private.refuse_faults(jsonb_build_array(case
    when new.like_dislike_preference between -2 and 2 then jsonb_build_object('path', 'order_preference', 'code', 'NEVER_HAS_NO_RANK',
      'message', 'a line that is never wanted has no rank')
    else jsonb_build_object('path', 'like_dislike_preference', 'code', 'UNKNOWN_BUCKET',
      'message', format('is to be a bucket from -2 (never) to 2 (love), not %s', new.like_dislike_preference)) end));
  return null;
end
$$;
comment on function private.refuse_bucket() is 'Trigger: refuses a bucket that is none, and a rank of what is never wanted, with their paths.';
revoke all on function private.refuse_bucket() from public, anon, authenticated, service_role;

-- A rank as it is told, and the others of its list, told or not:
--   list, item  whose list, and what is ranked in it
--   was, now    its rank before and after; null: none
--   path        where it is told; null: it is not
--   who         how a fault names what is ranked, where the path does not
create type private.told_rank as (list uuid, item uuid, was real, now real, path text, who text);
comment on type private.told_rank is 'A rank as it is told, and the others of its list, told or not.';

-- private.refuse_ranks(ranks, order only): RC400 where a rank that is told, and was another before, cannot be meant:
--   LONE_HALF  a half is the place that two or more of a list share (1, 2.5, 2.5, 4), and one alone is given it
--   GAP        nobody is at a place before it (1, 2, 4), or it went to a worse place, and nobody is where it was (2, 3, 3).
--              Equals count in any notation: dense (1, 1, 2), competition (1, 1, 3), fractional (2, 2, 2, 4). What others left,
--              or what loses its rank with it, is none of its own: a rank may lie as far out as those before it lay already,
--              and as it lay itself.
-- At most 50 faults.
-- order only: whoever tells the ranks means their order and no more, as a page that writes only the line that was moved, and as
-- lists that lost entries on the way: gaps are taken as they are, and the match closes them up. Answers how many lists have one.
-- Whole lists in: all ranks of each list that is told, also those on archived lines.
-- Called by the triggers below, save_wishes() and save_department_ranks().
create function private.refuse_ranks(p_ranks private.told_rank[], p_order_only boolean)
returns int
language plpgsql
set search_path = ''
as $$
declare
  v_faults jsonb;
  v_lists int;
begin
  with standing as (
    select t.list, t.item, t.now, t.path is not null and t.now is distinct from t.was as is_told,
      -- Whoever stays behind a place that another one went away from is told at that one.
      coalesce(case when t.now is distinct from t.was then t.path end,
        min(case when t.was < t.now then t.path end) over (partition by t.list)) as path,
      coalesce(case when t.now is distinct from t.was then t.who end,
        min(case when t.was < t.now then t.who end) over (partition by t.list)) as who,
      rank() over (partition by t.list order by t.now) - 1 as better, count(*) over (partition by t.list, t.now) as equals
    from unnest(p_ranks) as t where t.now is not null
  ), suspect as (
    -- As far out as the fractional notation goes: the others stay before it. Equals of whom one goes are half a place out.
    select s.*, s.is_told and s.now <> floor(s.now) and s.equals = 1 as is_lone,
      s.better + (s.equals + 1) / 2.0 + case when s.is_told then 0 else 0.5 end as most
    from standing s
    where s.path is not null and (s.now > s.better + (s.equals + 1) / 2.0 + case when s.is_told then 0 else 0.5 end
      or s.is_told and s.now <> floor(s.now) and s.equals = 1)
  ), stood as (
    select o.list, o.item, o.was,
      case when o.was > o.better + (o.equals + 1) / 2.0 then o.was - o.better - 1 else 0 end as beyond
    from (
      select t.list, t.item, t.was, rank() over (partition by t.list order by t.was) - 1 as better,
        count(*) over (partition by t.list, t.was) as equals
      from unnest(p_ranks) as t
      where t.was is not null and t.now is not null and t.list in (select list from suspect)
    ) as o
  ), place as (
    -- No joins: there are no statistics of what is told, and rows by rows would be quadratic.
    select p.*, p.most + greatest(max(p.beyond) over (partition by p.list order by p.at), max(p.beyond) over (partition by p.list, p.item))
      as most_here
    from (
      select list, item, was as at, beyond, null::text as path, null::text as who, false as is_told, false as is_lone,
        null::bigint as better, null::numeric as most
      from stood
      union all
      select list, item, now, 0, path, who, is_told, is_lone, better, most from suspect
    ) as p
  ), fault as (
    select p.*, row_number() over (partition by p.list, p.path, p.who order by p.is_told desc, p.at) as n
    from place p where p.path is not null and (p.is_lone or p.at > p.most_here)
  )
  select
    (select coalesce(jsonb_agg(jsonb_build_object('path', f.path, 'code', f.code, 'message', f.message) order by f.at, f.path), '[]')
     from (
       select path, at, case when is_lone then 'LONE_HALF' else 'GAP' end as code, coalesce(who || ': ', '') || case
         when is_lone then format('%s is the place of two or more, and no other of the list has it', at)
         when is_told then format('%s leaves a gap; with %s ranked better it can be %s at most', at, better, most_here::real)
         else format('leaves its place to nobody, a gap: %s is behind it, with %s ranked better', at, better) end as message
       from fault where n = 1 and (is_lone or not p_order_only)
       order by at, path limit 50) as f),
    (select count(distinct list) from fault where not is_lone)
  into v_faults, v_lists;
  perform private.refuse_faults(v_faults);
  return v_lists;
end
$$;
comment on function private.refuse_ranks(private.told_rank[], boolean) is 'Refuses ranks that cannot be meant in their lists; how many lists have gaps.';
revoke all on function private.refuse_ranks(private.told_rank[], boolean) from public, anon, authenticated, service_role;

-- private.refuse_written_ranks(list, item): ranks that a statement writes are asked as private.refuse_ranks() says: a whole list
-- in one statement, or one row after the other, the best first. Rows that go, lose their rank or stay as they are ask nothing.
-- Rows that a function looked at itself pass, see private.take_ranks().
-- Who writes into one list takes turns: two who let equals go, one each, would leave a gap together that neither of them sees.
-- Trigger after statements on tables of ranks; arguments: the columns of the list, and of what it ranks, and the table of lists.
-- Security definer: it reads rows that the user does not see, on archived lines.
create function private.refuse_written_ranks()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_ranks private.told_rank[];
begin
  if current_setting('receptor.takes_ranks', true) = 'yes'
    or not exists (select from new_rows where order_preference is not null) then
    return null;
  end if;
  execute format('select from %s where id in (select %I from new_rows) order by id for no key update', tg_argv[2]::regclass, tg_argv[0]);
  -- Grouped, not joined: there are no statistics of what was written, and rows by rows would be quadratic.
  execute format($sql$
    with list as materialized (
      select distinct c.list
      from (
        select %1$I as list, %2$I, order_preference from new_rows where order_preference is not null
        except select %1$I, %2$I, order_preference from %4$s
      ) as c
    )
    select array_agg(row(g.list, g.item, case when g.written then g.was else g.now end, g.now, case when g.written then 'order_preference' end,
      g.item)::private.told_rank)
    from (
      select list, item, max(now) as now, max(was) as was, bool_or(written) as written
      from (
        select o.%1$I as list, o.%2$I as item, o.order_preference as now, null::real as was, false as written
        from %3$s o where o.%1$I in (select list from list)
        union all
        select %1$I, %2$I, null, null, true from new_rows
        union all
        select %1$I, %2$I, null, order_preference, true from %4$s
      ) as r
      group by list, item
    ) as g $sql$, tg_argv[0], tg_argv[1], tg_relid::regclass,
    case tg_op when 'UPDATE' then 'old_rows' else '(select * from new_rows limit 0) as w' end)
  into v_ranks;
  perform private.refuse_ranks(v_ranks, false);
  return null;
end
$$;
comment on function private.refuse_written_ranks() is 'Trigger: refuses ranks that cannot be meant in their lists.';
revoke all on function private.refuse_written_ranks() from public, anon, authenticated, service_role;

-- private.take_ranks(takes): from here on ranks of the transaction are taken as they are, or no more. For functions that looked
-- at what they write themselves, as it was told: which of two devices said something later, or that wishes of a snapshot come back
-- beside those of today, is nobody's slip.
-- Called by save_wishes(), save_department_ranks(), private.populate_wishes() and private.restore_attachments().
create function private.take_ranks(p_takes boolean)
returns void
language sql
set search_path = ''
as $$ select pg_catalog.set_config('receptor.takes_ranks', case when p_takes then 'yes' else '' end, true) $$;
comment on function private.take_ranks(boolean) is 'Ranks of the transaction are taken as they are, or no more.';
revoke all on function private.take_ranks(boolean) from public, anon, authenticated, service_role;

create table public.preference_worker_job_lines (
  org_id uuid not null,
  allocation_run uuid not null,
  worker_mapping uuid not null,
  job_line uuid not null,
  order_preference real check (order_preference between 1 and 10000 and 2 * order_preference = floor(2 * order_preference)),
  created_at timestamptz not null default now(),
  like_dislike_preference smallint check (like_dislike_preference between -2 and 2),
  changed_at timestamptz not null default now(),
  primary key (worker_mapping, job_line),
  -- What a doctor never wants has no place in their order.
  constraint preference_worker_job_lines_never_check check (like_dislike_preference > -2 or order_preference is null),
  -- Both ends belong to the same allocation run, or the row cannot exist. The columns stand in the order of the indexes
  -- below: a doctor or a line that is deleted takes its ranks along without a look at all of them.
  constraint preference_worker_job_lines_worker_fkey foreign key (allocation_run, worker_mapping, org_id)
    references public.allocation_run_worker_mappings (allocation_run, id, org_id) on delete cascade,
  constraint preference_worker_job_lines_line_fkey foreign key (job_line, allocation_run, org_id)
    references public.job_lines (id, allocation_run, org_id) on delete cascade
);
create trigger refuse_rank before insert or update of order_preference on public.preference_worker_job_lines for each row
  when (not coalesce(new.order_preference between 1 and 10000 and 2 * new.order_preference = floor(2 * new.order_preference), true))
  execute function private.refuse_rank();
create trigger refuse_bucket before insert or update of order_preference, like_dislike_preference on public.preference_worker_job_lines
  for each row when (not coalesce(new.like_dislike_preference between -2 and 2, true)
    or new.like_dislike_preference = -2 and new.order_preference is not null)
  execute function private.refuse_bucket();
create trigger refuse_ranks_insert after insert on public.preference_worker_job_lines
  referencing new table as new_rows for each statement execute function private.refuse_written_ranks('worker_mapping', 'job_line', 'public.allocation_run_worker_mappings');
create trigger refuse_ranks_update after update on public.preference_worker_job_lines
  referencing new table as new_rows old table as old_rows for each statement execute function private.refuse_written_ranks('worker_mapping', 'job_line', 'public.allocation_run_worker_mappings');
-- private.cap_changed_at(): nothing is said later than it is written, through whatever way in: a moment in the future would win
-- over all that a doctor says until then. Trigger before such a row is written.
create function private.cap_changed_at()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.changed_at := clock_timestamp();
  return new;
end
$$;
comment on function private.cap_changed_at() is 'Trigger: a wish is not said later than it is written.';
revoke all on function private.cap_changed_at() from public, anon, authenticated, service_role;
create trigger cap_changed_at before insert or update of changed_at on public.preference_worker_job_lines for each row
  when (new.changed_at > clock_timestamp()) execute function private.cap_changed_at();
comment on table public.preference_worker_job_lines is
  'What a doctor wishes of a job line: its rank and its bucket; lines without a row, or without a rank, are unranked.';
comment on column public.preference_worker_job_lines.like_dislike_preference is
  'The bucket that the doctor put the line into: 2 love, 1 like, 0 neutral, -1 dislike, -2 never; null: none.';
comment on column public.preference_worker_job_lines.changed_at is
  'When it was said, by the clock of the device and never later than it was written: of two devices the later one wins.';
comment on column public.preference_worker_job_lines.order_preference is
  'Null: not ranked. 1 is best. Competition (1,1,3), dense (1,1,2) or fractional (1.5,1.5,3) notation, as the run''s options say; a half is shared; the match closes gaps that others left.';
create index preference_worker_job_lines_line_run_idx
  on public.preference_worker_job_lines (job_line, allocation_run, org_id);
create index preference_worker_job_lines_run_worker_idx
  on public.preference_worker_job_lines (allocation_run, worker_mapping, org_id);

-- private.note_wishes(): a doctor's place says when their wishes last changed, and when they first wrote one themselves,
-- through whatever way in. Trigger after statements; security definer: nobody writes these columns otherwise.
create function private.note_wishes()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_mappings uuid[];
begin
  case tg_op
    when 'INSERT' then
      v_mappings := array(select distinct n.worker_mapping from new_rows n);
    when 'DELETE' then
      v_mappings := array(select distinct o.worker_mapping from old_rows o);
    when 'UPDATE' then
      v_mappings := array(
        select distinct n.worker_mapping from new_rows n
        left join old_rows o using (worker_mapping, job_line)
        where (n.order_preference, n.like_dislike_preference) is distinct from (o.order_preference, o.like_dislike_preference));
  end case;
  update public.allocation_run_worker_mappings m set
    wishes_changed_at = clock_timestamp(),
    begun_at = coalesce(m.begun_at, case when w.user_id = (select auth.uid()) then clock_timestamp() end)
  from public.workers w
  where m.id = any (v_mappings) and w.id = m.worker;
  return null;
end
$$;
comment on function private.note_wishes() is 'Trigger: notes when a doctor''s wishes change.';
revoke all on function private.note_wishes() from public, anon, authenticated, service_role;
create trigger note_insert after insert on public.preference_worker_job_lines
  referencing new table as new_rows for each statement execute function private.note_wishes();
create trigger note_update after update on public.preference_worker_job_lines
  referencing new table as new_rows old table as old_rows for each statement execute function private.note_wishes();
create trigger note_delete after delete on public.preference_worker_job_lines
  referencing old table as old_rows for each statement execute function private.note_wishes();

create table public.preferencers (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  allocation_run uuid not null,
  name text not null check (private.is_name(name, 200)),
  max_job_lines int check (max_job_lines between 0 and 1000000),
  max_workers int check (max_workers between 0 and 1000000),
  created_at timestamptz not null default now(),
  email text check (private.is_name(email, 320) and email = lower(email) and email ~ '^[^ @]+@[^ @]+$'),
  user_id uuid references auth.users (id) on delete set null,
  unique (org_id, id),
  unique (org_id, allocation_run, id),
  unique (allocation_run, name),
  foreign key (org_id, allocation_run)
    references public.allocation_runs (org_id, id) on delete cascade
);
comment on table public.preferencers is 'A supervisor or department that manages job lines and ranks doctors.';
create trigger fold_names before insert or update of name on public.preferencers
  for each row when (new.name <> private.fold_text(new.name))
  execute function private.fold_names('name');
comment on column public.preferencers.email is
  'The address of the department''s person: whoever has confirmed it claims the preferencer, see claim_worker().';
comment on column public.preferencers.user_id is 'The account of the department''s person, who ranks the doctors for its lines; null: nobody claimed it.';
create index preferencers_user_id_idx on public.preferencers (user_id);
create index preferencers_email_idx on public.preferencers (email);
comment on column public.preferencers.max_job_lines is 'How many of its lines may be used; null: all.';
comment on column public.preferencers.max_workers is 'How many doctors its lines may take together; null: no cap.';
create index preferencers_org_run_idx on public.preferencers (org_id, allocation_run);

create table public.preferencer_job_lines (
  org_id uuid not null,
  allocation_run uuid not null,
  preferencer uuid not null,
  job_line uuid not null,
  primary key (preferencer, job_line),
  constraint preferencer_job_lines_org_id_allocation_run_preferencer_fkey
    foreign key (allocation_run, preferencer, org_id)
    references public.preferencers (allocation_run, id, org_id) on delete cascade,
  constraint preferencer_job_lines_org_id_allocation_run_job_line_fkey
    foreign key (job_line, allocation_run, org_id)
    references public.job_lines (id, allocation_run, org_id) on delete cascade
);
comment on table public.preferencer_job_lines is 'Which lines a preferencer manages; a line may have several.';
create index preferencer_job_lines_run_preferencer_idx
  on public.preferencer_job_lines (allocation_run, preferencer, org_id);
create index preferencer_job_lines_line_idx
  on public.preferencer_job_lines (job_line, allocation_run, org_id);

create table public.preferencer_worker_ranks (
  org_id uuid not null,
  allocation_run uuid not null,
  preferencer uuid not null,
  worker_mapping uuid not null,
  order_preference real not null check (order_preference between 1 and 10000 and 2 * order_preference = floor(2 * order_preference)),
  primary key (preferencer, worker_mapping),
  constraint preferencer_worker_ranks_preferencer_fkey foreign key (allocation_run, preferencer, org_id)
    references public.preferencers (allocation_run, id, org_id) on delete cascade,
  constraint preferencer_worker_ranks_worker_fkey foreign key (worker_mapping, allocation_run, org_id)
    references public.allocation_run_worker_mappings (id, allocation_run, org_id) on delete cascade
);
create trigger refuse_rank before insert or update of order_preference on public.preferencer_worker_ranks for each row
  when (not coalesce(new.order_preference between 1 and 10000 and 2 * new.order_preference = floor(2 * new.order_preference), true))
  execute function private.refuse_rank();
create trigger refuse_ranks_insert after insert on public.preferencer_worker_ranks
  referencing new table as new_rows for each statement execute function private.refuse_written_ranks('preferencer', 'worker_mapping', 'public.preferencers');
create trigger refuse_ranks_update after update on public.preferencer_worker_ranks
  referencing new table as new_rows old table as old_rows for each statement execute function private.refuse_written_ranks('preferencer', 'worker_mapping', 'public.preferencers');
comment on table public.preferencer_worker_ranks is 'A preferencer''s rank of a doctor; 1 is best.';
create index preferencer_worker_ranks_worker_run_idx
  on public.preferencer_worker_ranks (worker_mapping, allocation_run, org_id);
create index preferencer_worker_ranks_run_preferencer_idx
  on public.preferencer_worker_ranks (allocation_run, preferencer, org_id);

-- private.line_ftes(run): the part-time lines of an allocation run and how much of full time they are: as much as the least of
-- their positions. Lines that are not there are full time.
-- Called by private.line_eligibility(), line_cards(), placing_faults(), reinstate_doctors(), allocator.run_lines(), commit_run() and
-- field_fingerprint(). Runs with its caller's rights.
create function private.line_ftes(p_allocation_run uuid)
returns table (job_line uuid, fte numeric)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  select r.job_line, min(p.fte)
  from public.rotations r join public.positions p on p.id = r.position
  where r.allocation_run = p_allocation_run and p.fte < 1
  group by r.job_line;
end
$$;
comment on function private.line_ftes(uuid) is 'Part-time lines of an allocation run, with their part of full time.';
revoke all on function private.line_ftes(uuid) from public, anon, authenticated, service_role;
grant execute on function private.line_ftes(uuid) to receptor_engine;

create table public.job_line_eligibility (
  org_id uuid not null,
  allocation_run uuid not null,
  job_line uuid primary key,
  included_qualification_tag_ids uuid[] not null default '{}' check (private.is_list(included_qualification_tag_ids)),
  excluded_qualification_tag_ids uuid[] not null default '{}' check (private.is_list(excluded_qualification_tag_ids)),
  included_worker_mapping_ids uuid[] not null default '{}' check (private.is_list(included_worker_mapping_ids)),
  excluded_worker_mapping_ids uuid[] not null default '{}' check (private.is_list(excluded_worker_mapping_ids)),
  constraint job_line_eligibility_org_id_allocation_run_job_line_fkey
    foreign key (allocation_run, job_line, org_id)
    references public.job_lines (allocation_run, id, org_id) on delete cascade
);
comment on table public.job_line_eligibility is
  'Who may take a line. First match wins: included worker, excluded worker, excluded tag, included tag.';
create index job_line_eligibility_run_line_idx
  on public.job_line_eligibility (allocation_run, job_line, org_id);

create table public.allocation_run_preferencer_weightings (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  allocation_run uuid not null,
  job_line uuid,
  worker_mapping_ids uuid[] not null default '{}' check (private.is_list(worker_mapping_ids)),
  qualification_tag_ids uuid[] not null default '{}' check (private.is_list(qualification_tag_ids)),
  weighting real not null check (weighting between -100000 and 100000),
  created_at timestamptz not null default now(),
  unique (org_id, id),
  constraint allocation_run_preferencer_weighting_org_id_allocation_run_fkey
    foreign key (allocation_run, org_id)
    references public.allocation_runs (id, org_id) on delete cascade,
  constraint allocation_run_preferencer_we_org_id_allocation_run_job_li_fkey
    foreign key (allocation_run, org_id, job_line)
    references public.job_lines (allocation_run, org_id, id) on delete cascade
);
comment on table public.allocation_run_preferencer_weightings is
  'Added to the preferencers'' rank of these doctors (or holders of these tags), on one line or on all; they add up.';
create index allocation_run_preferencer_weightings_run_line_idx
  on public.allocation_run_preferencer_weightings (allocation_run, org_id, job_line);

alter table public.preference_worker_job_lines enable row level security;
alter table public.preferencers enable row level security;
alter table public.preferencer_job_lines enable row level security;
alter table public.preferencer_worker_ranks enable row level security;
alter table public.job_line_eligibility enable row level security;
alter table public.allocation_run_preferencer_weightings enable row level security;

revoke all on public.preference_worker_job_lines, public.preferencers, public.preferencer_job_lines,
  public.preferencer_worker_ranks, public.job_line_eligibility, public.allocation_run_preferencer_weightings
  from public, anon, authenticated, service_role;
grant select, insert, update, delete on
  public.preferencer_job_lines, public.preferencer_worker_ranks, public.job_line_eligibility to authenticated;
-- When a row was made is for the system to say; the id and the org of one that has an id are its own for good.
grant select, insert (org_id, allocation_run, worker_mapping, job_line, order_preference, like_dislike_preference, changed_at),
  update (org_id, allocation_run, worker_mapping, job_line, order_preference, like_dislike_preference, changed_at), delete
  on public.preference_worker_job_lines to authenticated;
grant select, insert (id, org_id, allocation_run, job_line, worker_mapping_ids, qualification_tag_ids, weighting),
  update (allocation_run, job_line, worker_mapping_ids, qualification_tag_ids, weighting), delete
  on public.allocation_run_preferencer_weightings to authenticated;
-- Who ranks for a preferencer is for assign_preferencer() to say, and for claim_worker(): another address is another person.
grant select, insert (id, org_id, allocation_run, name, max_job_lines, max_workers),
  update (allocation_run, name, max_job_lines, max_workers), delete on public.preferencers to authenticated;
grant all on public.preference_worker_job_lines, public.preferencers, public.preferencer_job_lines,
  public.preferencer_worker_ranks, public.job_line_eligibility, public.allocation_run_preferencer_weightings
  to service_role;
grant select on public.preference_worker_job_lines, public.preferencers, public.preferencer_job_lines,
  public.preferencer_worker_ranks, public.job_line_eligibility, public.allocation_run_preferencer_weightings
  to receptor_engine;

-- What hangs on an archived line is out of sight and out of reach with it, here and for the allocator; it is there, and comes
-- back. A statement without a condition asks no policy of select, so those of update and delete say it themselves.

-- A doctor reads their own preferences, and writes them while the window is open; whoever may see the match reads them once
-- it is not.
create policy preference_worker_job_lines_select on public.preference_worker_job_lines
  for select to authenticated
  using (
    (
      org_id in (select private.orgs_with_right('allocator.view'))
      and allocation_run not in (select private.sealed_runs())
      or worker_mapping in (select private.own_mappings())
    )
    and job_line not in (select private.archived_job_lines())
  );
create policy preference_worker_job_lines_insert on public.preference_worker_job_lines
  for insert to authenticated
  with check (
    org_id in (select private.orgs_with_right('allocationRun.edit'))
    -- Whether a row is there already would tell what a doctor wishes.
    and allocation_run not in (select private.sealed_runs())
    or worker_mapping in (select private.own_writable_mappings())
  );
create policy preference_worker_job_lines_update on public.preference_worker_job_lines
  for update to authenticated
  using (
    (
      org_id in (select private.orgs_with_right('allocationRun.edit'))
      and allocation_run not in (select private.sealed_runs())
      or worker_mapping in (select private.own_writable_mappings())
    )
    and job_line not in (select private.archived_job_lines())
  )
  with check (
    org_id in (select private.orgs_with_right('allocationRun.edit'))
    or worker_mapping in (select private.own_writable_mappings())
  );
create policy preference_worker_job_lines_delete on public.preference_worker_job_lines
  for delete to authenticated
  using (
    (
      org_id in (select private.orgs_with_right('allocationRun.edit'))
      and allocation_run not in (select private.sealed_runs())
      or worker_mapping in (select private.own_writable_mappings())
    )
    and job_line not in (select private.archived_job_lines())
  );
create policy engine_select on public.preference_worker_job_lines for select to receptor_engine
  using (
    org_id = (select fleet.claimed_org_id('allocator'))
    and job_line not in (select private.archived_job_lines())
  );

-- Managers write the rest; whoever may see the match reads it.
create policy preferencers_select on public.preferencers for select to authenticated
  using (org_id in (select private.orgs_with_right('allocator.view')));
create policy preferencers_insert on public.preferencers for insert to authenticated
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy preferencers_update on public.preferencers for update to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')))
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy preferencers_delete on public.preferencers for delete to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy engine_select on public.preferencers for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id('allocator')));

create policy preferencer_job_lines_select on public.preferencer_job_lines for select to authenticated
  using (
    org_id in (select private.orgs_with_right('allocator.view'))
    and job_line not in (select private.archived_job_lines())
  );
create policy preferencer_job_lines_insert on public.preferencer_job_lines for insert to authenticated
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy preferencer_job_lines_update on public.preferencer_job_lines for update to authenticated
  using (
    org_id in (select private.orgs_with_right('allocationRun.edit'))
    and job_line not in (select private.archived_job_lines())
  )
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy preferencer_job_lines_delete on public.preferencer_job_lines for delete to authenticated
  using (
    org_id in (select private.orgs_with_right('allocationRun.edit'))
    and job_line not in (select private.archived_job_lines())
  );
create policy engine_select on public.preferencer_job_lines for select to receptor_engine
  using (
    org_id = (select fleet.claimed_org_id('allocator'))
    and job_line not in (select private.archived_job_lines())
  );

create policy preferencer_worker_ranks_select on public.preferencer_worker_ranks for select to authenticated
  using (org_id in (select private.orgs_with_right('allocator.view')));
create policy preferencer_worker_ranks_insert on public.preferencer_worker_ranks for insert to authenticated
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy preferencer_worker_ranks_update on public.preferencer_worker_ranks for update to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')))
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy preferencer_worker_ranks_delete on public.preferencer_worker_ranks for delete to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy engine_select on public.preferencer_worker_ranks for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id('allocator')));

create policy job_line_eligibility_select on public.job_line_eligibility for select to authenticated
  using (
    org_id in (select private.orgs_with_right('allocator.view'))
    and job_line not in (select private.archived_job_lines())
  );
create policy job_line_eligibility_insert on public.job_line_eligibility for insert to authenticated
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy job_line_eligibility_update on public.job_line_eligibility for update to authenticated
  using (
    org_id in (select private.orgs_with_right('allocationRun.edit'))
    and job_line not in (select private.archived_job_lines())
  )
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy job_line_eligibility_delete on public.job_line_eligibility for delete to authenticated
  using (
    org_id in (select private.orgs_with_right('allocationRun.edit'))
    and job_line not in (select private.archived_job_lines())
  );
create policy engine_select on public.job_line_eligibility for select to receptor_engine
  using (
    org_id = (select fleet.claimed_org_id('allocator'))
    and job_line not in (select private.archived_job_lines())
  );

create policy allocation_run_preferencer_weightings_select
  on public.allocation_run_preferencer_weightings for select to authenticated
  using (
    org_id in (select private.orgs_with_right('allocator.view'))
    and (job_line is null or job_line not in (select private.archived_job_lines()))
  );
create policy allocation_run_preferencer_weightings_insert
  on public.allocation_run_preferencer_weightings for insert to authenticated
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy allocation_run_preferencer_weightings_update
  on public.allocation_run_preferencer_weightings for update to authenticated
  using (
    org_id in (select private.orgs_with_right('allocationRun.edit'))
    and (job_line is null or job_line not in (select private.archived_job_lines()))
  )
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy allocation_run_preferencer_weightings_delete
  on public.allocation_run_preferencer_weightings for delete to authenticated
  using (
    org_id in (select private.orgs_with_right('allocationRun.edit'))
    and (job_line is null or job_line not in (select private.archived_job_lines()))
  );
create policy engine_select on public.allocation_run_preferencer_weightings for select to receptor_engine
  using (
    org_id = (select fleet.claimed_org_id('allocator'))
    and (job_line is null or job_line not in (select private.archived_job_lines()))
  );
