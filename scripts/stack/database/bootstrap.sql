-- What a hosted Supabase project holds before the first migration: roles, schemas, extensions, privileges.
-- Runs once as the superuser supabase_admin, in a fresh database, before the Auth tables are made.

-- Roles (supabase/postgres). `postgres` is no superuser there either, so a migration that needs one fails here too.
create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role service_role nologin noinherit bypassrls;
create role authenticator login noinherit;
create role postgres login createdb createrole bypassrls replication;
grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role, authenticator to postgres with admin option;
-- As the platform's guide to restoring a backup has it: rows are put back as they were, without what triggers make of them.
grant set on parameter session_replication_role to postgres;
grant pg_monitor, pg_read_all_data, pg_signal_backend, pg_create_subscription to postgres;

alter role postgres set search_path = "$user", public, extensions;

alter database postgres owner to postgres;
alter schema public owner to postgres;
grant usage on schema public to anon, authenticated, service_role;
-- Since 2026 new tables in schema public reach the Data API only by an explicit GRANT; functions keep PostgreSQL's own
-- default (EXECUTE for everybody), so a migration revokes what must not be called.

create schema extensions;
grant usage on schema extensions to public;
grant all on schema extensions to postgres;
create extension pgcrypto with schema extensions;
create extension "uuid-ossp" with schema extensions;

create schema vault;
create extension supabase_vault with schema vault;

create publication supabase_realtime;
alter publication supabase_realtime owner to postgres;

-- Realtime's private channels: policies on this table say who may listen to a topic and send to it. Nothing is ever kept in
-- it here. Hosted projects partition it by day.
create schema realtime;
grant usage on schema realtime to postgres, anon, authenticated, service_role;
create table realtime.messages (
  id uuid primary key default gen_random_uuid(),
  topic text not null,
  extension text not null,
  payload jsonb,
  event text,
  private boolean default false,
  inserted_at timestamp not null default now(),
  updated_at timestamp not null default now()
);
alter table realtime.messages enable row level security;
alter table realtime.messages owner to postgres;
grant select, insert, update on realtime.messages to anon, authenticated, service_role;
create function realtime.topic() returns text language sql stable as $$
  select nullif(current_setting('realtime.topic', true), '')
$$;
