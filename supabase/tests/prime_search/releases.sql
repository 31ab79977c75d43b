-- Releases of the node program: published once, offered gradually, taken back.
begin;
select plan(18);
create function pg_temp.artifact(p_hash text default repeat('a', 64)) returns jsonb language sql as $$
  select jsonb_build_array(
    jsonb_build_object('os', 'linux', 'arch', 'x64', 'url', 'https://tests.example/linux', 'sha256', p_hash),
    jsonb_build_object('os', 'darwin', 'arch', 'any', 'url', 'https://tests.example/darwin', 'sha256', p_hash))
$$;
create function pg_temp.gets(p_node int) returns text language sql stable as $$ select public.resolve_release('beta', 'node ' || p_node) ->> 'version' $$;
delete from public.worker_release_channels;

select lives_ok($$ select prime_search.publish_release('1.0.0', pg_temp.artifact()), prime_search.publish_release('1.0.0', pg_temp.artifact()) $$,
  'the same again changes nothing');
select throws_ok($$ select prime_search.publish_release('1.0.0', pg_temp.artifact(repeat('b', 64))) $$, 'RC409', null, 'a version has the artifacts that it has');
select throws_ok(format('select prime_search.publish_release(''2'', %L)', a), 'RC400', null, 'no artifacts: ' || a)
from unnest(array['[]', '{}', '[{"os": "linux", "arch": "x64", "url": "http://plain.example/x", "sha256": "aa"}]']) as a;
select throws_ok($$ select prime_search.set_release_channel('beta', '9.9.9', 100, 'tests') $$, 'RC404', null, 'what is not published is not offered');
select throws_ok($$ select prime_search.rollback_release('beta', 'tests') $$, 'RC409', null, 'nothing to go back to');
select is(public.resolve_release('beta', 'x') ->> 'version', null, 'an empty channel offers nothing');

select prime_search.publish_release('1.1.0', pg_temp.artifact());
select prime_search.set_release_channel('beta', '1.0.0', 100, 'tests');
select is(pg_temp.gets(1), '1.0.0', 'all get what is offered to all');
select prime_search.set_release_channel('beta', '1.1.0', 0, 'tests');
select is((select count(*)::int from generate_series(1, 300) n where pg_temp.gets(n) = '1.0.0'), 300, 'at 0 % all have the one before');
select prime_search.set_release_channel('beta', '1.1.0', 20, 'tests');
create temporary table early as select n from generate_series(1, 1000) n where pg_temp.gets(n) = '1.1.0';
select cmp_ok(abs((select count(*) from early) - 200), '<', 60::bigint, 'a fifth of the nodes, about, have it at 20 %');
select prime_search.set_release_channel('beta', '1.1.0', 60, 'tests');
select is_empty($$ select n from early where pg_temp.gets(n) <> '1.1.0' $$, 'none goes back while it grows');
select cmp_ok(abs((select count(*) from generate_series(1, 1000) n where pg_temp.gets(n) = '1.1.0') - 600), '<', 80::bigint, 'and more have it at 60 %');
select is(jsonb_array_length(public.resolve_release('beta', null, 'linux', 'x64') -> 'artifacts'), 1, 'artifacts are those of the machine');
select is(public.resolve_release('beta', null, 'darwin', 'arm64') #>> '{artifacts,0,url}', 'https://tests.example/darwin', 'or of any');
select is(prime_search.rollback_release('beta', 'tests'), '1.0.0', 'a rollback goes to the one before');
select throws_ok($$ select prime_search.rollback_release('beta', 'tests') $$, 'RC409', null, 'done once more it does not go to what was taken back');
select is((select string_agg(coalesce(from_version, '-') || '>' || to_version || ':' || rollout_percent, ' ' order by id)
           from public.worker_release_events where channel = 'beta' and changed_by = 'tests'),
  '->1.0.0:100 1.0.0>1.1.0:0 1.1.0>1.1.0:20 1.1.0>1.1.0:60 1.1.0>1.0.0:100', 'every change is told');
select * from finish();
rollback;
