// Where a doctor's wishes, and a department's ranks of doctors, are read and saved.

import type { Server } from "./api.ts";
import type { Beginning } from "./begin.ts";
import type { Source } from "./desk.ts";
import { overtakenWords } from "./model/told.ts";
import {
  merge,
  NO_WISHES,
  overtaken,
  type RowName,
  screeningOf,
  type Wishes,
} from "./model/wishes.ts";
import {
  changesOf,
  type Choice,
  choiceOf,
  type Department,
  departmentOf,
  type Hospital,
  type WireChoice,
  type WireDepartment,
  type WireWindow,
  type WireWishes,
  wishesOf,
} from "./model/wire.ts";

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
      const answer = await server.rpc<
        { ignored: number; wishes: WireWishes; window: WireWindow }
      >("save_wishes", {
        p_worker_mapping: workerMapping,
        p_changes: changesOf(pending, device),
      });
      const stands = wishesOf(answer.wishes);
      return {
        wire: wire ? { ...wire, wishes: answer.wishes, window: answer.window } : await read(),
        elsewhere: answer.ignored === 0 ? [] : overtaken(pending, stands).map((name) => ({
          ...name,
          message: overtakenWords(
            pending[name.kind].get(name.key)!,
            new Date(stands[name.kind].get(name.key)!.changedAt).toISOString(),
          ),
        })),
      };
    },
    lists: {
      lines: "lines",
      rotations: "rotations",
      specialties: "specialties",
      screening: "screening",
    },
    nameOf: wishNameOf,
    choiceOf,
    wishesOf: ({ wishes }) => wishesOf(wishes),
    nowOf: ({ window }) => window.now,
  };
}

/** What a row is about, by name. */
function wishNameOf({ lines, positions, hospitals }: WireChoice, { kind, key }: RowName): string {
  const named = (list: readonly Hospital[], one: string) =>
    list.find(({ id }) => id === key)?.name ?? one;
  switch (kind) {
    case "lines":
      return named(lines, "A line that is gone");
    case "rotations":
      return named(positions, "A position that is gone");
    case "specialties":
      return key;
    case "screening": {
      const { kind, hospital, specialty } = screeningOf(key);
      const at = hospitals.find(({ id }) => id === hospital)?.name ?? "a hospital that is gone";
      const words = { rural: "No rural terms", nights: "No nights", travel: "Few changes" };
      return kind === "hospital" || kind === "hospital_specialty"
        ? `Not ${specialty ? `${specialty} ` : ""}at ${at}`
        : words[kind];
    }
  }
}

function rankIn(ranks: WireDepartment["ranks"], doctor: string): number | null {
  return ranks.find(({ worker_mapping }) => worker_mapping === doctor)?.order_preference ?? null;
}

/** What is told of a doctor whom another device ranked meanwhile. @param saidHere whether this page ranks that doctor too */
function toldElsewhere(key: string, saidHere: boolean) {
  const message = saidHere
    ? "Was put elsewhere on another device meanwhile; what you said here stands. Look whether the order is what you want."
    : "Was put here on another device meanwhile.";
  return { kind: "lines" as const, key, message };
}

/** A department's ranks: rows of "lines" by doctor, ranked ones in bucket 1, the others in -2. */
export function departmentSource(
  server: Server,
  preferencer: string,
  device: string,
): Source<WireDepartment, Department> {
  const read = () => server.rpc<WireDepartment>("read_department", { p_preferencer: preferencer });
  // What this page said and has no answer to yet: found there, it is nobody else's.
  const asked = new Map<string, Set<number | null>>();
  return {
    read,
    async save(pending, wire, base) {
      for (const [doctor, { order_preference = null }] of pending.lines) {
        asked.set(doctor, (asked.get(doctor) ?? new Set()).add(order_preference));
      }
      const { before } = await server.rpc<{ before: WireDepartment["ranks"] }>(
        "save_department_ranks",
        {
          p_preferencer: preferencer,
          p_changes: {
            device,
            // What another device moved meanwhile is merged with this.
            order_only: true,
            ranks: [...pending.lines].map(([worker_mapping, { order_preference }]) => ({
              worker_mapping,
              order_preference: order_preference ?? null,
            })),
          },
        },
      );
      const known = base ?? wire,
        others = known?.doctors.map(({ worker_mapping }) => worker_mapping).filter((doctor) => {
          const rank = rankIn(before, doctor);
          return rank !== rankIn(known.ranks, doctor) && !asked.get(doctor)?.has(rank);
        }) ?? [];
      for (const doctor of pending.lines.keys()) asked.delete(doctor);
      return {
        wire: await read(),
        elsewhere: others.map((key) => toldElsewhere(key, pending.lines.has(key))),
      };
    },
    lists: { ranks: "lines" },
    nameOf: ({ doctors }, { key }) =>
      doctors.find(({ worker_mapping }) => worker_mapping === key)?.name ?? "A doctor who is gone",
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
