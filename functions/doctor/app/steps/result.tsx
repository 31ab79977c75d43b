// What the doctor got, once it is released, and why not something better.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Button } from "../../../console/app/ui/button.tsx";
import { Dialog } from "../../../console/app/ui/dialog.tsx";
import type { ReceptorError } from "../../../../shared/client/errors.ts";
import { icsOf } from "../../../../shared/messages/result_calendar.ts";
import { partWords } from "../model/lines.ts";
import { day, moment } from "../model/when.ts";
import { whySentence } from "../model/why.ts";
import { Terms } from "../parts/line_card.tsx";
import { openDialog } from "../parts/open_dialog.ts";
import { useReturns } from "../parts/saving.tsx";
import { saveFile } from "../parts/save_file.ts";
import { type Result as Got, resultOf, type WireResult } from "../model/wire.ts";
import { useWork } from "../work.ts";

/** The line with its terms and leave, calendar, print, and why. */
export function Result() {
  const { api, keep, choice } = useWork();
  const { workerMapping, released, takenBack } = choice.value.window;
  const wire = useSignal<WireResult | null>(keep.read<WireResult>("result"));
  const fault = useSignal<string | null>(null);
  const asked = useSignal(false);
  const read = async () => {
    try {
      wire.value = await api.rpc<WireResult | null>("read_result", {
        p_worker_mapping: workerMapping,
      });
      keep.write("result", wire.value);
      fault.value = null;
    } catch (error) {
      fault.value = (error as ReceptorError).message;
    }
    asked.value = true;
  };
  useEffect(() => void read(), [workerMapping, released]);
  // It may have been released, corrected or taken back meanwhile.
  useReturns(() => void read());
  if (wire.value) return <Shown wire={wire.value} fault={fault.value} />;
  return (
    <section class="stack">
      <h1 tabIndex={-1}>Your result</h1>
      {fault.value ? <p class="note danger" role="alert">{fault.value}</p> : (
        <p role="status">
          {asked.value
            ? takenBack
              ? "The result that was released was taken back, and counts no more. Your medical workforce unit will release another."
              : "There is no result yet. It is released to all doctors at one moment."
            : "One moment…"}
        </p>
      )}
    </section>
  );
}

function Shown({ wire, fault }: { wire: WireResult; fault: string | null }) {
  const result = resultOf(wire);
  const { choice } = useWork();
  const { window } = choice.value;
  const { line, preferenceNumber } = result;
  return (
    <section class="stack result">
      <h1 tabIndex={-1}>Your result</h1>
      <p class="quiet">{window.name}, {window.orgName}. Released {moment(result.releasedAt)}.</p>
      {fault && <p class="note warn" role="status">This is as this device knew it last: {fault}</p>}
      <Correction result={result} />
      {line
        ? (
          <article class="card">
            <header>
              <h2>{line.name}</h2>
              <span class="tag ok">
                {preferenceNumber === null
                  ? "Not among those you ranked"
                  : `Your choice number ${preferenceNumber}`}
              </span>
            </header>
            <div class="body stack">
              <p>
                {day(result.startDate)} to {day(result.endDate)}
                {result.fte < 1 && `, ${partWords(result.fte)}`}
              </p>
              <Terms line={line} />
            </div>
          </article>
        )
        : (
          <p class="note danger">
            {result.corrected ? "You have no line any more." : "You have no line in this result."}
            {" "}
            Your medical workforce unit will tell you what comes next.
          </p>
        )}
      <div class="actions no-print">
        {line && <Download wire={wire} />}
        <CalendarLink />
        <Button onClick={() => print()}>Print</Button>
      </div>
      <Why result={result} />
    </section>
  );
}

/** What was changed by hand since the match, and why; of a line that came after it, why alone. */
function Correction({ result }: { result: Got }) {
  const { corrected, changes, version, previousLine, correctionReason } = result;
  if (!corrected) {
    return correctionReason
      ? <p class="note info">You were given this line after the match. Why: {correctionReason}</p>
      : null;
  }
  return (
    <div class="note warn">
      <p>
        <strong>
          {changes.length > 0 ? "Your line was changed" : "This is a correction"} (version{" "}
          {version}).
        </strong>
      </p>
      {previousLine && <p>Before it, you had {previousLine}.</p>}
      {changes.length > 0 && <ul>{changes.map((change) => <li key={change}>{change}</li>)}</ul>}
      {correctionReason && <p>Why: {correctionReason}</p>}
    </div>
  );
}

/** The year as a file for calendar programs. */
function Download({ wire }: { wire: WireResult }) {
  const { workerMapping, name, orgName } = useWork().choice.value.window;
  const save = () => {
    const text = icsOf({ worker_mapping: workerMapping, run: name, org: orgName, result: wire });
    saveFile(new Blob([text], { type: "text/calendar" }), "my-year.ics");
  };
  return <Button onClick={save}>Download .ics</Button>;
}

function Why({ result }: { result: Got }) {
  if (result.why.length === 0) {
    if (result.preferenceNumber === 1) return <p>It is your first choice.</p>;
    return result.corrected && result.line && result.changes.length === 0
      ? <p>Your line was settled by hand: the match has no reasons to tell for it.</p>
      : null;
  }
  return (
    <>
      <h2>Why not a line that you ranked better?</h2>
      {result.othersMoved && (
        <p class="note">
          This is how it was when the match was made. Others were given other lines by hand since.
        </p>
      )}
      <ol class="why-list">
        {result.why.map((why) => (
          <li key={why.jobLine} value={why.rank ?? undefined}>
            <strong>{why.name}</strong>: {whySentence(why)}
          </li>
        ))}
      </ol>
    </>
  );
}

/** The link of the doctor's calendar: read, made anew or ended. */
function useCalendarLink() {
  const { api, choice } = useWork();
  const args = { p_worker_mapping: choice.value.window.workerMapping };
  const link = useSignal<{ path: string | null; created_at: string } | null>(null);
  const fault = useSignal<string | null>(null);
  /** @returns whether it was done */
  const ask = async (what: () => Promise<unknown>) => {
    fault.value = null;
    try {
      await what();
    } catch (error) {
      fault.value = (error as ReceptorError).message;
    }
    return fault.value === null;
  };
  return {
    link: link.value,
    url: link.value?.path && `${api.functionsUrl}/${link.value.path}`,
    fault: fault.value,
    read: (renew: boolean) =>
      ask(async () => link.value = await api.rpc("calendar_link", { ...args, p_renew: renew })),
    revoke: () =>
      ask(async () => {
        await api.rpc("revoke_calendar_link", args);
        link.value = null;
      }),
  };
}

const CALENDAR = "Calendar link";

/** A link that calendar programs follow: told once, made anew or taken back at any time. */
function CalendarLink() {
  const calendar = useCalendarLink();
  const { link, url, fault, read } = calendar;
  const open = useSignal(false);
  const revoke = async () => {
    if (await calendar.revoke()) open.value = false;
  };
  return (
    <>
      <Button
        onClick={() => {
          openDialog(CALENDAR, () => open.value = true, "22rem");
          void read(false);
        }}
      >
        Subscribe in a calendar
      </Button>
      {open.value && (
        <Dialog title={CALENDAR} onClose={() => open.value = false}>
          <p>
            A calendar program that follows this link shows your terms and leave, and follows
            corrections. Whoever has the link sees them too: keep it to yourself.
          </p>
          {url && <Url url={url} />}
          {link && !url && (
            <p class="note">
              You made a link on{" "}
              {moment(link.created_at)}. It is told only once; make a new one if you have lost it,
              and the old one ends.
            </p>
          )}
          {fault && <p class="note danger" role="alert">{fault}</p>}
          {link && (
            <div class="actions">
              <Button onClick={() => read(true)}>Make a new link</Button>
              <Button kind="danger" onClick={() => revoke()}>End the link</Button>
            </div>
          )}
        </Dialog>
      )}
    </>
  );
}

function Url({ url }: { url: string }) {
  return (
    <>
      <label class="field">
        <span class="label">Link</span>
        <input
          class="input mono"
          readOnly
          value={url}
          onFocus={(event) => event.currentTarget.select()}
        />
      </label>
      <div class="actions">
        <Button onClick={() => navigator.clipboard?.writeText(url)}>Copy</Button>
        <a class="button" href={url.replace(/^https?:/, "webcal:")}>Open in my calendar</a>
      </div>
    </>
  );
}
