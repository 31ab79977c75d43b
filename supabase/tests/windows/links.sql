-- Doctors who ask to be placed together: both agree to the same, nobody else reads of it, and a match gets what both agreed to.
begin;
select plan(45);
select tests.new_service('north'), tests.new_service('south');
select tests.new_line('north', l) is null from unnest('{a,b,c}'::text[]) as l;
create function pg_temp.new_doctor(p_name text) returns uuid language plpgsql as $$
begin
  insert into auth.users (id, email, email_confirmed_at) values (tests.remember(p_name || '_user', gen_random_uuid()), p_name || '@tests.example', now());
  insert into public.org_members (org_id, user_id, role) values (tests.id('north_org'), tests.id(p_name || '_user'), 'doctor');
  insert into public.workers (id, org_id, user_id, email, name)
  values (tests.remember(p_name, gen_random_uuid()), tests.id('north_org'), tests.id(p_name || '_user'), p_name || '@tests.example', initcap(p_name));
  insert into public.allocation_run_worker_mappings (id, org_id, allocation_run, worker)
  values (tests.remember(p_name || '_mapping', gen_random_uuid()), tests.id('north_org'), tests.id('north_run'), tests.id(p_name));
  return tests.id(p_name || '_mapping');
end
$$;
select pg_temp.new_doctor(n) is null from unnest('{ann,bob,cid}'::text[]) as n;
update public.allocation_runs set status = 'open', due_date = now() + interval '3 days' where id = tests.id('north_run');

create function pg_temp.code(p_call text) returns text language plpgsql as $$
declare
  v_detail text; v_hint text; v_answer text;
begin
  execute p_call into v_answer;
  return v_answer;
exception when others then
  get stacked diagnostics v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return case when sqlstate = 'RC400' then v_detail::jsonb #>> '{0,path}' else coalesce(nullif(v_hint, ''), sqlstate) end;
end
$$;
create function pg_temp.ask(p_who text, p_wish jsonb, p_link uuid default null) returns text language sql as $$
  select pg_temp.code(format('select public.save_link(%L, %L, %L) #>> ''{0,state}''', tests.id(p_who || '_mapping'), p_link, p_wish))
$$;
create function pg_temp.answer(p_who text, p_link uuid, p_agrees boolean, p_at text default null) returns text language sql as $$
  select pg_temp.code(format('select public.answer_link(%L, %L, %L, %L) #>> ''{0,state}''', tests.id(p_who || '_mapping'), p_link, p_agrees, p_at))
$$;
create function pg_temp.seen(p_who text, p_path text) returns text language sql as $$
  select public.my_links(tests.id(p_who || '_mapping')) #>> p_path::text[]
$$;
create function pg_temp.pair(p_own text, p_other text) returns jsonb language sql as $$
  select jsonb_build_object('own', tests.id('north_' || p_own), 'other', tests.id('north_' || p_other))
$$;

-- Asking.
select tests.login('ann_user');
select is(pg_temp.ask('ann', '{"fit": "near", "email": "bob@tests.example"}'), 'fit', 'a fit is one of three');
select is(pg_temp.ask('ann', '{"fit": "ranked_lines", "email": "nobody"}'), 'email', 'an address is one');
select is(pg_temp.ask('ann', '{"fit": "ranked_lines", "email": " ANN@tests.example"}'), 'email', 'and another''s');
select is(pg_temp.ask('ann', '{"fit": "line_pairs", "email": "bob@tests.example"}'), 'line_pairs', 'pairs need a pair');
select is(pg_temp.ask('ann', jsonb_build_object('fit', 'ranked_lines', 'email', 'bob@tests.example', 'line_pairs', jsonb_build_array(pg_temp.pair('a', 'b')))),
  'line_pairs', 'and go with their fit');
select is(pg_temp.ask('ann', jsonb_build_object('fit', 'line_pairs', 'email', 'bob@tests.example', 'line_pairs',
  jsonb_build_array(jsonb_build_object('own', tests.id('north_a'), 'other', tests.id('north_mapping'))))), 'line_pairs[0].other', 'of lines that are there');
select is(pg_temp.ask('ann', jsonb_build_object('fit', 'line_pairs', 'email', 'bob@tests.example', 'line_pairs',
  jsonb_build_array(pg_temp.pair('a', 'b'), pg_temp.pair('a', 'b')))), 'line_pairs[1]', 'each once');
select is(pg_temp.ask('ann', '{"fit": "ranked_lines", "email": "stranger@tests.example"}'), 'asked', 'nobody is told whether an address is a doctor''s');
select is(pg_temp.ask('ann', '{"fit": "ranked_lines", "email": "bob@tests.example"}'), 'ALREADY_ASKED', 'one is asked at a time');
select is(pg_temp.answer('ann', (pg_temp.seen('ann', '{0,link}'))::uuid, false), 'ended', 'it is taken back');
select is(pg_temp.ask('ann', jsonb_build_object('fit', 'line_pairs', 'email', ' Bob@tests.example', 'line_pairs',
  jsonb_build_array(pg_temp.pair('a', 'b'), pg_temp.pair('b', 'c')))), 'asked', 'and another is asked');
select tests.remember('link', (pg_temp.seen('ann', '{0,link}'))::uuid) is null;
select is(pg_temp.seen('ann', '{0,partner}'), 'bob@tests.example', 'who asked sees the address');
select is(pg_temp.seen('ann', '{0,waits_for_me}'), 'false', 'and waits');
select is(pg_temp.answer('ann', tests.id('link'), true, pg_temp.seen('ann', '{0,changed_at}')), 'NOT_ASKED', 'nobody agrees for the other');

-- Who sees of it.
select tests.login('cid_user');
select is(pg_temp.seen('cid', '{}'), '[]', 'no other doctor sees it');
select is(pg_temp.answer('cid', tests.id('link'), true), 'RC404', 'nor answers it');
select is(pg_temp.answer('bob', tests.id('link'), true), 'NOT_YOURS', 'nor as another');
select is(pg_temp.ask('cid', '{"fit": "ranked_lines", "email": "bob@tests.example"}'), 'asked', 'two may ask the same');
select tests.login('north_manager');
select is(public.agreed_links(tests.id('north_run')), '[]', 'managers see nothing of what is asked');
select throws_ok('select 1 from public.doctor_links', '42501', null, 'by whatever way');

-- Agreeing to what one saw, with changes from either side.
select tests.login('bob_user');
select is((select string_agg(l ->> 'partner', ' ' order by l ->> 'partner') from jsonb_array_elements(public.my_links(tests.id('bob_mapping'))) as l),
  'Ann Cid', 'who is asked sees who asks');
select is((select l #>> '{line_pairs,0,own}' from jsonb_array_elements(public.my_links(tests.id('bob_mapping'))) as l
  where l ->> 'partner' = 'Ann')::uuid, tests.id('north_b'), 'pairs from their own side');
select is(pg_temp.answer('bob', tests.id('link'), true, '2026-01-01T00:00:00Z'), 'LINK_CHANGED', 'what was seen is agreed to');
select is(pg_temp.ask('bob', jsonb_build_object('fit', 'line_pairs', 'line_pairs', jsonb_build_array(pg_temp.pair('b', 'a'), pg_temp.pair('a', 'b'))),
  tests.id('link')), 'asked', 'who is asked may say it otherwise');
select is(pg_temp.answer('bob', tests.id('link'), true, pg_temp.seen('bob', '{0,changed_at}')), 'NOT_ASKED', 'and waits then');
select tests.login('ann_user');
select is(pg_temp.code(format('select public.save_link(%L, %L, %L, %L) #>> ''{0,state}''', tests.id('ann_mapping'), tests.id('link'),
  '{"fit": "ranked_lines"}', '2026-01-01T00:00:00Z')), 'LINK_CHANGED', 'what the other has said meanwhile is not written over unseen');
select is(pg_temp.seen('ann', '{0,waits_for_me}'), 'true', 'for the other');
select is(pg_temp.seen('ann', '{0,line_pairs,1,own}')::uuid, tests.id('north_b'), 'who sees the pairs from theirs');
select is(pg_temp.answer('ann', tests.id('link'), true, pg_temp.seen('ann', '{0,changed_at}')), 'agreed', 'and agrees');
select is(pg_temp.seen('ann', '{0,partner}'), 'Bob', 'by name now');
select is(pg_temp.answer('ann', tests.id('link'), true, null), 'agreed', 'again: nothing happens');
select is(pg_temp.ask('ann', '{"fit": "ranked_lines", "email": "cid@tests.example"}'), 'LINKED', 'one link at a time');
select tests.login('bob_user');
select is((select l ->> 'state' from jsonb_array_elements(public.my_links(tests.id('bob_mapping'))) as l where l ->> 'partner' = 'Cid'), 'asked',
  'what others asked stands');
select is((select pg_temp.answer('bob', (l ->> 'link')::uuid, true, l ->> 'changed_at')
  from jsonb_array_elements(public.my_links(tests.id('bob_mapping'))) as l where l ->> 'partner' = 'Cid'), 'LINKED', 'but is not agreed to beside it');
select tests.login('north_manager');
select is(public.agreed_links(tests.id('north_run')), '[]', 'managers see nothing while the window is open');
select is(public.export_person(tests.id('ann')) -> 'rows' -> 'doctor_links', null, 'nor in an export');
select tests.logout();

-- What a match gets.
insert into public.preference_worker_job_lines (org_id, allocation_run, worker_mapping, job_line, order_preference)
select tests.id('north_org'), tests.id('north_run'), tests.id(w || '_mapping'), tests.id('north_' || l), 1
from (values ('ann', 'a'), ('bob', 'b'), ('ann', 'c')) as v (w, l);
update public.allocation_runs set status = 'closed' where id = tests.id('north_run');
select tests.login('north_manager');
select is(public.agreed_links(tests.id('north_run')), jsonb_build_array(jsonb_build_object('first', tests.id('ann_mapping'), 'second', tests.id('bob_mapping'),
  'fit', 'line_pairs', 'pairs', 2, 'line_pairs', jsonb_build_array(jsonb_build_object('first', tests.id('north_a'), 'second', tests.id('north_b'))))),
  'once it has closed: what both agreed to, of pairs those that both ranked');
select tests.login('south_manager');
select is(public.agreed_links(tests.id('north_run')), '[]', 'nobody of another org');
select tests.login('bob_user');
select is(pg_temp.answer('bob', tests.id('link'), false), 'WINDOW_CLOSED', 'nothing is changed any more');
select tests.login('north_manager');
select public.reopen_window(tests.id('north_run'), 'Some were on leave.', now() + interval '3 days') is null;
select tests.login('bob_user');
select is(pg_temp.answer('bob', tests.id('link'), false), 'ended', 'reopened: either ends it');
select is((select pg_temp.answer('bob', (l ->> 'link')::uuid, false)
  from jsonb_array_elements(public.my_links(tests.id('bob_mapping'))) as l where l ->> 'partner' = 'Cid'), 'declined', 'and says no to others');
select tests.login('cid_user');
select is(pg_temp.seen('cid', '{0,state}'), 'declined', 'who see that');
select tests.login('ann_user');
select is(pg_temp.seen('ann', '{0,state}'), 'ended', 'as the other does');
select tests.logout();
update public.allocation_run_worker_mappings set locked_at = now() where id = tests.id('ann_mapping');
select tests.login('ann_user');
select is(pg_temp.ask('ann', '{"fit": "ranked_lines", "email": "cid@tests.example"}'), 'LOCKED', 'who is locked asks nobody');
select tests.logout();
select private.erase_person(tests.id('bob'), 'Left.') is null;
select is((select count(*)::int from public.doctor_links where partner = tests.id('bob_mapping')), 0, 'who is erased leaves no link');
select * from finish();
rollback;
