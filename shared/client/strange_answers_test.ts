// Somebody else answers in Receptor's place, with a page and status 200: a guest network, a proxy.

import assert from "node:assert/strict";
import { type AllocatorClient, createAllocatorClient } from "./allocator_client.ts";
import { type AuditClient, type AuditEntry, createAuditClient } from "./audit_client.ts";
import { ReceptorError } from "./errors.ts";
import { createExchangeClient, type ExchangeClient } from "./exchange_client.ts";
import { createPlannerClient, type PlannerClient } from "./planner_client.ts";
import * as receptor from "./mod.ts";
import { fakeSupabase } from "./testing/fake_supabase.ts";

const timers = { set: (callback: () => void) => queueMicrotask(callback), clear: () => {} };
const { supabase } = fakeSupabase(() =>
  new Response("<!doctype html><title>Guest Wi-Fi</title>", {
    headers: { "content-type": "text/html" },
  })
);

/** Calls of every method but `watch`, which goes on asking. */
type Calls<Client> = { [Name in Exclude<keyof Client, "watch">]: () => Promise<unknown> };

const planner = createPlannerClient(supabase, { timers });
const plannerCalls: Calls<PlannerClient> = {
  generate: () => planner.generate({ allocationRun: "a", nJobLines: 1 }),
  cancel: () => planner.cancel("r"),
  constraints: () => planner.constraints(),
  run: () => planner.run("r"),
  lines: () => planner.lines("a"),
  preview: () => planner.preview("r"),
  positions: () => planner.positions("o"),
  lineRules: () => planner.lineRules("l"),
  editLines: () => planner.editLines({ allocationRun: "a", lines: [{ jobLine: "l", notes: "x" }] }),
  undoEdit: () => planner.undoEdit("h"),
  keepLines: () => planner.keepLines("a", "x"),
  nameSnapshot: () => planner.nameSnapshot("s", "x"),
  nameRun: () => planner.nameRun("r", "x"),
  restoreForm: () => planner.restoreForm("a"),
  history: () => planner.history("a"),
  restore: () => planner.restore("s"),
  archiveLines: () => planner.archiveLines("a", ["l"]),
  unarchiveLines: () => planner.unarchiveLines("a", ["l"]),
  archivedLines: () => planner.archivedLines("a"),
  archiveRun: () => planner.archiveRun("a"),
  unarchiveRun: () => planner.unarchiveRun("a"),
  archivedRuns: () => planner.archivedRuns("o"),
  setLineTerms: () => planner.setLineTerms("l", { last: 1 }),
  lock: () => planner.lock("a", ["l"], true),
};

const allocator = createAllocatorClient(supabase, { timers });
const allocatorCalls: Calls<AllocatorClient> = {
  allocate: () => allocator.allocate({ allocationRun: "a" }),
  whatIf: () => allocator.whatIf({ allocationRun: "a" }),
  preview: () => allocator.preview("r"),
  cancel: () => allocator.cancel("r"),
  run: () => allocator.run("r"),
  allocations: () => allocator.allocations("r"),
  lineDoctors: () => allocator.lineDoctors("a"),
  matchChanges: () => allocator.matchChanges("r"),
  populate: () => allocator.populate({} as never),
  withdraw: () => allocator.withdraw("a", ["m"]),
  erasePerson: () => allocator.erasePerson("d"),
  readiness: () => allocator.readiness("a"),
  finalise: () => allocator.finalise("r"),
  unfinalise: () => allocator.unfinalise("a", "Why."),
  release: () => allocator.release("a"),
  correct: () => allocator.correct("a", [], "Why."),
  results: () => allocator.results("a"),
  reasons: () => allocator.reasons("r"),
  reinstate: () => allocator.reinstate("a", ["m"]),
};

const exchange = createExchangeClient(supabase, { timers });
const exchangeCalls: Calls<ExchangeClient> = {
  exportRoster: () => exchange.exportRoster("a", "csv"),
  exportPositions: () => exchange.exportPositions("a", "xlsx"),
  exportMatch: () => exchange.exportMatch("a", "csv"),
  exportHistory: () => exchange.exportHistory("a", "csv"),
  exportMatchReport: () => exchange.exportMatchReport("a", "csv"),
  positionsTemplate: () => exchange.positionsTemplate("a"),
  exportPerson: () => exchange.exportPerson("d", "json"),
  exportTable: () => exchange.exportTable("a", "wishes", "csv"),
  importTable: () => exchange.importTable("a", "doctors", new Blob(["x"])),
  importLines: () => exchange.importLines("a", new Blob(["x"])),
  importResult: () => exchange.importResult("a", new Blob(["x"])),
  importAffinities: () => exchange.importAffinities("a", new Blob(["x"])),
  importPositions: () => exchange.importPositions("a", new Blob(["x"])),
};

const audit = createAuditClient(supabase);
const entry = {
  id: 1,
  rows: [{ key: { id: "00000000-0000-4000-8000-000000000001" }, before: null, after: null }],
} as unknown as AuditEntry;
const auditCalls: Calls<AuditClient> = {
  entries: () => audit.entries("o"),
  parts: () => audit.parts(entry),
  names: () => audit.names("o", [entry]),
};

for (
  const [client, calls] of Object.entries({
    plannerCalls,
    allocatorCalls,
    exchangeCalls,
    auditCalls,
  })
) {
  for (const [name, call] of Object.entries(calls)) {
    Deno.test(`${client}.${name}() says that something else answered`, async () => {
      await assert.rejects(call, (error) => {
        assert.ok(error instanceof ReceptorError, String(error));
        assert.equal(error.code, "NOT_RECEPTOR");
        assert.match(error.message, /in its place/);
        return true;
      });
    });
  }
}

/** What methods of the other clients need, where it is not a text for each argument. */
const ARGUMENTS: Record<string, unknown[]> = {
  "createDoctorClient.save": ["a", { lines: [] }],
  "createSetupClient.startRun": [{ org: "o", planName: "P", name: "N", template: "T" }],
  "createSetupClient.copyRun": ["a", { name: "N" }],
  "createSetupClient.avoidRepeats": ["a", {}],
  "createWindowClient.open": ["a", {}],
  "createPrimesClient.primes": [{}],
  "createPrimesClient.series": ["fleet", "m", { from: new Date(0) }],
  "createProjectsClient.setBudget": [1, {}],
  "createSwapsClient.approve": ["s", []],
};
type Make = (...of: unknown[]) => Record<string, (...of: unknown[]) => unknown>;

/** Named above with the arguments of each method; and what goes on asking. */
const NAMED = /^create(Planner|Allocator|Exchange|Audit)Client$/;

/** Methods of a client, wherever they are written. */
function methodsOf(client: object): string[] {
  const own = Object.keys(client);
  const proto = Object.getPrototypeOf(client);
  const inherited = proto === Object.prototype ? [] : Object.getOwnPropertyNames(proto);
  return [...own, ...inherited].filter((name) =>
    name !== "constructor" && name !== "watch" &&
    typeof (client as Record<string, unknown>)[name] === "function"
  );
}

for (const [make, create] of Object.entries(receptor)) {
  if (!/^create\w+Client$/.test(make) || NAMED.test(make)) continue;
  const client = (create as unknown as Make)(supabase, { timers });
  for (const name of methodsOf(client)) {
    Deno.test(`${make}.${name}() says that something else answered`, async () => {
      const given = ARGUMENTS[`${make}.${name}`] ?? ["a", "b", "c", "d"];
      await assert.rejects(async () => await client[name](...given), (error) => {
        assert.ok(error instanceof ReceptorError, String(error));
        assert.equal(error.code, "NOT_RECEPTOR");
        return true;
      });
    });
  }
}

Deno.test("restoreForm() takes no answer without a count for none", async () => {
  const bare = fakeSupabase(({ method, path }) => {
    if (method === "HEAD") return new Response(null, { headers: { "content-type": "text/html" } });
    const run = [{ id: "a", term_weeks: [52], constraints: [] }];
    return Response.json(path.includes("/allocation_runs?") ? run : []);
  });
  const form = createPlannerClient(bare.supabase, { timers }).restoreForm("a");
  await assert.rejects(form, { code: "NOT_RECEPTOR" });
});
