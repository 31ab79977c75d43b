-- Swaps between doctors: asked by line, agreed, approved by a manager; what stands in their way; who reads what of them.
begin;
select plan(145);
select tests.new_service('north'), tests.new_service('south');
-- The year lies ahead, whenever this runs.
select tests.new_line('north', l) is null from unnest('{a,b,c,d}'::text[]) as l;
update public.allocation_runs set starts_on = (date_trunc('week', now()) + interval '8 weeks')::date where id = tests.id('north_run');
-- b: other positions than a; c: as b in term 1; d: two doctors have it.
-- Posts were lost since: a swap takes none.
update public.allocation_run_positions set posts = 0, minimum_fill = 0 where allocation_run = tests.id('north_run');
update public.rotations set position = tests.id('north_p' || (term % 3 + 1)) where job_line in (tests.id('north_b'), tests.id('north_d'));
update public.rotations set position = tests.id('north_p2') where job_line = tests.id('north_c');
update public.job_lines set max_n_workers = 2 where id = tests.id('north_d');
insert into public.org_members (org_id, user_id, role)
select tests.id('north_org'), tests.new_user(n || '_user'), 'doctor' from unnest('{bo,cy,di,ed,flo}'::text[]) as n;
insert into public.workers (id, org_id, user_id, email, name)
select tests.remember(n, gen_random_uuid()), tests.id('north_org'), tests.id(n || '_user'), n || '@tests.example', n from unnest('{bo,cy,di,ed,flo}'::text[]) as n;
insert into public.allocation_run_worker_mappings (id, org_id, allocation_run, worker)
select tests.remember(n || '_mapping', gen_random_uuid()), tests.id('north_org'), tests.id('north_run'), tests.id(n) from unnest('{bo,cy,di,ed,flo}'::text[]) as n;
insert into public.allocator_py_runs (id, allocation_run, status, started_at, finished_at, completed_at, result)
values (tests.remember('match', gen_random_uuid()), tests.id('north_run'), 'COMPLETED', now(), now(), now(), '{}');
insert into public.allocator_py_allocations (org_id, allocation_run, run, worker_mapping, job_line)
select tests.id('north_org'), tests.id('north_run'), tests.id('match'), tests.id(w || '_mapping'), tests.id('north_' || l)
from (values ('north', 'a'), ('bo', 'b'), ('cy', 'c'), ('di', 'd'), ('ed', 'd')) as v (w, l);
update public.allocation_runs set status = 'closed' where id = tests.id('north_run');

create function pg_temp.code(p_call text) returns text language plpgsql as $$
declare
  v_detail text; v_hint text; v_answer text;
begin
  execute p_call into v_answer;
  return v_answer;
exception when others then
  get stacked diagnostics v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return case when sqlstate in ('RC400', 'RC4ED') or v_hint = 'SWAP_BREAKS_RULES'
    then (select string_agg(coalesce(f ->> 'code', f ->> 'path'), ' ') from jsonb_array_elements(v_detail::jsonb) as f)
    else coalesce(nullif(v_hint, ''), sqlstate) end;
end
$$;
-- pg_temp.ask(who, line, terms...): as a doctor; how many were asked, or the code of the refusal. Remembers the swap as `swap`.
create function pg_temp.ask(p_who text, p_line text, variadic p_terms int[] default '{}') returns text language plpgsql as $$
declare
  v_answer text;
begin
  perform tests.login(p_who);
  v_answer := pg_temp.code(format('select concat_ws('' '', r ->> ''asked'', r ->> ''offer'') from public.ask_swap(%L, %L) as r', tests.id(case p_who when 'north_doctor' then 'north_mapping' else replace(p_who, '_user', '_mapping') end),
    jsonb_build_object('job_line', tests.id('north_' || p_line)) || case when p_terms = '{}' then '{}' else jsonb_build_object('terms', to_jsonb(p_terms)) end));
  perform tests.logout();
  if v_answer ~ '^\d' then
    perform tests.remember('swap', (select id from public.line_swaps where offer = split_part(v_answer, ' ', 2)::uuid order by id limit 1));
  end if;
  return split_part(v_answer, ' ', 1);
end
$$;
create function pg_temp.answer(p_who text, p_agree boolean, p_swap text default 'swap') returns text language plpgsql as $$
begin
  perform tests.login(p_who);
  return pg_temp.code(format('select public.answer_swap(%L, %L) ->> ''state''', tests.id(p_swap), p_agree));
end
$$;
create function pg_temp.withdraw(p_who text, p_swap text default 'swap') returns text language plpgsql as $$
begin
  perform tests.login(p_who);
  return pg_temp.code(format('select public.withdraw_swap(%L) ->> ''state''', tests.id(p_swap)));
end
$$;
-- pg_temp.edit(line, other, terms): what approve_swap() is given for a line.
create function pg_temp.cells(p_line text, p_other text, p_terms int[]) returns jsonb language sql security definer as $$
  select jsonb_build_object('id', tests.id('north_' || p_line), 'expected', '{"archived": false}'::jsonb, 'state', jsonb_build_object('rotations', (
    select jsonb_agg(jsonb_build_object('term', r.term, 'position', case when r.term = any (p_terms) then o.position else r.position end))
    from public.rotations r join public.rotations o on o.term = r.term and o.job_line = tests.id('north_' || p_other)
    where r.job_line = tests.id('north_' || p_line))))
$$;
create function pg_temp.edit(p_line text, p_other text, variadic p_terms int[]) returns jsonb language sql as $$
  select jsonb_build_object('lines', jsonb_build_array(pg_temp.cells(p_line, p_other, p_terms), pg_temp.cells(p_other, p_line, p_terms)))
$$;
create function pg_temp.approve(p_edit jsonb default null, p_reason text default null, p_override boolean default false, p_swap text default 'swap') returns text language plpgsql as $$
begin
  perform tests.login('north_manager');
  return pg_temp.code(format('select concat_ws('' '', r ->> ''state'', r ->> ''void_code'') from public.approve_swap(%L, %L, %L, %L) as r', tests.id(p_swap), p_edit, p_reason, p_override));
end
$$;
create function pg_temp.refuse(p_reason text) returns text language plpgsql as $$
begin
  perform tests.login('north_manager');
  return pg_temp.code(format('select public.refuse_swap(%L, %L) ->> ''state''', tests.id('swap'), p_reason));
end
$$;
-- pg_temp.check(who, swap, what of the answer): as a doctor, what it would break.
create function pg_temp.check(p_who text, p_swap jsonb, p_what text default '{faults}') returns text language plpgsql as $$
begin
  perform tests.login(p_who);
  return pg_temp.code(format('select public.check_swap(%L, %L) #>> %L',
    tests.id(case p_who when 'north_doctor' then 'north_mapping' else replace(p_who, '_user', '_mapping') end), p_swap, p_what));
end
$$;
create function pg_temp.held() returns text language sql security definer as $$
  select string_agg(w.name || ' ' || l.name, ', ' order by w.name collate "C") from public.job_line_worker_mappings r
  join public.allocation_run_worker_mappings m on m.id = r.worker_mapping join public.workers w on w.id = m.worker
  join public.job_lines l on l.id = r.job_line where r.superseded_at is null
$$;
create function pg_temp.works(p_line text) returns text language sql security definer as $$
  select string_agg(right(p.name, 1), '' order by r.term) from public.rotations r join public.positions p on p.id = r.position where r.job_line = tests.id('north_' || p_line)
$$;
create function pg_temp.mails(p_who text) returns text language sql security definer as $$
  select string_agg(kind, ' ' order by created_at, kind) from messages.emails where worker_mapping = tests.id(p_who || '_mapping') and kind like 'swap%'
$$;

-- Before a release there is nothing to swap.
select is(pg_temp.ask('north_doctor', 'b', 2), 'NOT_RELEASED', 'nothing is swapped before it is released');
select tests.login('north_manager');
select is(public.finalise_match(tests.id('match')) ->> 'placed', '5', 'a result');
select is(pg_temp.ask('north_doctor', 'b', 2), 'NOT_RELEASED', 'finalised is not released');
select tests.login('north_manager');
select is(public.release_result(tests.id('north_run')) ->> 'doctors', '6', 'released');

-- What can be asked for, and what it would break is known before it is.
select is(pg_temp.check('north_doctor', jsonb_build_object('job_line', tests.id('north_a'))), 'LINE_NOT_HELD', 'what cannot be asked for is not checked');
select is(pg_temp.check('north_doctor', jsonb_build_object('job_line', tests.id('north_b'), 'terms', '[4]'::jsonb)), 'terms', 'nor what is no swap');
select is(pg_temp.check('north_doctor', jsonb_build_object('job_line', tests.id('north_b'), 'terms', '[2]'::jsonb)), '[]', 'a swap that breaks nothing');
select is(pg_temp.check('north_doctor', jsonb_build_object('job_line', tests.id('north_b'), 'terms', '[2]'::jsonb), '{to,rotations,0,position}'), tests.id('north_p3')::text, 'with what both would have');
select is(pg_temp.check('north_doctor', jsonb_build_object('job_line', tests.id('north_d')), '{doctors}'), '2', 'a line of two');
select tests.logout();
select is((select count(*)::int from public.line_swaps), 0, 'nothing is asked by it');
select is(pg_temp.code(format('select public.check_swap(%L, ''{}'')', tests.id('bo_mapping'))), 'NOT_YOURS', 'nobody without an account');
select tests.login('north_doctor');
select is(pg_temp.code(format('select public.check_swap(%L, ''{}'')', tests.id('bo_mapping'))), 'NOT_YOURS', 'nor for another');
select is(pg_temp.ask('flo_user', 'b', 2), 'NOT_RELEASED', 'who has no line has nothing to give');
select is(pg_temp.ask('north_doctor', 'a', 2), 'LINE_NOT_HELD', 'one''s own line is no other''s');
select is(pg_temp.ask('north_doctor', 'b', 4), 'terms', 'a term that the year does not have');
select is(pg_temp.ask('north_doctor', 'd', 2), 'SHARED_LINE', 'a rotation of a line of two is not one doctor''s to give');
select is(pg_temp.ask('di_user', 'a', 2), 'SHARED_LINE', 'from whichever side');
select is(pg_temp.ask('north_doctor', 'c', 2), 'NOTHING_TO_SWAP', 'the same for the same');
insert into public.job_line_eligibility (org_id, allocation_run, job_line, excluded_worker_mapping_ids)
values (tests.id('north_org'), tests.id('north_run'), tests.id('north_c'), array[tests.id('north_mapping')]);
select is(pg_temp.ask('north_doctor', 'c'), 'NOT_ELIGIBLE', 'a line that they may not have');
delete from public.job_line_eligibility where allocation_run = tests.id('north_run');
select tests.login('north_doctor');
select ok(pg_temp.code(format('select public.ask_swap(%L, ''{"terms": [1]}'')', tests.id('north_mapping'))) like '%job_line', 'a swap names a line');
select is(pg_temp.code(format('select public.ask_swap(%L, %L)', tests.id('north_mapping'), jsonb_build_object('job_line', tests.id('north_b'), 'terms', '[]'::jsonb))), 'terms', 'and terms, where it has any');
select is(pg_temp.code(format('select public.ask_swap(%L, %L)', tests.id('bo_mapping'), jsonb_build_object('job_line', tests.id('north_a')))), 'NOT_YOURS', 'for oneself');
select tests.login('north_manager');
select is(pg_temp.code(format('select public.ask_swap(%L, %L)', tests.id('north_mapping'), jsonb_build_object('job_line', tests.id('north_b')))), 'NOT_YOURS', 'no manager asks for a doctor');
select is(pg_temp.ask('north_doctor', 'b', 2), '1', 'a rotation of another line');
select is(pg_temp.ask('north_doctor', 'b', 2), 'SWAP_EXISTS', 'once');
select is(pg_temp.ask('bo_user', 'a', 2), 'SWAP_EXISTS', 'by either');
select is(pg_temp.mails('bo') || coalesce(pg_temp.mails('north'), ''), 'swap_asked', 'who is asked is told');

-- Who reads what of it.
select tests.login('bo_user');
select is(public.read_swaps(tests.id('bo_mapping')) #>> '{swaps,0,by_me}', 'false', 'they see that it is asked of them');
select is(public.read_swaps(tests.id('bo_mapping')) #> '{swaps,0,gives,rotations,0,position_name}', '"Position 3"', 'what they would give');
select is(public.read_swaps(tests.id('bo_mapping')) #>> '{swaps,0,gets,rotations,0,position_name}', 'Position 2', 'and get');
select is(jsonb_array_length(public.read_swaps(tests.id('bo_mapping')) #> '{swaps,0,gets,rotations}'), 1, 'of the terms that are swapped, no more');
select ok(public.read_swaps(tests.id('bo_mapping'))::text !~ ('Dr Test|' || tests.id('north_mapping') || '|doctor@'), 'never who asks');
select is_empty($$ select from public.line_swaps $$, 'nor past the function');
select is(pg_temp.code(format('select public.list_swaps(%L)', tests.id('north_run'))), 'RC404', 'nor by the managers'' list');
select is(pg_temp.code(format('select public.read_swaps(%L)', tests.id('north_mapping'))), 'NOT_YOURS', 'nor another''s swaps');
select tests.login('cy_user');
select is(public.read_swaps(tests.id('cy_mapping')) -> 'swaps', '[]', 'nobody else sees any of it');
select is(pg_temp.answer('cy_user', true), 'NOT_YOURS', 'or answers it');
select is(pg_temp.answer('north_doctor', true), 'NOT_YOURS', 'who asks does not agree for the other');
select tests.login('north_viewer');
select is(public.list_swaps(tests.id('north_run')) #>> '{0,from,doctor}', 'Dr Test', 'who may see the match sees who asks');
select is(pg_temp.code(format('select public.approve_swap(%L)', tests.id('swap'))), '42501', 'and decides nothing');
select is(pg_temp.code(format('select public.refuse_swap(%L, ''No'')', tests.id('swap'))), '42501', 'either way');
select tests.login('south_manager');
select is(pg_temp.code(format('select public.list_swaps(%L)', tests.id('north_run'))), 'RC404', 'other orgs see nothing');
select is(pg_temp.code(format('select public.approve_swap(%L)', tests.id('swap'))), 'RC404', 'and decide nothing');

select is(pg_temp.check('bo_user', jsonb_build_object('swap', tests.id('swap')), '{from,rotations,0,position}'), tests.id('north_p3')::text, 'who is asked sees what it would break as well, from their side');
select is(pg_temp.check('cy_user', jsonb_build_object('swap', tests.id('swap'))), 'NOT_YOURS', 'nobody else does');

-- Agreed, approved: both lines change, and nothing else.
select is(pg_temp.approve(pg_temp.edit('a', 'b', 2)), 'SWAP_NOT_AGREED', 'nothing without the other doctor');
select is(pg_temp.answer('bo_user', true), 'agreed', 'who is asked agrees');
select is(pg_temp.answer('bo_user', true), 'agreed', 'again, and nothing more happens');
select is(pg_temp.answer('bo_user', false), 'SWAP_ENDED', 'an answer is not turned round');
select is(pg_temp.mails('north'), 'swap_agreed', 'who asked is told');
select is(pg_temp.approve(), 'lines', 'without what the rules judged it is not approved');
select is(pg_temp.approve(pg_temp.edit('a', 'c', 2)), 'p_edit', 'nor of other lines');
select is(pg_temp.approve(pg_temp.edit('a', 'b', 3)), 'p_edit', 'nor of other terms');
select is(pg_temp.approve(jsonb_set(pg_temp.edit('a', 'b', 2), '{lines,0,state,name}', '"mine"')), 'p_edit', 'nor with anything beside it');
select is(pg_temp.works('a') || pg_temp.works('b'), '123231', 'nothing was written');
select is(pg_temp.ask('cy_user', 'a', 2), 'NOTHING_TO_SWAP', 'cy has the same in term 2');
select is(pg_temp.ask('cy_user', 'b', 2), '1', 'and asks bo for the rotation that goes');
select tests.remember('late', tests.id('swap')), tests.remember('swap', (select id from public.line_swaps where state = 'agreed'));
select is(pg_temp.answer('bo_user', true, 'late'), 'agreed', 'who agrees to two');
select is(pg_temp.approve(pg_temp.edit('a', 'b', 2)), 'approved', 'approved');
select is(pg_temp.works('a') || pg_temp.works('b'), '133221', 'the cells are swapped');
select is(pg_temp.held(), 'Dr Test a, bo b, cy c, di d, ed d', 'each keeps their line');
select is((select state || ' ' || void_code from public.line_swaps where id = tests.id('late')), 'void LINE_CHANGED', 'nobody is in two swaps of one cell');
select is(pg_temp.approve(pg_temp.edit('a', 'b', 2)), 'SWAP_ENDED', 'approved twice it is once');
select is(pg_temp.answer('bo_user', true, 'late'), 'void', 'what is void says so');
select is(pg_temp.check('bo_user', jsonb_build_object('swap', tests.id('late'))), 'SWAP_ENDED', 'and is not checked');
select tests.logout();
select is((select string_agg(distinct correction_reason, '') from public.job_line_worker_mappings where superseded_at is null), 'A swap that both doctors agreed to.', 'the result says why');
select is((select count(*)::int from public.job_line_worker_mappings where superseded_at is null and version = 2), 2, 'a new version of two results');
select tests.login('north_doctor');
select is(public.read_result(tests.id('north_mapping')) -> 'changes', '[{"to": "Position 3", "from": "Position 2", "term": 2}]', 'the doctor reads what changed');
select is(public.read_swaps(tests.id('north_mapping')) #>> '{swaps,0,state}', 'approved', 'and that it is approved');
select tests.logout();
select ok(pg_temp.mails('north') like '%swap_approved%' and pg_temp.mails('bo') like '%swap_approved%', 'both are told');
select is((select count(*)::int from messages.emails where kind = 'corrected'), 0, 'once, in one e-mail each');
select is((select cells from public.job_lines_history where id = (select history from public.line_swaps where state = 'approved')), 2, 'the lines before it are kept');
select is((select count(distinct operation)::int from public.audit_log where table_name = 'line_swaps'), 2, 'all of it is in the log');
select is((select reason from public.audit_log where table_name = 'rotations' order by id desc limit 1), 'A swap that both doctors agreed to.', 'with why the lines changed');
-- An e-mail names nobody else.
select ok(bool_and(not (body || subject) ~ '\{\{(?!name|org|run|link|due)'), 'texts of e-mails have no other names to put in') from messages.email_templates where kind like 'swap%';

-- Declined, withdrawn, refused.
select is(pg_temp.ask('cy_user', 'b', 3), '1', 'another one');
select is(pg_temp.answer('bo_user', null), 'p_agree', 'an answer is yes or no');
select is(pg_temp.answer('bo_user', false), 'declined', 'declined');
select is(pg_temp.ask('cy_user', 'b', 3), 'SWAP_DECLINED', 'and not asked for again');
select is(pg_temp.approve(pg_temp.edit('c', 'b', 3)), 'SWAP_ENDED', 'nor approved');
select is(pg_temp.ask('bo_user', 'c', 3), '1', 'but the other way round');
select is(pg_temp.withdraw('cy_user'), 'SWAP_ENDED', 'who has not answered has nothing to take back');
select is(pg_temp.answer('cy_user', true), 'agreed', 'agreed');
select is(pg_temp.withdraw('cy_user'), 'withdrawn', 'and taken back');
select is(pg_temp.ask('bo_user', 'c', 3), '1', 'once more');
select is(pg_temp.withdraw('bo_user'), 'withdrawn', 'taken back by who asked');
select is(pg_temp.answer('cy_user', true), 'SWAP_ENDED', 'too late to agree');
select is(pg_temp.ask('bo_user', 'c', 3), '1', 'once more');
select is(pg_temp.answer('cy_user', true), 'agreed', 'agreed');
select is(pg_temp.refuse(' '), 'p_reason', 'a refusal has a reason');
select is(pg_temp.refuse('Two juniors on one ward.'), 'refused', 'refused');
select tests.login('cy_user');
select ok(jsonb_path_exists(public.read_swaps(tests.id('cy_mapping')), '$.swaps[*] ? (@.state == "refused" && @.reason == "Two juniors on one ward.")'), 'both read why');

-- Whole lines, and one of two who have a line. Of the other doctor nothing is told but that there is something.
select tests.logout();
insert into public.job_line_eligibility (org_id, allocation_run, job_line, included_worker_mapping_ids, excluded_worker_mapping_ids)
values (tests.id('north_org'), tests.id('north_run'), tests.id('north_b'), '{}', array[tests.id('di_mapping')]);
select is(pg_temp.check('bo_user', jsonb_build_object('job_line', tests.id('north_d'))), '[]', 'a rule that one of them keeps is in nobody''s way');
select tests.logout();
update public.job_line_eligibility set excluded_worker_mapping_ids = array[tests.id('di_mapping'), tests.id('ed_mapping')] where job_line = tests.id('north_b');
select is(pg_temp.check('bo_user', jsonb_build_object('job_line', tests.id('north_d')), '{faults,0,code}'), 'OTHER_DOCTOR', 'one that neither keeps is');
select ok(pg_temp.check('bo_user', jsonb_build_object('job_line', tests.id('north_d'))) !~* 'eligible|left out|di|ed"', 'but not which');
select is(pg_temp.check('di_user', jsonb_build_object('job_line', tests.id('north_b'))), 'NOT_ELIGIBLE', 'from the other side it is one''s own, and refused');
select tests.logout();
delete from public.job_line_eligibility where job_line = tests.id('north_b');
select is(pg_temp.ask('bo_user', 'd'), '2', 'a line of two is asked of both');
select tests.remember('other', (select o.id from public.line_swaps o join public.line_swaps s using (offer) where s.id = tests.id('swap') and o.id <> s.id)) is null;
select is(pg_temp.answer(case when (select to_mapping from public.line_swaps where id = tests.id('swap')) = tests.id('di_mapping') then 'di_user' else 'ed_user' end, true), 'agreed', 'one agrees');
select tests.logout();
select is((select void_code from public.line_swaps where id = tests.id('other')), 'AGREED_WITH_ANOTHER', 'the other is told that it is settled');
select tests.login('bo_user');
select is(jsonb_array_length(jsonb_path_query_array(public.read_swaps(tests.id('bo_mapping')), '$.swaps[*] ? (@.state == "agreed")')), 1, 'for who asked it is one');
select tests.logout();
insert into public.job_line_eligibility (org_id, allocation_run, job_line, included_worker_mapping_ids, excluded_worker_mapping_ids)
values (tests.id('north_org'), tests.id('north_run'), tests.id('north_b'), '{}', array[tests.id('di_mapping'), tests.id('ed_mapping')]);
select is(pg_temp.approve(), 'NOT_ELIGIBLE', 'who may have a line holds for swaps as well');
select is(pg_temp.approve(null, null, true), 'p_reason', 'a rule is set aside for a reason');
select is(pg_temp.approve(null, 'A ward that asked for them.', true), 'approved', 'with one it is');
select tests.logout();
select is((select count(*)::int from public.job_line_worker_mappings where superseded_at is null and overrides = '{NOT_ELIGIBLE}'), 1, 'and marked');
select is((select job_line from public.job_line_worker_mappings where worker_mapping = tests.id('bo_mapping') and superseded_at is null), tests.id('north_d'), 'the doctors have each other''s lines');

-- What ends by itself.
select is(pg_temp.ask('north_doctor', 'c', 1), '1', 'one more');
update public.line_swaps set asked_at = now() - interval '15 days', expires_at = now() - interval '1 day' where id = tests.id('swap');
select tests.login('cy_user');
select ok(jsonb_path_exists(public.read_swaps(tests.id('cy_mapping')), '$.swaps[*] ? (@.state == "expired")'), 'what was not decided in time is over');
select tests.logout();
select is(private.settle_swaps(), 1, 'cron writes it down');
select is((select state from public.line_swaps where id = tests.id('swap')), 'expired', 'as expired');
select is(pg_temp.ask('north_doctor', 'c'), '1', 'a last one');
-- Couples: whose lines go together by pairs of lines.
update public.allocator_py_runs set options = options || jsonb_build_object('linked_doctors', jsonb_build_array(jsonb_build_object(
  'first', tests.id('north_mapping'), 'second', tests.id('bo_mapping'), 'fit', 'line_pairs',
  'line_pairs', jsonb_build_array(jsonb_build_object('first', tests.id('north_a'), 'second', tests.id('north_d')))))) where id = tests.id('match');
select is(pg_temp.answer('cy_user', true), 'agreed', 'agreed');
select is(pg_temp.approve(), 'LINKED', 'a couple is not parted by a swap');
select is(pg_temp.code(format('select public.correct_result(%L, %L, ''So'')', tests.id('north_run'), jsonb_build_array(
  jsonb_build_object('worker_mapping', tests.id('north_mapping'), 'job_line', tests.id('north_c')),
  jsonb_build_object('worker_mapping', tests.id('cy_mapping'), 'job_line', tests.id('north_a'))))), 'LINKED', 'nor by a correction');
select tests.login('north_manager');
select public.unfinalise_match(tests.id('north_run'), 'Again.') is null;
select is(pg_temp.answer('cy_user', true), 'void', 'without the result it is void');
-- Once the year has begun, what lies ahead can be swapped.
select tests.logout();
update public.allocation_runs set starts_on = starts_on - 70 where id = tests.id('north_run');
update public.allocator_py_runs set lines_fingerprint = null, lines_changed_at = null where id = tests.id('match');
-- A couple at one hospital; another hospital, and a line there.
insert into public.hospitals (id, org_id, name) values (tests.remember('far', gen_random_uuid()), tests.id('north_org'), 'Far away');
insert into public.teams (id, org_id, hospital, name) values (tests.remember('far_team', gen_random_uuid()), tests.id('north_org'), tests.id('far'), 'Team');
update public.positions set team = tests.id('far_team') where id = tests.id('north_p1');
update public.rotations set position = tests.id('north_p3') where job_line = tests.id('north_a');
update public.allocator_py_runs set options = options || jsonb_build_object('linked_doctors', jsonb_build_array(jsonb_build_object(
  'first', tests.id('north_mapping'), 'second', tests.id('cy_mapping'), 'fit', 'same_hospital'))) where id = tests.id('match');
select tests.login('north_manager');
select is(public.finalise_match(tests.id('match')) ->> 'placed', '5', 'a result again');
select is(public.release_result(tests.id('north_run')) ->> 'doctors', '6', 'released');
select is(pg_temp.ask('north_doctor', 'c'), 'YEAR_BEGUN', 'whole lines no more');
select is(pg_temp.ask('north_doctor', 'c', 1, 2), 'TERM_BEGUN', 'nor a term that has begun');
select is(pg_temp.ask('north_doctor', 'c', 3), '1', 'a term that lies ahead');
select tests.logout();
select is((select (expires_at at time zone 'Australia/Melbourne')::date from public.line_swaps where id = tests.id('swap')),
  least((now() at time zone 'Australia/Melbourne')::date + 14, (select starts_on from public.rotations where job_line = tests.id('north_a') and term = 3)),
  'as long as it does, and two weeks at most');
select tests.login('north_doctor');
select is(public.read_swaps(tests.id('north_mapping')) ->> 'first_term', '2', 'the page knows which terms lie ahead');
select is(pg_temp.ask('north_doctor', 'b', 3), '1', 'a rotation at another hospital');
select is(pg_temp.answer('bo_user', true), 'agreed', 'agreed');
select is(pg_temp.approve(pg_temp.edit('a', 'b', 3)), 'LINKED', 'a couple would be parted');
select tests.login('north_manager');
select is(jsonb_path_query_array(public.list_swaps(tests.id('north_run')), '$[*] ? (@.state == "agreed").faults[*].code'), '["LINKED"]', 'the list says so before');
select is(pg_temp.approve(pg_temp.edit('a', 'b', 3), 'They asked for it.', true), 'approved', 'with a reason it is');
select tests.login('north_doctor');
select is(public.read_result(tests.id('north_mapping')) ->> 'correction_reason', 'They asked for it.', 'which the doctors read');
select is(pg_temp.code(format('select public.read_swaps(%L) #>> ''{swaps,0,state}''', tests.id('north_mapping'))) is null, false, 'and find on their page');

-- Whoever changes lines of a result: the doctors are listed, and read what changed.
select tests.login('north_manager');
select is(jsonb_path_query_array(public.set_job_line_terms(tests.id('north_c'), null, 2, 'She leaves.'), '$.doctors[*].changes[*].term'), '[3]', 'who is changed is listed');
select tests.login('cy_user');
select is(public.read_result(tests.id('cy_mapping')) -> 'changes', '[{"to": null, "from": "Position 2", "term": 3}]', 'they read what goes');
select is(public.read_result(tests.id('cy_mapping')) ->> 'correction_reason', 'She leaves.', 'and why');
select tests.login('north_doctor');
select is(jsonb_path_query_array(public.read_result(tests.id('north_mapping')), '$.changes[*].term'), '[3]', 'nobody else is touched');

-- Whoever has a line that is worked in part of the year works no more of it, wherever that is read; their own days stay what they are.
select tests.logout();
create function pg_temp.line_ends() returns date language sql stable security definer as $$
  select t.ends_on from public.allocation_runs ar cross join lateral private.terms(ar.starts_on, ar.term_weeks) as t where ar.id = tests.id('north_run') and t.term = 2
$$;
select is((private.result_of(tests.id('cy_mapping')) ->> 'end_date')::date, pg_temp.line_ends(), 'the doctor reads the day on which the line ends');
select is(private.result_of(tests.id('cy_mapping')) ->> 'start_date', private.result_of(tests.id('north_mapping')) ->> 'start_date', '(and where it begins)');
select is((select (private.result_of(tests.id('north_mapping')) ->> 'end_date')::date - ends_on from public.allocation_runs where id = tests.id('north_run')), 0, 'others the end of the year');
select tests.login('north_manager');
select results_eq($$ select r.end_date, r.own_end_date, d.ends_on from public.read_results(tests.id('north_run')) r join public.line_doctors(tests.id('north_run')) d using (worker_mapping) where worker_mapping = tests.id('cy_mapping') $$,
  $$ select pg_temp.line_ends(), ends_on, pg_temp.line_ends() from public.allocation_runs where id = tests.id('north_run') $$, 'so do managers, the roster and its spreadsheets');
select public.set_job_line_terms(tests.id('north_c'), 3, 3, 'She comes back.');
select tests.logout();
select is((private.result_of(tests.id('cy_mapping')) ->> 'start_date')::date, pg_temp.line_ends() + 1, 'a line that begins later begins later for its doctor');
update public.allocation_run_worker_mappings set withdrawn_at = now(), withdrawal_effective_on = pg_temp.line_ends() + 8 where id = tests.id('cy_mapping');
select is((private.result_of(tests.id('cy_mapping')) ->> 'end_date')::date, pg_temp.line_ends() + 7, 'who leaves before it ends works to the day before');

-- Who leaves later sees their line until then, and asks for no swap any more.
create function pg_temp.seen() returns text language sql as $$
  select pg_temp.code(format('select public.read_result(%L) #>> ''{line,name}''', tests.id('cy_mapping')))
$$;
select tests.login('cy_user');
select is(pg_temp.seen(), 'c', 'who leaves later sees their line');
select is(jsonb_array_length(public.my_windows()), 1, 'among their windows');
select is(public.read_swaps(tests.id('cy_mapping')) -> 'can_ask', 'false', 'with nothing to ask for');
create temporary table link as
select regexp_replace(public.calendar_link(tests.id('cy_mapping')) ->> 'path', '^calendar/|[.]ics$', '', 'g') as secret;
select tests.logout();
select isnt((select messages.read_calendar(secret) -> 'result' from link), null, 'so does their calendar');
update public.allocation_run_worker_mappings set withdrawal_effective_on = private.today_of(tests.id('north_run')) where id = tests.id('cy_mapping');
select is((select messages.read_calendar(secret) from link), null, 'until the day comes');
select tests.login('cy_user');
select is(pg_temp.seen(), 'NOT_YOURS', 'and no longer');
select is(public.my_windows(), '[]', 'anywhere');
select tests.logout();
select * from finish();
rollback;
