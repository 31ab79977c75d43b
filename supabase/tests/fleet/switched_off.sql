-- A kind of work that is switched off takes nothing in and works on nothing; what is queued waits.
begin;
select plan(6);
select tests.new_job('kind_off');
select is(fleet.calls_needed('kind_off'), 1, 'switched on, it is worked on');
update fleet.search_types set enabled = false where search_type = 'kind_off';
select is_empty($$ select * from fleet.claim_next_block('kind_off', 'w') $$, 'switched off, nothing is claimed');
select is(fleet.calls_needed('kind_off'), 0, 'nobody is called');
select throws_ok($$ select tests.new_job('kind_off') $$, 'RC4OF', null, 'and nothing is taken in');
update fleet.search_types set enabled = true where search_type = 'kind_off';
select is((tests.job(tests.id('run'))).status::text, 'QUEUED', 'what was queued has waited');
select isnt_empty($$ select * from fleet.claim_next_block('kind_off', 'w') $$, 'and goes on');
select * from finish();
rollback;
