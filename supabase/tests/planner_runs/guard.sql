-- planner.guard_run(): a run that has ended never changes its status, whoever writes.
begin;
select plan(20);
select tests.new_service('north');
select tests.new_run('north');

create function pg_temp.put(p_status public.planner_run_status) returns void language sql as $$
  update public.allocation_planner_runs set status = p_status,
    started_at = case when p_status <> 'PENDING' then now() end,
    finished_at = case when p_status not in ('PENDING', 'GENERATING') then now() end,
    result_metadata = case when p_status = 'COMPLETED' then '{}'::jsonb end,
    error_code = case when p_status in ('FAILED', 'INFEASIBLE') then 'X' end,
    error_message = case when p_status in ('FAILED', 'INFEASIBLE') then 'x' end
  where id = tests.id('north_planner_run')
$$;

-- Sees the change refused, and takes the first one back, so that each status starts from PENDING.
create function pg_temp.leaves(p_from public.planner_run_status, p_to public.planner_run_status)
returns text language plpgsql as $$
declare
  v_result text;
begin
  begin
    perform pg_temp.put(p_from);
    v_result := extensions.throws_ok(format('select pg_temp.put(%L)', p_to), 'RC409', null,
      format('%s does not become %s', p_from, p_to));
    raise exception 'undo';
  exception when raise_exception then null;
  end;
  return v_result;
end
$$;
select pg_temp.leaves(f, t)
from unnest('{COMPLETED,INFEASIBLE,CANCELLED}'::public.planner_run_status[]) f,
     unnest(enum_range(null::public.planner_run_status)) t
where f <> t;
select pg_temp.leaves('FAILED', t) from unnest('{GENERATING,COMPLETED}'::public.planner_run_status[]) t;
select pg_temp.leaves('GENERATING', 'PENDING');

select throws_ok($$ update public.allocation_planner_runs set status = 'COMPLETED', finished_at = now(), result_metadata = '{}'
  where id = tests.id('north_planner_run') $$, '23514', null, 'nothing completes that has not started');
update public.allocation_planner_runs set updated_at = 'epoch' where id = tests.id('north_planner_run');
select cmp_ok((select updated_at from public.allocation_planner_runs where id = tests.id('north_planner_run')), '>',
  now() - interval '1 minute', 'updated_at follows every change');

select * from finish();
rollback;
