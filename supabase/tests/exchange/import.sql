-- import_positions(): previews, writes all or nothing, refuses by row, and stays within the caller's rights.
begin;
select plan(55);
select tests.new_service('north'), tests.new_service('south');
select tests.new_line('north', 'line');

-- pg_temp.row(name, ...): a row as a table has it.
create function pg_temp.row(p_name text, p_more jsonb default '{}') returns jsonb language sql as $$
  select jsonb_build_object('hospital', 'Hospital', 'team', 'Team', 'name', p_name, 'specialty', 'Medicine') || p_more
$$;
create function pg_temp.import(p_rows jsonb, p_dry_run boolean default false, p_remove boolean default false)
returns jsonb language sql as $$ select public.import_positions(tests.id('north_run'), p_rows, p_remove, p_dry_run) $$;

-- What is exported comes back unchanged, also where the run says nothing of a term.
delete from public.allocation_run_positions where position = tests.id('north_p2') and term = 2;
select tests.login('north_manager');
select is(pg_temp.import((public.read_roster(tests.id('north_run')) -> 'positions'), false, true)
  - '{missing,preview}'::text[], '{"outcome": "imported", "changes": [], "unchanged": 3, "unversioned": 0, "removed": true, "overfilled": []}',
  'a table of what is there changes nothing');
select tests.logout();
insert into public.allocation_run_positions (org_id, allocation_run, position, term, posts)
values (tests.id('north_org'), tests.id('north_run'), tests.id('north_p2'), 2, 2);
select tests.login('north_manager');

-- A dry run writes nothing and tells everything.
create temporary table answer as select pg_temp.import(jsonb_build_array(
  pg_temp.row('Position 1', '{"posts": [1, 0, 3], "minimum_fill": [1, 0, 0]}'),
  pg_temp.row('Position 2', '{"posts": [2, 2, 2]}'),
  pg_temp.row('New', '{"hospital": "Second", "team": "Ward", "posts": [1, null, 1], "experience_categories": ["B"]}')),
  true, true) as a;
select is(a ->> 'outcome', 'previewed', 'a dry run is a preview') from answer;
select is(jsonb_path_query_array(a, '$.changes[*].kind'), '["changed", "added"]', 'tells what would change') from answer;
select is(jsonb_path_query_array(a, '$.changes[*].row'), '[0, 2]', 'by the row') from answer;
select is(a #> '{changes,0,before,posts}', '[2, 2, 2]', 'with what was') from answer;
select is(a #> '{changes,0,after,posts}', '[1, 0, 3]', 'and what would be') from answer;
select is(a ->> 'unchanged', '1', 'counts what stays') from answer;
select is(jsonb_path_query_array(a, '$.missing[*].name'), '["Position 3"]', 'tells what no row means') from answer;
select is(jsonb_path_query_array(a, '$.overfilled[*].name'), '["Position 3"]',
  'tells which cells hold more lines than there would be posts') from answer;
select is((select count(*)::int from public.hospitals), 1, 'makes no hospital');
select is((select count(*)::int from public.allocation_run_positions where posts <> 2), 0, 'changes no posts');

-- The same for good.
update answer set a = pg_temp.import(jsonb_build_array(
  pg_temp.row('Position 1', '{"posts": [1, 0, 3], "minimum_fill": [1, 0, 0], "is_rural": true}'),
  pg_temp.row('Position 2', '{"posts": [2, 2, 2]}'),
  pg_temp.row('New', '{"hospital": "Second", "team": "Ward", "posts": [1, null, 1], "experience_categories": ["B"]}')));
select is(a ->> 'outcome', 'imported', 'an import') from answer;
select results_eq($$
  select p.name, rp.term::int, rp.posts::int, rp.minimum_fill::int
  from public.allocation_run_positions rp join public.positions p on p.id = rp.position
  where rp.allocation_run = tests.id('north_run') and p.name in ('Position 1', 'New') order by p.name, rp.term
$$, $$ values ('New', 1, 1, 0), ('New', 3, 1, 0), ('Position 1', 1, 1, 1), ('Position 1', 2, 0, 0), ('Position 1', 3, 3, 0) $$,
  'writes posts and minimum fills, and no cell where there are no posts');
select is((select is_rural from public.positions where id = tests.id('north_p1')), true, 'writes columns that the table has');
select is((select colour from public.positions where name = 'New'), '#8a94a6', 'and defaults for those it has not');
select is((select array[h.name, t.name] from public.positions p join public.teams t on t.id = p.team
  join public.hospitals h on h.id = t.hospital where p.name = 'New'), '{Second,Ward}', 'makes hospital and team');
select is((select count(*)::int from public.allocation_run_positions where position = tests.id('north_p3')), 3,
  'leaves positions that no row means');
select is(pg_temp.import(jsonb_build_array(pg_temp.row('Position 1')), false, false) ->> 'unchanged', '1',
  'a table without a column leaves it as it is');
select is((select array_agg(posts order by term) from public.allocation_run_positions where position = tests.id('north_p1')),
  '{1,0,3}', 'posts as well');

-- Removing takes out of the run, not out of the org.
select is(jsonb_array_length(pg_temp.import(jsonb_build_array(pg_temp.row('Position 1')), false, true) -> 'missing'), 3,
  'removes what no row means where it is asked for');
select is((select count(*)::int from public.positions), 4, 'the positions stay in the org');
select is((select count(distinct position)::int from public.allocation_run_positions), 1, 'their posts go');
select is(pg_temp.import(jsonb_build_array(pg_temp.row('Position 2', '{"posts": [1, 1, 1]}')), true) #>> '{changes,0,kind}',
  'added', 'a position of the org that takes no part is added to the run');

-- Ids: names may be swapped, and nothing is reached that is not there.
select is(pg_temp.import(jsonb_build_array(
  pg_temp.row('Position 2', jsonb_build_object('id', tests.id('north_p1'))),
  pg_temp.row('Position 1', jsonb_build_object('id', tests.id('north_p2'))))) ->> 'outcome', 'imported',
  'positions swap their names');
select is((select array_agg(name order by id = tests.id('north_p2')) from public.positions
  where id in (tests.id('north_p1'), tests.id('north_p2'))), '{"Position 2","Position 1"}', 'and keep their ids');
select is(pg_temp.import(jsonb_build_array(pg_temp.row('X', jsonb_build_object('id', tests.id('south_p1'))))) -> 'faults',
  '[{"row": 0, "column": "id", "code": "UNKNOWN_ID"}]', 'another org''s position is not there');
select is(pg_temp.import(jsonb_build_array(pg_temp.row('Position 3', jsonb_build_object('id', tests.id('north_p1'))))) -> 'faults',
  '[{"row": 0, "column": "name", "code": "NAME_TAKEN"}]', 'a name that another position has');
select is(pg_temp.import(jsonb_build_array(pg_temp.row('Position 2'),
    pg_temp.row('Other', jsonb_build_object('id', tests.id('north_p1'))))) -> 'faults',
  '[{"row": 1, "column": "name", "code": "DUPLICATE_ROW"}]', 'two rows for one position');
select is(pg_temp.import(jsonb_build_array(pg_temp.row('Position 3', '{"posts": [1, 1, 1], "minimum_fill": [2, 0, 0]}'))) -> 'faults',
  '[{"row": 0, "column": "minimum_fill", "code": "MINIMUM_ABOVE_POSTS", "term": 1}]', 'a minimum above the posts');
select is(pg_temp.import(jsonb_build_array(pg_temp.row('Position 3', '{"posts": [1, null, 1], "minimum_fill": [0, 1, 2]}'))) -> 'faults',
  '[{"row": 0, "column": "minimum_fill", "code": "MINIMUM_ABOVE_POSTS", "term": 2}, {"row": 0, "column": "minimum_fill", "code": "MINIMUM_ABOVE_POSTS", "term": 3}]',
  'each term that is wrong, and no other');
select is((select count(*)::int from public.positions where name = 'X'), 0, 'a refused table writes nothing');

-- Six-month terms are named; their components may change places.
select is(pg_temp.import(jsonb_build_array(
  pg_temp.row('Position 1', '{"six_month_term": "Children", "six_month_part": 1, "six_month_qualification": "Diploma"}'),
  pg_temp.row('Position 2', '{"six_month_term": "Children", "six_month_part": 2, "six_month_qualification": "Diploma"}')))
  ->> 'outcome', 'imported', 'a six-month term');
select is(pg_temp.import(jsonb_build_array(pg_temp.row('Position 1', '{"six_month_part": 2}'),
  pg_temp.row('Position 2', '{"six_month_part": 1}'))) ->> 'outcome', 'imported', 'its components change places');
select results_eq($$ select s.name, s.qualification, p.six_month_part::int from public.six_month_terms s
  join public.positions p on p.six_month_term = s.id order by p.name $$,
  $$ values ('Children', 'Diploma', 2), ('Children', 'Diploma', 1) $$, 'as they are written');
select is(pg_temp.import(jsonb_build_array(pg_temp.row('Position 3', '{"six_month_term": "Children", "six_month_part": 1}'),
  pg_temp.row('Position 4', '{"six_month_part": 1}'))) -> 'faults',
  '[{"row": 0, "column": "six_month_part", "code": "SIX_MONTH_PART_TAKEN"}, {"row": 1, "column": "six_month_part", "code": "SIX_MONTH_INCOMPLETE"}]',
  'a part that another position is, and a part of nothing');
select is(pg_temp.import(jsonb_build_array(pg_temp.row('Position 1'),
  pg_temp.row('Position 2', '{"six_month_college": "RACP"}'))) #>> '{faults,0,code}', 'SIX_MONTH_TERM_DIFFERS',
  'components that say different things of their term');

-- Who may, and when.
select is(public.import_positions(tests.id('south_run'), '[]') ->> 'outcome', 'not_found', 'not another org''s run');
select tests.login('north_viewer');
select throws_ok($$ select pg_temp.import('[]', true) $$, '42501', null, 'viewers do not import');
select tests.logout();
select tests.new_run('north');
select tests.login('north_manager');
select is(pg_temp.import('[]') ->> 'planner_run', tests.id('north_planner_run')::text, 'not while lines are being made');
select is(pg_temp.import('[]', true) ->> 'outcome', 'previewed', 'a preview is possible then');
select public.cancel_planner_run(tests.id('north_planner_run'));
update public.allocation_runs set status = 'closed' where id = tests.id('north_run');
select is(pg_temp.import('[]') ->> 'outcome', 'imported', 'a closed run keeps doctors from their wishes, not managers from posts');
select is((select array_agg(name order by name) from public.positions where org_id = tests.id('south_org')), null,
  'nothing of another org is seen');

-- A table says which state of each position it was made from: who comes second is told, and nothing is written over.
select tests.logout();
select set_config('receptor.reason', 'Once more.', true);
update public.allocation_runs set status = 'draft' where id = tests.id('north_run');
select set_config('receptor.reason', '', true);
select tests.login('north_manager');
create temporary table exported as select public.read_roster(tests.id('north_run')) -> 'positions' as rows;
grant select on exported to public;
create function pg_temp.edited(p_at int, p_weeks int) returns jsonb language sql as $$
  select jsonb_set(rows, array[p_at::text, 'min_weeks'], to_jsonb(p_weeks)) from exported $$;
select is(pg_temp.import(pg_temp.edited(0, 7)) ->> 'outcome', 'imported', 'the first of two copies is imported');
select is(pg_temp.import(pg_temp.edited(1, 9)), '{"outcome": "overtaken", "rows": [0]}', 'the second is told which rows were changed');
select is(pg_temp.import(pg_temp.edited(1, 9), true), '{"outcome": "overtaken", "rows": [0]}', 'by a preview as well');
select is(pg_temp.import(pg_temp.edited(0, 7)) ->> 'unchanged', (select jsonb_array_length(rows)::text from exported), 'the same once more is no change');
select is(pg_temp.import((select jsonb_agg(r - 'version') from jsonb_array_elements(pg_temp.edited(1, 9)) as r)) ->> 'outcome', 'imported',
  'without versions whatever is there is overwritten');
select throws_ok($$ select pg_temp.import('[{"hospital": "H", "team": "T", "name": "P", "specialty": "S", "rank": 1}]') $$, 'RC400', null,
  'rows of another shape are refused');
select throws_ok($$ select pg_temp.import('{}') $$, 'RC400', null, 'and what are no rows');

-- What was previewed is what is written: without a version as well, nothing that somebody else changed meanwhile goes unseen.
select tests.login('north_manager');
create function pg_temp.previewed(p_rows jsonb, p_preview text, p_dry_run boolean) returns jsonb language sql as
$$ select public.import_positions(tests.id('north_run'), p_rows, false, p_dry_run, p_preview) $$;
create temporary table seen as select rows, pg_temp.previewed(rows, null, true) as a
from (values (jsonb_build_array(pg_temp.row('Position 1', '{"posts": [4, 4, 4]}')))) as v (rows);
select is(a ->> 'unversioned', '1', 'a preview says how many rows have no version') from seen;
select is(pg_temp.previewed(rows, a ->> 'preview', true) ->> 'outcome', 'previewed', 'the same would be done') from seen;
update public.positions set colour = '#123456' where id = (select (a #>> '{changes,0,after,id}')::uuid from seen);
select throws_ok(format('select pg_temp.previewed(%L, %L, false)', rows, a ->> 'preview'), 'RC409',
  'Somebody else changed what this file is about meanwhile, and nothing was imported. Look at what it would change once more.',
  'not after somebody changed the position') from seen;
select is(count(*)::int, 0, 'nothing was written') from public.allocation_run_positions where posts = 4;
update seen set a = pg_temp.previewed(rows, null, true);
select is(pg_temp.previewed(rows, a ->> 'preview', false) ->> 'outcome', 'imported', 'a new preview is') from seen;
select is(count(*)::int, 3, 'as it says') from public.allocation_run_positions where posts = 4;
select * from finish();
rollback;
