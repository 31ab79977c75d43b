// The world's records beside what was found here; a file of records is imported by whoever may search, after they saw what it changes. It counts
// for their organisation alone, in place of what operators of the project imported for everybody.

import { batch, useSignal } from "@preact/signals";
import type {
  ProjectsClient,
  RecordChange,
  WorldRecordBesideOurs,
} from "../../../../shared/client/mod.ts";
import { useLoad } from "../data/load.ts";
import { shown } from "../data/query.ts";
import type { PageContext } from "../page.ts";
import { formWord, shortExpression } from "../primes/words.ts";
import { Button } from "../ui/button.tsx";
import { FileDrop } from "../ui/file_drop.tsx";
import { count, plural } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import { SureButton } from "../ui/sure.tsx";

interface Records {
  context: PageContext;
  client: ProjectsClient;
}

/** Every record that is known here, and what it takes to import others. */
export function RecordsCard({ context, client }: Records) {
  const load = useLoad(() => client.records(context.org.id), [context.org.id]);
  const withdraw = async (record: WorldRecordBesideOurs) => {
    try {
      await client.withdrawRecord(record.id);
      context.notify({ tone: "ok", title: `${nameOf(record)}: everybody's counts again` });
    } catch (error) {
      context.notify({
        tone: "danger",
        title: "It was not withdrawn",
        message: shown(error).message,
      });
    }
    load.reload();
  };
  return (
    <section class="card" aria-label="Records">
      <header>
        <h2>Records</h2>
        <span class="small quiet">the largest primes that are known in the world, by form</span>
      </header>
      <div class="body stack">
        <Loaded load={load} what="records">
          {(records) =>
            records.length === 0 ? <p class="quiet">No records were imported yet.</p> : (
              <List
                records={records}
                onWithdraw={context.rights.has("primeSearch.create") ? withdraw : undefined}
              />
            )}
        </Loaded>
        {context.rights.has("primeSearch.create") && (
          <Import context={context} client={client} onDone={load.reload} />
        )}
      </div>
    </section>
  );
}

/** A form, and the category where it is none of all. */
const nameOf = ({ form, category }: { form: string; category: string }) =>
  formWord(form) + (category === "overall" ? "" : `, ${category}`);

function List({ records, onWithdraw }: {
  records: WorldRecordBesideOurs[];
  onWithdraw?: (record: WorldRecordBesideOurs) => Promise<void>;
}) {
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label="Records">
      <table class="table">
        <caption class="visually-hidden">
          Records by form, with the largest prime found here
        </caption>
        <thead>
          <tr>
            {["Form", "Record", "Digits", "Held by", "Largest here", "Imported by"].map((head) => (
              <th key={head} scope="col">{head}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {records.map((record) => (
            <tr key={record.id}>
              <th scope="row">{nameOf(record)}</th>
              <td>{shortExpression(record.expression, 40)}</td>
              <td class="num">{count(record.digits)}</td>
              <td>{record.holder ?? "–"}</td>
              <td class="num">
                {record.our_best_digits === null ? "–" : `${count(record.our_best_digits)} digits`}
              </td>
              <td>
                {record.org_id === null ? "operators, for everybody" : "your organisation"}
                {record.org_id !== null && onWithdraw && (
                  <SureButton
                    compact
                    label="Withdraw"
                    yes="Yes, withdraw it"
                    name={`Withdraw: ${nameOf(record)}`}
                    title={`Withdraw the record ${nameOf(record)}?`}
                    means="The one that operators imported for everybody counts again, if there is one."
                    onSure={() => onWithdraw(record)}
                  />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The file as it was chosen, what it changes or what is wrong with it, and importing it. */
function useImport({ context, client, onDone }: Records & { onDone: () => void }) {
  const name = useSignal<string | undefined>(undefined);
  const records = useSignal<unknown>(null);
  const changes = useSignal<RecordChange[] | null>(null);
  const faults = useSignal<string[]>([]);
  const busy = useSignal(false);
  const ask = async (read: unknown, dryRun: boolean) => {
    busy.value = true;
    try {
      const { records: told, imported } = await client.offerRecords(
        context.org.id,
        read,
        { dryRun },
      );
      changes.value = dryRun ? told : null;
      if (!dryRun) {
        name.value = undefined;
        context.notify({ tone: "ok", title: `${plural(imported, "record")} imported` });
        onDone();
      }
    } catch (error) {
      const { errors, message } = shown(error);
      faults.value = errors?.length
        ? errors.map(({ path, message }) => `${path || "the file"}: ${message}`)
        : [message];
    }
    busy.value = false;
  };
  const choose = async (file: File | undefined) => {
    if (!file) return;
    batch(() => {
      name.value = file.name;
      changes.value = null;
      faults.value = [];
    });
    try {
      records.value = JSON.parse(await file.text());
    } catch (error) {
      faults.value = [`${file.name} is no JSON: ${(error as Error).message}`];
      return;
    }
    await ask(records.value, true);
  };
  return { name, changes, faults, busy, choose, write: () => ask(records.value, false) };
}

function Import(props: Records & { onDone: () => void }) {
  const { name, changes, faults, busy, choose, write } = useImport(props);
  const kept = changes.value?.filter(({ change }) => change !== "same") ?? [];
  return (
    <>
      <FileDrop
        busy={busy.value}
        name={name.value}
        label="Choose or drop a JSON file of records"
        accept=".json"
        onChoose={(file) => void choose(file)}
      />
      {faults.value.length > 0 && (
        <ul class="note danger small" role="alert">
          {faults.value.map((fault) => <li key={fault}>{fault}</li>)}
        </ul>
      )}
      {changes.value && <Changes changes={changes.value} />}
      {changes.value && kept.length > 0 && (
        <div class="row">
          <Button kind="primary" busy={busy.value} onClick={() => write()}>
            Import {plural(kept.length, "record")}
          </Button>
        </div>
      )}
      <p class="small quiet">
        A list of records, each with form, expression and digits, and if you like category, holder,
        discovered_at (a date), source and source_url. One of a form and category takes the place of
        the one before, for your organisation alone.
      </p>
    </>
  );
}

const WORDS = { new: "new", changed: "changed", same: "as it is" };

function Changes({ changes }: { changes: RecordChange[] }) {
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label="What the file changes">
      <table class="table">
        <caption>What the file changes</caption>
        <thead>
          <tr>
            {["Form", "Record", "Digits", "Change", "Before"].map((head) => (
              <th key={head} scope="col">{head}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {changes.map((
            { form, category, expression, digits, change, was_expression, was_digits },
          ) => (
            <tr key={`${form} ${category}`}>
              <th scope="row">{nameOf({ form, category })}</th>
              <td>{shortExpression(expression, 40)}</td>
              <td class="num">{count(digits)}</td>
              <td>
                <span class={`tag ${change === "same" ? "" : "ok"}`}>{WORDS[change]}</span>
              </td>
              <td>
                {change === "changed" && was_expression !== undefined
                  ? `${shortExpression(was_expression, 40)}, ${count(was_digits!)} digits`
                  : "–"}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
