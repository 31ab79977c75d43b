-- Which constraints there are, and what each takes: made by scripts/constraint_shapes.ts (`deno task docs:rules`) from the rules
-- in shared/planner/rules, and not by hand.

-- private.constraint_shapes(): each ruleset and rule by its name: {ruleset: true}, or {bare, value}: whether its bare name is an
-- entry, and the shape of its value, see private.shape_faults().
-- Called by private.constraint_faults().
create function private.constraint_shapes()
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select '{
    "VIC_PGY1": {"ruleset":true},
    "VIC_PGY2": {"ruleset":true},
    "NSW_PGY1": {"ruleset":true},
    "NSW_PGY2": {"ruleset":true},
    "WA_PGY1": {"ruleset":true},
    "WA_PGY2": {"ruleset":true},
    "SA_PGY1": {"ruleset":true},
    "SA_PGY2": {"ruleset":true},
    "TAS_PGY1": {"ruleset":true},
    "TAS_PGY2": {"ruleset":true},
    "QLD_PGY1": {"ruleset":true},
    "QLD_PGY2": {"ruleset":true},
    "NT_PGY1": {"ruleset":true},
    "NT_PGY2": {"ruleset":true},
    "ACT_PGY1": {"ruleset":true},
    "ACT_PGY2": {"ruleset":true},
    "PGY3_PLUS": {"ruleset":true},
    "UNRESTRICTED": {"ruleset":true},
    "EXACT_TERMS": {"bare":false,"value":{"is":"whole","least":0,"most":366,"must":false}},
    "MIN_TERMS": {"bare":false,"value":{"is":"whole","least":0,"most":366,"must":false}},
    "MAX_TERMS": {"bare":false,"value":{"is":"whole","least":0,"most":366,"must":false}},
    "MIN_LONG_TERMS": {"bare":false,"value":{"is":"whole","least":0,"most":366,"must":false}},
    "LONGEST_TERM_LAST": {"bare":true,"value":{"is":"flag"}},
    "REQUIRED_CATEGORIES": {"bare":false,"value":{"is":"list","most":1000,"of":{"is":"choice","of":["A","B","C","D"]}}},
    "MAX_SPECIALTY": {"bare":false,"value":{"is":"number","least":0,"most":1,"must":false}},
    "MAX_SUBSPECIALTY": {"bare":false,"value":{"is":"number","least":0,"most":1,"must":false}},
    "MAX_SERVICE": {"bare":false,"value":{"is":"number","least":0,"most":1,"must":false}},
    "MAX_SERVICE_TERMS": {"bare":false,"value":{"is":"whole","least":0,"most":366,"must":false}},
    "MIN_CLINICAL_TEAM": {"bare":false,"value":{"is":"number","least":0,"most":1,"must":false}},
    "MIN_CLINICAL_WEEKS": {"bare":false,"value":{"is":"whole","least":0,"most":366,"must":false}},
    "MAX_NON_CLINICAL_TERMS": {"bare":false,"value":{"is":"whole","least":0,"most":366,"must":false}},
    "MAX_RURAL_TERMS": {"bare":false,"value":{"is":"whole","least":0,"most":366,"must":false}},
    "MAX_NIGHTS_RELIEF_TERMS": {"bare":false,"value":{"is":"whole","least":0,"most":366,"must":false}},
    "NO_NIGHTS": {"bare":true,"value":{"is":"flag"}},
    "UNIQUE_POSITIONS": {"bare":true,"value":{"is":"flag"}},
    "NOT_AFTER": {"bare":false,"value":{"is":"list","most":50,"of":{"is":"object","exact":true,"members":{"first":{"is":"object","exact":true,"some":["flags","specialties","positions"],"members":{"flags":{"is":"list","most":1000,"of":{"is":"choice","of":["service","nights_relief","rural","non_clinical","clinical_team"]}},"specialties":{"is":"list","most":100,"of":{"is":"text","most":100}},"positions":{"is":"list","most":500,"of":{"is":"text","most":1000}}},"must":true},"then":{"is":"object","exact":true,"some":["flags","specialties","positions"],"members":{"flags":{"is":"list","most":1000,"of":{"is":"choice","of":["service","nights_relief","rural","non_clinical","clinical_team"]}},"specialties":{"is":"list","most":100,"of":{"is":"text","most":100}},"positions":{"is":"list","most":500,"of":{"is":"text","most":1000}}},"must":true},"within":{"is":"whole","least":1,"most":26}}}}},
    "TERMS_APART": {"bare":false,"value":{"is":"list","most":50,"of":{"is":"object","exact":true,"members":{"kind":{"is":"object","exact":true,"some":["flags","specialties","positions"],"members":{"flags":{"is":"list","most":1000,"of":{"is":"choice","of":["service","nights_relief","rural","non_clinical","clinical_team"]}},"specialties":{"is":"list","most":100,"of":{"is":"text","most":100}},"positions":{"is":"list","most":500,"of":{"is":"text","most":1000}}},"must":true},"apart":{"is":"whole","least":2,"most":26}}}}},
    "TERMS_IN_SET": {"bare":false,"value":{"is":"list","most":50,"of":{"is":"object","exact":true,"some":["least","most"],"rising":["least","most"],"members":{"kind":{"is":"object","exact":true,"some":["flags","specialties","positions"],"members":{"flags":{"is":"list","most":1000,"of":{"is":"choice","of":["service","nights_relief","rural","non_clinical","clinical_team"]}},"specialties":{"is":"list","most":100,"of":{"is":"text","most":100}},"positions":{"is":"list","most":500,"of":{"is":"text","most":1000}}},"must":true},"least":{"is":"whole","least":0,"most":26},"most":{"is":"whole","least":0,"most":26}}}}},
    "MAX_HOSPITALS": {"bare":false,"value":{"is":"whole","least":0,"most":366,"must":false}},
    "MIN_SPECIALTIES": {"bare":false,"value":{"is":"whole","least":0,"most":366,"must":false}},
    "SAME_FTE": {"bare":true,"value":{"is":"flag"}},
    "FORBIDDEN_CELLS": {"bare":false,"value":{"is":"list","most":500,"of":{"is":"object","exact":true,"members":{"position":{"is":"text","most":1000,"must":true},"terms":{"is":"list","most":1000,"least":1,"of":{"is":"whole","least":1,"most":26}}}}}},
    "FORCED_CELLS": {"bare":false,"value":{"is":"list","most":500,"of":{"is":"object","exact":true,"members":{"position":{"is":"text","most":1000,"must":true},"term":{"is":"whole","least":1,"most":26,"must":true},"lines":{"is":"whole","least":1,"most":1000}}}}},
    "PREFERRED_CELLS": {"bare":false,"value":{"is":"list","most":500,"of":{"is":"object","exact":true,"members":{"position":{"is":"text","most":1000,"must":true},"term":{"is":"whole","least":1,"most":26,"must":true},"lines":{"is":"whole","least":1,"most":1000},"weight":{"is":"whole","least":1,"most":10000}}}}},
    "PATHWAYS": {"bare":false,"value":{"is":"list","most":20,"of":{"is":"either","of":[{"is":"object","exact":true,"members":{"name":{"is":"text","most":100,"must":true},"lines":{"is":"whole","least":1,"most":1000,"must":true},"sequence":{"is":"list","most":26,"least":1,"of":{"is":"text","most":1000,"must":false},"must":true}}},{"is":"object","exact":true,"members":{"name":{"is":"text","most":100,"must":true},"lines":{"is":"whole","least":1,"most":1000,"must":true},"positions":{"is":"list","most":500,"least":1,"of":{"is":"text","most":1000},"must":true},"need":{"is":"whole","least":1,"most":26,"must":true}}}]}}},
    "SIX_MONTH_TERMS": {"bare":true,"value":{"is":"object","exact":true,"members":{"most":{"is":"whole","least":0,"most":6},"two_subspecialties":{"is":"flag"},"qualification":{"is":"flag"},"college":{"is":"flag"},"rest_covers":{"is":"list","most":1000,"of":{"is":"choice","of":["A","B","C","D"]}}},"must":false}},
    "ANNUAL_LEAVE": {"bare":true,"value":{"is":"object","exact":true,"members":{"first_half_share":{"is":"number","least":0,"most":1},"capacity_weeks":{"is":"list","most":26,"least":1,"of":{"is":"whole","least":0,"most":100000}},"week_share":{"is":"number","least":0,"most":1},"team_share":{"is":"number","least":0,"most":1}},"must":false}}
  }'::jsonb
$$;
comment on function private.constraint_shapes() is 'The rulesets and rules that constraints may name, with the shapes of their values.';
revoke all on function private.constraint_shapes() from public, anon, authenticated, service_role;
grant execute on function private.constraint_shapes() to authenticated, service_role;
