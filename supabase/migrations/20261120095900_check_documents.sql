-- What comes in from outside, before anything is done with it: texts that look alike are alike, and documents have the shape
-- that the functions which read them expect. Each fault is told with its path.

create schema if not exists private;
comment on schema private is
  'Helpers of row level security and of triggers. Not exposed through the API.';
revoke all on schema private from public;
grant usage on schema private to authenticated, service_role;

-- private.fold_joiners(text): a text with joiners (U+200C, U+200D) only where people see them: between what looks different with
-- one. Anywhere else they show nothing. shared/platform/texts.ts has the same.
-- Called by private.fold_characters(), once nothing else in it is invisible.
create function private.fold_joiners(p_text text)
returns text
language sql
immutable
strict
set search_path = ''
as $$
  select case when p_text ~ '[\u200c\u200d]' then regexp_replace(p_text,
    -- Persian, Urdu: a letter that would join the next one, and does not.
    '([\u0620\u0626\u0628\u062a-\u062e\u0633-\u063f\u0641-\u0647\u0649\u064a\u066e\u066f\u0678-\u0687\u069a-\u06bf\u06c1\u06c2\u06cc\u06ce\u06d0\u06d1\u06fa-\u06fc\u06ff\u0750-\u0758\u075c-\u076a\u076d-\u0770\u0772\u0775-\u0777\u077a-\u077f][\u064b-\u065f\u0670]*\u200c(?=[\u0622-\u063f\u0641-\u064a\u066e\u066f\u0671-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06fc\u06ff\u0750-\u077f])' ||
    -- Scripts of India: a consonant that would melt into the next one.
    '|[\u0915-\u0939\u0995-\u09b9\u09f0\u09f1\u0a15-\u0a39\u0a95-\u0ab9\u0b15-\u0b39\u0c15-\u0c39\u0c95-\u0cb9\u0d15-\u0d39][\u093c\u09bc\u0a3c\u0abc\u0b3c\u0cbc]?[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0c4d\u0ccd\u0d4d][\u200c\u200d](?=[\u0915-\u0939\u0995-\u09b9\u09f0\u09f1\u0a15-\u0a39\u0a95-\u0ab9\u0b15-\u0b39\u0c15-\u0c39\u0c95-\u0cb9\u0d15-\u0d39])' ||
    -- Sinhala: one that does.
    '|[\u0d9a-\u0dc6]\u0dca\u200d(?=[\u0d9a-\u0dc6])' ||
    -- Malayalam: a consonant without its vowel at an end.
    '|[\u0d15\u0d23\u0d28\u0d30\u0d32\u0d33]\u0d4d\u200d' ||
    -- Bengali, Kannada, Sinhala: a consonant that keeps its shape above the next one.
    '|[\u09b0\u0cb0\u0d9a-\u0dc6]\u200d(?=[\u09cd\u0ccd\u0dca][\u0915-\u0939\u0995-\u09b9\u09f0\u09f1\u0a15-\u0a39\u0a95-\u0ab9\u0b15-\u0b39\u0c15-\u0c39\u0c95-\u0cb9\u0d15-\u0d39\u0d9a-\u0dc6])' ||
    -- Emoji: who somebody is, and what.
    '|[\U0001f3c3-\U0001f3cc\U0001f3fb-\U0001f3ff\U0001f466-\U0001f469\U0001f46e-\U0001f487\U0001f575\U0001f645-\U0001f64e\U0001f6a3\U0001f6b4-\U0001f6b6\U0001f926\U0001f930-\U0001f93e\U0001f9b8\U0001f9b9\U0001f9cd-\U0001f9df]\u200d(?=[\u2640\u2642\u2695\u2696\u2708\u27a1\u2764\U0001f33e\U0001f373\U0001f37c\U0001f393\U0001f3a4\U0001f3a8\U0001f3eb\U0001f3ed\U0001f466-\U0001f469\U0001f48b\U0001f4bb\U0001f4bc\U0001f527\U0001f52c\U0001f680\U0001f692\U0001f91d\U0001f9af-\U0001f9b3\U0001f9bc\U0001f9bd\U0001f9d1\U0001f9d2])' ||
    -- Emoji: hearts, kisses and hands between two.
    '|[\u2764\U0001f48b\U0001f91d]\u200d(?=[\U0001f466-\U0001f469\U0001f48b\U0001f525\U0001f9d1\U0001fa79])' ||
    -- Emoji: flags.
    '|\U0001f3f3\u200d(?=[\u26a7\U0001f308])' ||
    '|\U0001f3f4\u200d(?=\u2620)' || ')|[\u200c\u200d]',
    '\1', 'g') else p_text end
$$;
comment on function private.fold_joiners(text) is 'A text without joiners that show nothing.';
revoke all on function private.fold_joiners(text) from public, anon, authenticated, service_role;
grant execute on function private.fold_joiners(text) to authenticated, service_role;

-- private.fold_characters(text): a text composed (NFC), without characters that show nothing (zero width, controls of
-- direction and of terminals, soft hyphens, variation selectors, tags), every run of spaces of any kind one space.
-- Called by private.fold_text() and, with the text of a whole document, by private.fold_document().
create function private.fold_characters(p_text text)
returns text
language sql
immutable
strict
set search_path = ''
as $$
  select regexp_replace(
    normalize(private.fold_joiners(regexp_replace(
      p_text,
      '[\u0001-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]',
      '', 'g')), NFC),
    '[\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u2800\u3000]+', ' ', 'g')
$$;
comment on function private.fold_characters(text) is 'A text composed, without invisible characters, with single spaces.';
revoke all on function private.fold_characters(text) from public, anon, authenticated, service_role;
grant execute on function private.fold_characters(text) to authenticated, service_role;

-- private.fold_text(text): the text as people see it: its characters folded, no spaces at the ends. Two names that look alike
-- are one name then. shared/platform/texts.ts does the same.
-- Called by constraints, by the trigger below and by functions that look names up.
create function private.fold_text(p_text text)
returns text
language plpgsql
immutable
strict
set search_path = ''
as $$
begin
  return case when p_text ~ '^[!-~]+( [!-~]+)*$' then p_text -- plain already, as most are
    else btrim(private.fold_characters(p_text), ' ') end;
end
$$;
comment on function private.fold_text(text) is 'A text as people see it: composed, without invisible characters, with single spaces.';
revoke all on function private.fold_text(text) from public, anon, authenticated, service_role;
grant execute on function private.fold_text(text) to authenticated, service_role;

-- private.is_name(text, most): whether a text can be a name: as people see it, not empty, and not too long.
-- Called by constraints, with the rights of whoever writes.
create function private.is_name(p_text text, p_most int)
returns boolean
language plpgsql
immutable
strict
set search_path = ''
as $$
begin
  return char_length(p_text) between 1 and p_most and p_text = private.fold_text(p_text);
end
$$;
comment on function private.is_name(text, int) is 'Whether a text is a name of at most so many characters, without invisible ones.';
revoke all on function private.is_name(text, int) from public, anon, authenticated, service_role;
grant execute on function private.is_name(text, int) to authenticated, service_role;

-- private.fold_names(): the columns that the trigger names, folded: who pastes a no-break space meant a space.
-- Trigger before insert or update of names, where they are not folded already.
create function private.fold_names()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  v_row jsonb := to_jsonb(new);
begin
  select jsonb_object_agg(c, private.fold_text(v_row ->> c)) into v_row from unnest(tg_argv) as c;
  return jsonb_populate_record(new, v_row);
end
$$;
comment on function private.fold_names() is 'Trigger: writes names as people see them.';
revoke all on function private.fold_names() from public, anon, authenticated, service_role;

-- private.fold_document(document): a document all of whose texts are folded, down to its eighth level. Characters are folded
-- in the text of the whole document, whose own are plain; text by text only where one has spaces at its ends or escapes.
-- Called by populate_allocation_run(), private.result_moves(), copy_allocation_run(), import_affinities() and invite_members().
create function private.fold_document(p_document jsonb)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_text text := p_document::text;
begin
  if v_text ~ '[^ -~]|  ' then
    v_text := private.fold_characters(v_text);
  end if;
  if v_text ~ '" | "[]},:]|\\[bfnrtu]' then
    return private.fold_members(v_text::jsonb, 8);
  end if;
  return v_text::jsonb;
end
$$;
comment on function private.fold_document(jsonb) is 'A document whose texts are as people see them.';
revoke all on function private.fold_document(jsonb) from public, anon, authenticated, service_role;

-- private.fold_members(document, depth): a document with its texts folded, one by one, down to a depth.
-- Called by private.fold_document() and by itself.
create function private.fold_members(p_document jsonb, p_depth int)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  if p_depth = 0 then
    return p_document;
  end if;
  case jsonb_typeof(p_document)
    when 'string' then
      return to_jsonb(private.fold_text(p_document #>> '{}'));
    when 'array' then
      return (
        select coalesce(jsonb_agg(private.fold_members(e, p_depth - 1) order by n), '[]')
        from jsonb_array_elements(p_document) with ordinality as t (e, n));
    when 'object' then
      return (
        select coalesce(jsonb_object_agg(key, private.fold_members(value, p_depth - 1)), '{}')
        from jsonb_each(p_document));
    else
      return p_document;
  end case;
end
$$;
comment on function private.fold_members(jsonb, int) is 'A document with its texts folded one by one.';
revoke all on function private.fold_members(jsonb, int) from public, anon, authenticated, service_role;

-- private.no_such(what, id): the sentence about what the caller sees none of, or has not named.
-- Called by whatever raises RC404 for an id that it was given. p_what: "allocation run".
create function private.no_such(p_what text, p_id text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
  return case when p_id is null then format('Name the %s: its id is missing.', p_what)
    else format('There is no %s %s.', p_what, left(p_id, 200)) end;
end
$$;
comment on function private.no_such(text, text) is 'The sentence about what is not there, or was not named.';
revoke all on function private.no_such(text, text) from public, anon, authenticated, service_role;
grant execute on function private.no_such(text, text) to authenticated, service_role;

-- private.is_list(array): whether an array is a plain list: no list of lists, nothing missing in it, counted from 1. Arrays of
-- PostgreSQL may be all of that, and what reads them knows lists alone.
-- Called by constraints, with the rights of whoever writes, and by private.require_list().
create function private.is_list(p_array anyarray)
returns boolean
language plpgsql
immutable
strict
set search_path = ''
as $$
begin
  return coalesce(array_ndims(p_array) = 1 and array_lower(p_array, 1) = 1 and array_position(p_array, null) is null, true);
end
$$;
comment on function private.is_list(anyarray) is 'Whether an array has one dimension, counted from 1, and no nulls.';
revoke all on function private.is_list(anyarray) from public, anon, authenticated, service_role;
grant execute on function private.is_list(anyarray) to authenticated, service_role;

-- private.require_list(array, path): refuses (RC400) an argument that is no plain list; null is what is left out.
-- Called first by functions that take an array.
create function private.require_list(p_array anyarray, p_path text)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if not private.is_list(p_array) then
    raise exception 'The list cannot be taken: %: it has lists or nulls in it.', p_path using errcode = 'RC400',
      detail = jsonb_build_array(jsonb_build_object('path', p_path, 'message', 'it has lists or nulls in it'))::text;
  end if;
end
$$;
comment on function private.require_list(anyarray, text) is 'Refuses an array that is no plain list.';
revoke all on function private.require_list(anyarray, text) from public, anon, authenticated, service_role;
grant execute on function private.require_list(anyarray, text) to authenticated, service_role;

-- private.is_date(text): whether a text is a date, YYYY-MM-DD, that the calendar has.
-- Called by private.shape_faults().
create function private.is_date(p_text text)
returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  return p_text ~ '^\d{4}-\d\d-\d\d$' and p_text::date is not null;
exception when datetime_field_overflow or invalid_datetime_format then
  return false;
end
$$;
comment on function private.is_date(text) is 'Whether a text is a date that the calendar has.';
revoke all on function private.is_date(text) from public, anon, authenticated, service_role;
grant execute on function private.is_date(text) to authenticated, service_role;

-- private.is_day(day): whether a day is one that somebody plans for: from 2000 to 2100, as what is said of years. A slip of the
-- keyboard (20270, 0202) and infinity are none: no page could show them, and no calendar has them.
-- Called by constraints, with the rights of whoever writes, and by functions that take days.
create function private.is_day(p_day date)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select p_day between '2000-01-01' and '2100-12-31'
$$;
comment on function private.is_day(date) is 'Whether a day is one of the years from 2000 to 2100.';
revoke all on function private.is_day(date) from public, anon, authenticated, service_role;
grant execute on function private.is_day(date) to authenticated, service_role;

-- private.shape_faults(value, shape, path): where a document is not as it should be: path and message of each fault.
-- Called by functions that users call, before they read the document; null is what is left out. Shapes:
--   {is: object, members: {name: shape, ...}}       no other members; {must: true} in a member's shape: it is there
--     ..., exact: true                              a member that is left out is left out, and not null, unless {must: false} is in its shape
--     ..., some: [name, ...]                        one of these members at least is there, and no empty list
--     ..., rising: [name, name]                     of two numbers the first is not above the second
--   {is: list, of: shape, most, least?}             so many entries, none of them null unless {must: false} is in `of`
--   {is: text, most, like?: regular expression}     not empty, at most so many characters
--   {is: whole or number, least, most, step?}, {is: flag}, {is: id}, {is: date}
--   {is: choice, of: [text, ...]}                   one of these texts
--   {is: either, of: [shape, ...]}                  one of these shapes; the faults told are the last one's
--   {is: ranks, most}                               [[name, rank], ...]: whole or half numbers (two who share a place have
--                                                   its mean) from 1 to 10,000, as the columns of ranks have them
--   {is: any, most}                                 whatever it is, at most so many bytes
create function private.shape_faults(p_value jsonb, p_shape jsonb, p_path text default '')
returns table (path text, message text)
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_type text := coalesce(jsonb_typeof(p_value), 'null');
  v_text text := p_value #>> '{}';
  v_most numeric := (p_shape ->> 'most')::numeric;
  v_shape jsonb;
  v_fault text;
begin
  if v_type = 'null' then
    if (p_shape ->> 'must')::boolean then
      return query select p_path, 'missing';
    end if;
    return;
  end if;
  case p_shape ->> 'is'
    when 'object' then
      if v_type <> 'object' then
        return query select p_path, 'not an object';
        return;
      end if;
      return query
        select concat_ws('.', nullif(p_path, ''), left(k, 60)), 'there is no such member'
        from jsonb_object_keys(p_value) as k where not p_shape -> 'members' ? k;
      if p_shape ? 'exact' then
        return query
          select concat_ws('.', nullif(p_path, ''), m.key), 'must not be null'
          from jsonb_each(p_value) as m
          where m.value = 'null' and p_shape #> array['members', m.key] ->> 'must' is null;
      end if;
      if p_shape ? 'some' and not exists (
        select from jsonb_array_elements_text(p_shape -> 'some') as s
        where coalesce(p_value -> s, '[]') not in ('[]', 'null')
      ) then
        return query select p_path, 'none of ' || (select string_agg(s, ', ') from jsonb_array_elements_text(p_shape -> 'some') as s) || ' is there';
      end if;
      if jsonb_typeof(p_value -> (p_shape #>> '{rising,0}')) = 'number' and jsonb_typeof(p_value -> (p_shape #>> '{rising,1}')) = 'number'
        and p_value -> (p_shape #>> '{rising,0}') > p_value -> (p_shape #>> '{rising,1}') then
        return query select concat_ws('.', nullif(p_path, ''), p_shape #>> '{rising,0}'), 'above ' || (p_shape #>> '{rising,1}');
      end if;
      return query
        select f.* from jsonb_each(p_shape -> 'members') as m,
          private.shape_faults(p_value -> m.key, m.value, concat_ws('.', nullif(p_path, ''), m.key)) as f;
      return;
    when 'list' then
      if v_type <> 'array' then
        v_fault := 'not a list';
      elsif jsonb_array_length(p_value) > v_most then
        v_fault := format('more than %s entries', v_most);
      elsif jsonb_array_length(p_value) < (p_shape ->> 'least')::int then
        v_fault := format('fewer than %s entries', p_shape ->> 'least');
      elsif p_shape #>> '{of,is}' = 'text' and not exists (
        -- Long lists of plain texts, as of tags and names, at one look.
        select from jsonb_array_elements(p_value) as e (element)
        where jsonb_typeof(element) <> 'string' or char_length(element #>> '{}') > (p_shape #>> '{of,most}')::int
          or element #>> '{}' !~ '[!-~]' or element #>> '{}' !~ coalesce(p_shape #>> '{of,like}', '')
      ) then
        return;
      else
        return query
          select f.* from jsonb_array_elements(p_value) with ordinality as e (element, n),
            private.shape_faults(element, '{"must": true}' || (p_shape -> 'of'), format('%s[%s]', p_path, n - 1)) as f
          limit 50;
        return;
      end if;
    when 'either' then
      for v_shape in select value from jsonb_array_elements(p_shape -> 'of') loop
        if not exists (select from private.shape_faults(p_value, v_shape, p_path)) then
          return;
        end if;
      end loop;
      return query select f.* from private.shape_faults(p_value, v_shape, p_path) as f;
      return;
    when 'ranks' then
      if v_type <> 'array' then
        v_fault := 'not a list';
      elsif jsonb_array_length(p_value) > v_most then
        v_fault := format('more than %s entries', v_most);
      else
        return query
          select format('%s[%s]', p_path, n - 1) || case when v.pair is null then '' when v.named then '[1]' else '[0]' end,
            case when v.pair is null then 'not a pair of a name and a rank' when v.named
              then format('not a rank: %s', left((v.pair -> 1)::text, 40)) else 'not a name' end
          from jsonb_array_elements(p_value) with ordinality as e (element, n)
          cross join lateral (
            select case when jsonb_typeof(element) = 'array' then case jsonb_array_length(element) when 2 then element end end as pair,
              jsonb_typeof(element -> 0) = 'string' as named, case jsonb_typeof(element -> 1) when 'number'
                then (element -> 1)::numeric between 1 and 10000 and (2 * (element -> 1)::numeric) % 1 = 0 else false end as ranked
          ) as v
          where v.pair is null or not v.named or not v.ranked
          limit 50;
        return;
      end if;
    when 'text' then
      v_fault := case
        when v_type <> 'string' then 'not a text'
        when private.fold_text(v_text) = '' then 'missing'
        when char_length(v_text) > v_most then format('longer than %s characters', v_most)
        when v_text !~ (p_shape ->> 'like') then 'not valid: ' || left(v_text, 60) end;
    when 'whole', 'number' then
      v_fault := format(case p_shape ->> 'is' when 'whole' then 'not a whole number from %s to %s' else 'not a number from %s to %s' end,
        p_shape ->> 'least', p_shape ->> 'most') || coalesce(' in steps of ' || (p_shape ->> 'step'), '');
      if v_type = 'number' then
        if v_text::numeric between (p_shape ->> 'least')::numeric and v_most
          and (p_shape ->> 'is' = 'number' and not p_shape ? 'step' or v_text::numeric % coalesce((p_shape ->> 'step')::numeric, 1) = 0) then
          v_fault := null;
        end if;
      end if;
    when 'flag' then
      v_fault := case when v_type <> 'boolean' then 'neither true nor false' end;
    when 'id' then
      v_fault := case when v_type <> 'string' or v_text !~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        then 'not valid: ' || left(v_text, 60) end;
    when 'date' then
      v_fault := case when v_type <> 'string' or not private.is_date(v_text) then 'not valid: ' || left(v_text, 60) end;
    when 'choice' then
      v_fault := case when v_type <> 'string' or not p_shape -> 'of' ? v_text then format('not one of %s', (
        select string_agg(o, ', ') from jsonb_array_elements_text(p_shape -> 'of') as o)) end;
    when 'any' then
      v_fault := case when octet_length(p_value::text) > v_most then format('larger than %s bytes', v_most) end;
  end case;
  if v_fault is not null then
    return query select p_path, v_fault;
  end if;
end
$$;
comment on function private.shape_faults(jsonb, jsonb, text) is 'Where a document does not have a shape: paths and messages.';
revoke all on function private.shape_faults(jsonb, jsonb, text) from public, anon, authenticated, service_role;
grant execute on function private.shape_faults(jsonb, jsonb, text) to authenticated, service_role;

-- private.refuse_faults(faults): raises RC400 with the list of {path, message} as its detail, where there are any.
-- Called by functions that users call, and by triggers on what users write.
create function private.refuse_faults(p_faults jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if p_faults = '[]'::jsonb then
    return;
  end if;
  raise exception 'The document cannot be taken: %: %.', p_faults #>> '{0,path}', p_faults #>> '{0,message}'
    using errcode = 'RC400', detail = p_faults::text;
end
$$;
comment on function private.refuse_faults(jsonb) is 'Refuses a document with faults.';
revoke all on function private.refuse_faults(jsonb) from public, anon, authenticated, service_role;
grant execute on function private.refuse_faults(jsonb) to authenticated, service_role;

-- private.give_reason(reason): why somebody does what they are about to do, for the audit log: every change of the transaction
-- stands there with it. Answers the reason as it stands; null: none was given. RC400 where it is too long.
-- Called by functions that users call and that ask for a reason (p_reason), before they write.
create function private.give_reason(p_reason text)
returns text
language plpgsql
set search_path = ''
as $$
declare
  v_reason text := nullif(private.fold_text(p_reason), '');
begin
  if char_length(v_reason) > 1000 then
    perform private.refuse_faults('[{"path": "p_reason", "message": "must be a text of at most 1000 characters"}]');
  end if;
  perform set_config('receptor.reason', coalesce(v_reason, ''), true);
  return v_reason;
end
$$;
comment on function private.give_reason(text) is 'Gives the reason that the audit log notes with the changes of the transaction.';
revoke all on function private.give_reason(text) from public, anon, authenticated, service_role;
grant execute on function private.give_reason(text) to authenticated, service_role;

-- private.require_shape(document, shape, bytes): RC400 where a document is larger than so many bytes or has another shape.
-- Called by functions that users call, and by triggers on what users write.
create function private.require_shape(p_document jsonb, p_shape jsonb, p_bytes int)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if octet_length(p_document::text) > p_bytes then
    perform private.refuse_faults(jsonb_build_array(
      jsonb_build_object('path', '', 'message', format('larger than %s bytes', p_bytes))));
  end if;
  perform private.refuse_faults((
    select coalesce(jsonb_agg(jsonb_build_object('path', path, 'message', message)), '[]')
    from (select f.* from private.shape_faults(p_document, p_shape || '{"must": true}') as f limit 50) as f));
end
$$;
comment on function private.require_shape(jsonb, jsonb, int) is 'Refuses a document that is too large or has another shape.';
revoke all on function private.require_shape(jsonb, jsonb, int) from public, anon, authenticated, service_role;
grant execute on function private.require_shape(jsonb, jsonb, int) to authenticated, service_role;

-- private.require_unchanged(now, seen, what): refuses (RC409, CHANGED_MEANWHILE) where a member of what somebody read is no longer so, or
-- where it is there by now (seen is a JSON null); nothing is compared where seen is null. The detail says how it is: {"now": {member: value}},
-- or null where it is not there. RC400 where seen is no object. Called by functions that users call, when they hold what they change.
create function private.require_unchanged(p_now jsonb, p_seen jsonb, p_what text)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if jsonb_typeof(p_seen) not in ('object', 'null') then
    perform private.refuse_faults('[{"path": "p_seen", "message": "not an object"}]');
  elsif (case jsonb_typeof(p_seen)
    when 'object' then exists (select from jsonb_each(p_seen) as m where p_now -> m.key is distinct from m.value)
    else p_seen is not null and p_now is not null end)
  then
    raise exception 'Somebody else changed % meanwhile, and nothing was saved.', p_what using errcode = 'RC409', hint = 'CHANGED_MEANWHILE',
      detail = jsonb_build_object('now', case when p_seen = 'null' or p_now is null then p_now
        else (select jsonb_object_agg(m.key, p_now -> m.key) from jsonb_each(p_seen) as m) end);
  end if;
end
$$;
comment on function private.require_unchanged(jsonb, jsonb, text) is 'Refuses where what somebody read is no longer so.';
revoke all on function private.require_unchanged(jsonb, jsonb, text) from public, anon, authenticated, service_role;
grant execute on function private.require_unchanged(jsonb, jsonb, text) to authenticated;

-- private.require_previewed(preview, now): refuses (RC409, CHANGED_MEANWHILE) what would do something else by now than what a preview of the same
-- showed, both told by a hash; nothing is compared where preview is null. Called by imports, within what they have done already.
create function private.require_previewed(p_preview text, p_now text)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if p_preview <> p_now then
    raise exception 'Somebody else changed what this file is about meanwhile, and nothing was imported. Look at what it would change once more.'
      using errcode = 'RC409', hint = 'CHANGED_MEANWHILE';
  end if;
end
$$;
comment on function private.require_previewed(text, text) is 'Refuses what would do something else by now than its preview showed.';
revoke all on function private.require_previewed(text, text) from public, anon, authenticated, service_role;
grant execute on function private.require_previewed(text, text) to authenticated;

-- private.require_flag(path, flag): refuses (RC400) a call that says neither true nor false of what it has to say; a flag that may be left
-- out stands for its default where it is null. Called by functions that users call.
create function private.require_flag(p_path text, p_flag boolean)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if p_flag is null then
    perform private.refuse_faults(jsonb_build_array(jsonb_build_object('path', p_path, 'message', 'neither true nor false')));
  end if;
end
$$;
comment on function private.require_flag(text, boolean) is 'Refuses a call that leaves a flag out.';
revoke all on function private.require_flag(text, boolean) from public, anon, authenticated, service_role;
grant execute on function private.require_flag(text, boolean) to authenticated;

-- private.require_key(key): refuses (RC400) what cannot be an idempotency key; null: none. Called by functions that users call.
create function private.require_key(p_key text)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if length(p_key) not between 1 and 200 then
    perform private.refuse_faults('[{"path": "idempotency_key", "message": "not a text of 1 to 200 characters"}]');
  end if;
end
$$;
comment on function private.require_key(text) is 'Refuses what cannot be an idempotency key.';
revoke all on function private.require_key(text) from public, anon, authenticated, service_role;
grant execute on function private.require_key(text) to authenticated;

-- private.hold_key(key): refuses (RC400) what cannot be an idempotency key, and lets two requests of the caller under one key take turns; null:
-- none. Called by functions that users call and that make something, before they look whether it came before.
create function private.hold_key(p_key text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_key(p_key);
  if p_key is not null then
    perform pg_advisory_xact_lock(hashtextextended(format('idempotency_key %s %s', (select auth.uid()), p_key), 0));
  end if;
end
$$;
comment on function private.hold_key(text) is 'Lets requests under one idempotency key take turns.';
revoke all on function private.hold_key(text) from public, anon, authenticated, service_role;

-- private.require_same_request(before, now): refuses (RC409 IDEMPOTENCY_KEY_REUSED) another request under a key that came before. Called by
-- functions that users call, where the key did.
create function private.require_same_request(p_before jsonb, p_now jsonb)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if p_before is distinct from p_now then
    raise exception 'This idempotency key was used for another request.' using errcode = 'RC409', hint = 'IDEMPOTENCY_KEY_REUSED';
  end if;
end
$$;
comment on function private.require_same_request(jsonb, jsonb) is 'Refuses another request under an idempotency key that came before.';
revoke all on function private.require_same_request(jsonb, jsonb) from public, anon, authenticated, service_role;

-- private.elements(value): the elements of an array with their numbers from 0; none of anything else.
-- Called where documents are read: what is no array is told by private.shape_faults() and shall not break them.
create function private.elements(p_value jsonb)
returns table (element jsonb, n bigint)
language plpgsql
immutable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  select e, n - 1
  from jsonb_array_elements(case jsonb_typeof(p_value) when 'array' then p_value else '[]' end)
    with ordinality as e (e, n);
end
$$;
comment on function private.elements(jsonb) is 'Elements of a JSON array, numbered from 0.';
revoke all on function private.elements(jsonb) from public, anon, authenticated, service_role;
grant execute on function private.elements(jsonb) to authenticated, service_role;
