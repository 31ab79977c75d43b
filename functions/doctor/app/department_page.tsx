// A department's person ranks the doctors for its lines: by the same order, drag, keys and taps as doctors rank lines.

import { computed, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { Button } from "../../console/app/ui/button.tsx";
import type { Api } from "./api.ts";
import { createDesk, type Desk } from "./desk.ts";
import type { Keep } from "./keep.ts";
import { rankedInFile } from "./model/counted.ts";
import {
  arrange,
  move,
  type Placed,
  type Ranks,
  submission,
  type Target,
} from "./model/ranking.ts";
import { standingOf } from "./model/standing.ts";
import { withTold } from "./model/told.ts";
import { days, moment } from "./model/when.ts";
import { useEnd } from "./parts/countdown.tsx";
import { RankingFiles } from "./parts/ranking_files.tsx";
import { RankList, type Section } from "./parts/rank_list.tsx";
import { Refused, SavingNote, useDesk } from "./parts/saving.tsx";
import { departmentSource } from "./sources.ts";
import type { Department } from "./model/wire.ts";

interface DepartmentProps {
  api: Api;
  keep: Keep;
  device: string;
  preferencer: string;
}

/** Doctors ranked, and not ranked. */
export function DepartmentPage(props: DepartmentProps) {
  const { api, keep, device, preferencer } = props;
  const desk = useMemo(() => createDesk(departmentSource(api, preferencer, device), keep), [
    preferencer,
  ]);
  useDesk(desk);
  const department = desk.choice.value;
  useEffect(() => {
    if (department) document.title = `${department.name} · Receptor`;
  }, [department?.name]);
  // What the device keeps of a department that is no longer the person's is not shown.
  if (!department || desk.error.value?.code === "NOT_YOURS") {
    return (
      <main class="main">
        {desk.error.value
          ? (
            <div class="note danger row" role="alert">
              <span class="grow">{desk.error.value.message}</span>
              <Button compact onClick={() => desk.refresh()}>Try again</Button>
              <a href="#/list">All windows</a>
            </div>
          )
          : <p role="status">Loading the doctors…</p>}
      </main>
    );
  }
  return (
    <>
      <div class="steps no-print">
        <div class="row status">
          <span class="run">{department.name}</span>
          <SavingNote desk={desk} />
        </div>
      </div>
      <Refused desk={desk} />
      <Ranking {...props} desk={desk} department={department} />
    </>
  );
}

function Ranking({ api, preferencer, desk, department }: DepartmentProps & {
  desk: Desk<Department>;
  department: Department;
}) {
  const { name, dueDate } = department;
  const ends = useSignal(0);
  useEnd(dueDate, () => desk.now(), () => {
    ends.value++;
    void desk.refresh();
  });
  const canWrite = standingOf(department, desk.now()) === "open";
  void ends.value;
  const placed = useMemo(() => computed(() => placedBy(desk)), [desk]);
  const eligible = new Map(department.doctors.map((doctor) => [doctor.id, doctor.eligible]));
  return (
    <main class="main stack">
      <h1 tabIndex={-1}>Rank the doctors</h1>
      <p class="quiet">
        {name}, {department.runName}, {department.orgName}. {canWrite
          ? dueDate && `Open until ${moment(dueDate)}.`
          : "The window has closed; nothing can be changed any more."}
      </p>
      <OwnLines lines={department.lines} />
      <RankingFiles<FileOrder>
        api={api}
        path={`departments/${preferencer}/ranking`}
        writable={canWrite}
        flush={() => desk.flush()}
        summary={({ rows, ranks }) => rankedInFile(rows, "doctor", ranks)}
        onTake={({ ranks }) => desk.change({ lines: ranksOfFile(ranks) })}
      />
      <RankList
        sections={sectionsOf(placed.value, canWrite)}
        what="doctor"
        writable={canWrite}
        ties
        scored={false}
        detail={(id) =>
          withTold(
            desk.toldOf.value.get(id),
            eligible.get(id) ? "" : "Not eligible for any of your lines",
          )}
        later={(run) => desk.later(run)}
        onMove={(id, target) => desk.change({ lines: changedRanks(placed.value, id, target) })}
      />
      <p class="small quiet">
        <a href="#/list">All windows</a>
      </p>
    </main>
  );
}

/** The doctors with the places that they have now. */
function placedBy(desk: Desk<Department>): Placed[] {
  return (desk.choice.value?.doctors ?? []).map(({ id, name }) => {
    const rank = desk.wishes.value.lines.get(id)?.order_preference ?? null;
    return { id, name, rank, bucket: rank === null ? -2 : 1, score: 0 };
  });
}

function sectionsOf(placed: readonly Placed[], canWrite: boolean): Section[] {
  const nobody = placed.length === 0 ? "No doctor takes part in this run yet." : null;
  const buckets = arrange(placed);
  return [
    {
      bucket: 1,
      title: "In this order",
      hint: "The first is the one you want most.",
      rows: buckets.get(1)!,
      ordered: true,
      empty: nobody ??
        (canWrite ? "Nobody yet. Tap a doctor below, or drag them here." : "Nobody."),
    },
    {
      bucket: -2,
      title: "Not ranked",
      hint: "They come after all that you rank.",
      rows: buckets.get(-2)!,
      ordered: false,
      empty: nobody ?? "Everybody is ranked.",
    },
  ];
}

function OwnLines({ lines }: Pick<Department, "lines">) {
  if (lines.length === 0) {
    return (
      <p class="note">
        None of the lines is yours yet. Your order counts for those that your workforce unit gives
        you.
      </p>
    );
  }
  return (
    <details>
      <summary>Your lines ({lines.length})</summary>
      <ul>
        {lines.map((line) => (
          <li key={line.id}>
            <strong>{line.name}</strong>
            <ul class="small">
              {line.rotations.map((rotation) => (
                <li key={rotation.term}>
                  {days(rotation)}: {rotation.position.name}, {rotation.position.hospital}
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** What roster-exchange answers for an order that was sent. */
interface FileOrder {
  rows: number;
  ranks: { worker_mapping: string; order_preference: number | null }[];
}

function ranksOfFile(ranks: FileOrder["ranks"]): Ranks {
  return new Map(
    ranks.map(({ worker_mapping, order_preference }) => [worker_mapping, {
      order_preference,
      like_dislike_preference: order_preference === null ? -2 : 1,
    }]),
  );
}

/** The rows that a move changes: departments' ranks are 1, 2, 3... at all times. */
export function changedRanks(placed: readonly Placed[], id: string, target: Target): Ranks {
  const writes = move(arrange(placed), id, target);
  const moved = placed.map((each): Placed => {
    const row = writes.get(each.id);
    return row
      ? { ...each, rank: row.order_preference, bucket: row.like_dislike_preference }
      : each;
  });
  const before = new Map(placed.map((each) => [each.id, each.rank]));
  return new Map(
    [...submission(arrange(moved))].filter(([id, row]) => row.order_preference !== before.get(id)),
  );
}
