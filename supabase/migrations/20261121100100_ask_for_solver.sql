-- Starting an invocation that finds nothing to do costs as much as one that works: under load, with a place for one run
-- at a time, nearly every call of a solver was of that kind.

-- solver_is_needed(function): would an invocation of this solver find something to do now?
-- Called by the functions that take requests, after the transaction that inserted the run. Where it answers false, other
-- runs hold the places there are; the last slice of each of them asks the same after its end, so that nobody is forgotten.
create function public.solver_is_needed(p_function text)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select from fleet.search_types t
    where t.function_name = p_function and fleet.has_ready_work(t.search_type)
  )
$$;
comment on function public.solver_is_needed(text) is 'Whether a call of this solver function would find work; tells no more of the queue.';
revoke all on function public.solver_is_needed(text) from public, anon, authenticated;
grant execute on function public.solver_is_needed(text) to authenticated;
