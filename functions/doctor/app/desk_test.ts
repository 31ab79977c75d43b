// Saving: what is typed offline, on two devices, while a save is under way, or after the window closed is never lost.

import assert from "node:assert/strict";
import { networkError, ReceptorError } from "../../../shared/client/errors.ts";
import { type Shelf, shelfOf, type Store } from "../../console/app/data/shelf.ts";
import { createDesk, type Desk as AnyDesk } from "./desk.ts";
import { createKeep, forget, unsaved } from "./keep.ts";
import type { Server } from "./api.ts";
import { departmentSource, doctorSource } from "./sources.ts";
import {
  changesOf,
  type Choice,
  type WireChoice,
  type WireDepartment,
  type WireWishes,
} from "./model/wire.ts";
import { NO_WISHES } from "./model/wishes.ts";

type Desk = AnyDesk<Choice>;

/** A browser's storage. */
function createShelf(room = Infinity): Shelf {
  const items = new Map<string, string>();
  const store: Store = {
    get length() {
      return items.size;
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (name) => items.get(name) ?? null,
    removeItem: (name) => void items.delete(name),
    setItem(name, text) {
      if (text.length > room) throw new DOMException("full", "QuotaExceededError");
      items.set(name, text);
    },
  };
  return shelfOf(() => store);
}

type LineRow = WireWishes["lines"][number];

/** A database that merges lines row by row, the later one wins. */
class FakeServer implements Server {
  online = true;
  refuses: ReceptorError | null = null;
  /** Reading as well. */
  refusesAll = false;
  calls: string[] = [];
  /** The true time. */
  time = 1_000_000;
  lines = new Map<string, LineRow>();
  cards: WireChoice["lines"] = [];
  /** Lines that are not there. */
  gone = new Set<string>();
  /** Holds answers back while set. */
  gate: Promise<void> | null = null;

  async rpc<Answer>(name: string, args: Record<string, unknown> = {}): Promise<Answer> {
    this.calls.push(name);
    if (!this.online) throw networkError(new TypeError("offline"));
    if (this.refuses && (name !== "read_window" || this.refusesAll)) throw this.refuses;
    if (name === "read_window") return this.choice() as Answer;
    const changes = args.p_changes as { lines: LineRow[] };
    const errors = changes.lines.flatMap(({ job_line }, n) =>
      this.gone.has(job_line)
        ? [{ path: `lines[${n}].job_line`, message: "there is no such job line" }]
        : []
    );
    if (errors.length > 0) {
      throw new ReceptorError({ code: "BAD_REQUEST", status: 400, message: "Wrong.", errors });
    }
    let ignored = 0;
    for (const row of changes.lines) {
      const before = this.lines.get(row.job_line);
      if (before && before.changed_at > row.changed_at) ignored++;
      const [a, b] = before && before.changed_at > row.changed_at ? [row, before] : [before, row];
      this.lines.set(row.job_line, { ...a, ...b });
    }
    await this.gate;
    return { ignored, wishes: this.wishes(), window: this.choice().window } as Answer;
  }

  wishes(): WireWishes {
    return { lines: [...this.lines.values()], rotations: [], specialties: [], screening: [] };
  }

  choice(): WireChoice {
    return {
      window: {
        worker_mapping: "m",
        name: "PGY1",
        org_name: "O",
        plan_name: "P",
        status: "open",
        due_date: null,
        timezone: "Australia/Melbourne",
        now: new Date(this.time).toISOString(),
        submitted_at: null,
        changed_since_submit: false,
        locked: false,
        can_write: true,
        minimum_lines: 1,
        allows_ties: true,
        allows_never: false,
        released: false,
      },
      terms: [],
      specialties: [],
      hospitals: [],
      positions: [],
      lines: this.cards,
      wishes: this.wishes(),
      receipt: null,
    };
  }
}

/** A device whose clock is `ahead` of the true time, and whose timers run when the test says so. */
function device(server: FakeServer, shelf = createShelf(), { ahead = 0, tab = "t" } = {}) {
  const waiting = new Set<() => void>(), paints = new Set<() => void>();
  const desk = createDesk(doctorSource(server, "m", tab), createKeep(shelf, "u.m", tab), {
    now: () => server.time + ahead,
    after: (_ms, run) => {
      waiting.add(run);
      return () => waiting.delete(run);
    },
    painted: (run) => {
      paints.add(run);
      return () => paints.delete(run);
    },
  });
  return {
    desk,
    shelf,
    pass: (ms: number) => server.time += ms,
    /** Runs what waits, and what it started. */
    async run() {
      const due = [...waiting];
      waiting.clear();
      for (const each of due) each();
      await settle();
    },
    waits: () => waiting.size,
    /** A frame: runs what waits to be seen. */
    paint() {
      for (const each of [...paints]) each();
    },
  };
}

const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

const rank = (desk: Desk, line: string, order_preference: number) =>
  desk.change({ lines: new Map([[line, { order_preference }]]) });
const rankOf = (desk: Desk, line: string) => desk.wishes.value.lines.get(line)?.order_preference;

Deno.test("opened without a network, what an earlier visit left is told as unsaved, tried again by itself, and saved", async () => {
  const server = new FakeServer(), shelf = createShelf();
  const before = device(server, shelf, { tab: "old" });
  await before.desk.refresh();
  server.online = false;
  rank(before.desk, "a", 3);
  before.desk.stop();
  const { desk, run, waits } = device(server, shelf, { tab: "new" });
  await desk.refresh();
  assert.deepEqual(desk.saving.value, { state: "offline" });
  assert.equal(desk.unsaved.value, 1);
  assert.equal(waits(), 1);
  server.online = true;
  await run();
  assert.equal(desk.saving.value.state, "saved");
  assert.equal(server.lines.get("a")?.order_preference, 3);
});

Deno.test("what is said is seen at once, and saved after a pause in one request", async () => {
  const server = new FakeServer(), { desk, run } = device(server);
  await desk.refresh();
  rank(desk, "a", 1);
  rank(desk, "b", 2);
  assert.equal(rankOf(desk, "b"), 2);
  assert.equal(desk.saving.value.state, "saving");
  await run();
  assert.equal(desk.saving.value.state, "saved");
  assert.deepEqual(server.calls, ["read_window", "save_wishes"]);
  assert.equal(server.lines.get("a")!.order_preference, 1);
});

Deno.test("offline: it is kept over a reload, and saved when there is a network", async () => {
  const server = new FakeServer(), first = device(server);
  await first.desk.refresh();
  server.online = false;
  rank(first.desk, "a", 7);
  await first.run();
  assert.equal(first.desk.saving.value.state, "offline");
  assert.equal(first.waits(), 1, "it will be tried again");
  const second = device(server, first.shelf, { tab: "u" });
  assert.ok(second.desk.choice.value, "the device still knows what there was");
  await second.desk.refresh();
  assert.equal(rankOf(second.desk, "a"), 7);
  assert.equal(unsaved(first.shelf, "u"), 1);
  server.online = true;
  await second.desk.refresh();
  assert.equal(server.lines.get("a")!.order_preference, 7);
  assert.equal(unsaved(first.shelf, "u"), 0);
  assert.equal(second.desk.saving.value.state, "saved");
});

Deno.test("two devices at once: of each line the later word stands, on both", async () => {
  const server = new FakeServer();
  const phone = device(server, createShelf(), { tab: "phone" });
  const desktop = device(server, createShelf(), { tab: "desktop" });
  await phone.desk.refresh();
  await desktop.desk.refresh();
  rank(desktop.desk, "a", 8);
  phone.pass(10);
  rank(phone.desk, "a", 1);
  rank(phone.desk, "b", 2);
  desktop.pass(50);
  rank(desktop.desk, "b", 9);
  await phone.run();
  await desktop.run();
  await phone.desk.refresh();
  for (const { desk } of [phone, desktop]) {
    assert.deepEqual([rankOf(desk, "a"), rankOf(desk, "b")], [1, 9]);
  }
});

Deno.test("a device whose clock is wrong does not win by that", async () => {
  const server = new FakeServer();
  const wrong = device(server, createShelf(), { tab: "wrong", ahead: 900_000_000 });
  const right = device(server, createShelf(), { tab: "right" });
  await wrong.desk.refresh();
  await right.desk.refresh();
  rank(wrong.desk, "a", 1);
  await wrong.run();
  right.pass(1_000);
  rank(right.desk, "a", 2);
  await right.run();
  assert.equal(server.lines.get("a")!.order_preference, 2);
});

Deno.test("what is said on a device whose clock was set back meanwhile stands, offline and saved", async () => {
  const server = new FakeServer(), shelf = createShelf();
  server.time = 9_000_000;
  const before = device(server, shelf, { tab: "before" });
  await before.desk.refresh();
  rank(before.desk, "a", 1);
  await before.run();
  before.desk.stop();
  server.online = false;
  const { desk, run } = device(server, shelf, { tab: "after", ahead: -3_600_000 });
  await desk.refresh();
  rank(desk, "a", 2);
  assert.equal(rankOf(desk, "a"), 2, "it is seen");
  server.online = true;
  await run();
  assert.equal(server.lines.get("a")!.order_preference, 2);
  assert.deepEqual([rankOf(desk, "a"), desk.elsewhere.value.length], [2, 0]);
});

Deno.test("what is typed while a save is under way is saved after it", async () => {
  const server = new FakeServer(), { desk, run } = device(server);
  await desk.refresh();
  let open = () => {};
  server.gate = new Promise((resolve) => open = resolve);
  rank(desk, "a", 1);
  await run();
  rank(desk, "a", 2);
  server.gate = null;
  open();
  await settle();
  await settle();
  assert.equal(rankOf(desk, "a"), 2);
  await desk.flush();
  assert.equal(server.lines.get("a")!.order_preference, 2);
});

Deno.test("a window that closed refuses: the page says so, nothing is dropped until the doctor gives it up", async () => {
  const server = new FakeServer(), { desk, run, shelf } = device(server);
  await desk.refresh();
  server.refuses = new ReceptorError({ code: "WINDOW_CLOSED", status: 409, message: "closed" });
  rank(desk, "a", 1);
  await run();
  assert.equal(desk.saving.value.state, "refused");
  await assert.rejects(desk.flush(), { code: "WINDOW_CLOSED" });
  await desk.refresh();
  assert.equal(desk.error.value, null, "it is told once, by how saving goes");
  assert.equal(rankOf(desk, "a"), 1);
  assert.equal(desk.saved.value.lines.get("a"), undefined, "and is nothing that a match counts");
  assert.equal(unsaved(shelf, "u"), 1);
  await desk.discard();
  assert.equal(rankOf(desk, "a"), undefined);
  assert.equal(unsaved(shelf, "u"), 0);
});

Deno.test("what a closed window refused is saved when it is open again and somebody looks at the page", async () => {
  const server = new FakeServer(), { desk, run } = device(server);
  await desk.refresh();
  server.refuses = new ReceptorError({ code: "WINDOW_CLOSED", status: 409, message: "closed" });
  rank(desk, "a", 1);
  await run();
  await desk.refresh();
  assert.equal(desk.saving.value.state, "refused", "not yet");
  server.refuses = null;
  rank(desk, "b", 2);
  await desk.refresh();
  assert.equal(desk.saving.value.state, "saved");
  assert.deepEqual([...server.lines.keys()], ["a", "b"]);
});

Deno.test("what is read again and is the same gives the same lines, so that what is open on them stays open", async () => {
  const server = new FakeServer(), { desk } = device(server);
  await desk.refresh();
  const { lines } = desk.choice.value!;
  await desk.refresh();
  assert.equal(desk.choice.value!.lines, lines);
});

Deno.test("a session that ended keeps what was typed for the next", async () => {
  const server = new FakeServer(), first = device(server);
  await first.desk.refresh();
  server.refuses = new ReceptorError({ code: "UNAUTHENTICATED", status: 401, message: "ended" });
  rank(first.desk, "a", 3);
  await first.run();
  first.desk.stop();
  server.refuses = null;
  const next = device(server, first.shelf, { tab: "v" });
  await next.desk.refresh();
  assert.equal(server.lines.get("a")!.order_preference, 3);
});

Deno.test("a device without room says so, and saves all the same", async () => {
  const server = new FakeServer(), { desk, run } = device(server, createShelf(60));
  await desk.refresh();
  rank(desk, "a", 1);
  assert.equal(desk.full.value, true);
  await run();
  assert.equal(server.lines.get("a")!.order_preference, 1);
});

Deno.test("forget() takes all of a person from the device, and nothing of others", () => {
  const shelf = createShelf();
  createKeep(shelf, "u.m", "t").write("window", 1);
  createKeep(shelf, "other.m", "t").write("window", 2);
  forget(shelf, "u");
  assert.equal(createKeep(shelf, "u.m", "t").read("window"), null);
  assert.equal(createKeep(shelf, "other.m", "t").read("window"), 2);
});

Deno.test("an answer that comes after the page was left keeps nothing on the device", async () => {
  const server = new FakeServer(), { desk, shelf } = device(server);
  const reading = desk.refresh();
  desk.stop();
  forget(shelf, "u");
  await reading;
  assert.equal(shelf.names().length, 0);
});

Deno.test("a character that no database holds does not keep what is pending from being saved", () => {
  const lines = new Map([["a", { notes: "near\u0000 home \ud83c\udfe1\ud83c", changedAt: 0 }]]);
  const rotations = new Map([["p", { notes: null, changedAt: 0 }]]);
  assert.deepEqual(changesOf({ ...NO_WISHES, lines, rotations }, "d"), {
    device: "d",
    order_only: true,
    lines: [{
      job_line: "a",
      notes: "near home \ud83c\udfe1",
      changed_at: "1970-01-01T00:00:00.000Z",
    }],
    rotations: [{ position: "p", notes: null, changed_at: "1970-01-01T00:00:00.000Z" }],
    specialties: [],
    screening: [],
  });
});

Deno.test("what is said once it was seen says at once that it is about to be saved, is done in order, and none of it is lost", async () => {
  const server = new FakeServer(), { desk, paint, run } = device(server);
  await desk.refresh();
  desk.later(() => rank(desk, "A", 5));
  desk.later(() => rank(desk, "A", 6));
  assert.equal(desk.saving.value.state, "saving");
  assert.equal(rankOf(desk, "A"), undefined, "nothing yet");
  paint();
  assert.equal(rankOf(desk, "A"), 6);
  await run();
  assert.equal(desk.saving.value.state, "saved");
  // The page is left, or all is to be saved, before it was seen.
  desk.later(() => rank(desk, "A", 7));
  await desk.flush();
  assert.equal(rankOf(desk, "A"), 7);
  assert.equal(desk.unsaved.value, 0);
  desk.later(() => rank(desk, "A", 8));
  desk.stop();
  assert.equal(rankOf(desk, "A"), 8);
  paint();
  assert.equal(rankOf(desk, "A"), 8, "once");
});

Deno.test("what was to be said and was not leaves nothing that is about to be saved", async () => {
  const server = new FakeServer(), { desk, paint, run } = device(server);
  await desk.refresh();
  desk.later(() => {});
  paint();
  await run();
  assert.equal(desk.saving.value.state, "saved");
});

Deno.test("whose place is gone is told so, with what an earlier visit left", async () => {
  const server = new FakeServer(), shelf = createShelf();
  const before = device(server, shelf);
  await before.desk.refresh();
  rank(before.desk, "A", 5);
  before.desk.stop();
  server.refuses = new ReceptorError({ code: "NOT_YOURS", status: 404, message: "No part." });
  server.refusesAll = true;
  const { desk } = device(server, shelf, { tab: "u" });
  await desk.refresh();
  assert.equal(desk.error.value?.code, "NOT_YOURS");
  assert.equal(desk.saving.value.state, "refused");
  assert.equal(desk.unsaved.value, 1, "it stays on the device: a doctor may come back");
});

Deno.test("a row that is refused holds nobody back: the others are saved, and it is told by name and kept", async () => {
  const server = new FakeServer(), { desk, run, shelf } = device(server);
  server.cards = ["a", "b", "c"].map((id) => ({
    id,
    name: `JL ${id}`,
    places: 1,
    rotations: [],
    leave: [],
  }));
  await desk.refresh();
  server.gone.add("b");
  for (const [at, line] of ["a", "b", "c"].entries()) rank(desk, line, at + 1);
  await run();
  assert.deepEqual([...server.lines.keys()], ["a", "c"]);
  assert.equal(desk.saving.value.state, "refused");
  assert.deepEqual(desk.refused.value.map(({ name, message }) => [name, message]), [
    ["JL b", "there is no such job line."],
  ]);
  assert.equal(desk.toldOf.value.get("b"), "Not saved: there is no such job line.");
  assert.equal(unsaved(shelf, "u"), 1, "it stays on the device");
  await assert.rejects(desk.flush(), { code: "ROWS_REFUSED" });
  // What is typed after it is saved as ever; what is refused is not sent again with it.
  const calls = server.calls.length;
  rank(desk, "a", 9);
  await run();
  assert.equal(server.lines.get("a")!.order_preference, 9);
  assert.deepEqual(server.calls.slice(calls), ["save_wishes", "read_window"]);
  assert.equal(desk.refused.value.length, 1);
  // The line goes from what there is to choose from: it keeps its name.
  server.cards = server.cards.filter(({ id }) => id !== "b");
  await desk.refresh();
  assert.equal(desk.refused.value[0].name, "JL b");
  // It is there again, and saved when somebody looks.
  server.gone.clear();
  await desk.refresh();
  assert.equal(server.lines.get("b")!.order_preference, 2);
  assert.equal(desk.saving.value.state, "saved");
  assert.deepEqual(desk.refused.value, []);
});

Deno.test("a line that went while the doctor was offline is told by the name that it had", async () => {
  const server = new FakeServer(), { desk, run } = device(server);
  server.cards = [{ id: "b", name: "JL b", places: 1, rotations: [], leave: [] }];
  await desk.refresh();
  server.online = false;
  rank(desk, "b", 1);
  await run();
  server.gone.add("b");
  server.cards = [];
  server.online = true;
  await desk.refresh();
  assert.deepEqual(desk.refused.value.map(({ name }) => name), ["JL b"]);
});

Deno.test("giving up what was refused gives up nothing else; said anew it is tried again", async () => {
  const server = new FakeServer(), { desk, run } = device(server);
  await desk.refresh();
  server.gone.add("b");
  rank(desk, "b", 1);
  await run();
  rank(desk, "a", 2);
  await desk.discard();
  assert.equal(rankOf(desk, "b"), undefined);
  await run();
  assert.equal(server.lines.get("a")!.order_preference, 2);
  assert.equal(desk.saving.value.state, "saved");
  rank(desk, "b", 1);
  await run();
  server.gone.clear();
  server.time += 10;
  rank(desk, "b", 3);
  await run();
  assert.equal(server.lines.get("b")!.order_preference, 3);
  assert.deepEqual(desk.refused.value, []);
});

Deno.test("what another device changed later is told in its place, until it is read or said anew", async () => {
  const server = new FakeServer();
  const phone = device(server, createShelf(), { tab: "phone" });
  const desktop = device(server, createShelf(), { tab: "desktop" });
  await phone.desk.refresh();
  await desktop.desk.refresh();
  phone.desk.change({ lines: new Map([["a", { notes: "Near home." }]]) });
  rank(phone.desk, "b", 1);
  phone.pass(10);
  desktop.desk.change({ lines: new Map([["a", { notes: "Far away." }]]) });
  await desktop.run();
  assert.deepEqual(desktop.desk.elsewhere.value, []);
  await phone.run();
  const [told, ...others] = phone.desk.elsewhere.value;
  assert.equal(others.length, 0, "of the other row nobody said anything else");
  assert.match(told.message, /on another device at .*, after .* Your note here was: “Near home.”/);
  assert.equal(phone.desk.saving.value.state, "saved");
  phone.desk.change({ lines: new Map([["a", { notes: "Both." }]]) });
  assert.deepEqual(phone.desk.elsewhere.value, []);
});

/** A department of two devices: ranks of doctors, with no moments. */
class FakeDepartment implements Server {
  ranks = new Map<string, number>();
  /** The next answer is lost on its way. */
  loses = false;
  gone = new Set<string>();

  rpc<Answer>(name: string, args: Record<string, unknown> = {}): Promise<Answer> {
    const before = this.rows();
    if (name === "save_department_ranks") {
      const { ranks } = args.p_changes as { ranks: WireDepartment["ranks"] };
      const at = ranks.findIndex(({ worker_mapping }) => this.gone.has(worker_mapping));
      if (at >= 0) {
        const errors = [{ path: `ranks[${at}].worker_mapping`, message: "no doctor of this run" }];
        return Promise.reject(
          new ReceptorError({ code: "BAD_REQUEST", status: 400, message: "Wrong.", errors }),
        );
      }
      for (const each of ranks) this.ranks.set(each.worker_mapping, each.order_preference);
    }
    if (this.loses) {
      this.loses = false;
      return Promise.reject(networkError(new TypeError("lost")));
    }
    return Promise.resolve({ ...this.read(), before } as Answer);
  }

  rows(): WireDepartment["ranks"] {
    return [...this.ranks].map(([worker_mapping, order_preference]) => ({
      worker_mapping,
      order_preference,
    }));
  }

  read(): WireDepartment {
    return {
      department: {
        preferencer: "p",
        name: "Ward",
        run_name: "R",
        org_name: "O",
        status: "open",
        due_date: null,
        timezone: "Australia/Melbourne",
        now: new Date(0).toISOString(),
        can_write: true,
      },
      lines: [],
      positions: [],
      doctors: ["x", "y", "z"].map((id) => ({
        worker_mapping: id,
        name: `Dr ${id}`,
        eligible: true,
      })),
      ranks: this.rows(),
    };
  }
}

function ward(server: FakeDepartment, tab: string) {
  let run = () => {};
  const desk = createDesk(departmentSource(server, "p", tab), createKeep(createShelf(), "p", tab), {
    now: () => 0,
    after(_ms, next) {
      run = next;
      return () => {};
    },
    painted(next) {
      next();
      return () => {};
    },
  });
  return {
    desk,
    put: (doctor: string, order_preference: number) =>
      desk.change({ lines: new Map([[doctor, { order_preference }]]) }),
    run: async () => {
      run();
      await settle();
    },
  };
}

Deno.test("a department: one refused doctor holds back no other, and what another device changed is told", async () => {
  const server = new FakeDepartment();
  const one = ward(server, "one"), two = ward(server, "two");
  await one.desk.refresh();
  await two.desk.refresh();
  two.put("x", 1);
  await two.run();
  one.put("x", 2);
  server.gone.add("y");
  one.put("y", 1);
  // It comes back and reads before it sends: what it was said on is what it had read then.
  await one.desk.refresh();
  assert.deepEqual(one.desk.refused.value.map(({ name }) => name), ["Dr y"]);
  assert.equal(server.ranks.get("x"), 2);
  assert.deepEqual(one.desk.elsewhere.value.map(({ name }) => name), ["Dr x"]);
  assert.match(one.desk.elsewhere.value[0].message, /another device/);
  await two.desk.refresh();
  assert.deepEqual(two.desk.elsewhere.value, [], "who only reads lost nothing");
});

Deno.test("a department: what the same page saved and had no answer to is no other device's", async () => {
  const server = new FakeDepartment(), { desk, put, run } = ward(server, "one");
  await desk.refresh();
  server.loses = true;
  put("x", 1);
  await run();
  assert.equal(desk.saving.value.state, "offline");
  put("x", 2);
  await run();
  assert.equal(server.ranks.get("x"), 2);
  assert.deepEqual(desk.elsewhere.value, []);
});
