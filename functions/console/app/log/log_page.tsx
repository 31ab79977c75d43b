// The log: who did what and when, with filters; of one line, doctor or run where a link asks for that.

import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import {
  type AuditClient,
  type AuditEntry,
  createAuditClient,
} from "../../../../shared/client/mod.ts";
import { useLoad } from "../data/load.ts";
import { shown } from "../data/query.ts";
import type { PageContext, PageProps } from "../page.ts";
import { Button } from "../ui/button.tsx";
import { Field, type Option, SelectField } from "../ui/field.tsx";
import { count, dateTime } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import { asksForNothing, type Choices, filterOf, readChoices } from "./log_data.ts";
import { KINDS, type Names, sentencesOf, summaryOf, throughWords, whoOf } from "./words.ts";

/** Entries that are read at once. */
const PAGE = 50;
/** Sentences of an entry that are shown at once. */
const MOST = 100;

/** See `page.ts` for what it receives. */
export function LogPage({ context }: PageProps) {
  const allowed = context.rights.has("audit.view");
  return (
    <div class="page">
      <h1>Log</h1>
      {allowed
        ? <Watched context={context} />
        : <p class="note">Only managers of {context.org.name} see who did what.</p>}
    </div>
  );
}

function Watched({ context }: PageProps) {
  const choices = useLoad(() => readChoices(context), [context.linesVersion.value]);
  return (
    <Loaded load={choices} what="the log">
      {(found) => (
        <>
          <Filters context={context} choices={found} />
          {asksForNothing(context.params)
            ? (
              <p class="card empty" role="alert">
                This link asks for somebody or something that there is not: it was cut off, or typed
                by hand. Choose above whose entries to show.
              </p>
            )
            : <Entries key={context.params.toString()} context={context} choices={found} />}
        </>
      )}
    </Loaded>
  );
}

function Filters({ context, choices }: { context: PageContext; choices: Choices }) {
  const { params } = context;
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(params);
    if (value) next.set(name, value);
    else next.delete(name);
    context.setParams(next);
  };
  const select = (name: string, label: string, all: string, options: Option[]) => {
    const value = params.get(name) ?? "";
    // What is gone, or put away, can still be asked for by a link.
    const known = value === "" || options.some(([id]) => id === value);
    return (
      <SelectField
        label={label}
        value={value}
        options={[["", all], ...known ? [] : [[value, "as linked"] as Option], ...options]}
        onChoose={(chosen) => set(name, chosen)}
      />
    );
  };
  return (
    <section class="card log-filters" aria-label="Filters">
      {select("who", "Who", "Everybody", choices.people)}
      {select(
        "kind",
        "What",
        "Everything",
        Object.entries(KINDS).map(([kind, { text }]): Option => [kind, text]),
      )}
      {select("line", "Line", "All lines", choices.lines)}
      {select("doctor", "Doctor", "All doctors", choices.doctors)}
      <Field label="Day">
        {(control) => (
          <input
            {...control}
            class="input"
            type="date"
            value={params.get("day") ?? ""}
            onChange={(event) => set("day", event.currentTarget.value)}
          />
        )}
      </Field>
      {params.size > 0 && (
        <Button onClick={() => context.setParams(new URLSearchParams())}>Show everything</Button>
      )}
    </section>
  );
}

/** Entries with the names that they need. */
interface Found {
  entries: AuditEntry[];
  names: Names;
}

/** Entries of a list, the latest first. */
interface Latest extends Found {
  /** Whether earlier ones of the kind exist. */
  earlier: boolean;
}

function Entries({ context, choices }: { context: PageContext; choices: Choices }) {
  const { supabase, org, allocationRun, params } = context;
  const audit = useMemo(() => createAuditClient(supabase), [supabase]);
  const filter = filterOf(params, allocationRun.id, choices.workerOf);
  const read = async (before?: number): Promise<Latest> => {
    // One more than is shown tells whether earlier ones exist.
    const found = await audit.entries(org.id, { ...filter, before, limit: PAGE + 1 });
    const entries = found.slice(0, PAGE);
    const names = await audit.names(org.id, entries);
    return { entries, names, earlier: found.length > PAGE };
  };
  const first = useLoad(() => read(), []);
  const more = useSignal<Latest[]>([]);
  return (
    <Loaded load={first} what="the log">
      {(found) => {
        const pages = [found, ...more.value];
        const last = pages.at(-1)!;
        const sum = pages.reduce((before, { entries }) => before + entries.length, 0);
        if (found.entries.length === 0) {
          return <p class="card empty">Nothing of this kind has happened.</p>;
        }
        return (
          <>
            <p class="small quiet" role="status">{howMany(sum, last.earlier)}</p>
            <ol class="log-list card" aria-label="What happened, the latest first">
              {pages.flatMap(({ entries, names }) =>
                entries.map((entry) => (
                  <Entry
                    key={entry.id}
                    entry={entry}
                    names={names}
                    audit={audit}
                    org={org.id}
                    whole={filter.subjects === undefined}
                  />
                ))
              )}
            </ol>
            {last.earlier && (
              <More
                text="Show earlier"
                read={() => read(last.entries.at(-1)!.id)}
                onFound={(next) => more.value = [...more.value, next]}
              />
            )}
          </>
        );
      }}
    </Loaded>
  );
}

/** How much of what happened is shown. */
function howMany(shown: number, earlier: boolean): string {
  if (earlier) {
    return `The latest ${count(shown)} entries; earlier ones are below them, on request.`;
  }
  return shown === 1 ? "1 entry: there is no other." : `All ${count(shown)} entries.`;
}

function Entry({ entry, names, audit, org, whole }: {
  entry: AuditEntry;
  names: Names;
  audit: AuditClient;
  org: string;
  /** Whether the entry stands for all parts of its statement. */
  whole: boolean;
}) {
  const rest = useSignal<Found[]>([]);
  const left = whole
    ? entry.parts - 1 - rest.value.reduce((sum, { entries }) => sum + entries.length, 0)
    : 0;
  const readRest = async (): Promise<Found> => {
    const entries = await audit.parts(entry, rest.value.at(-1)?.entries.at(-1)?.id);
    return { entries, names: await audit.names(org, entries) };
  };
  return (
    <li>
      <span class="log-when small quiet">{dateTime(entry.at)}</span>
      <div class="log-what">
        <Said entry={entry} names={names} />
        {rest.value.flatMap((found) =>
          found.entries.map((part) => <Said key={part.id} entry={part} names={found.names} />)
        )}
        {left > 0 && (
          <More
            text={`Show ${count(left)} more like it`}
            read={readRest}
            onFound={(next) => rest.value = [...rest.value, next]}
          />
        )}
        {entry.reason && <span class="small">Reason: {entry.reason}</span>}
        <span class="small quiet">
          {whoOf(entry)}, {throughWords(entry)}
        </span>
      </div>
    </li>
  );
}

/** What an entry says: a sentence, and one for each row where there are several. */
function Said({ entry, names }: { entry: AuditEntry; names: Names }) {
  const summary = summaryOf(entry, names);
  if (entry.rows.length === 1) return <span>{summary}</span>;
  const sentences = sentencesOf(entry, names);
  return (
    <details>
      <summary>{summary}</summary>
      <ul class="small">
        {sentences.slice(0, MOST).map((sentence) => <li key={sentence}>{sentence}</li>)}
      </ul>
      {sentences.length > MOST && (
        <p class="small quiet">and {count(sentences.length - MOST)} more</p>
      )}
    </details>
  );
}

/** Reads what comes next, and says why where it cannot. */
function More<T extends Found>({ text, read, onFound }: {
  text: string;
  read: () => Promise<T>;
  onFound: (found: T) => void;
}) {
  const busy = useSignal(false);
  const fault = useSignal<string | null>(null);
  const press = async () => {
    busy.value = true;
    fault.value = null;
    try {
      onFound(await read());
    } catch (error) {
      fault.value = shown(error).message;
    } finally {
      busy.value = false;
    }
  };
  return (
    <span class="row">
      <Button compact busy={busy.value} onClick={() => press()}>{text}</Button>
      {fault.value && <span class="error" role="alert">{fault.value}</span>}
    </span>
  );
}
