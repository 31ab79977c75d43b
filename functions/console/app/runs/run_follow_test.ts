// Which run is followed, and whose end is told: answers and events come late, twice and out of order.

import assert from "node:assert/strict";
import { ReceptorError } from "../../../../shared/client/mod.ts";
import { type FollowedRun, RunFollow, type RunListener } from "./run_follow.ts";

type Latest = Pick<FollowedRun, "id" | "status"> | null;

/** What a test does to a run that is watched. */
interface Watched {
  update(status: FollowedRun["status"]): void;
  fail(code: string): Promise<void>;
}

/** A project in which runs are `r1`, `r2`... in the order of their making. */
class Project {
  readonly questions: { answer(latest: Latest): void; fail(): void }[] = [];
  listener!: RunListener;
  readonly told: string[] = [];
  readonly watches = new Map<string, Watched>();
  readonly follow = new RunFollow<FollowedRun>({
    latest: () =>
      new Promise((answer, refuse) =>
        this.questions.push({ answer, fail: () => refuse(new Error("offline")) })
      ),
    listen: (listener) => {
      this.listener = listener;
      return () => {};
    },
    watch: (id, onUpdate) => {
      const { promise: done, reject } = Promise.withResolvers<FollowedRun>();
      done.catch(() => {});
      const fail = async (code: string) => {
        reject(new ReceptorError({ code, status: 0, message: "" }));
        await done.catch(() => {});
      };
      this.watches.set(id, { update: (status) => onUpdate({ ...rowOf(id), status }), fail });
      return { done, stop: () => void fail("STOPPED") };
    },
  }, (run) => this.told.push(run.id));

  get shown() {
    return this.follow.run.value?.id;
  }

  async answer(question: number, latest: Latest): Promise<void> {
    this.questions[question].answer(latest);
    await new Promise((resolve) => setTimeout(resolve));
  }

  /** Somebody's run, from being asked for to its end. */
  whole(id: string): void {
    this.listener.inserted(rowOf(id));
    this.watches.get(id)!.update("COMPLETED");
  }

  [Symbol.dispose](): void {
    this.follow.stop();
  }
}

function rowOf(id: string): FollowedRun {
  const created_at = `2027-01-01T00:00:0${id.slice(1)}Z`;
  return { id, status: "PENDING", created_at, updated_at: created_at };
}

Deno.test("RunFollow follows the latest run; what had ended before anybody looked is no news", async () => {
  using project = new Project();
  await project.answer(0, { id: "r1", status: "COMPLETED" });
  project.watches.get("r1")!.update("COMPLETED");
  assert.equal(project.shown, "r1");
  assert.deepEqual(project.told, []);
  project.whole("r2");
  assert.equal(project.shown, "r2");
  assert.deepEqual(project.told, ["r2"]);
});

Deno.test("RunFollow.refresh() drops an answer that came later than a run which was followed since", async () => {
  using project = new Project();
  await project.answer(0, null);
  project.whole("r1");
  void project.follow.refresh();
  project.follow.follow("r2");
  project.watches.get("r2")!.update("GENERATING");
  await project.answer(1, { id: "r1", status: "COMPLETED" });
  assert.equal(project.shown, "r2");
  project.watches.get("r2")!.update("COMPLETED");
  assert.deepEqual(project.told, ["r1", "r2"]);
});

Deno.test("RunFollow.refresh() drops an answer that a later question has overtaken", async () => {
  using project = new Project();
  void project.follow.refresh();
  await project.answer(1, { id: "r2", status: "PENDING" });
  project.watches.get("r2")!.update("PENDING");
  await project.answer(0, { id: "r1", status: "COMPLETED" });
  assert.equal(project.shown, "r2");
  assert.equal(project.watches.has("r1"), false);
});

Deno.test("RunFollow tells no end twice, and does not go back for an event that comes late", async () => {
  using project = new Project();
  await project.answer(0, null);
  project.follow.follow("r2");
  project.watches.get("r2")!.update("COMPLETED");
  project.follow.follow("r3");
  project.watches.get("r3")!.update("GENERATING");
  project.listener.inserted(rowOf("r2"));
  project.listener.inserted(rowOf("r1"));
  assert.equal(project.shown, "r3");
  project.watches.get("r3")!.update("CANCELLED");
  project.watches.get("r3")!.update("CANCELLED");
  project.listener.inserted(rowOf("r3"));
  assert.deepEqual(project.told, ["r2", "r3"]);
});

Deno.test("RunFollow.refresh() leaves a failure to the next attempt", async () => {
  using project = new Project();
  project.questions[0].fail();
  project.listener.look();
  assert.equal(project.follow.known.value, false);
  await project.answer(1, { id: "r1", status: "PENDING" });
  assert.equal(project.follow.known.value, true);
  assert.equal(project.watches.has("r1"), true);
});

Deno.test("RunFollow.standing changes when a run begins or ends, and not when the row of one comes that is known to have ended", async () => {
  using project = new Project();
  const seen: (string | null)[] = [];
  using _ = { [Symbol.dispose]: project.follow.standing.subscribe((each) => void seen.push(each)) };
  await project.answer(0, { id: "r1", status: "COMPLETED" });
  project.watches.get("r1")!.update("COMPLETED");
  project.listener.inserted(rowOf("r2"));
  project.watches.get("r2")!.update("GENERATING");
  project.watches.get("r2")!.update("COMPLETED");
  assert.deepEqual(seen.filter(Boolean), ["r1 ended", "r2 under way", "r2 ended"]);
});

Deno.test("RunFollow.standing is known where there is no run, and where nobody can tell", async () => {
  using none = new Project();
  assert.equal(none.follow.standing.value, null);
  await none.answer(0, null);
  assert.equal(none.follow.standing.value, "");
  using lost = new Project();
  lost.questions[0].fail();
  await lost.answer(0, null);
  assert.equal(lost.follow.standing.value, "");
});

Deno.test("RunFollow looks again for a run that could not be read yet, with one timer at a time", async () => {
  using project = new Project();
  await project.answer(0, null);
  const timers = new Map<number, () => void>();
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  globalThis.setTimeout = ((callback: () => void) => {
    timers.set(timers.size, callback);
    return timers.size - 1;
  }) as typeof setTimeout;
  globalThis.clearTimeout = ((timer: number) => timers.delete(timer)) as typeof clearTimeout;
  try {
    for (const id of ["r1", "r2"]) {
      project.follow.follow(id);
      await project.watches.get(id)!.fail("NOT_FOUND");
    }
    assert.equal(timers.size, 1);
    for (const look of timers.values()) look();
    assert.equal(project.questions.length, 2);
    project.follow.stop();
    assert.equal(timers.size, 0);
  } finally {
    Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
  }
});
