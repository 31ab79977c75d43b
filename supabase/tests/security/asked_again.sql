-- What is asked again after its answer was lost is made once: the same request under the same idempotency key is answered with what it made.
begin;
select plan(47);
select tests.new_service('north'), tests.new_service('south');
create temporary table asked (name text primary key, call text, other text, made text);
insert into asked values
  ('request_agent_task', format('select public.request_agent_task(%L, %%L)', '{"title": "Look"}'),
    format('select public.request_agent_task(%L, %%L)', '{"title": "Look twice"}'), 'select count(*) from public.agent_tasks where parent_task_id is null'),
  ('expand_agent_template', format('select public.expand_agent_template(%L, %%L)', '{"template": "run-search"}'),
    format('select public.expand_agent_template(%L, %%L)', '{"template": "run-search", "title": "Another"}'),
    'select count(*) from public.agent_tasks where parent_task_id is null'),
  ('invite_operator', 'select public.invite_operator(null, ''Ada'', 14, %L)', 'select public.invite_operator(null, ''Bo'', 14, %L)',
    'select count(*) from public.operator_invitations');
grant all on asked to authenticated;
create temporary table answers (name text, n int, answer jsonb);
grant all on answers to authenticated;
create function pg_temp.ask(p_call text, p_key text) returns jsonb language plpgsql as $$
declare
  v_answer jsonb; v_hint text;
begin
  execute format(p_call, p_key) into v_answer;
  return v_answer;
exception when others then
  get stacked diagnostics v_hint = pg_exception_hint;
  return jsonb_build_object('refused', concat_ws(' ', sqlstate, nullif(v_hint, '')));
end
$$;
create function pg_temp.made(p_call text) returns bigint language plpgsql as $$
declare v_count bigint; begin execute p_call into v_count; return v_count; end
$$;

select tests.login('north_manager');
insert into answers select name, n, pg_temp.ask(call, name || ' key') from asked, generate_series(1, 2) as n;
select is(answer -> 'replayed', to_jsonb(n = 2), name || '(): says whether it came before, ' || n) from answers order by name, n;
select is(count(distinct answer -> 'id'), 1::bigint, name || '(): the same again is the same') from answers group by name order by name;
select is(pg_temp.ask(other, name || ' key') ->> 'refused', 'RC409 IDEMPOTENCY_KEY_REUSED', name || '(): another request has another key')
from asked order by name;
select is(pg_temp.ask(call, k.key) ->> 'refused', 'RC400', name || '(): no key, ' || length(k.key)) from asked, (values (''), (repeat('k', 201))) as k (key)
order by name, length(k.key);
select is(pg_temp.made(made), 1 + (name <> 'invite_operator')::int::bigint, name || '(): once, of both kinds of tasks') from asked order by name;
select is(pg_temp.ask(call, null) -> 'replayed', 'false', name || '(): without a key each is made') from asked order by name;
select is(pg_temp.ask('select public.request_agent_task(''{"title": "Look"}'', %L)', 'expand_agent_template key') ->> 'refused',
  'RC409 IDEMPOTENCY_KEY_REUSED', 'nor is a task made under the key of a template');
select is(pg_temp.ask(format('select public.request_agent_task(%L, %%L)', jsonb_build_object('title', 'Look', 'org_id', tests.id('north_org'))),
  'request_agent_task key') -> 'replayed', 'true', 'who names their only org asks for the same');
select tests.logout();
select tests.login('south_manager');
select is(pg_temp.ask(call, name || ' key') -> 'replayed', 'false', name || '(): keys are each one''s own') from asked order by name;
select tests.logout();

-- A project has a name of its own besides.
create function pg_temp.project(p_slug text, p_key text, p_more jsonb default '{}') returns text language sql as $$
  select coalesce(answer ->> 'refused', (answer ->> 'outcome') || ' ' || (answer #>> '{project,slug}'))
  from pg_temp.ask(format('select public.request_project(%L, %%L)', jsonb_build_object('slug', p_slug, 'name', 'One', 'objective', 'custom',
    'form', 'kbn', 'phases', '[{"name": "a", "form": "kbn", "search_params": {}, "block_size": 5, "candidates": 9}]'::jsonb) || p_more), p_key) as answer
$$;
select tests.login('north_manager');
select is(pg_temp.project('one', 'k') || ', ' || pg_temp.project('one', 'k'), 'created one, replayed one', 'a project that is asked for again is that one');
select is(pg_temp.project('one', 'k', jsonb_build_object('org_id', tests.id('north_org'))), 'replayed one', 'who names their only org asks for the same');
select is(pg_temp.project('two', 'k'), 'RC409 IDEMPOTENCY_KEY_REUSED', 'another request has another key');
select is(pg_temp.project('one', 'another') || ', ' || pg_temp.project('one', null), 'taken one, taken one', 'under another key its name is taken');
select tests.logout();
select tests.login('south_manager');
select is(pg_temp.project('one', 'k'), 'created one', 'keys are each one''s own');
select tests.logout();

-- A command is told once: a second stop would end the node when it is started again.
select tests.new_operator('north');
create function pg_temp.command(p_command text, p_key text) returns text language sql as $$
  select coalesce(answer ->> 'refused', (answer ->> 'id') || ' ' || (answer ->> 'status') || ' ' || (answer ->> 'replayed'))
  from pg_temp.ask(format('select public.command_node(%L, %L, ''{}'', %%L)', tests.id('north_node'), p_command), p_key) as answer
$$;
select tests.login('north_manager');
select matches(pg_temp.command('stop', 'k'), '^[0-9]+ queued false$', 'a node is told to stop');
select tests.logout();
update public.node_commands set status = 'acked', completed_at = now(), succeeded = true;
select tests.login('north_manager');
select matches(pg_temp.command('stop', 'k'), '^[0-9]+ acked true$', 'asked again it is told what became of it');
select is((select count(*) from public.node_commands), 1::bigint, 'and the node nothing');
select is(pg_temp.command('restart', 'k'), 'RC409 IDEMPOTENCY_KEY_REUSED', 'another command has another key');
select matches(pg_temp.command('stop', null), 'queued false$', 'without a key each is told');

-- Lines that are kept again under the same name, while nothing changed, are that snapshot; so is a check that is not done yet.
create temporary table kept as select public.keep_job_lines(tests.id('north_run'), 'As it was') as id from generate_series(1, 2);
select is(count(distinct id), 1::bigint, 'lines are kept once') from kept;
select isnt(public.keep_job_lines(tests.id('north_run'), 'Otherwise'), (select id from kept limit 1), 'by another name they are another snapshot');
select tests.logout();
update fleet.search_types set enabled = true where search_type = 'prime_check';
insert into public.primes (form, expression, digits, certificate) values ('kbn', 'asked again', 3, '{}');
select tests.login('north_manager');
select is(string_agg(public.verify_prime((select id from public.primes where expression = 'asked again')) ->> 'outcome', ', '), 'created, replayed',
  'a prime is checked once at a time') from generate_series(1, 2);
select tests.logout();

-- An invitation's secret is kept as a hash: the one that is told again is another, and the first one is void.
create temporary table told as
select n, encode(sha256(convert_to(answer ->> 'invitation', 'utf8')), 'hex') as hash, (answer ->> 'id')::uuid as id from answers where name = 'invite_operator';
select results_eq('select n from told join prime_search.invitation_secrets s on s.secret_hash = told.hash', 'values (2)',
  'the secret of an invitation is the one that was told last');
select throws_ok(format('select prime_search.register_operator(%L, %L, %L)', (select hash from told where n = 1), '{"username": "ada"}', repeat('a', 64)),
  'RC404', null, 'the one before opens nothing');
select lives_ok(format('select prime_search.register_operator(%L, %L, %L)', (select hash from told where n = 2), '{"username": "ada"}', repeat('a', 64)),
  'the last one does');
select tests.login('north_manager');
select is(pg_temp.ask(call, name || ' key') - 'id' - 'expires_at', '{"invitation": null, "replayed": true}', 'one that was used is told no more')
from asked where name = 'invite_operator';
select tests.logout();

-- Every function that makes something takes a key, or stands here: a name or what is there already says that it is made.
select is_empty($$
  select p.proname from pg_proc p
  where p.pronamespace = 'public'::regnamespace and p.proname ~ '^(request|expand|invite|create|start|copy|keep|command|verify|ask|add|make|new)_'
    and has_function_privilege('authenticated', p.oid, 'execute') and not 'p_idempotency_key' = any (p.proargnames)
    and p.proname not in ('create_org', 'create_agent', 'start_allocation_run', 'copy_allocation_run', 'invite_members', 'invite_doctors',
      'ask_swap', 'keep_job_lines', 'verify_prime')
$$, 'what is made once is made once, also where its answer was lost');

select * from finish();
rollback;
