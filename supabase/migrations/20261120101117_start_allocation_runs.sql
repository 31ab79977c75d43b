-- A year from a template: how many terms, how long, when it begins; what is usual in each state. Data, of no org.

create table public.term_templates (
  name text primary key check (name ~ '^[A-Z][A-Z0-9_]*$'),
  title text not null check (private.is_name(title, 200)),
  state text check (state ~ '^[A-Z]{2,3}$'),
  ruleset text check (ruleset ~ '^[A-Z][A-Z0-9_]*$'),
  timezone text not null,
  term_weeks int[] not null check (cardinality(term_weeks) between 1 and 26 and 1 <= all (term_weeks) and 53 >= all (term_weeks)),
  starts_month smallint not null check (starts_month between 1 and 12),
  starts_monday smallint not null check (starts_monday between 1 and 4),
  sort_order int not null
);
comment on table public.term_templates is
  'Usual years: their terms, and the Monday of a month that they begin on. Starting points; every date can be changed.';
comment on column public.term_templates.state is 'As rulesets abbreviate it; null: anywhere.';
comment on column public.term_templates.ruleset is 'The ruleset that belongs to it; null: none in particular.';
comment on column public.term_templates.starts_monday is 'Which Monday of the month: 1 is the first.';
alter table public.term_templates enable row level security;
revoke all on public.term_templates from public, anon, authenticated, service_role;
grant select on public.term_templates to authenticated;
grant all on public.term_templates to service_role;
create policy term_templates_select on public.term_templates for select to authenticated using (true);

-- Five terms: four of ten weeks and one of twelve, the longest last, as Victoria has it; elsewhere of ten and eleven.
insert into public.term_templates (name, title, state, ruleset, timezone, term_weeks, starts_month, starts_monday, sort_order)
-- A second year with as many terms as the first has a name of its own.
select format('%s_%s', state, cardinality(weeks)) || case when state = 'NSW' and years = 'second year' then '_PGY2' else '' end,
  format('%s, %s: %s', title, years, case cardinality(weeks) when 4 then 'four terms of 13 weeks' else format(
    'five terms of %s weeks', array_to_string(weeks, ', ')) end),
  state, ruleset, zone, weeks, month, monday, row_number() over ()
from (values
  ('VIC', 'Victoria', 'first year', 'VIC_PGY1', 'Australia/Melbourne', '{10,10,10,10,12}'::int[], 2, 1),
  ('VIC', 'Victoria', 'second year', 'VIC_PGY2', 'Australia/Melbourne', '{13,13,13,13}', 2, 1),
  ('NSW', 'New South Wales', 'first year', 'NSW_PGY1', 'Australia/Sydney', '{10,10,10,11,11}', 2, 1),
  ('NSW', 'New South Wales', 'second year', 'NSW_PGY2', 'Australia/Sydney', '{10,10,10,11,11}', 2, 1),
  ('QLD', 'Queensland', 'first year', 'QLD_PGY1', 'Australia/Brisbane', '{10,10,10,11,11}', 1, 3),
  ('QLD', 'Queensland', 'second year', 'QLD_PGY2', 'Australia/Brisbane', '{13,13,13,13}', 1, 3),
  ('SA', 'South Australia', 'first year', 'SA_PGY1', 'Australia/Adelaide', '{10,10,10,11,11}', 1, 2),
  ('SA', 'South Australia', 'second year', 'SA_PGY2', 'Australia/Adelaide', '{13,13,13,13}', 2, 1),
  ('WA', 'Western Australia', 'first year', 'WA_PGY1', 'Australia/Perth', '{10,10,10,11,11}', 1, 2),
  ('WA', 'Western Australia', 'second year', 'WA_PGY2', 'Australia/Perth', '{13,13,13,13}', 2, 1),
  ('TAS', 'Tasmania', 'first year', 'TAS_PGY1', 'Australia/Hobart', '{10,10,10,11,11}', 1, 2),
  ('TAS', 'Tasmania', 'second year', 'TAS_PGY2', 'Australia/Hobart', '{13,13,13,13}', 1, 2),
  ('NT', 'Northern Territory', 'first year', 'NT_PGY1', 'Australia/Darwin', '{10,10,10,11,11}', 1, 2),
  ('NT', 'Northern Territory', 'second year', 'NT_PGY2', 'Australia/Darwin', '{13,13,13,13}', 1, 2),
  ('ACT', 'Australian Capital Territory', 'first year', 'ACT_PGY1', 'Australia/Sydney', '{10,10,10,11,11}', 1, 3),
  ('ACT', 'Australian Capital Territory', 'second year', 'ACT_PGY2', 'Australia/Sydney', '{13,13,13,13}', 1, 3)
) as t (state, title, years, ruleset, zone, weeks, month, monday)
union all values
  ('TERMS_4', 'Four terms of 13 weeks', null, null, 'Australia/Melbourne', '{13,13,13,13}'::int[], 2, 1, 101),
  ('TERMS_5', 'Five terms: 10, 10, 10, 10, 12 weeks', null, null, 'Australia/Melbourne', '{10,10,10,10,12}', 2, 1, 102),
  ('BLOCKS_13', 'Thirteen blocks of four weeks', null, null, 'Australia/Melbourne', '{4,4,4,4,4,4,4,4,4,4,4,4,4}', 2, 1, 103);

-- private.nth_monday(year, month, n): the nth Monday of a month. Called by plan_terms() and private.next_year_weeks().
create function private.nth_monday(p_year int, p_month int, p_n int)
returns date
language sql
immutable
set search_path = ''
as $$
  select d + (8 - extract(isodow from d)::int) % 7 + 7 * (p_n - 1) from (select make_date(p_year, p_month, 1) as d) as first
$$;
comment on function private.nth_monday(int, int, int) is 'The nth Monday of a month.';
revoke all on function private.nth_monday(int, int, int) from public, anon, authenticated, service_role;
grant execute on function private.nth_monday(int, int, int) to authenticated;

-- plan_terms(template, year, start): the terms of a year by a template:
--   {starts_on, ends_on, term_weeks, ruleset, timezone, terms: [{term, weeks, starts_on, ends_on}]}
-- A year lasts until the next one begins, 52 or 53 weeks: its last term takes what is over. A start of one's own: as long as
-- the template says. Called by UIs, to show dates before anything is made, and by start_allocation_run() and copy_allocation_run(). RC400 with paths.
create function public.plan_terms(p_template text, p_year int, p_starts_on date default null)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_template public.term_templates;
  v_start date;
  v_weeks int[];
  v_over int := 0;
begin
  select * into v_template from public.term_templates where name = p_template;
  perform private.refuse_faults((
    select coalesce(jsonb_agg(jsonb_build_object('path', path, 'message', message)), '[]')
    from (values
      ('p_template', 'there is no such template', v_template.name is null),
      ('p_year', 'not a year from 2000 to 2100', p_starts_on is null and (p_year is null or p_year not between 2000 and 2100)),
      ('p_starts_on', 'not a Monday from 2000 to 2100', extract(isodow from p_starts_on) <> 1 or not private.is_day(p_starts_on))
    ) as f (path, message, wrong) where wrong));
  v_start := coalesce(p_starts_on, private.nth_monday(p_year, v_template.starts_month, v_template.starts_monday));
  v_weeks := v_template.term_weeks;
  if p_starts_on is null then
    v_over := (private.nth_monday(p_year + 1, v_template.starts_month, v_template.starts_monday) - v_start) / 7
      - (select sum(w) from unnest(v_weeks) as w);
    v_weeks[cardinality(v_weeks)] := v_weeks[cardinality(v_weeks)] + v_over;
  end if;
  return jsonb_build_object('starts_on', v_start, 'ends_on', v_start + 7 * private.weeks_total(v_weeks) - 1,
    'term_weeks', to_jsonb(v_weeks), 'ruleset', v_template.ruleset, 'timezone', v_template.timezone, 'terms', (
      select jsonb_agg(jsonb_build_object('term', n, 'weeks', v_weeks[n],
        'starts_on', v_start + 7 * private.weeks_total(v_weeks[:n - 1]), 'ends_on', v_start + 7 * private.weeks_total(v_weeks[:n]) - 1)
        order by n)
      from generate_series(1, cardinality(v_weeks)) as n));
end
$$;
comment on function public.plan_terms(text, int, date) is 'Dates of the terms of a year by a template.';
revoke all on function public.plan_terms(text, int, date) from public, anon, authenticated, service_role;
grant execute on function public.plan_terms(text, int, date) to authenticated;

-- private.run_start_shape(): what start_allocation_run() takes, see private.shape_faults(). Called by it.
create function private.run_start_shape()
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object('is', 'object', 'members', jsonb_build_object(
    'org', '{"is": "id"}'::jsonb, 'allocation_plan', '{"is": "id"}'::jsonb, 'plan_name', '{"is": "text", "most": 200}'::jsonb,
    'name', '{"is": "text", "most": 200, "must": true}'::jsonb, 'template', '{"is": "text", "most": 100}'::jsonb,
    'year', '{"is": "whole", "least": 2000, "most": 2100}'::jsonb, 'starts_on', '{"is": "date"}'::jsonb,
    'term_weeks', '{"is": "list", "most": 26, "of": {"is": "whole", "least": 1, "most": 53}}'::jsonb,
    'timezone', '{"is": "text", "most": 100}'::jsonb,
    'constraints', '{"is": "list", "most": 1000, "of": {"is": "any", "most": 10000}}'::jsonb,
    'affinity_profile', '{"is": "id"}'::jsonb))
$$;
comment on function private.run_start_shape() is 'The shape of a start_allocation_run() document.';
revoke all on function private.run_start_shape() from public, anon, authenticated, service_role;
grant execute on function private.run_start_shape() to authenticated;

-- start_allocation_run(document): an allocation run as a draft, and its plan where there is none of that name. Called by UIs.
--   org and plan_name (made where there is none), or allocation_plan
--   name
--   template and year (or starts_on), or starts_on and term_weeks
--   constraints?       default: the template's ruleset
--   timezone?          of a new plan; default: the template's
--   affinity_profile?  default: the one that comes with Receptor
-- Answers {allocation_run, allocation_plan, starts_on, ends_on, term_weeks, constraints}.
-- Runs with its caller's rights. RC400 with [{path, message}], RC404 no such plan or org, 42501.
create function public.start_allocation_run(p_document jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_terms jsonb;
  v_faults jsonb;
  v_plan public.allocation_plans;
  v_run public.allocation_runs;
  v_org uuid;
begin
  p_document := jsonb_strip_nulls(p_document);
  perform private.require_shape(p_document, private.run_start_shape(), 1024 * 1024);
  select coalesce(jsonb_agg(jsonb_build_object('path', path, 'message', message)), '[]') into v_faults
  from (values
    ('allocation_plan', 'give a plan, or org and plan_name', not p_document ? 'allocation_plan' and not p_document ?& '{org,plan_name}'::text[]),
    ('template', 'give a template, or term_weeks', not p_document ? 'template' and not p_document ? 'term_weeks'),
    ('term_weeks', 'missing', p_document -> 'term_weeks' = '[]'),
    ('starts_on', 'missing', p_document ? 'term_weeks' and not p_document ? 'starts_on'),
    ('starts_on', 'not a Monday from 2000 to 2100', extract(isodow from (p_document ->> 'starts_on')::date) <> 1
      or not private.is_day((p_document ->> 'starts_on')::date)),
    ('year', 'missing', p_document ? 'template' and not p_document ? 'year' and not p_document ? 'starts_on'),
    ('template', 'there is no such template', p_document ? 'template' and not exists (
      select from public.term_templates where name = p_document ->> 'template')),
    ('timezone', 'there is no such time zone', p_document ? 'timezone' and not private.is_timezone(p_document ->> 'timezone')),
    ('affinity_profile', 'there is no such profile', p_document ? 'affinity_profile' and not exists (
      select from public.affinity_profiles where id = (p_document ->> 'affinity_profile')::uuid))
  ) as f (path, message, wrong) where wrong;
  perform private.refuse_faults(v_faults);
  v_terms := case when p_document ? 'template' then public.plan_terms(
    p_document ->> 'template', (p_document ->> 'year')::int, (p_document ->> 'starts_on')::date) else '{}' end;

  if p_document ? 'allocation_plan' then
    select * into v_plan from public.allocation_plans where id = (p_document ->> 'allocation_plan')::uuid;
    if not found then
      raise exception '%', private.no_such('allocation plan', p_document ->> 'allocation_plan') using errcode = 'RC404';
    end if;
    v_org := v_plan.org_id;
  else
    v_org := (p_document ->> 'org')::uuid;
    if v_org not in (select private.orgs_with_right('allocationPlanner.view')) then
      raise exception '%', private.no_such('organisation', v_org::text) using errcode = 'RC404';
    end if;
  end if;
  if v_org not in (select private.orgs_with_right('allocationRun.edit')) then
    raise exception 'Starting an allocation run needs the right allocationRun.edit.' using errcode = 'insufficient_privilege';
  end if;
  if v_plan.id is null then
    insert into public.allocation_plans (org_id, name, timezone)
    values (v_org, private.fold_text(p_document ->> 'plan_name'),
      coalesce(p_document ->> 'timezone', v_terms ->> 'timezone', 'Australia/Melbourne'))
    on conflict (org_id, name) do nothing;
    select * into v_plan from public.allocation_plans
    where org_id = v_org and name = private.fold_text(p_document ->> 'plan_name');
  end if;
  begin
    insert into public.allocation_runs (org_id, allocation_plan, name, starts_on, term_weeks, constraints, affinity_profile)
    values (v_org, v_plan.id, p_document ->> 'name',
      coalesce(p_document ->> 'starts_on', v_terms ->> 'starts_on')::date,
      array(select jsonb_array_elements_text(coalesce(p_document -> 'term_weeks', v_terms -> 'term_weeks'))::int),
      coalesce(p_document -> 'constraints', case when v_terms ->> 'ruleset' is null then '[]'
        else jsonb_build_array(v_terms -> 'ruleset') end),
      coalesce((p_document ->> 'affinity_profile')::uuid, 'affa0000-0000-4000-8000-000000000001'))
    returning * into v_run;
  exception when unique_violation then
    perform private.refuse_faults(jsonb_build_array(jsonb_build_object('path', 'name',
      'message', format('the plan has another allocation run %s', private.fold_text(p_document ->> 'name')))));
  end;
  return jsonb_build_object('allocation_run', v_run.id, 'allocation_plan', v_plan.id, 'starts_on', v_run.starts_on,
    'ends_on', v_run.ends_on, 'term_weeks', to_jsonb(v_run.term_weeks), 'constraints', v_run.constraints);
end
$$;
comment on function public.start_allocation_run(jsonb) is
  'A new allocation run, with dates from a template and a year; answers {allocation_run, allocation_plan, starts_on, ...}.';
revoke all on function public.start_allocation_run(jsonb) from public, anon, authenticated, service_role;
grant execute on function public.start_allocation_run(jsonb) to authenticated;
