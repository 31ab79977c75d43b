// The result of the allocation run: a match is finalised, corrected by hand, and released to the doctors.

import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { createExchangeClient, type ResultRow } from "../../../../shared/client/mod.ts";
import type { Load } from "../data/load.ts";
import type { PageContext } from "../page.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Download } from "../ui/download.tsx";
import { Fact } from "../ui/facts.tsx";
import { ReasonField } from "../ui/field.tsx";
import { SureButton } from "../ui/sure.tsx";
import { count, dateTime, plural } from "../ui/format.ts";
import { CorrectDialog } from "./correct_dialog.tsx";
import type { Field as Participants, Match } from "./match_data.ts";
import type { Names } from "./names.ts";
import { FinaliseButton } from "./finalise_button.tsx";
import { ruleWord, standing } from "./published.ts";
import { ResultImport } from "./result_import.tsx";
import { useDeed } from "./use_deed.ts";

/** What the card and its dialogs need. */
export interface PublishedProps {
  context: PageContext;
  field: Participants;
  match: Match | null;
  names: Names;
  results: Load<ResultRow[]>;
}

/** See above. */
export function PublishedCard(props: PublishedProps) {
  const { context, match, names, results } = props;
  const rows = results.value.value;
  if (rows === undefined) return null;
  const may = context.rights.has("allocationRun.edit");
  return (
    <section class="card" aria-label="Result">
      <header>
        <h2>
          Result{" "}
          <span class={`tag ${rows.length > 0 ? "ok" : ""}`}>
            {rows.length === 0
              ? "not finalised"
              : rows.some(({ releasedAt }) => releasedAt)
              ? "released"
              : "finalised"}
          </span>
        </h2>
      </header>
      <div class="body stack">
        {(match || rows.length > 0) && <Downloads context={context} />}
        {rows.length === 0
          ? <Unfinished {...{ context, match, names, may }} done={results.reload} />
          : <Finalised {...props} rows={rows} may={may} />}
        {may && (
          <ResultImport
            context={context}
            isFirst={rows.length === 0}
            done={results.reload}
          />
        )}
      </div>
    </section>
  );
}

/** The result, or where none is finalised the current match, as files. */
function Downloads({ context }: { context: PageContext }) {
  const exchange = useMemo(() => createExchangeClient(context.supabase), []);
  const { id } = context.allocationRun;
  return (
    <div class="row">
      <Download
        context={context}
        label="Who got what (.xlsx)"
        load={() => exchange.exportMatch(id, "xlsx")}
      />
      <Download
        context={context}
        label="Wishes (.xlsx)"
        load={() => exchange.exportTable(id, "wishes", "xlsx")}
      />
      <Download
        context={context}
        label="Report without names (.xlsx)"
        load={() => exchange.exportMatchReport(id, "xlsx")}
      />
    </div>
  );
}

function Unfinished({ context, match, names, may, done }: {
  context: PageContext;
  match: Match | null;
  names: Names;
  may: boolean;
  done: () => void;
}) {
  return (
    <>
      <p class="small">
        {match
          ? "Finalising freezes the current match as the result. Corrections by hand come after, and doctors see nothing before the release."
          : "There is no match that could be finalised yet."}
      </p>
      {match && may && (
        <div class="row">
          <FinaliseButton
            {...{ context, names, done }}
            matchId={match.run.id}
            label="Finalise this match"
          />
        </div>
      )}
    </>
  );
}

function Finalised(props: PublishedProps & { rows: ResultRow[]; may: boolean }) {
  const { match, names, rows, may } = props;
  const { finalisedAt, releasedAt, version, corrected, without } = standing(rows);
  const other = match !== null && rows.every(({ allocatorRun }) => allocatorRun !== match.run.id);
  return (
    <>
      <dl class="facts">
        <Fact name="Finalised">{dateTime(finalisedAt)}</Fact>
        <Fact name="Released">{releasedAt ? dateTime(releasedAt) : "not yet"}</Fact>
        <Fact name="Version">{version}</Fact>
        <Fact name="Corrected by hand">{count(corrected.length)}</Fact>
        <Fact name="Without a line">{count(without)}</Fact>
      </dl>
      {other && (
        <p class="note warn small">
          {rows.some(({ allocatorRun }) => allocatorRun !== null)
            ? "The result is not the current match: a newer one was made since."
            : "The result was made elsewhere; it is not the current match."}{" "}
          Unfinalise it to finalise that one.
        </p>
      )}
      <Corrections rows={rows} names={names} />
      {may && <ResultDeeds {...props} seen={{ version, released: releasedAt !== null }} />}
    </>
  );
}

/** What was corrected by hand, why, and which rules were set aside for it. */
function Corrections({ rows, names }: { rows: ResultRow[]; names: Names }) {
  const { corrected, overridden } = standing(rows);
  if (corrected.length === 0) return null;
  return (
    <details>
      <summary>
        {plural(corrected.length, "correction")} by hand
        {overridden > 0 && `, ${overridden} with rules set aside`}
      </summary>
      <ul class="small">
        {corrected.map((row) => (
          <li key={row.workerMapping}>
            <bdi>{names.doctor(row.workerMapping)}</bdi>: <bdi>{was(row, names)}</bdi> →{" "}
            <bdi>{row.jobLineName ?? "no line"}</bdi> (version {row.version}).{" "}
            {row.correctionReason}
            {row.overrides.length > 0 && (
              <>
                {" "}
                <span class="tag warn">{row.overrides.map(ruleWord).join(", ")}</span>
              </>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Which result is seen; what is done to another one by now is refused. */
type Seen = { version: number; released: boolean };

/** What a manager can do with a result. */
function ResultDeeds(props: PublishedProps & { rows: ResultRow[]; seen: Seen }) {
  const { context, results, rows, seen } = props;
  const doctors = plural(rows.length, "doctor");
  const { busy, run } = useDeed(context, results.reload);
  const open = useSignal<"correct" | "unfinalise" | null>(null);
  const close = () => open.value = null;
  const release = async () => {
    const { version } = seen;
    const { doctors } = await context.allocator.release(context.allocationRun.id, { version });
    return {
      title: "The result is released",
      message: `${plural(doctors, "doctor")} can see their line now.`,
    };
  };
  return (
    <>
      <div class="row">
        {!seen.released && (
          <SureButton
            label="Release to doctors"
            kind="primary"
            busy={busy.value}
            title={`Release the result to ${doctors}?`}
            means={`${doctors} ${
              rows.length === 1 ? "sees their line" : "see their lines"
            } at once, and each is sent an e-mail where your organisation sends any. What was sent cannot be taken back; corrections are told as such.`}
            yes={`Release to ${doctors}`}
            no="Not yet"
            onSure={() => run(release)}
          />
        )}
        <Button compact aria-haspopup="dialog" onClick={() => open.value = "correct"}>
          Correct by hand
        </Button>
        <Button
          compact
          kind="danger"
          aria-haspopup="dialog"
          onClick={() => open.value = "unfinalise"}
        >
          Unfinalise
        </Button>
      </div>
      {open.value === "correct" && (
        <CorrectDialog {...props} isReleased={seen.released} onClose={close} />
      )}
      {open.value === "unfinalise" && (
        <Unfinalise
          context={context}
          seen={seen}
          onClose={close}
          done={results.reload}
        />
      )}
    </>
  );
}

/** The line of the version before the current one. */
function was({ versions, version }: ResultRow, names: Names): string {
  const before = versions.filter((each) => each.version < version).at(-1)?.jobLine;
  return before ? names.line(before) : "no line";
}

function Unfinalise({ context, seen, onClose, done }: {
  context: PageContext;
  seen: Seen;
  onClose: () => void;
  done: () => void;
}) {
  const { busy, run } = useDeed(context, done);
  const reason = useSignal("");
  const press = async () => {
    const ok = await run(async () => {
      const { doctors } = await context.allocator.unfinalise(
        context.allocationRun.id,
        reason.value.trim(),
        seen,
      );
      return {
        title: "The result stands no more",
        message: `${plural(doctors, "doctor")} had one; its versions are kept.`,
      };
    });
    if (ok) onClose();
  };
  return (
    <Dialog
      title="Unfinalise the result"
      onClose={onClose}
      actions={
        <Button
          kind="danger"
          busy={busy.value}
          disabled={reason.value.trim() === ""}
          onClick={() => press()}
        >
          Unfinalise
        </Button>
      }
    >
      <p>
        {seen.released
          ? "Doctors have seen this result. They see none until another is released."
          : "Lines can be changed again, and another match can be finalised."}
      </p>
      <ReasonField reason={reason} required />
    </Dialog>
  );
}
