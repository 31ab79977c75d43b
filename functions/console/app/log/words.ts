// What an entry of the audit log says, in plain words.

import { date, dateTime, plural } from "../ui/format.ts";
import type { AuditEntry, AuditRow } from "../../../../shared/client/mod.ts";
import { isId } from "../../../../shared/platform/ids.ts";

/** Kinds of things that the log is filtered by, with the tables that belong to each. */
export const KINDS: Record<string, { text: string; tables: string[] }> = {
  ranks: { text: "Doctors' wishes", tables: ["preference_worker_job_lines"] },
  lines: {
    text: "Job lines",
    tables: ["job_lines", "rotations", "job_line_leave", "job_line_remarks", "job_lines_history"],
  },
  people: {
    text: "Doctors",
    tables: [
      "workers",
      "allocation_run_worker_mappings",
      "worker_qualifications",
      "qualification_tags",
    ],
  },
  departments: {
    text: "Preferencers and eligibility",
    tables: [
      "preferencers",
      "preferencer_job_lines",
      "preferencer_worker_ranks",
      "job_line_eligibility",
      "allocation_run_preferencer_weightings",
    ],
  },
  posts: {
    text: "Positions and posts",
    tables: ["positions", "allocation_run_positions", "six_month_terms", "teams", "hospitals"],
  },
  runs: { text: "Runs", tables: ["allocation_planner_runs", "allocator_py_runs"] },
  results: {
    text: "Results and swaps",
    tables: ["allocator_py_allocations", "job_line_worker_mappings", "line_swaps"],
  },
  settings: {
    text: "Plans, allocation runs and rules",
    tables: [
      "allocation_plans",
      "allocation_runs",
      "affinity_profiles",
      "import_mappings",
      "messages.org_email_templates",
    ],
  },
  primes: {
    text: "Searches for primes and campaigns",
    tables: [
      "prime_search_runs",
      "prime_check_runs",
      "projects",
      "project_phases",
      "strategy_config",
      "strategy_decisions",
      "records",
    ],
  },
  agents: {
    text: "Agents",
    tables: [
      "agents",
      "agent_tasks",
      "agent_approvals",
      "agent_permissions",
      "agent_budgets",
      "agent_templates",
      "agent_schedules",
      "agent_memory",
    ],
  },
  operators: {
    text: "Operators and their machines",
    tables: [
      "operators",
      "operator_invitations",
      "operator_nodes",
      "prime_search.operator_keys",
      "node_commands",
    ],
  },
  members: {
    text: "Members and rights",
    tables: ["org_members", "org_invitations", "member_rights", "orgs", "fleet.request_limits"],
  },
};

/** What a row of a table is called, and the column that names what it is about. */
const THINGS: Record<string, [noun: string, about?: string]> = {
  job_lines: ["The line", "id"],
  rotations: ["Rotation of", "job_line"],
  job_line_leave: ["Leave of", "job_line"],
  job_lines_history: ["Snapshot of lines"],
  workers: ["Doctor", "id"],
  allocation_run_worker_mappings: ["Place in the allocation run of", "worker"],
  worker_qualifications: ["Tag of", "worker"],
  qualification_tags: ["Tag", "id"],
  preferencers: ["Preferencer", "id"],
  preferencer_job_lines: ["Line of the preferencer", "preferencer"],
  job_line_eligibility: ["Eligibility for", "job_line"],
  allocation_run_preferencer_weightings: ["Weighting", "job_line"],
  job_line_worker_mappings: ["Result"],
  line_swaps: ["Swap"],
  positions: ["Position", "id"],
  allocation_run_positions: ["Posts of", "position"],
  six_month_terms: ["Six-month term", "id"],
  teams: ["Team", "id"],
  hospitals: ["Hospital", "id"],
  allocation_planner_runs: ["Planner run"],
  allocator_py_runs: ["Match"],
  allocation_plans: ["Plan", "id"],
  allocation_runs: ["Allocation run", "id"],
  affinity_profiles: ["Affinity profile"],
  affinity_weights: ["Affinity"],
  orgs: ["Organisation"],
  org_members: ["Member", "user_id"],
  member_rights: ["Right of", "user_id"],
  "fleet.request_limits": ["Limits of requests"],
  prime_search_runs: ["Search for primes"],
  prime_check_runs: ["Check of primes"],
  projects: ["Campaign"],
  project_phases: ["Phase of a campaign"],
  strategy_config: ["Strategy of campaigns"],
  records: ["Record of a form"],
  strategy_decisions: ["Decision of the strategy"],
  operators: ["Operator", "id"],
  operator_nodes: ["Node", "id"],
  "prime_search.operator_keys": ["Key of the operator", "operator_id"],
  node_commands: ["Command for the node", "node"],
  agents: ["Agent", "id"],
  agent_tasks: ["Task of agents"],
  agent_approvals: ["What an agent asked to do"],
  agent_permissions: ["What agents may do"],
  agent_budgets: ["Budget of agents"],
  agent_templates: ["Template of tasks"],
  agent_schedules: ["Schedule of tasks"],
  agent_memory: ["What agents noted"],
  operator_invitations: ["Invitation of an operator"],
  import_mappings: ["What the columns of spreadsheets are"],
  allocator_py_allocations: ["Line by the match of", "worker_mapping"],
  preference_worker_job_lines: ["Wishes of", "worker_mapping"],
  preferencer_worker_ranks: ["Ranks by", "preferencer"],
  org_invitations: ["Invitation"],
  job_line_remarks: ["Remark on", "job_line"],
  "messages.org_email_templates": ["Text of e-mails"],
};

/** Columns in words, where their name with blanks is not one. */
const COLUMNS: Record<string, string> = {
  max_n_workers: "places",
  must_have_workers: "must have a doctor",
  is_locked: "pinned",
  sort_order: "place in the list",
  starts_on: "start",
  ends_on: "end",
  constraints: "rules",
  user_id: "account",
  max_workers: "doctors at most",
  max_job_lines: "lines at most",
  is_rural: "rural",
  is_service: "service term",
  term_weeks: "weeks of the terms",
  due_date: "end of the window",
};

/** Columns that say nothing to a reader. */
const SILENT =
  /^(id|org_id|allocation_run|created_at|updated_at|planner_run|request|fingerprint|idempotency_key|queued_at|started_at|finished_at|completed_at|result|result_metadata|snapshot)$/;

/** Ends of runs, and the states of allocation runs. */
const STATES: Record<string, string> = {
  PENDING: "was asked for",
  GENERATING: "began",
  COMPLETED: "completed",
  INFEASIBLE: "ended: the rules cannot all be met",
  FAILED: "failed",
  CANCELLED: "was cancelled",
  draft: "became a draft",
  open: "was opened to doctors",
  closed: "was closed to doctors",
};

/** Names by id. */
export type Names = ReadonlyMap<string, string>;

/** One sentence for each row of an entry. */
export function sentencesOf(entry: AuditEntry, names: Names): string[] {
  return entry.rows.map((row) => sentenceOf(entry, row, names));
}

/** The sentence that stands for an entry in a list: of its one row, or of all of them. */
export function summaryOf(entry: AuditEntry, names: Names): string {
  const { rows, table_name, operation } = entry;
  const first = sentenceOf(entry, rows[0], names);
  if (rows.length === 1) return first;
  if (table_name === "preference_worker_job_lines") {
    const who = called(rows[0].key.worker_mapping, names);
    const did = operation === "insert"
      ? "ranked"
      : operation === "update"
      ? "moved"
      : "no longer ranks";
    return `${who} ${did} ${plural(rows.length, "line")}`;
  }
  return `${first}, and ${rows.length - 1} more`;
}

function sentenceOf({ table_name, operation }: AuditEntry, row: AuditRow, names: Names): string {
  const special = SPECIAL[table_name]?.(operation, row, names);
  if (special) return special;
  const thing = thingOf(table_name, row, names);
  if (operation === "insert") return `${thing} was added${details(row.after, names)}`;
  if (operation === "delete") return `${thing} was removed${details(row.before, names)}`;
  const state = row.after?.status;
  if (typeof state === "string") return `${thing} ${STATES[state] ?? `is ${state}`}`;
  return `${thing}: ${changes(row, names) || "changed"}`;
}

type Sentence = (
  operation: AuditEntry["operation"],
  row: AuditRow,
  names: Names,
) => string | undefined;

/** Where a change has a word of its own. */
const SPECIAL: Record<string, Sentence> = {
  preference_worker_job_lines: (operation, { key, before, after }, names) => {
    const doctor = called(key.worker_mapping, names), line = called(key.job_line, names);
    const [was, is] = [before?.order_preference ?? null, after?.order_preference ?? null];
    if (operation === "insert") {
      return is === null
        ? `${doctor} put ${line} into a bucket`
        : `${doctor} ranked ${line} as ${is}`;
    }
    const gone = `${doctor} no longer ranks ${line} (it was ${was ?? "not ranked"})`;
    if (operation === "delete") return gone;
    if (!after || !("order_preference" in after)) {
      return `${doctor} put ${line} into another bucket`;
    }
    if (is === null) return gone;
    return was === null
      ? `${doctor} ranked ${line} as ${is}`
      : `${doctor} moved ${line} from rank ${was} to rank ${is}`;
  },
  // The row comes with the first task that may cost something; nobody decided anything by it.
  agent_budgets: (operation, { key, after }) =>
    operation === "insert" && typeof key.period === "string"
      ? `The usual ${key.period} budget of agents began to count: $${Number(after?.budget_usd)}`
      : undefined,
  preferencer_worker_ranks: (operation, { key, before, after }, names) => {
    const who = called(key.preferencer, names), doctor = called(key.worker_mapping, names);
    if (operation === "insert") return `${who} ranked ${doctor} as ${after?.order_preference}`;
    if (operation === "delete") return `${who} no longer ranks ${doctor}`;
    return `${who} moved ${doctor} from rank ${before?.order_preference} to rank ${after?.order_preference}`;
  },
  allocation_run_worker_mappings: (operation, { key, after }, names) => {
    if (operation !== "update" || !after) return undefined;
    const doctor = called(key.id, names);
    if ("locked_at" in after) return `${doctor} was ${after.locked_at ? "locked" : "unlocked"}`;
    if ("submitted_at" in after) {
      return after.submitted_at
        ? `${doctor} submitted their wishes`
        : `${doctor} took their submission back`;
    }
    if ("invited_at" in after) return `${doctor} was invited to say what they want`;
    if ("withdrawn_at" in after) {
      return `${doctor} ${after.withdrawn_at ? "no longer takes part" : "takes part again"}`;
    }
    return undefined;
  },
  job_line_worker_mappings: (operation, { key, after }, names) => {
    if (operation === "insert") {
      const line = after?.job_line ? called(after.job_line, names) : "no line";
      const how = Array.isArray(after?.changes) && after.changes.length > 0
        ? "with changes"
        : "corrected";
      const why = after?.correction_reason ? `, ${how}: ${after.correction_reason}` : "";
      return `The result gives ${called(key.worker_mapping, names)} ${line}${why}`;
    }
    if (operation === "delete") return "A result was removed";
    if (after?.superseded_at) return "A result no longer stands";
    if (after?.released_at) return "A result was released to its doctor";
    return undefined;
  },
  line_swaps: (operation, { key, before, after }, names) => {
    const of = after ?? before;
    const who = `${called(key.from_mapping ?? of?.from_mapping, names)} and ${
      called(key.to_mapping ?? of?.to_mapping, names)
    }`;
    if (operation === "insert") return `A swap was asked for between ${who}`;
    if (operation === "delete") return "A swap was removed";
    const state = after?.state;
    if (state === undefined) return undefined;
    const words: Record<string, string> = {
      agreed: "was agreed to",
      void: "is void",
      expired: "was not decided in time",
    };
    return `A swap ${words[String(state)] ?? `was ${state}`}`;
  },
  org_members: (operation, { key, before, after }, names) => {
    const who = names.get(String(key.user_id)) ?? "Somebody";
    if (operation === "insert") return `${who} became a member${asRole(after)}`;
    if (operation === "delete") return `${who} is no member any more`;
    return after?.role ? `${who} is ${after.role} now, was ${before?.role ?? "other"}` : undefined;
  },
  member_rights: (operation, { key }, names) => {
    if (operation === "update") return undefined;
    const who = names.get(String(key.user_id)) ?? "Somebody";
    return operation === "insert"
      ? `${who} may read doctors' wishes before the window closes`
      : `${who} no longer reads doctors' wishes before the window closes`;
  },
  org_invitations: (operation, { before, after }) => {
    if (operation === "insert") return `${after?.email ?? "Somebody"} was invited${asRole(after)}`;
    if (operation === "delete") {
      return `The invitation of ${before?.email ?? "somebody"} is no longer open`;
    }
    if (after?.role) return `An invitation was sent again${asRole(after)}`;
    return after?.asked_at ? "An invitation was sent again" : undefined;
  },
  allocator_py_allocations: (operation, { key, before, after }, names) => {
    const doctor = called(key.worker_mapping, names);
    if (operation === "delete") return `${doctor} no longer has ${called(before?.job_line, names)}`;
    if (operation === "update") return undefined;
    return `${doctor} got ${called(after?.job_line, names)}${
      after?.choice ? `, choice ${after.choice}` : ", a line that was not ranked"
    }`;
  },
  job_lines: (operation, { key, before, after }, names) => {
    if (operation !== "update" || !after) return undefined;
    const line = `The line ${called(key.id, names)}`;
    const said = [
      "archived_at" in after && (after.archived_at ? "was archived" : "was brought back"),
      "is_locked" in after && (after.is_locked ? "was pinned" : "was unpinned"),
      "name" in after && `was renamed: it was ${before?.name}`,
    ].filter(Boolean);
    const rest = changes({ key, before, after }, names, /^(archived_at|is_locked|name)$/);
    if (said.length === 0) return undefined;
    return `${line} ${said.join(" and ")}${rest && `; ${rest}`}`;
  },
  allocation_planner_runs: (operation) =>
    operation === "insert" ? "Planner run was asked for" : undefined,
  allocator_py_runs: (operation, { after }) => {
    if (operation === "insert") return "Match was asked for";
    if (after?.superseded_at) return "Match gave way to a later one";
    if (after?.lines_changed_at) return "Lines changed since the match";
    return after?.doctors_left_at ? "Doctors left since the match" : undefined;
  },
};

function asRole(values: Record<string, unknown> | null): string {
  return values?.role ? `, as ${values.role}` : "";
}

function thingOf(table: string, { key, before, after }: AuditRow, names: Names): string {
  const [noun, about] = THINGS[table] ?? [table.replaceAll("_", " ")];
  const id = about && { ...after, ...before, ...key }[about];
  return id ? `${noun} ${called(id, names)}` : noun;
}

/** The name of an id; what nobody remembers is "something that is gone". */
function called(id: unknown, names: Names): string {
  return names.get(String(id)) ?? "something that is gone";
}

function changes({ before, after }: AuditRow, names: Names, but = /^$/): string {
  return Object.keys(before ?? {}).filter((name) => !SILENT.test(name) && !but.test(name))
    .map((name) =>
      after && name in after ? changeOf(name, before![name], after[name], names) : columnOf(name)
    ).join(", ");
}

/** What became of a column. One that says when something happened is said as what happened: `paused 28 Nov 2026, 4:24 pm`. */
function changeOf(name: string, was: unknown, is: unknown, names: Names): string {
  const column = columnOf(name);
  if (column !== columnOfMoment(name)) {
    if (was === null) return `${columnOfMoment(name)} ${valueOf(is, names)}`;
    if (is === null) return `no longer ${columnOfMoment(name)}`;
  }
  return `${column} from ${valueOf(was, names)} to ${valueOf(is, names)}`;
}

/** What a row held, of the columns that say something. */
function details(values: Record<string, unknown> | null, names: Names): string {
  const said = Object.entries(values ?? {})
    .filter(([name, value]) =>
      !SILENT.test(name) && name !== "name" && value !== null && value !== false &&
      !(Array.isArray(value) && value.length === 0) && !isNameless(value, names)
    ).slice(0, 4)
    .map(([name, value]) => `${columnOf(name)} ${valueOf(value, names)}`);
  return said.length > 0 ? ` (${said.join(", ")})` : "";
}

/** Whether a value is the id of something without a name: it says nothing to a reader. */
const isNameless = (value: unknown, names: Names) =>
  typeof value === "string" && isId(value) && !names.has(value);

const columnOf = (name: string) => COLUMNS[name] ?? name.replace(/^is_/, "").replaceAll("_", " ");

const columnOfMoment = (name: string) => columnOf(name).replace(/ at$/, "");

/** How the log writes a moment, and a day. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const DAY = /^\d{4}-\d\d-\d\d$/;

/** A value as people read it. */
function valueOf(value: unknown, names: Names): string {
  if (value === null || value === undefined || value === "") return "nothing";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) {
    if (value.length > 5 || value.some((each) => typeof each === "object")) {
      return plural(value.length, "entry", "entries");
    }
    return value.map((each) => valueOf(each, names)).join(", ") || "nothing";
  }
  if (typeof value === "object") return "other values";
  if (isNameless(value, names)) return "something that is gone";
  const given = String(value);
  if (MOMENT.test(given)) return dateTime(given);
  if (DAY.test(given)) return date(given);
  const text = names.get(given) ?? given;
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** Who did something: an e-mail address; the service itself where the log has no person but a role of the machinery's. */
export function whoOf({ actor, actor_name, through }: AuditEntry): string {
  if (actor === null && /^(engine|cron)\b/.test(through)) return "Receptor";
  return actor_name ?? "nobody who signed in";
}

/** Through what something was done, in words. */
export function throughWords({ through }: AuditEntry): string {
  const [kind, name = ""] = through.split(":");
  if (kind === "rpc") return FUNCTIONS[name] ?? `by ${doing(name)}`;
  return {
    rest: "by hand",
    engine: "by a run",
    cron: "by itself, when it was due",
    node: "by a node",
  }[kind] ??
    "by an operator";
}

/** A function's name as what is done by it: `approve_swap` is "approving swap". */
function doing(name: string): string {
  const [verb, ...rest] = name.split("_");
  const stem = /[^e]e$/.test(verb)
    ? verb.slice(0, -1)
    : /^[^aeiou]*[aeiou][^aeiouwxy]$|^(submit|begin|forget|permit)$/.test(verb)
    ? verb + verb.at(-1)
    : verb;
  return [`${stem}ing`, ...rest].join(" ");
}

const FUNCTIONS: Record<string, string> = {
  populate_allocation_run: "by an import of wishes",
  import_positions: "by an import of positions",
  import_population: "by the set-up or a spreadsheet",
  restore_job_lines: "by a restore",
  lock_job_lines: "by hand",
  archive_job_lines: "by hand",
  unarchive_job_lines: "by hand",
  archive_allocation_run: "by hand",
  unarchive_allocation_run: "by hand",
  withdraw_doctors: "by hand",
  reinstate_doctors: "by hand",
  erase_person: "by erasing a doctor",
  request_planner_run: "by pressing Generate",
  request_allocator_run: "by pressing Match",
  cancel_planner_run: "by pressing Cancel",
  cancel_allocator_run: "by pressing Cancel",
};
