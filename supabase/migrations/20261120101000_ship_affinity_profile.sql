-- Ships an affinity profile with Receptor, so that allocation runs of every org can use one at once.
-- Weights are on the scale of 100 x Pearson's r of doctors' interest in two specialties; pairs of 0 are left out.

insert into public.affinity_profiles (id, org_id, name, version, description) values (
  'affa0000-0000-4000-8000-000000000001', null, 'Specialty interest survey', 1,
  'Starting weights on the scale of 100 x Pearson''s r of interest in two specialties. Surveyed: intensive care with anaesthetics, general practice with psychiatry, paediatrics and general surgery; the others are illustrative.'
);

-- The lower triangle of a symmetric matrix: row n holds the weights with the specialties of rows 1 to n - 1.
with matrix (n, specialty, weights) as (values
  ( 1, 'Emergency',           '{}'::int[]),
  ( 2, 'General Practice',    '{7}'),
  ( 3, 'General Medicine',    '{-8,0}'),
  ( 4, 'Cardiology',          '{-8,10,58}'),
  ( 5, 'Respiratory',         '{9,6,24,54}'),
  ( 6, 'Gastroenterology',    '{-5,-9,24,44,22}'),
  ( 7, 'Renal',               '{29,26,37,18,37,45}'),
  ( 8, 'Neurology/Stroke',    '{15,0,31,24,39,39,20}'),
  ( 9, 'Oncology',            '{-10,-18,62,28,10,39,58,38}'),
  (10, 'Haematology',         '{20,10,49,32,49,31,30,48,41}'),
  (11, 'Geriatrics',          '{-9,15,28,60,11,3,41,33,44,42}'),
  (12, 'Rehabilitation',      '{12,11,9,14,36,31,28,30,36,27,29}'),
  (13, 'Palliative',          '{-4,0,46,16,13,30,3,41,19,31,25,16}'),
  (14, 'General Surgery',     '{8,-23,-9,9,0,-16,-9,-12,-32,-26,-16,-27,-18}'),
  (15, 'Orthopaedics',        '{28,-11,-19,-6,-14,-20,-15,-22,5,-11,0,6,-21,33}'),
  (16, 'Vascular',            '{6,-20,-8,-4,-16,-14,-25,-14,-21,-32,-3,-15,-24,67,58}'),
  (17, 'Urology',             '{19,-10,-15,-28,-31,-19,-21,-28,-53,-19,-36,-9,0,65,37,31}'),
  (18, 'Neurosurgery',        '{16,-35,3,-21,-18,-29,-7,-24,-11,-29,-14,-28,-18,16,33,18,38}'),
  (19, 'Plastics',            '{12,-16,-27,-12,-21,-31,-21,-23,-28,-16,-31,-19,-7,42,34,45,63,60}'),
  (20, 'Colorectal',          '{-16,-5,-18,6,-29,-6,-33,-38,-11,-15,-26,-10,-28,39,44,49,46,18,34}'),
  (21, 'ENT',                 '{24,-10,-26,-23,-46,-30,-18,-7,-36,-10,-23,-6,-30,39,44,57,47,39,54,33}'),
  (22, 'Anaesthetics',        '{50,22,34,4,15,19,25,16,24,30,8,-15,-9,18,28,29,24,36,38,35,31}'),
  (23, 'Intensive Care',      '{32,-32,16,37,47,23,27,33,27,39,13,3,9,22,5,0,3,31,0,39,0,67}'),
  (24, 'Obstetrics & Gynae',  '{6,28,-18,0,-4,-4,5,15,0,14,-19,0,-4,0,7,0,6,0,-28,21,-12,-10,-14}'),
  (25, 'Paediatrics',         '{19,36,-15,-13,3,-7,16,8,9,20,0,10,8,19,0,-7,0,-9,23,-13,-3,-12,10,41}'),
  (26, 'Psychiatry',          '{18,45,15,-15,22,-7,5,9,-3,18,0,26,0,-20,-25,-28,-10,-9,-25,-23,-45,-9,-16,0,21}'),
  (27, 'Relief',              '{22,-8,13,13,6,-28,-15,6,25,0,4,6,-11,0,-8,24,-7,15,-5,6,-5,-18,15,23,0,7}'),
  (28, 'Nights',              '{0,-6,-27,13,-10,-10,15,-11,17,6,0,-19,-6,11,-11,14,-9,8,0,0,11,11,16,-6,20,24,16}'),
  (29, 'Pathology',           '{-10,11,9,7,17,17,-8,-9,-7,5,18,32,11,3,-9,-14,28,7,27,4,11,-20,0,8,-10,6,4,0}')
)
insert into public.affinity_weights (profile, specialty_a, specialty_b, weight)
select 'affa0000-0000-4000-8000-000000000001',
       least(a.specialty collate "C", b.specialty collate "C"),
       greatest(a.specialty collate "C", b.specialty collate "C"),
       a.weights[b.n]
from matrix a
join matrix b on b.n < a.n
where a.weights[b.n] <> 0;
