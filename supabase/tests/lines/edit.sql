-- Job lines by hand: saved with a snapshot, refused where they do not fit, taken back byte for byte.
begin;
select plan(50);
select tests.new_service('north'), tests.new_service('south');
select tests.new_line('north', 'a'), tests.new_line('north', 'b'), tests.new_line('north', 'pinned', true);
insert into public.job_line_leave (org_id, allocation_run, job_line, starts_on, ends_on)
values (tests.id('north_org'), tests.id('north_run'), tests.id('north_a'), '2027-01-18', '2027-02-21');
update public.allocation_run_positions set posts = 3 where org_id = tests.id('north_org');

-- All rows of the lines, as text: what "byte for byte" means.
create function pg_temp.everything() returns text language sql security definer as $$
  select concat_ws(E'\n',
    (select string_agg(l::text, E'\n' order by l.id) from public.job_lines l where l.archived_at is null),
    (select string_agg(r::text, E'\n' order by r.id) from public.rotations r
     join public.job_lines l on l.id = r.job_line where l.archived_at is null),
    (select string_agg(v::text, E'\n' order by v.id) from public.job_line_leave v),
    (select string_agg(k::text, E'\n' order by k.job_line) from public.job_line_remarks k))
$$;
create function pg_temp.cells(p_one text, p_two text, p_three text) returns jsonb language sql as $$
  select jsonb_agg(jsonb_build_object('term', n, 'position', tests.id('north_' || p)) order by n)
  from unnest(array[p_one, p_two, p_three]) with ordinality as c (p, n)
$$;
create function pg_temp.edit(p_lines jsonb, p_accept boolean default false) returns jsonb language sql as $$
  select public.edit_job_lines(tests.id('north_run'), jsonb_build_object('lines', p_lines, 'accept_losses', p_accept), 'By hand.')
$$;
create function pg_temp.line(p_name text, p_expected jsonb, p_state jsonb) returns jsonb language sql as $$
  select jsonb_build_object('id', tests.id(p_name), 'state', p_state) ||
    case when p_expected is null then '{}' else jsonb_build_object('expected', p_expected) end
$$;
-- Code and detail of a refusal.
create function pg_temp.refusal(p_lines jsonb) returns text language plpgsql as $$
declare v_hint text; v_detail text;
begin
  perform pg_temp.edit(p_lines);
  return 'saved';
exception when others then
  get stacked diagnostics v_hint = pg_exception_hint, v_detail = pg_exception_detail;
  return concat_ws(' ', sqlstate, nullif(v_hint, ''), v_detail::jsonb #>> '{0,path}', v_detail::jsonb #>> '{0,code}');
end
$$;
create temporary table kept (step text primary key, rows text, history uuid);
grant all on kept to authenticated;

select tests.login('north_viewer');
select throws_ok($$ select pg_temp.edit(jsonb_build_array(pg_temp.line('north_a', '{}', '{"name": "x"}'))) $$, '42501', null, 'viewers edit nothing');
select tests.login('south_manager');
select throws_ok($$ select pg_temp.edit(jsonb_build_array(pg_temp.line('north_a', '{}', '{"name": "x"}'))) $$, 'RC404', null, 'nor do strangers');

select tests.login('north_manager');
insert into kept values ('before', pg_temp.everything(), null);
insert into kept select 'swap', null, (answer ->> 'history')::uuid from (select pg_temp.edit(jsonb_build_array(
  pg_temp.line('north_a', jsonb_build_object('rotations', pg_temp.cells('p1', 'p2', 'p3')),
    jsonb_build_object('rotations', pg_temp.cells('p2', 'p1', 'p3'), 'notes', 'For somebody who comes back.',
      'overrides', '[{"rule": "NO_NIGHTS", "reason": "agreed"}]'::jsonb,
      'leave', '[{"starts_on": "2027-03-01", "ends_on": "2027-04-04"}]'::jsonb)),
  pg_temp.line('north_b', jsonb_build_object('rotations', pg_temp.cells('p1', 'p2', 'p3')),
    jsonb_build_object('name', 'B', 'rotations', pg_temp.cells('p1', 'p3', 'p3'), 'max_n_workers', 2, 'affinity', 9)))) as answer) as a;
update kept set rows = pg_temp.everything() where step = 'swap';
select is((select cells from public.job_lines_history where id = k.history), 3, 'the cells that changed are counted')
from kept k where step = 'swap';
select results_eq($$ select l.name, string_agg(p.name, ', ' order by r.term) from public.job_lines l
    join public.rotations r on r.job_line = l.id join public.positions p on p.id = r.position
    where l.id in (tests.id('north_a'), tests.id('north_b')) group by l.name order by upper(l.name) $$,
  $$ values ('a', 'Position 2, Position 1, Position 3'), ('B', 'Position 1, Position 3, Position 3') $$, 'both lines are written');
select results_eq($$ select starts_on from public.job_line_leave $$, $$ values ('2027-03-01'::date) $$, 'leave is moved');
select is((select notes from public.job_line_remarks), 'For somebody who comes back.', 'notes are kept');
select is((select max_n_workers || ' ' || affinity from public.job_lines where id = tests.id('north_b')), '2 9', 'and the places');
select is((select line_count from public.job_lines_history h, kept k where h.id = k.history and k.step = 'swap'), 2,
  'the snapshot has the lines that are not pinned');

-- Two managers at once: the second is told which cell.
select is(pg_temp.refusal(jsonb_build_array(pg_temp.line('north_a', jsonb_build_object('rotations', pg_temp.cells('p1', 'p2', 'p3')),
    jsonb_build_object('rotations', pg_temp.cells('p3', 'p2', 'p3'))))),
  'RC4ED EDIT_CONFLICT lines[0].cells[1] CELL_CHANGED', 'a conflict names the cell');
select throws_like($$ select pg_temp.edit(jsonb_build_array(pg_temp.line('north_b', '{"name": "b"}', '{"name": "c"}'))) $$,
  '%Somebody else%', 'or what else was changed');
select is(pg_temp.refusal(jsonb_build_array(pg_temp.line('north_a', '{"leave": []}', '{"leave": []}'))),
  'RC4ED EDIT_CONFLICT lines[0].leave LEAVE_CHANGED', 'or the leave');
select is(pg_temp.everything(), rows, 'and nothing is half written') from kept where step = 'swap';

-- What holds whoever writes.
select is(pg_temp.refusal(jsonb_build_array(pg_temp.line('north_pinned', '{}', jsonb_build_object('rotations', pg_temp.cells('p1', 'p1', 'p1'))))),
  'RC4ED LINE_PINNED lines[0] LINE_PINNED', 'a pinned line keeps its cells');
select is(pg_temp.refusal(jsonb_build_array(pg_temp.line('north_pinned', '{}', '{"archived": true}'))),
  'RC4ED LINE_PINNED lines[0] LINE_PINNED', 'and is not archived');
select tests.logout();
update public.allocation_run_positions set posts = 1 where position = tests.id('north_p1') and term = 2;
select tests.login('north_manager');
select is(pg_temp.refusal(jsonb_build_array(pg_temp.line('north_b', '{}', jsonb_build_object('rotations', pg_temp.cells('p1', 'p1', 'p3'))))),
  'RC4ED NO_FREE_POST lines[0].cells[2] NO_FREE_POST', 'posts are never exceeded');
select is(pg_temp.refusal(jsonb_build_array(pg_temp.line('north_b', '{}', '{"name": "a"}'))),
  'RC4ED NAME_TAKEN lines[0].name NAME_TAKEN', 'names stay unique');
select is(pg_temp.refusal(jsonb_build_array(pg_temp.line('north_b', '{}',
    '{"leave": [{"starts_on": "2027-03-01", "ends_on": "2027-03-14"}, {"starts_on": "2027-03-08", "ends_on": "2027-03-21"}]}'))),
  'RC4ED LEAVE_OVERLAPS lines LEAVE_OVERLAPS', 'blocks of leave do not overlap');
select is(pg_temp.refusal(jsonb_build_array(pg_temp.line('north_b', '{}',
    '{"leave": [{"starts_on": "2026-03-02", "ends_on": "2026-03-08"}]}'))),
  'RC4ED LEAVE_OUTSIDE lines LEAVE_OUTSIDE', 'nor lie in another year');
select is(pg_temp.refusal(jsonb_build_array(pg_temp.line('north_b', '{}',
    jsonb_build_object('rotations', jsonb_build_array(jsonb_build_object('term', 9, 'position', tests.id('north_p1'))))))),
  'RC400 lines', 'there are no other terms');
select is(pg_temp.refusal(jsonb_build_array(pg_temp.line('north_b', '{}',
    jsonb_build_object('rotations', jsonb_build_array(jsonb_build_object('term', 1, 'position', tests.id('south_p1'))))))),
  'RC400 lines', 'nor another org''s positions');
select is(pg_temp.refusal(jsonb_build_array(jsonb_build_object('id', gen_random_uuid(), 'expected', '{}'::jsonb, 'state', '{}'::jsonb))),
  'RC4ED EDIT_CONFLICT lines[0] LINE_GONE', 'a line that is gone is told');
select is(pg_temp.refusal(jsonb_build_array(pg_temp.line('north_b', '{}', '{"name": "c"}'), pg_temp.line('north_b', '{}', '{"name": "d"}'))),
  'RC400 lines[0]', 'no line comes twice');
select is(pg_temp.everything(), rows, 'nothing of all that was written') from kept where step = 'swap';

-- A line more, a copy; a line less.
insert into kept select 'added', null, (pg_temp.edit(jsonb_build_array(
  jsonb_build_object('id', tests.remember('north_new', gen_random_uuid()), 'state', jsonb_build_object(
    'name', 'New', 'sort_order', 7, 'rotations', pg_temp.cells('p2', 'p2', 'p2'))),
  pg_temp.line('north_a', '{}', '{"archived": true}'))) ->> 'history')::uuid;
update kept set rows = pg_temp.everything() where step = 'added';
select results_eq($$ select name from public.job_lines order by sort_order, name $$, $$ values ('B'), ('pinned'), ('New') $$,
  'a line came and one went');

-- Back and forth, byte for byte.
insert into kept select 'undone', null, (public.undo_job_lines_edit(history) ->> 'history')::uuid from kept where step = 'added';
select is(pg_temp.everything(), rows, 'taken back: as it was') from kept where step = 'swap';
select throws_ok(format('select public.undo_job_lines_edit(%L)', history), 'RC4ED', null, 'once') from kept where step = 'added';
insert into kept select 'undone twice', null, (public.undo_job_lines_edit(history) ->> 'history')::uuid from kept where step = 'swap';
select is(pg_temp.everything(), rows, 'and the edit before that') from kept where step = 'before';
select is((select undoes from public.job_lines_history where id = u.history), s.history, 'which says what it takes back')
from kept u, kept s where u.step = 'undone twice' and s.step = 'swap';
insert into kept select 'redone', null, (public.undo_job_lines_edit(history) ->> 'history')::uuid from kept where step = 'undone twice';
select is(pg_temp.everything(), rows, 'done again') from kept where step = 'swap';
select lives_ok(format('select public.undo_job_lines_edit(%L)', history), 'and what came after') from kept where step = 'undone';
select is(pg_temp.everything(), rows, 'byte for byte') from kept where step = 'added';
select lives_ok($$ select pg_temp.edit(jsonb_build_array(pg_temp.line('north_new', '{}', jsonb_build_object('rotations', pg_temp.cells('p3', 'p2', 'p2'))))) $$,
  'an edit of the new line');
select throws_ok(format('select public.undo_job_lines_edit(%L)', (select history from kept where step = 'undone')), 'RC4ED', null,
  'whose coming cannot be taken back then');

-- What hangs on lines asks for a yes.
select tests.logout();
insert into public.preference_worker_job_lines (org_id, allocation_run, worker_mapping, job_line, order_preference)
values (tests.id('north_org'), tests.id('north_run'), tests.id('north_mapping'), tests.id('north_b'), 1);
select tests.login('north_manager');
select throws_ok($$ select pg_temp.edit(jsonb_build_array(pg_temp.line('north_b', '{}', jsonb_build_object('rotations', pg_temp.cells('p2', 'p3', 'p3'))))) $$,
  'RC4WL', null, 'a line that doctors ranked is not changed without a yes');
select lives_ok($$ select pg_temp.edit(jsonb_build_array(pg_temp.line('north_b', '{}', '{"notes": "x"}'))) $$, 'but its notes are');
select lives_ok($$ select pg_temp.edit(jsonb_build_array(pg_temp.line('north_b', '{}', jsonb_build_object('rotations', pg_temp.cells('p2', 'p3', 'p3')))), true) $$,
  'with a yes it is');
select is((select count(*)::int from public.preference_worker_job_lines), 1, 'and the rank stays');
select lives_ok($$ select public.restore_job_lines(h.id) from public.job_lines_history h, kept k where h.id = k.history and k.step = 'swap' $$,
  'the snapshot of an edit comes back like any other');
select is((select count(*)::int from public.preference_worker_job_lines where job_line = tests.id('north_b')), 1,
  'and leaves what doctors wish as it is');

-- Names of snapshots.
select lives_ok($$ select tests.remember('named', public.keep_job_lines(tests.id('north_run'), '  Before   the swap ')) $$, 'a snapshot under a name');
select is((select reason || ': ' || name from public.job_lines_history where id = tests.id('named')), 'kept: Before the swap', 'is there');
select lives_ok($$ select public.name_snapshot(tests.id('named'), 'Another') $$, 'and can be called otherwise');
select throws_ok($$ select public.name_snapshot(tests.id('named'), '') $$, 'RC400', null, 'but not without letters');
select tests.login('south_manager');
select throws_ok($$ select public.name_snapshot(tests.id('named'), 'x') $$, 'RC404', null, 'strangers name nothing');

-- While a run of the planner is under way nothing is edited.
select tests.logout();
select tests.new_run('north');
-- It can be called something, by who may edit.
select tests.login('north_manager');
select lives_ok($$ select public.name_planner_run(tests.id('north_planner_run'), '  With   two more ') $$, 'a run has a name');
select is((select name from public.allocation_planner_runs where id = tests.id('north_planner_run')), 'With two more', 'folded');
select throws_ok($$ select public.name_planner_run(tests.id('north_planner_run'), '') $$, 'RC400', null, 'with letters');
select tests.login('north_viewer');
select throws_ok($$ select public.name_planner_run(tests.id('north_planner_run'), 'x') $$, '42501', null, 'viewers name nothing');
select tests.login('south_manager');
select throws_ok($$ select public.name_planner_run(tests.id('north_planner_run'), 'x') $$, 'RC404', null, 'nor do strangers');
select tests.login('north_manager');
select throws_ok($$ select pg_temp.edit(jsonb_build_array(pg_temp.line('north_b', '{}', '{"name": "c"}'))) $$, 'RC409', null, 'not during a run');
select * from finish();
rollback;
