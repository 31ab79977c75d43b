-- What is asked again after its answer was lost is made once: the same request under the same idempotency key is answered with what it made.
begin;
select plan(42);
select tests.new_service('north'), tests.new_service('south');
create function pg_temp.project(p_slug text) returns jsonb language sql as $$
  select jsonb_build_object('slug', p_slug, 'name', 'One', 'objective', 'custom', 'form', 'kbn',
    'phases', '[{"name": "a", "form": "kbn", "search_params": {}, "block_size": 5, "candidates": 9}]'::jsonb)
$$;
create temporary table asked (name text primary key, call text, other text, made text);
insert into asked values
  ('request_agent_task', format('select public.request_agent_task(%L, %%L)', '{"title": "Look"}'),
    format('select public.request_agent_task(%L, %%L)', '{"title": "Look twice"}'), 'select count(*) from public.agent_tasks where parent_task_id is null'),
  ('expand_agent_template', format('select public.expand_agent_template(%L, %%L)', '{"template": "run-search"}'),
    format('select public.expand_agent_template(%L, %%L)', '{"template": "run-search", "title": "Another"}'),
    'select count(*) from public.agent_tasks where parent_task_id is null'),
  ('request_project', format('select public.request_project(%L, %%L)', pg_temp.project('one')),
    format('select public.request_project(%L, %%L)', pg_temp.project('two')), 'select count(*) from public.projects'),
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

-- Every function that makes something takes a key, or stands here: for most a name, a slug or what is there already says that it is made; a snapshot,
-- a check of a prime and a command to a node are made again, each beside the first, where it is seen and changes nothing that the first did not.
select is_empty($$
  select p.proname from pg_proc p
  where p.pronamespace = 'public'::regnamespace and p.proname ~ '^(request|expand|invite|create|start|copy|keep|command|verify|ask|add|make|new)_'
    and has_function_privilege('authenticated', p.oid, 'execute') and not 'p_idempotency_key' = any (p.proargnames)
    and p.proname not in ('create_org', 'create_agent', 'start_allocation_run', 'copy_allocation_run', 'invite_members', 'invite_doctors',
      'ask_swap', 'keep_job_lines', 'command_node', 'verify_prime')
$$, 'what is made once is made once, also where its answer was lost');

select * from finish();
rollback;
