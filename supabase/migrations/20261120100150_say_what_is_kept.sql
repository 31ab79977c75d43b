-- What is kept for how long: one table, which the cron job receptor-prune goes by. Operators change `keep`.

create table private.retention (
  what text primary key,
  keep interval check (keep >= interval '1 day'),
  about text not null
);
comment on table private.retention is
  'What is kept for how long after it ended (null: as long as its org is there). The cron job receptor-prune enforces it.';

insert into private.retention (what, keep, about) values
  ('logs', '30 days', 'system_logs: failures, and what the sweeper mended'),
  ('metrics', '90 days', 'system_metrics: what each slice cost'),
  ('samples', '7 days', 'metric_samples: the series as they were sampled'),
  ('hourly series', '1 year', 'metric_rollups_hourly: the series by the hour'),
  ('daily series', '5 years', 'metric_rollups_daily: the series, and sums of slices, by the day'),
  ('incidents', '90 days', 'fleet.incidents: when the sweeper could not be called, and alerts'),
  ('solvers', '2 days', 'fleet.workers: instances of functions that worked slices'),
  ('cron records', '7 days', 'cron.job_run_details: when cron jobs ran'),
  ('unfinished work', '7 days', 'problems and checkpoints of jobs that ended without a result'),
  ('previews', '30 days', 'what dry runs and what-ifs would have written'),
  ('invitations', '180 days', 'org_invitations: people who were asked into an org and did not come'),
  ('archived lines', '30 days', 'job lines that were put away and that no match and no snapshot names'),
  ('emails', '90 days', 'messages.emails: who was told what when, without text and address'),
  ('histories of wishes', '2 years', 'preference_history: everything that a doctor said, for the doctor'),
  ('agent tasks', '1 year', 'agent_tasks with their events: what agents did, after the whole of a task has ended'),
  ('agent events', '1 day', 'agents.signals: what happened, for schedules that cannot begin their task'),
  ('kept runs', '7 years', 'problem and result of every run, to solve it again'),
  ('audit', '7 years', 'audit_log: who changed what'),
  ('snapshots', null, 'job_lines_history: lines with all that hung on them, to restore them'),
  ('everything else', null, 'positions, lines, doctors, wishes, runs and their results: until somebody deletes or erases them');

alter table private.retention enable row level security;
revoke all on private.retention from public, anon, authenticated, service_role;
create policy nobody on private.retention using (false);

-- private.kept_since(what): what ended before this moment is kept no longer. -infinity: all is kept.
-- Called by private.prune() and what it calls, and by agents.drop_old_events(). An unknown name raises no_data_found: nothing is deleted by a slip.
create function private.kept_since(p_what text)
returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
declare
  v_keep interval;
begin
  select keep into strict v_keep from private.retention where what = p_what;
  return coalesce(now() - v_keep, '-infinity');
end
$$;
comment on function private.kept_since(text) is 'The moment before which things of a kind are kept no longer.';
revoke all on function private.kept_since(text) from public, anon, authenticated, service_role;
