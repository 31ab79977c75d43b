-- watch_sweeper(): told once when the sweeper does not come, each hour while it does not, and once when it comes again.
begin;
select plan(26);
delete from fleet.last_sweep;
delete from fleet.sweeper_calls;
delete from fleet.incidents;
delete from vault.secrets where name = 'receptor_alert_webhook';

select is(fleet.watch_sweeper(), null, 'a project whose cron never called is in no trouble');
select fleet.note_sweeper_call(null);
select is(fleet.watch_sweeper(), null, 'nor is one that has just begun to');
update fleet.sweeper_calls set first_called_at = now() - interval '91 seconds';
select is(fleet.watch_sweeper(), 'began', 'after 90 s without a sweep it is');
select matches((select reason from fleet.incidents), 'not in Vault', 'with the reason');
select is(fleet.watch_sweeper(), null, 'told once');
select is((select alert_request from fleet.incidents), null, 'where no webhook is configured in the log alone');
select is((select count(*)::int from public.system_logs where component = 'watch' and level = 'error'), 1, 'in a row of it');
update fleet.incidents set told_at = now() - interval '61 minutes', began_at = now() - interval '61 minutes';
select is(fleet.watch_sweeper(), 'goes_on', 'again after an hour');
select is(fleet.watch_sweeper(), null, 'and no sooner');
select fleet.note_sweeper_call(n) from generate_series(900000001, 900000004) n;
select is((select requests from fleet.sweeper_calls), '{900000004,900000003,900000002}'::bigint[], 'the latest requests are known');
insert into net._http_response (id, status_code, timed_out) values (900000004, 401, false);
select matches(fleet.sweeper_trouble(), 'status 401', 'and what came of them');
update net._http_response set status_code = null, error_msg = 'Could not resolve host' where id = 900000004;
select matches(fleet.sweeper_trouble(), 'Could not resolve host', 'or did not');
select fleet.record_sweep(0);
select is(fleet.watch_sweeper(), 'ended', 'it comes again');
select is(fleet.watch_sweeper(), null, 'told once');
select is((select count(*)::int from public.system_logs where component = 'watch' and level = 'info'), 1, 'and logged');
update fleet.last_sweep set swept_at = now() - interval '2 minutes';
select is(fleet.watch_sweeper(), 'began', 'the next time it is an incident of its own');
select is((select count(*)::int from fleet.incidents), 2, 'beside the first');

-- A webhook that does not take an alert is asked again, after longer and longer waits. What cron would send is not sent here.
select vault.create_secret('http://127.0.0.1:9/hook', 'receptor_alert_webhook');
create function pg_temp.answer(p_status int) returns void language sql as $$
  insert into net._http_response (id, status_code, timed_out)
  select alert_request, p_status, false from fleet.incidents where ended_at is null
$$;
-- Time passes for the alert.
create function pg_temp.pass(p_minutes int) returns void language sql as
$$ update fleet.incidents set alert_sent_at = alert_sent_at - make_interval(mins => p_minutes) where ended_at is null $$;
update fleet.incidents set told_at = now() - interval '61 minutes', began_at = now() - interval '61 minutes' where ended_at is null;
select is(fleet.watch_sweeper(), 'goes_on', 'an alert is sent');
select pg_temp.answer(500);
select is(fleet.repeat_alerts(), 0, 'not again at once where the webhook refuses it');
select pg_temp.pass(1);
select is(fleet.repeat_alerts(), 1, 'but after a minute');
select pg_temp.pass(1);
select is(fleet.repeat_alerts(), 0, 'then not after one more');
select pg_temp.pass(1);
select is(fleet.repeat_alerts(), 1, 'but after two; what was not answered counts as refused');
select is((select alert_state || ' ' || alert_tries from fleet.incidents where ended_at is null), 'goes_on 3', 'the same alert');
select pg_temp.answer(204), pg_temp.pass(600);
select is(fleet.repeat_alerts(), 0, 'what was taken is not sent again');
select is((select alert_taken_at is not null from fleet.incidents where ended_at is null), true, 'and known as taken');
delete from net._http_response;
select is(fleet.repeat_alerts(), 0, 'also when the answer is forgotten');
select * from finish();
rollback;
