-- The demo: two invented health services, so that a planner can press Generate at once and so that
-- isolation between orgs can be seen. Loaded after the migrations by `supabase start`, `db reset` and `deno task dev`.
--
-- Fixed identities (tests and docs refer to these; everything else is joined by name):
--   org              a0000000-0000-4000-8000-000000000001  Northern Rivers Health
--   org              b0000000-0000-4000-8000-000000000001  Southern Peninsula Health
--   user             a0000000-0000-4000-8000-000000000011  planner@northern.example  manager
--   user             a0000000-0000-4000-8000-000000000012  viewer@northern.example   viewer
--   user             a0000000-0000-4000-8000-000000000013  doctor@northern.example   doctor, takes part in PGY1 2027
--   user             b0000000-0000-4000-8000-000000000011  planner@other.example     manager of Southern Peninsula
--   allocation plan  a0000000-0000-4000-8000-000000000021  Junior medical workforce 2027
--   allocation plan  b0000000-0000-4000-8000-000000000021  Prevocational year 2027
--   allocation run   a0000000-0000-4000-8000-000000000031  PGY1 2027: 60 lines VIC_PGY1 with some slack; NSW_PGY1 works as well
--   allocation run   a0000000-0000-4000-8000-000000000032  PGY2 2027: 40 lines VIC_PGY2
--   allocation run   b0000000-0000-4000-8000-000000000031  HMO 2027: 6 lines UNRESTRICTED
--   worker           a0000000-0000-4000-8000-000000000041  the doctor's row
--   six-month term   a0000000-0000-4000-8000-000000000051  Women's health, in PGY2 2027
-- The password of every demo user is receptor-demo.

insert into public.orgs (id, name) values
  ('a0000000-0000-4000-8000-000000000001', 'Northern Rivers Health'),
  ('b0000000-0000-4000-8000-000000000001', 'Southern Peninsula Health');

-- Users ---------------------------------------------------------------------------------------------

insert into auth.users (
  instance_id, id, aud, role, email, encrypted_password, email_confirmed_at,
  raw_app_meta_data, raw_user_meta_data, created_at, updated_at,
  -- GoTrue scans these as strings and fails a sign-in on null.
  confirmation_token, recovery_token, email_change, email_change_token_new
)
select '00000000-0000-0000-0000-000000000000', u.id, 'authenticated', 'authenticated', u.email,
       extensions.crypt('receptor-demo', extensions.gen_salt('bf')), now(),
       '{"provider":"email","providers":["email"]}', '{}', now(), now(), '', '', '', ''
from (values
  ('a0000000-0000-4000-8000-000000000011'::uuid, 'planner@northern.example'),
  ('a0000000-0000-4000-8000-000000000012', 'viewer@northern.example'),
  ('a0000000-0000-4000-8000-000000000013', 'doctor@northern.example'),
  ('b0000000-0000-4000-8000-000000000011', 'planner@other.example')
) as u (id, email);

insert into auth.identities
  (id, provider, provider_id, user_id, identity_data, last_sign_in_at, created_at, updated_at)
select gen_random_uuid(), 'email', u.id::text, u.id,
       jsonb_build_object('sub', u.id::text, 'email', u.email, 'email_verified', true), now(), now(), now()
from auth.users u
where u.email like '%.example'
  and not exists (select from auth.identities i where i.user_id = u.id);

insert into public.org_members (org_id, user_id, role) values
  ('a0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000011', 'manager'),
  ('a0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000012', 'viewer'),
  ('a0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000013', 'doctor'),
  ('b0000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000011', 'manager');

-- Hospitals and allocation runs ---------------------------------------------------------------------

insert into public.hospitals (org_id, name) values
  ('a0000000-0000-4000-8000-000000000001', 'Wandoo Park Hospital'),
  ('a0000000-0000-4000-8000-000000000001', 'Lyrebird Bay Hospital'),
  ('a0000000-0000-4000-8000-000000000001', 'Ironbark Creek Hospital'),
  ('a0000000-0000-4000-8000-000000000001', 'Mallee Plains Hospital'),
  ('b0000000-0000-4000-8000-000000000001', 'Gannet Point Hospital');

insert into public.allocation_plans (id, org_id, name, timezone, default_term_weeks) values
  ('a0000000-0000-4000-8000-000000000021', 'a0000000-0000-4000-8000-000000000001',
   'Junior medical workforce 2027', 'Australia/Melbourne', 10),
  ('b0000000-0000-4000-8000-000000000021', 'b0000000-0000-4000-8000-000000000001',
   'Prevocational year 2027', 'Australia/Melbourne', 13);

insert into public.allocation_runs
  (id, org_id, allocation_plan, name, status, starts_on, term_weeks, constraints, affinity_profile)
values
  ('a0000000-0000-4000-8000-000000000031', 'a0000000-0000-4000-8000-000000000001',
   'a0000000-0000-4000-8000-000000000021', 'PGY1 2027', 'draft', '2027-01-11', '{10,10,10,10,12}',
   '["VIC_PGY1"]', 'affa0000-0000-4000-8000-000000000001'),
  ('a0000000-0000-4000-8000-000000000032', 'a0000000-0000-4000-8000-000000000001',
   'a0000000-0000-4000-8000-000000000021', 'PGY2 2027', 'draft', '2027-02-01', '{13,13,13,13}',
   '["VIC_PGY2"]', 'affa0000-0000-4000-8000-000000000001'),
  ('b0000000-0000-4000-8000-000000000031', 'b0000000-0000-4000-8000-000000000001',
   'b0000000-0000-4000-8000-000000000021', 'HMO 2027', 'draft', '2027-02-01', '{13,13,13,13}',
   '["UNRESTRICTED"]', 'affa0000-0000-4000-8000-000000000001');

-- Specialties ---------------------------------------------------------------------------------------
-- `label` is what the affinity profile calls it: the subspecialty where there is one, else the specialty.
-- Colours: blues and greens for medicine, warm ones for surgery, one of its own for each of the others.

create temporary table seed_specialties (
  label text primary key, specialty text not null, subspecialty text, colour text not null
);
insert into seed_specialties (specialty, subspecialty, colour, label)
select s.specialty, s.subspecialty, s.colour, coalesce(s.subspecialty, s.specialty)
from (values
  ('Emergency',          null,               '#d62839'),
  ('General Practice',   null,               '#5a9e2f'),
  ('Medicine',           'General Medicine', '#1f6fb2'),
  ('Medicine',           'Cardiology',       '#3f3fbf'),
  ('Medicine',           'Respiratory',      '#4aa8d8'),
  ('Medicine',           'Gastroenterology', '#127475'),
  ('Medicine',           'Renal',            '#6a8ed6'),
  ('Medicine',           'Neurology/Stroke', '#0b4f8a'),
  ('Medicine',           'Oncology',         '#2bb5a0'),
  ('Medicine',           'Haematology',      '#7fb7be'),
  ('Aged Care',          'Geriatrics',       '#8a6f4e'),
  ('Aged Care',          'Rehabilitation',   '#b59a6d'),
  ('Aged Care',          'Palliative',       '#6b5b4b'),
  ('Surgery',            'General Surgery',  '#e07a1f'),
  ('Surgery',            'Orthopaedics',     '#b5541c'),
  ('Surgery',            'Vascular',         '#f2a541'),
  ('Surgery',            'Urology',          '#c98b00'),
  ('Surgery',            'Neurosurgery',     '#8f3b1b'),
  ('Surgery',            'Plastics',         '#f2c14e'),
  ('Surgery',            'Colorectal',       '#d9734e'),
  ('Surgery',            'ENT',              '#f4a582'),
  ('Anaesthetics',       null,               '#7b4fb5'),
  ('Intensive Care',     null,               '#4b1d6e'),
  ('Obstetrics & Gynae', null,               '#e06c9f'),
  ('Paediatrics',        null,               '#a8d03a'),
  ('Psychiatry',         null,               '#b79ced'),
  ('Relief',             null,               '#6c757d'),
  ('Relief',             'Nights',           '#343a40'),
  ('Pathology',          null,               '#9c89a0')
) as s (specialty, subspecialty, colour);

-- Positions -----------------------------------------------------------------------------------------
-- One row per position: categories; flags (service, rural, nights = nights or relief, covers = not embedded in one
-- clinical team, nonclinical, excludable); shortest term in weeks; then posts per term and minimum fill of each
-- allocation run (null: takes no part in it). Names, posts and minimums are all there is to a health service here.

create temporary table seed_positions (
  hospital text, team text, name text, label text, categories text[], flags text[], min_weeks int,
  pgy1 int[], pgy1_minimum int[], pgy2 int[], pgy2_minimum int[]
);
insert into seed_positions values
  ('Wandoo Park Hospital', 'Emergency Department', 'Emergency WP', 'Emergency', '{A,C}', '{}', 10, '{4,4,4,4,4}', '{3,3,3,3,3}', '{4,4,4,4}', '{2,2,2,2}'),
  ('Wandoo Park Hospital', 'Emergency Department', 'Emergency Short Stay WP', 'Emergency', '{A}', '{}', 10, '{2,2,2,2,2}', '{1,1,1,1,1}', '{2,2,2,2}', '{1,1,1,1}'),
  ('Wandoo Park Hospital', 'General Medicine Unit 1', 'General Medicine 1 WP', 'General Medicine', '{B,C}', '{}', 10, '{3,3,3,3,3}', '{2,2,2,2,2}', '{2,2,2,2}', '{1,1,1,1}'),
  ('Wandoo Park Hospital', 'General Medicine Unit 2', 'General Medicine 2 WP', 'General Medicine', '{B}', '{}', 10, '{2,2,2,2,2}', '{1,1,1,1,1}', '{1,1,1,1}', '{1,1,1,1}'),
  ('Wandoo Park Hospital', 'Cardiology', 'Cardiology WP', 'Cardiology', '{C}', '{}', 10, '{1,1,1,1,1}', null, '{2,2,2,2}', '{1,1,1,1}'),
  ('Wandoo Park Hospital', 'Respiratory Medicine', 'Respiratory WP', 'Respiratory', '{B}', '{}', 10, '{1,1,1,1,1}', null, '{1,1,1,1}', null),
  ('Wandoo Park Hospital', 'Gastroenterology', 'Gastroenterology WP', 'Gastroenterology', '{B}', '{}', 10, '{1,1,1,1,1}', null, '{1,1,1,1}', null),
  ('Wandoo Park Hospital', 'Renal Medicine', 'Renal WP', 'Renal', '{B}', '{}', 10, '{1,1,1,1,1}', null, '{1,1,1,1}', null),
  ('Wandoo Park Hospital', 'Neurology and Stroke', 'Stroke WP', 'Neurology/Stroke', '{C}', '{}', 10, '{1,1,1,1,1}', null, '{1,1,1,1}', null),
  ('Wandoo Park Hospital', 'Cancer Services', 'Oncology WP', 'Oncology', '{B}', '{}', 10, '{1,1,1,1,1}', null, '{1,1,1,1}', null),
  ('Wandoo Park Hospital', 'Cancer Services', 'Haematology WP', 'Haematology', '{B}', '{}', 10, '{1,1,1,1,1}', null, null, null),
  ('Wandoo Park Hospital', 'Aged Care', 'Geriatrics WP', 'Geriatrics', '{B}', '{}', 10, '{2,2,2,2,2}', '{1,1,1,1,1}', '{1,1,1,1}', null),
  ('Wandoo Park Hospital', 'Acute Surgical Unit', 'Acute General Surgery WP', 'General Surgery', '{C,D}', '{}', 10, '{3,3,3,3,3}', '{2,2,2,2,2}', '{2,2,2,2}', '{1,1,1,1}'),
  ('Wandoo Park Hospital', 'Upper GI and Breast Surgery', 'Elective General Surgery WP', 'General Surgery', '{D}', '{}', 10, '{2,2,2,2,2}', '{1,1,1,1,1}', '{1,1,1,1}', null),
  ('Wandoo Park Hospital', 'Orthopaedics', 'Orthopaedics WP', 'Orthopaedics', '{C,D}', '{}', 10, '{2,2,2,2,2}', '{1,1,1,1,1}', '{1,1,1,1}', null),
  ('Wandoo Park Hospital', 'Vascular Surgery', 'Vascular WP', 'Vascular', '{D}', '{}', 10, '{1,1,1,1,1}', null, null, null),
  ('Wandoo Park Hospital', 'Urology', 'Urology WP', 'Urology', '{D}', '{}', 10, '{2,1,2,1,2}', null, '{1,1,1,1}', null),
  ('Wandoo Park Hospital', 'Neurosurgery', 'Neurosurgery WP', 'Neurosurgery', '{C,D}', '{}', 10, '{1,1,1,1,1}', null, '{1,1,1,1}', null),
  ('Wandoo Park Hospital', 'Plastic Surgery', 'Plastics WP', 'Plastics', '{D}', '{}', 10, '{1,2,1,2,1}', null, null, null),
  -- The team takes interns for the long term only.
  ('Wandoo Park Hospital', 'Colorectal Surgery', 'Colorectal WP', 'Colorectal', '{D}', '{}', 12, '{0,0,0,0,2}', null, null, null),
  ('Wandoo Park Hospital', 'ENT', 'ENT WP', 'ENT', '{D}', '{}', 10, '{1,1,1,1,1}', null, null, null),
  ('Wandoo Park Hospital', 'Anaesthetics', 'Anaesthetics WP', 'Anaesthetics', '{C,D}', '{}', 10, '{1,1,1,1,1}', null, '{1,1,1,1}', null),
  ('Wandoo Park Hospital', 'Intensive Care', 'Intensive Care WP', 'Intensive Care', '{C}', '{}', 10, '{2,2,2,2,2}', '{1,1,1,1,1}', '{2,2,2,2}', '{1,1,1,1}'),
  ('Wandoo Park Hospital', 'Acute Psychiatry', 'Acute Psychiatry WP', 'Psychiatry', '{A,B}', '{}', 10, '{1,1,1,1,1}', null, '{1,1,1,1}', null),
  ('Wandoo Park Hospital', 'Medical Workforce', 'Relief WP', 'Relief', '{}', '{service,nights,covers,excludable}', 10, '{1,1,1,1,0}', null, '{1,1,1,1}', null),
  ('Wandoo Park Hospital', 'Medical Workforce', 'Medical Nights WP', 'Nights', '{}', '{service,nights,covers,excludable}', 10, '{1,1,1,1,0}', null, '{1,1,1,1}', null),
  ('Wandoo Park Hospital', 'Pathology and Research', 'Pathology WP', 'Pathology', '{}', '{covers,nonclinical,excludable}', 10, null, null, '{1,1,1,1}', null),

  ('Lyrebird Bay Hospital', 'Emergency Department', 'Emergency LB', 'Emergency', '{A}', '{}', 10, '{3,3,3,3,3}', '{2,2,2,2,2}', '{2,2,2,2}', '{1,1,1,1}'),
  ('Lyrebird Bay Hospital', 'General Medicine', 'General Medicine LB', 'General Medicine', '{B,C}', '{}', 10, '{2,2,2,2,2}', '{1,1,1,1,1}', '{2,2,2,2}', '{1,1,1,1}'),
  ('Lyrebird Bay Hospital', 'Cardiology', 'Cardiology LB', 'Cardiology', '{B}', '{}', 10, '{1,1,1,1,1}', null, null, null),
  ('Lyrebird Bay Hospital', 'Respiratory Medicine', 'Respiratory LB', 'Respiratory', '{B}', '{}', 10, '{0,1,1,1,1}', null, null, null),
  ('Lyrebird Bay Hospital', 'General Surgery', 'General Surgery LB', 'General Surgery', '{C,D}', '{}', 10, '{2,2,2,2,2}', '{1,1,1,1,1}', '{2,2,2,2}', '{1,1,1,1}'),
  ('Lyrebird Bay Hospital', 'Orthopaedics', 'Orthopaedics LB', 'Orthopaedics', '{D}', '{}', 10, '{1,1,1,1,1}', null, '{1,1,1,1}', null),
  ('Lyrebird Bay Hospital', 'Women''s Health', 'Obstetrics and Gynaecology LB', 'Obstetrics & Gynae', '{D}', '{}', 10, '{2,2,2,2,2}', '{1,1,1,1,1}', '{1,1,1,1}', null),
  ('Lyrebird Bay Hospital', 'Children''s Health', 'Paediatrics LB', 'Paediatrics', '{A,C}', '{}', 10, '{2,2,2,2,2}', '{1,1,1,1,1}', '{2,2,2,2}', '{1,1,1,1}'),
  ('Lyrebird Bay Hospital', 'Aged Care', 'Geriatric Evaluation LB', 'Geriatrics', '{B}', '{}', 10, '{1,1,1,1,1}', null, '{1,1,1,1}', null),
  ('Lyrebird Bay Hospital', 'Rehabilitation', 'Rehabilitation LB', 'Rehabilitation', '{B}', '{}', 10, '{1,1,1,1,1}', null, '{1,1,1,1}', null),
  ('Lyrebird Bay Hospital', 'Palliative Care', 'Palliative Care LB', 'Palliative', '{B}', '{}', 10, '{1,0,1,0,1}', null, '{1,1,1,1}', null),
  ('Lyrebird Bay Hospital', 'Community Psychiatry', 'Community Psychiatry LB', 'Psychiatry', '{B}', '{}', 10, '{1,1,1,1,1}', null, null, null),
  ('Lyrebird Bay Hospital', 'Medical Workforce', 'Relief LB', 'Relief', '{}', '{service,nights,covers,excludable}', 10, '{1,1,1,1,0}', null, null, null),

  ('Ironbark Creek Hospital', 'Urgent Care', 'Urgent Care IC', 'Emergency', '{A}', '{}', 10, '{2,2,2,2,2}', '{1,1,1,1,1}', null, null),
  ('Ironbark Creek Hospital', 'General Medicine', 'General Medicine IC', 'General Medicine', '{A,B}', '{}', 10, '{1,1,1,1,1}', null, null, null),
  ('Ironbark Creek Hospital', 'Day Surgery', 'Day Surgery IC', 'General Surgery', '{D}', '{}', 10, '{1,1,1,1,1}', null, null, null),
  ('Ironbark Creek Hospital', 'ENT', 'ENT IC', 'ENT', '{D}', '{}', 10, '{1,1,1,1,1}', null, null, null),
  ('Ironbark Creek Hospital', 'Children''s Health', 'Paediatrics IC', 'Paediatrics', '{A}', '{}', 10, '{1,1,1,1,1}', null, null, null),
  ('Ironbark Creek Hospital', 'Community Clinic', 'General Practice IC', 'General Practice', '{A}', '{}', 10, '{1,1,1,1,1}', null, '{1,1,1,1}', null),

  ('Mallee Plains Hospital', 'Emergency Department', 'Emergency MP', 'Emergency', '{A,C}', '{rural}', 10, '{1,1,1,1,1}', '{1,1,1,1,1}', '{1,1,1,1}', null),
  ('Mallee Plains Hospital', 'General Practice', 'Rural General Practice MP', 'General Practice', '{A}', '{rural}', 10, '{2,2,2,2,2}', null, '{1,1,1,1}', null),
  ('Mallee Plains Hospital', 'General Medicine', 'General Medicine MP', 'General Medicine', '{A,B}', '{rural}', 10, '{1,1,1,1,1}', null, null, null),
  ('Mallee Plains Hospital', 'General Surgery', 'General Surgery MP', 'General Surgery', '{C,D}', '{rural}', 10, '{1,1,1,1,1}', null, '{1,1,1,1}', null);

insert into public.teams (org_id, hospital, name)
select distinct h.org_id, h.id, s.team
from seed_positions s
join public.hospitals h on h.name = s.hospital and h.org_id = 'a0000000-0000-4000-8000-000000000001';

insert into public.positions
  (org_id, team, name, specialty, subspecialty, experience_categories, is_service, is_rural,
   is_nights_relief, is_clinical_team, is_non_clinical, is_excludable, min_weeks, colour)
select t.org_id, t.id, s.name, sp.specialty, sp.subspecialty, s.categories,
       'service' = any (s.flags), 'rural' = any (s.flags), 'nights' = any (s.flags),
       'covers' <> all (s.flags), 'nonclinical' = any (s.flags), 'excludable' = any (s.flags),
       s.min_weeks, sp.colour
from seed_positions s
join seed_specialties sp on sp.label = s.label
join public.hospitals h on h.name = s.hospital and h.org_id = 'a0000000-0000-4000-8000-000000000001'
join public.teams t on t.org_id = h.org_id and t.hospital = h.id and t.name = s.team;

insert into public.allocation_run_positions (org_id, allocation_run, position, term, posts, minimum_fill)
select p.org_id, r.allocation_run, p.id, post.term, post.posts, coalesce(r.minimum[post.term], 0)
from seed_positions s
join public.positions p on p.name = s.name and p.org_id = 'a0000000-0000-4000-8000-000000000001'
cross join lateral (values
  ('a0000000-0000-4000-8000-000000000031'::uuid, s.pgy1, s.pgy1_minimum),
  ('a0000000-0000-4000-8000-000000000032', s.pgy2, s.pgy2_minimum)
) as r (allocation_run, posts, minimum)
cross join lateral unnest(r.posts) with ordinality as post (posts, term);

-- A six-month term: two positions that one doctor works one after the other, in the first or the second half of the year.
-- Only the allocation run of the second year has posts of them. Nobody takes leave in its theatre weeks.

insert into public.six_month_terms (id, org_id, name, qualification, college) values
  ('a0000000-0000-4000-8000-000000000051', 'a0000000-0000-4000-8000-000000000001', 'Women''s health',
   'Certificate of Women''s Health', 'RANZCOG');

with component (part, name, subspecialty, categories, allows_leave, posts) as (values
  (1::smallint, 'Obstetrics Certificate LB', 'Obstetrics', '{C,D}'::text[], true, '{1,0,1,0}'::int[]),
  (2::smallint, 'Gynaecology Certificate LB', 'Gynaecology', '{D}', false, '{0,1,0,1}')
), inserted as (
  insert into public.positions
    (org_id, team, name, specialty, subspecialty, experience_categories, allows_leave, min_weeks, colour,
     six_month_term, six_month_part)
  select t.org_id, t.id, c.name, sp.specialty, c.subspecialty, c.categories, c.allows_leave, 10, sp.colour,
         'a0000000-0000-4000-8000-000000000051', c.part
  from component c
  join public.teams t on t.name = 'Women''s Health' and t.org_id = 'a0000000-0000-4000-8000-000000000001'
  join seed_specialties sp on sp.label = 'Obstetrics & Gynae'
  returning id, org_id, name
)
insert into public.allocation_run_positions (org_id, allocation_run, position, term, posts, minimum_fill)
select i.org_id, 'a0000000-0000-4000-8000-000000000032', i.id, post.term, post.posts, post.posts
from inserted i
join component c on c.name = i.name
cross join lateral unnest(c.posts) with ordinality as post (posts, term);

-- Doctors -------------------------------------------------------------------------------------------
-- The planner never reads these; they show what a doctor may see once an allocation run is open.

insert into public.workers (id, org_id, user_id, email, name) values
  ('a0000000-0000-4000-8000-000000000041', 'a0000000-0000-4000-8000-000000000001',
   'a0000000-0000-4000-8000-000000000013', 'doctor@northern.example', 'Dr Noor Haddad'),
  (gen_random_uuid(), 'a0000000-0000-4000-8000-000000000001', null, 'm.oconnell@northern.example', 'Dr Maeve O''Connell'),
  (gen_random_uuid(), 'a0000000-0000-4000-8000-000000000001', null, 't.nguyen@northern.example', 'Dr Thao Nguyen'),
  (gen_random_uuid(), 'b0000000-0000-4000-8000-000000000001', null, 'j.baptiste@other.example', 'Dr Jules Baptiste');

insert into public.qualification_tags (org_id, name) values
  ('a0000000-0000-4000-8000-000000000001', 'Rural generalist pathway'),
  ('a0000000-0000-4000-8000-000000000001', 'Advanced life support');

insert into public.worker_qualifications (org_id, worker, qualification_tag)
select q.org_id, 'a0000000-0000-4000-8000-000000000041', q.id
from public.qualification_tags q where q.name = 'Advanced life support';

insert into public.allocation_run_worker_mappings (org_id, allocation_run, worker)
select w.org_id, 'a0000000-0000-4000-8000-000000000031', w.id
from public.workers w where w.org_id = 'a0000000-0000-4000-8000-000000000001';

-- The second org ------------------------------------------------------------------------------------

insert into public.teams (org_id, hospital, name)
select h.org_id, h.id, t.name
from public.hospitals h
cross join (values ('Acute Care'), ('Perioperative Care')) as t (name)
where h.org_id = 'b0000000-0000-4000-8000-000000000001';

with position_row (team, name, label, categories, flags, posts) as (values
  ('Acute Care', 'Emergency GP', 'Emergency', '{A,C}'::text[], '{}'::text[], 2),
  ('Acute Care', 'General Medicine GP', 'General Medicine', '{B,C}', '{}', 2),
  ('Acute Care', 'Geriatrics GP', 'Geriatrics', '{B}', '{}', 1),
  ('Acute Care', 'Relief GP', 'Relief', '{}', '{service,nights,covers,excludable}', 1),
  ('Perioperative Care', 'General Surgery GP', 'General Surgery', '{C,D}', '{}', 1),
  ('Perioperative Care', 'Anaesthetics GP', 'Anaesthetics', '{D}', '{}', 1)
), inserted as (
  insert into public.positions
    (org_id, team, name, specialty, subspecialty, experience_categories, is_service,
     is_nights_relief, is_clinical_team, is_excludable, colour)
  select t.org_id, t.id, s.name, sp.specialty, sp.subspecialty, s.categories,
         'service' = any (s.flags), 'nights' = any (s.flags), 'covers' <> all (s.flags),
         'excludable' = any (s.flags), sp.colour
  from position_row s
  join seed_specialties sp on sp.label = s.label
  join public.teams t on t.name = s.team and t.org_id = 'b0000000-0000-4000-8000-000000000001'
  returning id, org_id, name
)
insert into public.allocation_run_positions (org_id, allocation_run, position, term, posts)
select i.org_id, 'b0000000-0000-4000-8000-000000000031', i.id, term, s.posts
from inserted i
join position_row s on s.name = i.name
cross join generate_series(1, 4) as term;

drop table seed_positions, seed_specialties;

-- Kinds of work that are shipped switched off -------------------------------------------------------

update fleet.search_types set enabled = true where search_type in ('prime_search', 'prime_check', 'node_check', 'agent_task');
