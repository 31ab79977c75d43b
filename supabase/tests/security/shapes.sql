-- What users send has a shape and a size that can be read: each fault has its path, and no call ends in an error of a cast.
begin;
select plan(104);
create function pg_temp.forms() returns text language sql security definer as $$
  select string_agg(form, ', ') from jsonb_array_elements_text(private.prime_forms()) as f (form) $$;
select tests.new_service('north');

create function pg_temp.told(p_call text) returns text language plpgsql as $$
declare
  v_detail text;
  v_answer text;
begin
  execute p_call into v_answer;
  return 'taken';
exception when others then
  get stacked diagnostics v_detail = pg_exception_detail;
  return case sqlstate when 'RC400' then (v_detail::jsonb #>> '{0,path}') || ': ' || (v_detail::jsonb #>> '{0,message}')
    else sqlstate || ' ' || sqlerrm end;
end
$$;
create function pg_temp.planner(p_more jsonb, p_request jsonb default '{}') returns text language sql as $$
  select pg_temp.told(format('select public.request_planner_run(%L, %L)', jsonb_build_object('allocation_run', tests.id('north_run'),
    'n_job_lines', 1, 'constraints', '[]'::jsonb, 'options', '{}'::jsonb) || p_more, p_request)) $$;
create function pg_temp.allocator(p_more jsonb, p_request jsonb default '{}') returns text language sql as $$
  select pg_temp.told(format('select public.request_allocator_run(%L, %L)',
    jsonb_build_object('allocation_run', tests.id('north_run')) || p_more, p_request)) $$;

select tests.login('north_manager');
select is(pg_temp.planner(more), told, told) from (values
  ('{"allocation_run": "r"}'::jsonb, 'run.allocation_run: not valid: r'),
  ('{"n_job_lines": "many"}', 'run.n_job_lines: not a whole number from 1 to 1000'),
  ('{"n_job_lines": 60000}', 'run.n_job_lines: not a whole number from 1 to 1000'),
  ('{"constraints": {}}', 'run.constraints: not a list'),
  ('{"constraints": null}', 'run.constraints: missing'),
  ('{"options": null}', 'run.options: missing'),
  ('{"options": []}', 'run.options: not an object'),
  ('{"options": {"speed": 9}}', 'run.options.speed: there is no such member'),
  ('{"options": {"mode": "guess"}}', 'run.options.mode: not one of rebuild, fill, replan'),
  ('{"options": {"effort": "all"}}', 'run.options.effort: not a number from 0.1 to 100'),
  ('{"options": {"seed": 1.5}}', 'run.options.seed: not a whole number from 0 to 2147483647'),
  ('{"lines": 3}', 'run.lines: there is no such member')) as t (more, told);
select is(pg_temp.planner(more), told, told) from (values
  ('{"options": {"seed": null}}'::jsonb, 'run.options.seed: must not be null'),
  ('{"options": {"mode": "replan", "from": "2027-05-01", "changes": {"posts": null}}}', 'run.options.changes.posts: must not be null'),
  ('{"options": {"from": "2027-05-01"}}', 'run.options.from: only a replan plans from a day on'),
  ('{"options": {"mode": "fill", "changes": {}}}', 'options.changes: only a replan from a day on takes changes along'),
  ('{"options": {"mode": "replan", "recommend": {"job_line": "a0000000-0000-4000-8000-000000000031"}}}',
   'run.options.recommend: only a dry run of a replan recommends'),
  ('{"constraints": [3]}', 'run.constraints[0]: neither a name nor {name, value}'),
  ('{"constraints": [{}]}', 'run.constraints[0]: neither a name nor {name, value}'),
  ('{"constraints": [{"name": "NO_NIGHTS", "note": "Ann"}]}', 'run.constraints[0]: neither a name nor {name, value}'),
  ('{"constraints": ["VIC_PGY1", "NONSENSE"]}', 'run.constraints[1]: there is no constraint NONSENSE'),
  ('{"constraints": [{"name": "NONSENSE", "value": 1}]}', 'run.constraints[0].name: there is no constraint NONSENSE'),
  ('{"constraints": ["VIC_PGY1", "NSW_PGY1"]}', 'run.constraints[1]: a second ruleset'),
  ('{"constraints": [{"name": "VIC_PGY1", "value": null}]}', 'run.constraints[0].value: a ruleset takes no value'),
  ('{"constraints": ["MIN_TERMS"]}', 'run.constraints[0].value: missing'),
  ('{"constraints": [{"name": "MIN_TERMS"}]}', 'run.constraints[0].value: missing'),
  ('{"constraints": [{"name": "MIN_TERMS", "value": 1.5}]}', 'run.constraints[0].value: not a whole number from 0 to 366'),
  ('{"constraints": [{"name": "NO_NIGHTS", "value": null}]}', 'run.constraints[0].value: missing'),
  ('{"constraints": [{"name": "ANNUAL_LEAVE", "value": {"week_share": null}}]}', 'run.constraints[0].value.week_share: must not be null'),
  ('{"constraints": [{"name": "ANNUAL_LEAVE", "value": {"capacity_weeks": []}}]}', 'run.constraints[0].value.capacity_weeks: fewer than 1 entries'),
  ('{"constraints": [{"name": "TERMS_APART", "value": [{"kind": {"flags": []}}]}]}',
   'run.constraints[0].value[0].kind: none of flags, specialties, positions is there'),
  ('{"constraints": [{"name": "TERMS_IN_SET", "value": [{"kind": {"flags": ["rural"]}}]}]}', 'run.constraints[0].value[0]: none of least, most is there'),
  ('{"constraints": [{"name": "TERMS_IN_SET", "value": [{"kind": {"flags": ["rural"]}, "least": 3, "most": 2}]}]}',
   'run.constraints[0].value[0].least: above most')) as t (more, told);
select is(pg_temp.planner(jsonb_build_object('constraints', (select jsonb_agg('x'::text) from generate_series(1, 60000)))),
  'run.constraints: more than 1000 entries', '60,000 constraints');
select is(pg_temp.planner(jsonb_build_object('constraints', jsonb_build_array(jsonb_build_object('name', repeat('x', 5000000))))),
  ': larger than 1048576 bytes', '5 MB');
select is(pg_temp.planner('{}', to_jsonb(repeat('x', 600000))), 'request: larger than 524288 bytes', 'the copy is bounded as well');
select is(pg_temp.planner('{}', request), told, told) from (values
  ('"x"'::jsonb, 'request: not an object'), ('{"note": "Ann"}', 'request.note: there is no such member'),
  ('{"options": {"speed": 9}}', 'request.options.speed: there is no such member')) as t (request, told);
select is(pg_temp.told(format('select public.request_planner_run(%L, %L)',
  jsonb_build_object('allocation_run', tests.id('north_run'), 'n_job_lines', 1, 'options', '{}'::jsonb), '{}')),
  'run.constraints: missing', 'without rules is not without a word of rules');
select is(pg_temp.told($$ select public.request_planner_run('[]', '{}') $$), 'run: not an object', 'what is no request');
select is(pg_temp.told(format('insert into public.allocation_planner_runs (allocation_run, n_job_lines, options) values (%L, 1, %L)',
  tests.id('north_run'), '{"speed": 9}')), 'run.options.speed: there is no such member', 'nor is a row that is inserted');
select is(pg_temp.planner(jsonb_build_object('constraints', '["VIC_PGY1", {"name": "MIN_TERMS", "value": null}, {"name": "NO_NIGHTS"}, {"name": "SIX_MONTH_TERMS",
  "value": {}}, {"name": "PATHWAYS", "value": []}]'::jsonb), '{"constraints": ["VIC_PGY1"], "save_constraints": true}'), 'taken', 'rules that are');
select public.cancel_planner_run(id) from public.allocation_planner_runs where status = 'PENDING';
select is(pg_temp.planner('{"options": {"effort": 2, "time_limit_s": 30, "mode": "fill", "dry_run": true, "allow_partial": true, "seed": 3}}'), 'taken',
  'a request of the right shape');

select is(pg_temp.allocator(more), told, told) from (values
  ('{"options": {"speed": 9}}'::jsonb, 'run.options.speed: there is no such member'),
  ('{"options": {"rank_notation": "roman"}}', 'run.options.rank_notation: not one of competition, dense, fractional'),
  ('{"options": {"preferencer_weight": 2}}', 'run.options.preferencer_weight: not a number from 0 to 1'),
  ('{"included_job_lines": ["l"]}', 'run.included_job_lines[0]: not valid: l'),
  ('{"included_worker_mappings": {}}', 'run.included_worker_mappings: not a list'),
  ('{"options": {"what_if": {"pins": [{"worker_mapping": "w"}]}}}', 'run.options.what_if.pins[0].job_line: missing'),
  ('{"options": {"what_if": {"weightings": [{"weighting": 1e6}]}}}',
   'run.options.what_if.weightings[0].weighting: not a number from -100000 to 100000')) as t (more, told);
select is(pg_temp.allocator(jsonb_build_object('options', options)), told, told) from (values
  ('{"pins": null}'::jsonb, 'run.options.pins: must not be null'), ('{"what_if": null}', 'run.options.what_if: must not be null'),
  ('{"what_if": {"base_run": null}}', 'run.options.what_if.base_run: must not be null'),
  ('{"priority_groups": [{"name": "x", "worker_mappings": null}]}', 'run.options.priority_groups[0].worker_mappings: must not be null'),
  ('{"pins": [{"worker_mapping": "a0000000-0000-4000-8000-000000000001", "job_line": "a0000000-0000-4000-8000-000000000002", "reason": "x"}, {"worker_mapping": "a0000000-0000-4000-8000-000000000001", "job_line": "a0000000-0000-4000-8000-000000000003", "reason": "x"}]}',
   'run.options.pins[1]: the doctor a0000000-0000-4000-8000-000000000001 is pinned to a0000000-0000-4000-8000-000000000002 as well'),
  ('{"pins": [{"worker_mapping": "a0000000-0000-4000-8000-000000000001", "job_line": "a0000000-0000-4000-8000-000000000002", "reason": "x"}], "exclusions": [{"worker_mapping": "a0000000-0000-4000-8000-000000000001", "job_line": "a0000000-0000-4000-8000-000000000002", "reason": "x"}]}',
   'run.options.pins[0]: the doctor a0000000-0000-4000-8000-000000000001 is kept off a0000000-0000-4000-8000-000000000002 as well'),
  ('{"what_if": {"pins": [{"worker_mapping": "a0000000-0000-4000-8000-000000000001", "job_line": "a0000000-0000-4000-8000-000000000002"}, {"worker_mapping": "a0000000-0000-4000-8000-000000000001", "job_line": "a0000000-0000-4000-8000-000000000003"}]}}',
   'run.options.what_if.pins[1]: the doctor a0000000-0000-4000-8000-000000000001 is pinned to a0000000-0000-4000-8000-000000000002 as well'),
  ('{"linked_doctors": [{"first": "a0000000-0000-4000-8000-000000000001", "second": "a0000000-0000-4000-8000-000000000001", "fit": "same_hospital"}]}', 'run.options.linked_doctors[0].second: the doctor a0000000-0000-4000-8000-000000000001 is linked already'),
  ('{"linked_doctors": [{"first": "a0000000-0000-4000-8000-000000000001", "second": "a0000000-0000-4000-8000-000000000002", "fit": "share"}, {"first": "a0000000-0000-4000-8000-000000000002", "second": "a0000000-0000-4000-8000-000000000003", "fit": "share"}]}',
   'run.options.linked_doctors[1].first: the doctor a0000000-0000-4000-8000-000000000002 is linked already'),
  ('{"linked_doctors": [{"first": "a0000000-0000-4000-8000-000000000001", "second": "a0000000-0000-4000-8000-000000000002", "fit": "line_pairs"}]}', 'run.options.linked_doctors[0].line_pairs: must have pairs of lines'),
  ('{"linked_doctors": [{"first": "a0000000-0000-4000-8000-000000000001", "second": "a0000000-0000-4000-8000-000000000002", "fit": "share", "line_pairs": [{"first": "a0000000-0000-4000-8000-000000000003", "second": "a0000000-0000-4000-8000-000000000004"}]}]}',
   'run.options.linked_doctors[0].line_pairs: goes with the fit line_pairs only')) as t (options, told);
select is(pg_temp.allocator('{"is_exclusive": true, "options": {"what_if": {}}}'), 'run.is_exclusive: goes without what_if only', 'the batch of a what-if');
select is(pg_temp.allocator('{}', request), told, told) from (values
  ('[]'::jsonb, 'request: not an object'), ('{"note": "Ann"}', 'request.note: there is no such member'),
  ('{"save_constraints": true}', 'request.save_constraints: there is no such member')) as t (request, told);
select is(pg_temp.allocator('{}', to_jsonb(repeat('x', 600000))), 'request: larger than 524288 bytes', 'the copy is bounded');
select is(pg_temp.told(format('insert into public.allocator_py_runs (allocation_run, options) values (%L, %L)',
  tests.id('north_run'), '{"speed": 9}')), 'run.options.speed: there is no such member', 'rows that are inserted likewise');
select is(pg_temp.allocator('{"options": {"stability": true, "rng_seed": 7}, "included_job_lines": null}'), 'taken', 'a request of the right shape');

select is(pg_temp.told($$ select public.populate_allocation_run(to_jsonb(repeat('x', 21000000))) $$), ': larger than 20971520 bytes', 'documents are bounded');
select is(pg_temp.told($$ select public.populate_allocation_run('[[]]') $$), ': not an object', 'and are objects');

-- Searches for primes, past the function that checks them first.
create function pg_temp.search(p_more jsonb, p_request jsonb default '{}', p_key text default null) returns text language sql as $$
  select pg_temp.told(format('select public.request_prime_search(%L, %L, %L) ->> ''outcome''', jsonb_build_object('org_id', tests.id('north_org'), 'form',
    'factorial', 'params', '{"start": 1, "end": 5}'::jsonb, 'candidates', 10, 'block_size', 4, 'blocks', 3) || p_more, p_request, p_key)) $$;
select is(pg_temp.search(more), told, told) from (values
  ('{"org_id": "x"}'::jsonb, 'run.org_id: not valid: x'),
  ('{"form": "even"}', 'run.form: not one of ' || pg_temp.forms()),
  ('{"params": []}', 'run.params: not an object'), ('{"candidates": "many"}', 'run.candidates: not a whole number from 1 to 9007199254740991'),
  ('{"blocks": 1e30}', 'run.blocks: not a whole number from 1 to 10000'), ('{"blocks": 4}', 'run.blocks: not as many as the candidates make'),
  ('{"block_size": 20001, "blocks": 1}', 'run.block_size: not a whole number from 1 to 20000'), ('{"worked_by": "dogs"}', 'run.worked_by: not one of everybody, nodes'),
  ('{"extra": 1}', 'run.extra: there is no such member'), ('{"sieve_depth": -1}', 'run.sieve_depth: not a whole number from 0 to 2147483647')) as t (more, told);
select is(pg_temp.search(jsonb_build_object('params', jsonb_build_object('x', repeat('x', 5000000)))), ': larger than 16384 bytes', '5 MB of a search');
select is(pg_temp.search('{}', to_jsonb(repeat('x', 20000))), 'request: larger than 16384 bytes', 'and of its copy');
select is(pg_temp.search('{}', '{}', repeat('k', 201)), 'idempotency_key: not a text of 1 to 200 characters', 'a key has an end');
select is(pg_temp.search('{}'), 'taken', 'a search of the right shape');
select tests.logout();
insert into public.primes (form, expression, digits) values ('shapes', '3', 1);
select tests.login('north_manager');
select is(pg_temp.told(format('select public.verify_prime(id, %L, %L) from public.primes where form = ''shapes''', tests.id('north_org'), '"x"')),
  'p_offered: not an object', 'what is no certificate');

-- Flags and keys: what is null is left out, and what is left out stands for its default or is asked for.
select is_empty($$
  select p.proname, a.name from pg_proc p cross join lateral unnest(p.proargnames[:p.pronargs], p.proargtypes::oid[]) as a (name, type)
  where p.pronamespace = 'public'::regnamespace and a.type = 'boolean'::regtype and has_function_privilege('authenticated', p.oid, 'execute')
    and p.prosrc !~ format('\m%1$s := coalesce\(%1$s, |require_flag\(''%1$s'', %1$s\)', a.name)
$$, 'every flag of what users call');
select public.cancel_planner_run(id) is null from public.allocation_planner_runs where status = 'PENDING';
select public.cancel_allocator_run(id) is null from public.allocator_py_runs where status = 'PENDING';
select is(pg_temp.told(format(call, tests.id('north_run'))), told, call) from (values
  ($$select public.lock_job_lines(%L, array[gen_random_uuid()], null)$$, 'p_locked: neither true nor false'),
  ($$select public.import_population(jsonb_build_object('allocation_run', %L, 'workers', '[{"email": "new@tests.example", "name": "New"}]'::jsonb), null)$$, 'taken'),
  ($$select public.request_planner_run(jsonb_build_object('allocation_run', %L, 'n_job_lines', 1, 'constraints', '[]'::jsonb, 'options', '{}'::jsonb), '{}',
    p_save_constraints => null)$$, 'taken'),
  ($$select public.request_planner_run(jsonb_build_object('allocation_run', %L, 'n_job_lines', 1, 'constraints', '[]'::jsonb, 'options', '{}'::jsonb), '{}', '')$$,
    'idempotency_key: not a text of 1 to 200 characters'),
  ($$select public.request_allocator_run(jsonb_build_object('allocation_run', %L), '{}', '')$$, 'idempotency_key: not a text of 1 to 200 characters'),
  ($$select public.request_allocator_run(jsonb_build_object('allocation_run', %L, 'options', null), '{}')$$, 'taken')
) as t (call, told);
select is_empty($$ select from public.workers where email = 'new@tests.example' $$, 'a preview that is asked for with null is one');
select is(public.import_positions(tests.id('north_run'), '[]', null, null) ->> 'outcome', 'previewed', 'nor does it say that it wrote');
select is(public.import_positions(tests.id('north_run'), '[{"hospital": "Hospital", "team": "Team", "name": "Position 1", "specialty": "Medicine", "posts": null,
  "minimum_fill": null, "experience_categories": null, "min_weeks": null, "is_rural": null, "id": null}]') ->> 'changes', '[]', 'what is left out changes nothing');
select is(public.get_agent_budgets(null), null, 'no org is none that the caller sees');

-- Campaigns whose phases cannot be: told by phase.
select is(pg_temp.told(format('select public.request_project(%L)', jsonb_build_object('org_id', tests.id('north_org'), 'slug', 'odd', 'name', 'Odd',
  'objective', 'custom', 'form', 'factorial', 'phases', jsonb_build_array(phase || '{"name": "b"}', phase || more)))), told, told)
from (values ('{"name": "a", "form": "factorial", "search_params": {}, "block_size": 5, "candidates": 9}'::jsonb)) as p (phase)
cross join (values ('{"name": "b"}'::jsonb, 'phases[1].name: another phase has this name'),
  ('{"name": "c", "depends_on": ["d"]}', 'strategy.phases: depend on one that does not come before'),
  ('{"search_params": true}', 'phases[1]: has a value out of bounds: project_phases_search_params_check'),
  ('{"activation_condition": "soon"}', 'phases[1]: has a value out of bounds: project_phases_activation_condition_check')) as m (more, told);

select is(pg_temp.told(format('select public.request_project(%L)', jsonb_build_object('org_id', tests.id('north_org'), 'slug', 'bare', 'name', 'Bare',
  'objective', 'custom', 'form', 'factorial', 'target', null, 'phases', '[{"name": "a", "form": "factorial", "search_params": {}, "block_size": 5, "candidates": 9,
    "depends_on": null}]'::jsonb))), 'taken', 'what is null is left out');

-- Edits of lines: what is left out is left out, and not null.
select public.cancel_planner_run(id) is null from public.allocation_planner_runs where status = 'PENDING';
select is(pg_temp.told(format('select public.edit_job_lines(%L, %L)', tests.id('north_run'), edit)), told, told) from (values
  ('{"lines": []}'::jsonb, 'lines: fewer than 1 entries'),
  (jsonb_build_object('lines', jsonb_build_array(jsonb_build_object('id', gen_random_uuid(), 'state', '{"name": "x", "rotations": null}'::jsonb))),
    'lines[0].state.rotations: must not be null')) as t (edit, told);

select * from finish();
rollback;
