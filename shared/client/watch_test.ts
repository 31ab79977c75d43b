// Following a run over a channel that loses, repeats and shuffles events.

import assert from "node:assert/strict";
import { ReceptorError } from "./errors.ts";
import { FakeTimers, settled } from "./testing/fake_timers.ts";
import { completed, generating, plannerRun } from "./testing/runs.ts";
import { PLANNER_RUN_COLUMNS, type PlannerRun } from "./planner_types.ts";
import { type ChannelListener, WATCH_TIMES, watchRun } from "./watch.ts";

/** A watch on a row that the test changes and on channels that it drives. */
function start(row: PlannerRun | null = plannerRun()) {
  const world = {
    row,
    offline: false,
    refused: false,
    signedIn: true,
    signOut: () => {},
    fetches: 0,
    channels: [] as (ChannelListener & { closed: boolean })[],
    wake: () => {},
    waking: true,
    seen: [] as PlannerRun[],
    connections: [] as string[],
    timers: new FakeTimers(),
    get channel() {
      return world.channels[world.channels.length - 1];
    },
  };
  const watch = watchRun(
    {
      columns: PLANNER_RUN_COLUMNS,
      fetchRun: () => {
        world.fetches++;
        const answer = world.row;
        if (world.refused) {
          return Promise.reject(new ReceptorError({ code: "X", status: 401, message: "" }));
        }
        return world.offline ? Promise.reject(new Error("offline")) : Promise.resolve(answer);
      },
      openChannel: (listener) => {
        const channel = { ...listener, closed: false };
        world.channels.push(channel);
        return () => channel.closed = true;
      },
      onWake: (callback) => {
        world.wake = callback;
        return () => world.waking = false;
      },
      onSignOut: (callback) => {
        world.signOut = callback;
        return () => world.signOut = () => {};
      },
      isSignedIn: () => Promise.resolve(world.signedIn),
      timers: world.timers,
    },
    (run) => world.seen.push(run),
    { onConnection: (connection) => world.connections.push(connection) },
  );
  return Object.assign(world, { watch });
}

function slices(runs: PlannerRun[]): (number | string)[] {
  return runs.map((run) => run.status === "GENERATING" ? run.progress!.slice : run.status);
}

Deno.test("watchRun() delivers the row at once, then events, then the terminal run", async () => {
  const w = start();
  await settled();
  w.channel.ready();
  for (const slice of [1, 2]) w.channel.event({ ...generating(slice) });
  w.row = completed();
  w.channel.event({ ...completed() });
  assert.deepEqual(await w.watch.done, completed());
  assert.deepEqual(slices(w.seen), ["PENDING", 1, 2, "COMPLETED"]);
});

Deno.test("watchRun() leaves nothing behind once the run is terminal", async () => {
  const w = start(completed());
  await w.watch.done;
  assert.equal(w.channel.closed, true);
  assert.equal(w.timers.pending, 0);
  assert.equal(w.waking, false);
});

Deno.test("watchRun() delivers nothing after the terminal run", async () => {
  const w = start(completed());
  await w.watch.done;
  w.channel.event({ ...generating(51) });
  w.channel.event({ ...completed(), updated_at: "2027-01-01T00:00:00Z" });
  w.channel.ready();
  await w.timers.pass(60_000);
  assert.deepEqual(slices(w.seen), ["COMPLETED"]);
});

Deno.test("watchRun() drops events that come twice or out of order", async () => {
  const w = start();
  await settled();
  for (const slice of [1, 1, 3, 2, 3, 4]) w.channel.event({ ...generating(slice) });
  assert.deepEqual(slices(w.seen), ["PENDING", 1, 3, 4]);
  w.watch.stop();
});

Deno.test("watchRun() is not set back by a refetch that an event overtook", async () => {
  const w = start(generating(1));
  w.channel.event({ ...generating(2) });
  await settled();
  assert.deepEqual(slices(w.seen), [2]);
  w.watch.stop();
});

Deno.test("watchRun() sees what happened before the channel was joined", async () => {
  const w = start();
  await settled();
  w.row = completed();
  w.channel.ready();
  assert.equal((await w.watch.done).status, "COMPLETED");
});

Deno.test("watchRun() sees what happened between joining and the first event", async () => {
  const w = start();
  w.channel.ready();
  await settled();
  w.row = completed(); // its event is lost: the channel does not stream yet
  await w.timers.pass(WATCH_TIMES.settle[0]);
  assert.deepEqual(slices(w.seen), ["PENDING", "COMPLETED"]);
});

Deno.test("watchRun() finds a lost terminal event with its slow refetch", async () => {
  const w = start();
  w.channel.ready();
  await w.timers.pass(30_000);
  w.row = completed();
  await w.timers.pass(WATCH_TIMES.quiet);
  assert.equal((await w.watch.done).status, "COMPLETED");
});

Deno.test("watchRun() does not refetch while events keep coming", async () => {
  const w = start();
  w.channel.ready();
  await w.timers.pass(WATCH_TIMES.settle[1]);
  const fetches = w.fetches;
  for (let slice = 1; slice <= 10; slice++) {
    w.channel.event({ ...generating(slice) });
    await w.timers.pass(WATCH_TIMES.quiet - 1);
  }
  assert.equal(w.fetches, fetches);
  w.watch.stop();
});

Deno.test("watchRun() opens a new channel after a drop, waiting longer each time", async () => {
  const w = start();
  await settled();
  const opened: number[] = [];
  for (const wait of [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]) {
    w.channel.down();
    await w.timers.pass(wait - 1);
    opened.push(w.channels.length);
    await w.timers.pass(1);
  }
  assert.deepEqual(opened, [1, 2, 3, 4, 5, 6, 7]);
  assert.equal(w.channels.filter((channel) => !channel.closed).length, 1);
  w.watch.stop();
});

Deno.test("watchRun() refetches on every reconnect", async () => {
  const w = start();
  w.channel.ready();
  await settled();
  w.channel.down();
  w.row = completed();
  await w.timers.pass(WATCH_TIMES.reopen);
  w.channel.ready();
  assert.equal((await w.watch.done).status, "COMPLETED");
  assert.deepEqual(w.connections, ["live", "down", "live"]);
});

Deno.test("watchRun() starts over with short waits after a channel that held", async () => {
  const w = start();
  await settled();
  for (const wait of [500, 1_000]) {
    w.channel.down();
    await w.timers.pass(wait);
  }
  w.channel.ready();
  await w.timers.pass(WATCH_TIMES.settle[1]);
  w.channel.down();
  await w.timers.pass(WATCH_TIMES.reopen);
  assert.equal(w.channels.length, 4);
  w.watch.stop();
});

Deno.test("watchRun() ignores what a dropped channel still says", async () => {
  const w = start();
  await settled();
  const old = w.channel;
  old.down();
  await w.timers.pass(WATCH_TIMES.reopen);
  old.down();
  old.event({ ...generating(7) });
  await w.timers.pass(100);
  assert.equal(w.channels.length, 2);
  assert.deepEqual(slices(w.seen), ["PENDING"]);
  w.watch.stop();
});

Deno.test("watchRun() follows by refetching while there is no channel at all", async () => {
  const w = start();
  await settled();
  w.channel.down();
  w.row = generating(1);
  await w.timers.pass(WATCH_TIMES.down);
  w.row = completed();
  await w.timers.pass(WATCH_TIMES.down);
  assert.deepEqual(slices(w.seen), ["PENDING", 1, "COMPLETED"]);
});

Deno.test("watchRun() outlasts an outage of everything", async () => {
  const w = start();
  w.offline = true;
  w.channel.down();
  await w.timers.pass(300_000);
  w.offline = false;
  w.row = completed();
  await w.timers.pass(WATCH_TIMES.down);
  assert.equal((await w.watch.done).status, "COMPLETED");
});

Deno.test("watchRun() refetches when the machine wakes", async () => {
  const w = start();
  w.channel.ready();
  await settled();
  w.row = completed();
  w.wake();
  assert.equal((await w.watch.done).status, "COMPLETED");
});

Deno.test("watchRun() refetches after an event that does not carry the whole row", async () => {
  const w = start();
  await settled();
  w.row = generating(4);
  w.channel.event({ id: w.row.id, status: "GENERATING" });
  await settled();
  w.row = completed();
  w.channel.event(null);
  await w.watch.done;
  assert.deepEqual(slices(w.seen), ["PENDING", 4, "COMPLETED"]);
});

Deno.test("watchRun() holds a terminal event back until the row can be read so", async () => {
  const w = start(generating(4));
  await settled();
  w.channel.event({ ...completed() }); // streamed a moment before others see the commit
  await settled();
  assert.deepEqual(slices(w.seen), [4]);
  w.row = completed();
  await w.timers.pass(WATCH_TIMES.confirm[0]);
  assert.deepEqual(slices(w.seen), [4, "COMPLETED"]);
});

Deno.test("watchRun() asks again when the row may have changed during a refetch", async () => {
  const w = start();
  w.row = completed(); // after the first request read the row
  w.channel.ready(); // while it is under way
  assert.equal((await w.watch.done).status, "COMPLETED");
  assert.equal(w.fetches, 2);
});

Deno.test("stop() ends the watch: STOPPED, and nothing is delivered", async () => {
  const w = start();
  await settled();
  w.watch.stop();
  w.channel.event({ ...generating(1) });
  await assert.rejects(
    w.watch.done,
    (error) => error instanceof ReceptorError && error.code === "STOPPED",
  );
  assert.deepEqual(slices(w.seen), ["PENDING"]);
  assert.equal(w.timers.pending, 0);
});

Deno.test("stop() after the end changes nothing", async () => {
  const w = start(completed());
  await w.watch.done;
  w.watch.stop();
  assert.equal((await w.watch.done).status, "COMPLETED");
});

Deno.test("watchRun() rejects with NOT_FOUND where there is no such run", async () => {
  const w = start(null);
  await assert.rejects(
    w.watch.done,
    (error) => error instanceof ReceptorError && error.code === "NOT_FOUND",
  );
  assert.equal(w.channel.closed, true);
});

/** A watch over, because nobody is signed in, with nothing left behind. */
async function endsSignedOut(w: ReturnType<typeof start>) {
  await assert.rejects(w.watch.done, { code: "UNAUTHENTICATED", status: 401 });
  assert.equal(w.channel.closed, true);
  assert.equal(w.timers.pending, 0);
}

Deno.test("watchRun() ends with UNAUTHENTICATED when the user signs out", async () => {
  const w = start();
  await settled();
  w.signOut();
  await endsSignedOut(w);
});

Deno.test("watchRun() ends so where it finds that there is no session", async () => {
  const w = start();
  w.channel.ready();
  await settled();
  w.refused = true;
  w.signedIn = false;
  await w.timers.pass(WATCH_TIMES.quiet);
  await endsSignedOut(w);
});

Deno.test("watchRun() outlasts a token that cannot be refreshed for a while", async () => {
  const w = start();
  w.refused = true;
  await w.timers.pass(60_000);
  w.refused = false;
  w.row = completed();
  await w.timers.pass(WATCH_TIMES.down);
  assert.equal((await w.watch.done).status, "COMPLETED");
});

Deno.test("watchRun() refetches in time however often its channel is refused", async () => {
  const w = start();
  await settled();
  w.row = completed();
  for (let ms = 0; ms < WATCH_TIMES.down; ms += 500) {
    w.channel.down();
    await w.timers.pass(500);
  }
  assert.deepEqual(slices(w.seen), ["PENDING", "COMPLETED"]);
});

Deno.test("watchRun() refetches sooner once its channel drops", async () => {
  const w = start();
  w.channel.ready();
  await w.timers.pass(WATCH_TIMES.settle[1]);
  w.row = completed();
  w.channel.down();
  await w.timers.pass(WATCH_TIMES.down);
  assert.equal((await w.watch.done).status, "COMPLETED");
});
