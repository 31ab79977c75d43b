// Ranks under whatever a doctor, two devices and a manager do to a list at once: what is refused left a gap or gave a half to one
// alone, what is taken left none, the devices' wishes are all kept, and the match of everybody runs.

import assert from "node:assert/strict";
import { draws } from "../../shared/engine/testing/draws.ts";
import { Random } from "../../shared/engine/random.ts";
import { eventually } from "../../shared/platform/testing/eventually.ts";
import { addDoctor, addLines, type Doctor, place, rpc, window } from "./doctors.ts";
import { call, createOrg, sql, type TestOrg } from "./fixture.ts";

const NAMES = ["A", "B", "C", "D", "E", "F"];
const STEPS = 30;

/** A list by line; null: no rank. */
type List = Map<string, number | null>;

/** How far a list's ranks lie behind where they could at most: no notation puts equals farther back than the middle of their places. */
function farthest(list: List): number {
  const ranks = [...list.values()].filter((rank) => rank !== null);
  return Math.max(
    0,
    ...ranks.map((rank) => {
      const better = ranks.filter((other) => other < rank).length;
      const equals = ranks.filter((other) => other === rank).length;
      return rank - (better + (equals + 1) / 2);
    }),
  );
}

const hasLoneHalf = (list: List) =>
  [...list.values()].some((rank, _, all) =>
    rank !== null && !Number.isInteger(rank) && all.filter((other) => other === rank).length === 1
  );

async function stored({ place }: Doctor): Promise<List> {
  const rows = await sql`
    select job_line, order_preference from public.preference_worker_job_lines where worker_mapping = ${place}`;
  return new Map(rows.map(({ job_line, order_preference }) => [job_line, order_preference]));
}

/** One doctor's list, and what is done to it. */
class Desk {
  readonly came = { taken: 0, refused: 0, saved: 0, late: 0 };

  constructor(
    readonly org: TestOrg,
    readonly doctor: Doctor,
    readonly lines: string[],
    readonly random: Random,
  ) {}

  #drawn(): [string, number | null][] {
    const order = Int32Array.from(this.lines, (_, n) => n), count = 1 + this.random.below(3);
    this.random.choose(order, count);
    return [...order.slice(0, count)].map((line) => [
      this.lines[line],
      this.random.below(6) === 0 ? null : (2 + this.random.below(11)) / 2,
    ]);
  }

  /** Rows of the doctor's own, through REST. */
  async write() {
    const before = await stored(this.doctor), rows = this.#drawn();
    const { error } = await this.doctor.client.from("preference_worker_job_lines").upsert(
      rows.map(([job_line, order_preference]) => ({
        org_id: this.org.id,
        allocation_run: this.org.allocationRun,
        worker_mapping: this.doctor.place,
        job_line,
        order_preference,
      })),
    );
    const asked: List = new Map([...before, ...rows]), after = await stored(this.doctor);
    if (error) {
      const [{ path, code }] = JSON.parse(error.details!);
      assert.deepEqual([error.code, path], ["RC400", "order_preference"]);
      assert.ok(code === "GAP" ? farthest(asked) > 0 : hasLoneHalf(asked), `${code}: ${rows}`);
      assert.deepEqual(after, before, "nothing of it is written");
      this.came.refused++;
    } else {
      assert.deepEqual(after, asked, "all of it is written");
      if (farthest(before) === 0 && rows.every(([, rank]) => rank !== null)) {
        // Equals of whom one goes may be half a place out.
        assert.ok(farthest(after) < 1, `${[...before.values()]} and ${rows}`);
      }
      this.came.taken++;
    }
  }

  /**
   * A device saves what was typed now, or just before some line was changed; of two the later one wins, and neither is held back.
   */
  async save(device: string) {
    // The page gives no halves.
    const rows = this.#drawn().map(([line, rank]) => [line, rank && Math.ceil(rank)] as const);
    const before = await stored(this.doctor), said = await this.#changes();
    // By what is there, not by the clock: on a slow machine every change lies long ago.
    const moments = [undefined, ...said.values()];
    const moment = moments[this.random.below(moments.length)];
    const at = moment ? new Date(moment.getTime() - 1) : new Date();
    await rpc(this.doctor, "save_wishes", {
      ...place(this.doctor),
      p_changes: {
        device,
        order_only: true,
        lines: rows.map(([job_line, order_preference]) => ({
          job_line,
          order_preference,
          changed_at: at.toISOString(),
        })),
      },
    });
    const wins = rows.filter(([line]) => !said.has(line) || at >= said.get(line)!);
    assert.deepEqual(
      await stored(this.doctor),
      new Map([...before, ...wins]),
      "the later one wins",
    );
    this.came.saved += wins.length;
    this.came.late += rows.length - wins.length;
  }

  /** When each line was last changed. */
  async #changes(): Promise<Map<string, Date>> {
    const rows = await sql`
      select job_line, changed_at from public.preference_worker_job_lines where worker_mapping = ${this.doctor.place}
      order by changed_at`;
    return new Map(rows.map(({ job_line, changed_at }) => [job_line, changed_at]));
  }

  /** A line of the list goes from it. */
  async drop() {
    const line = this.lines[this.random.below(this.lines.length)];
    const { error } = await this.doctor.client.from("preference_worker_job_lines").delete()
      .eq("worker_mapping", this.doctor.place).eq("job_line", line);
    assert.equal(error, null);
  }
}

Deno.test("whatever is done to lists of ranks, no statement leaves a gap in them, no device's wish is held back, and all are matched", async () => {
  await using org = await createOrg();
  const lines = Object.values(await addLines(org, NAMES));
  await rpc(org.manager, "open_window", window(org));
  const all: Desk["came"][] = [];
  for (let n = 0; n < draws(5); n++) {
    const random = new Random(7_100 + n), doctor = await addDoctor(org, `Dr ${n}`);
    const desk = new Desk(org, doctor, lines, random);
    for (let step = 0; step < STEPS; step++) {
      const draw = random.below(10);
      if (draw < 5) await desk.write();
      else if (draw < 8) await desk.save(draw < 6 ? "phone" : "laptop");
      else await desk.drop();
    }
    all.push(desk.came);
  }
  for (const kind of ["taken", "refused", "saved", "late"] as const) {
    assert.ok(all.reduce((sum, came) => sum + came[kind], 0) >= 10, `hardly ${kind}`);
  }
  await rpc(org.manager, "close_window", window(org));
  await sql`update public.job_lines set max_n_workers = 100 where allocation_run = ${org.allocationRun}`;
  // One line is archived, with ranks of most on it.
  await rpc(org.manager, "archive_job_lines", {
    p_allocation_run: org.allocationRun,
    p_job_lines: [lines[0]],
  });
  const response = await call("allocator-orchestration", org.manager, {
    body: { allocation_run: org.allocationRun },
  });
  const { allocator_run_id } = await response.json();
  const run = await eventually("the match ends", async () => {
    const [row] = await sql`select * from public.allocator_py_runs where id = ${allocator_run_id}`;
    return row?.finished_at && row;
  });
  assert.equal(run.status, "COMPLETED", run.error_message);
});
