// Something to ask each deployed function: what it answers shows that all of it is there, its keys and its database.
import assert from "node:assert/strict";
import { INTERNAL_KEY_HEADER } from "../../../shared/platform/internal_key.ts";
import { OPERATOR_KEY_HEADER } from "../../../shared/primes/run/operator_api.ts";
import type { Booted } from "../boot.ts";
import type { HostedProject } from "./project.ts";

/** A request, and what its answer has to be. */
interface Question {
  method: string;
  path: string;
  status: number;
  /** Of the answer's text. */
  says: RegExp;
  body?: string;
}

const NOBODY = "00000000-0000-4000-8000-00000000dead";

/** Asked with a user's token; the project holds no row, so that what is looked up is not found. */
const AS_USER: Record<string, Question[]> = {
  "planner-orchestration": [
    { method: "GET", path: "/constraints", status: 200, says: /MAX_SPECIALTY/ },
    { method: "GET", path: `/${NOBODY}`, status: 404, says: /PLANNER_RUN_NOT_FOUND/ },
    { method: "POST", path: "", status: 400, says: /INVALID_REQUEST/, body: "{}" },
  ],
  "allocator-orchestration": [
    { method: "GET", path: `/${NOBODY}`, status: 404, says: /ALLOCATOR_RUN_NOT_FOUND/ },
    { method: "POST", path: "", status: 400, says: /INVALID_REQUEST/, body: "{}" },
  ],
  "prime-orchestration": [
    { method: "GET", path: "/forms", status: 200, says: /mersenne/ },
    { method: "GET", path: `/${NOBODY}`, status: 404, says: /PRIME_SEARCH_NOT_FOUND/ },
    { method: "POST", path: "", status: 400, says: /INVALID_REQUEST/, body: "{}" },
    {
      method: "POST",
      path: "",
      status: 200,
      says: /"candidates":11,/, // as many exponents are prime
      body: JSON.stringify({
        form: "mersenne",
        params: { min_exp: 2, max_exp: 31 },
        dry_run: true,
      }),
    },
  ],
  "project-orchestration": [
    { method: "GET", path: "/templates", status: 200, says: /wagstaff-record/ },
    { method: "GET", path: "/999999", status: 404, says: /PROJECT_NOT_FOUND/ },
    { method: "POST", path: "", status: 400, says: /INVALID_REQUEST/, body: "{}" },
    {
      method: "POST",
      path: "",
      status: 200,
      says: /"slug":"factorial-primes-to-500"/,
      body: JSON.stringify({ template: "factorial-survey", dry_run: true }),
    },
  ],
  "roster-exchange": [
    {
      method: "GET",
      path: `/${NOBODY}/roster.xlsx`,
      status: 404,
      says: /ALLOCATION_RUN_NOT_FOUND/,
    },
    { method: "GET", path: `/${NOBODY}/roster.pdf`, status: 404, says: /UNKNOWN_FILE/ },
    { method: "GET", path: `/doctors/${NOBODY}.json`, status: 404, says: /DOCTOR_NOT_FOUND/ },
  ],
};

/** Asked with the internal key. */
const AS_PLATFORM: Record<string, Question[]> = {
  "planner-solver": [{ method: "POST", path: "", status: 202, says: /"accepted":true/ }],
  "allocator-solver": [{ method: "POST", path: "", status: 202, says: /"accepted":true/ }],
  "prime-solver": [{ method: "POST", path: "", status: 202, says: /"accepted":true/ }],
  "prime-checker": [{ method: "POST", path: "", status: 202, says: /"accepted":true/ }],
  "agent-worker": [{ method: "POST", path: "", status: 202, says: /"accepted":true/ }],
  "node-checker": [{ method: "POST", path: "", status: 202, says: /"accepted":true/ }],
  "heartbeat-sweeper": [{ method: "POST", path: "", status: 200, says: /"swept":\[/ }],
  "mailer": [{ method: "POST", path: "", status: 200, says: /"delivery":"off"/ }],
};

/**
 * Asks a function.
 * @throws AssertionError when it does not answer as it should, with what it printed
 */
export async function interrogate(name: string, { url, said }: Booted, project: HostedProject) {
  const ask = async (question: Question, headers: Record<string, string> = {}) => {
    const { method, path, body, status, says } = question;
    const response = await fetch(`${url}/${name}${path}`, { method, headers, body });
    const text = await response.text();
    assert.equal(response.status, status, `${method} ${name}${path}: ${text}\n${said.join("\n")}`);
    assert.match(text, says);
  };
  if (name === "console" || name === "doctor") {
    await ask({ method: "GET", path: "", status: 200, says: /<!doctype html>/i });
    await ask({
      method: "GET",
      path: "/config.json",
      status: 200,
      says: new RegExp(project.key),
    });
    return;
  }
  if (name === "calendar") {
    const guess = { method: "GET", path: `/${"0".repeat(48)}.ics` };
    return await ask({ ...guess, status: 404, says: /CALENDAR_NOT_FOUND/ });
  }
  await ask({ method: "OPTIONS", path: "", status: 204, says: /^$/ });
  if (name === "agent-api") {
    const claim = { method: "POST", path: "/claim", status: 401, says: /"code":"UNAUTHENTICATED"/ };
    await ask(claim);
    return await ask(claim, { "x-agent-key": `agent_${"0".repeat(64)}` });
  }
  await ask({ method: "POST", path: "", status: 401, says: /"code":"UNAUTHENTICATED"/ });
  if (name === "operator-api") {
    // A key of nobody's: only the database can say so.
    const guess = { method: "GET", path: "/operators/me", status: 401, says: /No operator has/ };
    return await ask(guess, { [OPERATOR_KEY_HEADER]: `opk_${"0".repeat(64)}` });
  }
  assert.ok(AS_USER[name] ?? AS_PLATFORM[name], `nobody knows what to ask ${name}`);
  const before = project.queries();
  for (const question of AS_USER[name] ?? []) {
    await ask(question, { authorization: `Bearer ${project.token}` });
  }
  if (name in AS_USER) assert.ok(project.queries() > before, `${name} asked REST nothing`);
  for (const question of AS_PLATFORM[name] ?? []) {
    await ask(question, { [INTERNAL_KEY_HEADER]: project.env.RECEPTOR_INTERNAL_KEY });
  }
}
