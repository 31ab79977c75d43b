// One doctor's view: the line they are to get beside what they asked for, and who got the others.

import { failure } from "../ui/attempt.ts";
import type { AllocatorReason, ResultRow } from "../../../../shared/client/mod.ts";
import { useSignal } from "@preact/signals";
import { useLoad } from "../data/load.ts";
import type { PageContext } from "../page.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { given, ReasonField } from "../ui/field.tsx";
import { dateTime, plural } from "../ui/format.ts";
import { EARLY } from "../preferences/standing.ts";
import { Loaded } from "../ui/loaded.tsx";
import { Happened } from "../runs/happened.tsx";
import { type Placed, placedBy } from "./doctors.ts";
import { type Doctor, type DoctorView, type Field, type Match, readDoctor } from "./match_data.ts";
import { PersonData } from "./person_data.tsx";
import { whyWords } from "./why.ts";
import { wishRows } from "./wishes.ts";
import { choiceWord } from "./words.ts";

/** See above. */
export function DoctorDialog({ context, doctor, field, match, results, onClose }: {
  context: PageContext;
  doctor: Doctor;
  field: Field;
  match: Match | null;
  results: readonly ResultRow[];
  onClose: () => void;
}) {
  const placed = placedBy(match, results);
  const got = placed?.find(({ mapping }) => mapping === doctor.mapping);
  const allocation = match?.allocations.find(({ worker }) => worker.mapping === doctor.mapping);
  // The match's reasons are those of the line that it gave.
  const run = allocation?.line.id === got?.line ? allocation?.run : undefined;
  const view = useLoad(
    () => readDoctor(context.supabase, doctor.mapping, got?.line),
    [doctor.mapping, got?.line],
  );
  const reasons = useLoad(
    async () => run ? await context.allocator.reasons(run, doctor.mapping) : [],
    [doctor.mapping, run],
  );
  return (
    <Dialog title={doctor.name} wide onClose={onClose}>
      <p>
        <Standing got={got} isFinal={results.length > 0} isMatched={match !== null} />
      </p>
      <Happened context={context} about="doctor" id={doctor.mapping} />
      <Loaded load={view} what="what this doctor asked for">
        {(found) => (
          <>
            {found.positions.length > 0 && (
              <ol class="match-terms">
                {found.positions.map(({ term, name }) => (
                  <li key={term}>
                    <span class="quiet small">Term {term}</span> {name}
                  </li>
                ))}
              </ol>
            )}
            <Wishes
              view={found}
              isSealed={context.allocationRun.status === "open" && !context.rights.has(EARLY)}
              field={field}
              match={match}
              placed={placed}
              own={got?.line}
              reasons={reasons.value.value ?? []}
            />
          </>
        )}
      </Loaded>
      <Deeds context={context} doctor={doctor} onClose={onClose} />
    </Dialog>
  );
}

/** What managers do about a doctor; nothing where all of them was erased. */
function Deeds({ context, doctor, onClose }: {
  context: PageContext;
  doctor: Doctor;
  onClose: () => void;
}) {
  if (doctor.erasedAt !== null) {
    return <p class="note">Erased on {dateTime(doctor.erasedAt)}; what they got stays.</p>;
  }
  if (!context.rights.has("allocationRun.edit")) return null;
  return (
    <>
      <TakesPart context={context} doctor={doctor} onClose={onClose} />
      <PersonData context={context} doctor={doctor} onClose={onClose} />
    </>
  );
}

/** Whether the doctor takes part: they leave with a reason, and come back to all that they had. */
function TakesPart({ context, doctor, onClose }: {
  context: PageContext;
  doctor: Doctor;
  onClose: () => void;
}) {
  const { allocator, allocationRun } = context;
  const reason = useSignal("");
  const busy = useSignal(false);
  const { mapping, name, withdrawnAt } = doctor;
  const run = async (change: () => Promise<{ title: string; message: string }>) => {
    busy.value = true;
    try {
      context.notify({ tone: "ok", ...await change() });
      onClose();
      context.linesChanged();
    } catch (error) {
      context.notify(failure(error, "Nothing was changed"));
    } finally {
      busy.value = false;
    }
  };
  const withdraw = async () => {
    const { ranks } = await allocator.withdraw(allocationRun.id, [mapping], given(reason));
    return {
      title: `${name} withdrew`,
      message: `${plural(ranks, "rank")} and all else of theirs is kept for when they come back.`,
    };
  };
  const reinstate = async () => {
    await allocator.reinstate(allocationRun.id, [mapping], given(reason));
    return { title: `${name} takes part again`, message: "With all that they had." };
  };
  if (withdrawnAt !== null) {
    return (
      <div class="stack">
        <p>Withdrew on {dateTime(withdrawnAt)}; no match places them.</p>
        <ReasonField reason={reason} />
        <Button compact busy={busy.value} onClick={() => run(reinstate)}>Bring back</Button>
      </div>
    );
  }
  return (
    <details>
      <summary>Withdraw {name}</summary>
      <div class="stack">
        <p class="small">
          No match places them any more. What they wished and got stays, and comes back with them.
        </p>
        <ReasonField reason={reason} />
        <Button compact kind="danger" busy={busy.value} onClick={() => run(withdraw)}>
          Withdraw
        </Button>
      </div>
    </details>
  );
}

/** @param isFinal a result is finalised; @param isMatched there is a match */
function Standing({ got, isFinal, isMatched }: {
  got: Placed | undefined;
  isFinal: boolean;
  isMatched: boolean;
}) {
  if (!got) {
    if (isFinal) return <>Has no line in the result.</>;
    return <>{isMatched ? "Has no line in the current match." : "No match was made yet."}</>;
  }
  const { lineName, choice } = got;
  return (
    <>
      Gets <strong>{lineName}</strong>:{" "}
      {choice === null ? "a line that was not ranked" : `${choiceWord(choice)} choice`}.
    </>
  );
}

function Wishes({ view, isSealed, field, match, placed, own, reasons }: {
  view: DoctorView;
  /** The window is open, and keeps what is in it from the user. */
  isSealed: boolean;
  field: Field;
  match: Match | null;
  placed: readonly Placed[] | null;
  /** The line that they got. */
  own: string | undefined;
  reasons: AllocatorReason[];
}) {
  const tags = new Map(field.tags.map(({ id, name }) => [id, name]));
  const why = new Map(reasons.map((reason) => [
    reason.line,
    whyWords(reason, (id) => tags.get(id) ?? "a qualification that is gone"),
  ]));
  if (view.wishes.length === 0) {
    return (
      <p class="note">
        {isSealed
          ? "What they wish is theirs alone until the window closes."
          : "This doctor has ranked no line."}
      </p>
    );
  }
  const notation = match?.run.options.rankNotation;
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label="Wishes">
      <table class="table">
        <caption>Preferences{notation && ` (${notation} ranks)`}, and who got these lines</caption>
        <thead>
          <tr>
            <th scope="col" class="num">Rank</th>
            <th scope="col">Line</th>
            <th scope="col">Places</th>
            <th scope="col">Got it</th>
            <th scope="col">Preferencers rank this doctor</th>
            {why.size > 0 && <th scope="col">Why not</th>}
          </tr>
        </thead>
        <tbody>
          {wishRows(view, field, placed).map(({ line, rank, name, places, takers, ranks }) => (
            <tr key={line} class={line === own ? "match-own" : undefined}>
              <td class="num">{rank}</td>
              <th scope="row">
                {name} {line === own && <span class="tag ok">this doctor</span>}
              </th>
              <td>{places}</td>
              <td>{takers || "–"}</td>
              <td>{ranks || "–"}</td>
              {why.size > 0 && <td class="small">{why.get(line) ?? ""}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
