// The steps for self-hosted projects, followed in the layout of docker's compose file: the functions are put beside those
// that its volume comes with, found as its router finds them, and run with the keys, the secret and the limits that it
// gives them. Nothing else of this repository is there.

import assert from "node:assert/strict";
import { stat, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "smol-toml";
import { INTERNAL_KEY_HEADER } from "../../shared/platform/internal_key.ts";
import { signIn } from "../demo/session.ts";
import { readFunctions } from "../stack/config.ts";
import { bundleOf, bundles } from "../stack/functions/bundles.ts";
import { PATIENT, type Stack, startStack } from "../stack/mod.ts";
import { writeBundles } from "./build.ts";
import { assertLegacyKeysWork } from "./testing/legacy_keys.ts";
import { eventually } from "../../shared/platform/testing/eventually.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What the router gives a worker (docker/volumes/functions/main/index.ts); CPU is as on hosted projects. */
const ROUTER_LIMITS = { memoryBytes: 150 * 2 ** 20, wallMs: 60_000 };

/** In which order the runtime looks for the first module of a folder. */
const ENTRYPOINTS = ["ts", "tsx", "js", "mjs", "jsx"].map((extension) => `index.${extension}`);

/** The module that the router's `servicePath` means. */
async function entrypointOf(folder: string): Promise<string> {
  for (const name of ENTRYPOINTS) {
    if (await stat(join(folder, name)).then(() => true, () => false)) return join(folder, name);
  }
  throw new Error(`could not find an appropriate entrypoint in ${folder}`);
}

/**
 * Does what the README's command does, on a volume that has the functions in it that docker's folder comes with. The bundles are
 * those of the stacks, which that command has made: see bundles.ts.
 */
async function fillVolume(functions: string, names: string[]): Promise<void> {
  for (const name of ["main", "hello"]) {
    await Deno.mkdir(join(functions, name), { recursive: true });
    await Deno.writeTextFile(join(functions, name, "index.ts"), `// docker's ${name}`);
  }
  const made = await bundles(ROOT);
  const drafts = names.map(async (name) => {
    const code = await Deno.readTextFile(bundleOf(made, name).entrypoint);
    return { name, code, packages: [] };
  });
  await writeBundles(await Promise.all(drafts), functions);
}

/** A project of the database's migrations and the functions of a volume, which is all that the stack needs to be one. */
async function makeProject(dir: string, functions: string, names: string[]): Promise<void> {
  const served = await Promise.all(names.map(async (name) => {
    const entrypoint = await entrypointOf(join(functions, name));
    return [name, { verify_jwt: false, entrypoint }];
  }));
  await Deno.mkdir(join(dir, "supabase"), { recursive: true });
  const config = { api: { schemas: ["public"] }, functions: Object.fromEntries(served) };
  await Deno.writeTextFile(join(dir, "supabase/config.toml"), stringify(config));
  for (const name of ["migrations", "seed.sql"]) {
    await symlink(join(ROOT, "supabase", name), join(dir, "supabase", name));
  }
}

const NOBODY = "/00000000-0000-4000-8000-000000000000";

/**
 * What a function answers to somebody who may call it; nothing of what is asked for exists.
 * @throws AssertionError for a function that nobody knows what to ask
 */
function questionFor(name: string): [method: string, path: string, status: number] {
  if (/-(solver|checker|worker)$/.test(name)) return ["POST", "", 202];
  if (name.endsWith("-orchestration")) return ["GET", NOBODY, 404];
  if (name === "agent-api") return ["POST", "/claim", 401];
  if (name === "heartbeat-sweeper" || name === "mailer") return ["POST", "", 200];
  if (name === "operator-api") return ["GET", "/operators/me", 401];
  if (name === "calendar") return ["GET", `/${"0".repeat(48)}.ics`, 404];
  if (name === "console" || name === "doctor") return ["GET", "", 200];
  if (name === "roster-exchange") return ["GET", `${NOBODY}/roster.xlsx`, 404];
  assert.fail(`nobody knows what to ask ${name}`);
}

async function answers(stack: Stack, token: string, name: string) {
  const [method, path, status] = questionFor(name);
  const response = await fetch(`${stack.url}/functions/v1/${name}${path}`, {
    method,
    headers: {
      apikey: stack.anonKey,
      authorization: `Bearer ${token}`,
      [INTERNAL_KEY_HEADER]: stack.internalKey,
    },
  });
  assert.equal(response.status, status, `${name}: ${await response.text()}`);
}

Deno.test("self-hosted: the functions run in docker's layout, with nothing else of the repository", async (t) => {
  const home = await Deno.makeTempDir({ prefix: "receptor-docker-" });
  const functions = join(home, "volumes/functions");
  const names = (await readFunctions(ROOT)).map(({ name }) => name);
  try {
    await fillVolume(functions, names);
    await t.step(
      "what was in the volume is still there, and every function beside it",
      async () => {
        const there = [...Deno.readDirSync(functions)].map(({ name }) => name).sort();
        assert.deepEqual(there, [...names, "LICENSE", "hello", "main"].sort());
        assert.equal(await entrypointOf(join(functions, "main")), join(functions, "main/index.ts"));
      },
    );
    const project = join(home, "project");
    await makeProject(project, functions, names);
    const stack = await startStack({
      ...PATIENT,
      projectDir: project,
      keys: "self_hosted",
      limits: ROUTER_LIMITS,
    });
    try {
      const manager = await signIn(stack);
      const { data: { session } } = await manager.auth.getSession();
      for (const name of names) {
        await t.step(
          `${name} starts and answers`,
          () => answers(stack, session!.access_token, name),
        );
      }
      await t.step(
        "keys and tokens are those of the shared secret",
        (t) => assertLegacyKeysWork(t, stack, "self_hosted"),
      );
      await t.step("a roster of 60 lines is made within the router's limits", async () => {
        const { data: runs } = await manager.from("allocation_runs").select("id, term_weeks")
          .neq("status", "closed").order("name").throwOnError();
        const { id } = runs.find(({ term_weeks }) => term_weeks.length === 5)!;
        const { data, error } = await manager.functions.invoke("planner-orchestration", {
          // With little effort, which changes nothing of how much an isolate holds: the problem and its columns are the same.
          body: {
            allocation_run: id,
            n_job_lines: 60,
            constraints: ["VIC_PGY1"],
            options: { effort: 0.1 },
          },
        });
        assert.equal(error, null);
        const status = await ended(manager, data.planner_run_id);
        assert.equal(status, "COMPLETED");
        const outcomes = (await stack.functions.isolates()).map(({ outcome }) => outcome);
        assert.deepEqual(outcomes.filter((each) => !["running", "completed"].includes(each)), []);
      });
    } finally {
      await stack.stop();
    }
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});

/** The status that a run ends with. */
async function ended(
  manager: Awaited<ReturnType<typeof signIn>>,
  run: string,
): Promise<string> {
  return await eventually("the planner run ends", async () => {
    const { data } = await manager.from("allocation_planner_runs").select("status, finished_at")
      .eq("id", run).single().throwOnError();
    return data.finished_at && data.status;
  });
}
