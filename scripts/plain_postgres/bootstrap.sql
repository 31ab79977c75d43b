-- What the migrations find on any Supabase project, for a plain PostgreSQL 15: roles, schemas, Auth's users and uid(),
-- and what cron calls of Vault and pg_net. Runs once as the superuser, in a new cluster; pg_cron is the real one.

create role postgres login createrole createdb bypassrls replication;
create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role service_role nologin noinherit bypassrls;
grant anon, authenticated, service_role to postgres with admin option;
alter database plain owner to postgres;
alter schema public owner to postgres;
grant usage on schema public to anon, authenticated, service_role;
create schema extensions authorization postgres;
create publication supabase_realtime;
alter publication supabase_realtime owner to postgres;

create schema auth;
grant usage on schema auth to postgres, anon, authenticated, service_role;
create table auth.users (
  id uuid primary key default gen_random_uuid(), email text, email_confirmed_at timestamptz, created_at timestamptz
);
grant all on auth.users to postgres;
create function auth.uid() returns uuid language sql stable as
$$ select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $$;

create schema vault authorization postgres;
create table vault.decrypted_secrets (name text primary key, decrypted_secret text not null);
grant all on vault.decrypted_secrets to postgres;
insert into vault.decrypted_secrets values
  ('receptor_functions_url', 'https://functions.example/functions/v1'), ('receptor_internal_key', 'the internal key');

create schema net authorization postgres;
create table net.requests (id bigint generated always as identity primary key, url text, body jsonb, headers jsonb);
create function net.http_post(url text, body jsonb, headers jsonb, timeout_milliseconds int) returns bigint
language sql security definer as
$$ insert into net.requests (url, body, headers) values (url, body, headers) returning id $$;
grant all on net.requests to postgres;

create extension pg_cron;
grant usage on schema cron to postgres;
grant all on all tables in schema cron to postgres;
