// Where a doctor's wishes, and a department's ranks of doctors, are read and saved.

import type { Server } from "./api.ts";
import type { Beginning } from "./begin.ts";
import type { Source } from "./desk.ts";
import { merge, NO_WISHES, type Wishes } from "./model/wishes.ts";
import {
  changesOf,
  type Choice,
  choiceOf,
  type Department,
  departmentOf,
  type WireChoice,
  type WireDepartment,
  type WireWindow,
  type WireWishes,
  wishesOf,
} from "./wire.ts";

/**
 * A doctor's wishes.
 * @param device names this browser in their history
 * @param beginning may have brought the window already
 */
export function doctorSource(
  server: Server,
  workerMapping: string,
  device: string,
  beginning?: Pick<Beginning, "takeWindow">,
): Source<WireChoice, Choice> {
  const read = async () =>
    await beginning?.takeWindow(workerMapping) ??
      await server.rpc<WireChoice>("read_window", { p_worker_mapping: workerMapping });
  return {
    read,
    async save(pending, wire) {
      const answer = await server.rpc<{ wishes: WireWishes; window: WireWindow }>("save_wishes", {
        p_worker_mapping: workerMapping,
        p_changes: changesOf(pending, device),
      });
      return wire ? { ...wire, wishes: answer.wishes, window: answer.window } : await read();
    },
    choiceOf,
    wishesOf: ({ wishes }) => wishesOf(wishes),
    nowOf: ({ window }) => window.now,
  };
}

/** A department's ranks: rows of "lines" by doctor, ranked ones in bucket 1, the others in -2. */
export function departmentSource(
  server: Server,
  preferencer: string,
  device: string,
): Source<WireDepartment, Department> {
  const read = () => server.rpc<WireDepartment>("read_department", { p_preferencer: preferencer });
  return {
    read,
    async save(pending) {
      await server.rpc("save_department_ranks", {
        p_preferencer: preferencer,
        p_changes: {
          device,
          ranks: [...pending.lines].map(([worker_mapping, { order_preference }]) => ({
            worker_mapping,
            order_preference: order_preference ?? null,
          })),
        },
      });
      return await read();
    },
    choiceOf: departmentOf,
    wishesOf: ({ ranks }): Wishes =>
      merge(NO_WISHES, {
        ...NO_WISHES,
        lines: new Map(ranks.map(({ worker_mapping, order_preference }) => [
          worker_mapping,
          { order_preference, like_dislike_preference: 1, changedAt: 0 },
        ])),
      }),
    nowOf: ({ department }) => department.now,
  };
}
