// Hospitals, teams, positions and their posts: by spreadsheet, pasted, or one by one.

import { createExchangeClient, type ImportAnswer } from "../../../../shared/client/mod.ts";
import type { Position } from "../../../../shared/client/lines_types.ts";
import { type Page, readAll } from "../../../../shared/client/pages.ts";
import { useLoad } from "../data/load.ts";
import { formOf, useTyped } from "../data/typed.ts";
import { readPlaces, readPosts } from "../data/posts.ts";
import type { PageContext } from "../page.ts";
import { Button } from "../ui/button.tsx";
import { Download } from "../ui/download.tsx";
import { Fact } from "../ui/facts.tsx";
import { Check, Field, TextField } from "../ui/field.tsx";
import { count, plural } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import { LongTable } from "../ui/long_table.tsx";
import { type FileImport, useFileImport } from "./file_import.ts";
import type { PartProps } from "./part.ts";
import {
  BLANK_POSITION,
  type Flag,
  FLAGS,
  type PositionDraft,
  postsFault,
  TYPICAL_SERVICE,
} from "./position_draft.ts";
import { NamesCard } from "./names_card.tsx";
import { savePosition } from "./save_position.ts";
import { Said } from "./said.tsx";
import { fieldsOf, type Saving, useSaving } from "./saving.ts";
import { HowRead, ImportBody, WriteImport } from "./table_import.tsx";
import { Another } from "./another.tsx";
import { FormCard } from "./form_card.tsx";
import { FteField } from "./fte_field.tsx";
import { sent } from "../ui/sent.ts";

/** A row of `positions`, as far as the list shows it. */
type Listed = Pick<
  Position,
  "id" | "team" | "name" | "specialty" | "subspecialty" | "experience_categories" | "fte" | Flag
>;

interface Shown extends Listed {
  hospital: string;
  teamName: string;
  posts: (number | null)[];
}

const COLUMNS = "id,team,name,specialty,subspecialty,experience_categories,fte," +
  FLAGS.map(([key]) => key).join(",");

async function readPositions({ supabase, org, allocationRun }: PageContext): Promise<Shown[]> {
  const [positions, places, posts] = await Promise.all([
    readAll<Listed>((from, to) =>
      supabase.from("positions").select(COLUMNS).eq("org_id", org.id).order("name").order("id")
        .range(from, to) as unknown as PromiseLike<Page<Listed>>
    ),
    readPlaces(supabase, org.id),
    readPosts(supabase, allocationRun.id),
  ]);
  const byCell = new Map(posts.map(({ position, term, posts }) => [`${position} ${term}`, posts]));
  return positions.map((position) => {
    const place = places.get(position.team);
    return {
      ...position,
      hospital: place?.hospital ?? "",
      teamName: place?.team ?? "",
      posts: allocationRun.term_weeks.map((_, i) => byCell.get(`${position.id} ${i + 1}`) ?? null),
    };
  }).sort((a, b) =>
    `${a.hospital} ${a.teamName} ${a.name}`.localeCompare(
      `${b.hospital} ${b.teamName} ${b.name}`,
      "en",
    )
  );
}

/** See `part.ts`. */
export function PositionsPart({ context, progress, onChanged }: PartProps) {
  const load = useLoad(() => readPositions(context), []);
  const draft = useTyped(formOf(context, "position"), () => BLANK_POSITION);
  const was = useTyped<PositionDraft | null>(formOf(context, "position.was"), () => null);
  const changed = () => {
    load.reload();
    context.linesChanged();
    onChanged();
  };
  return (
    <>
      <BySpreadsheet context={context} isEmpty={progress.positionsHere === 0} onDone={changed} />
      <OnePosition
        context={context}
        draft={draft}
        was={was.value}
        specialties={progress.specialties}
        known={load.value.value ?? []}
        onDone={changed}
        onRefused={load.reload}
      />
      <Loaded load={load} what="the positions">
        {(positions) =>
          positions.length === 0
            ? (
              <p class="card empty">
                No position yet. A position is a post on a clinical team, e.g. "Cardiology JMO"; how
                many there are of it in each term are its posts. Import a list of them above, or add
                one.
              </p>
            )
            : (
              <List
                context={context}
                positions={positions}
                onEdit={(edited) => draft.value = was.value = edited}
              />
            )}
      </Loaded>
      {([["hospitals", "Hospitals"], ["teams", "Teams"]] as const).map(([table, title]) => (
        <NamesCard
          key={table}
          context={context}
          table={table}
          title={title}
          none="They come with positions."
          since={load.value.value}
          onDone={changed}
        />
      ))}
    </>
  );
}

function BySpreadsheet(
  { context, isEmpty, onDone }: { context: PageContext; isEmpty: boolean; onDone: () => void },
) {
  const exchange = createExchangeClient(context.supabase);
  const { id, term_weeks } = context.allocationRun;
  const importing = useFileImport<ImportAnswer>(
    (file, { newLines: _, ...how }) => exchange.importPositions(id, file, how),
    ({ added, changed }) => {
      context.notify({
        tone: "ok",
        title: "Positions imported",
        message: `${count(added)} added, ${count(changed)} changed`,
      });
      onDone();
    },
  );
  return (
    <section class="card" aria-labelledby="setup-positions-file">
      <header>
        <h2 id="setup-positions-file">Positions by spreadsheet</h2>
      </header>
      <div class="body stack">
        <div class="row wrap">
          <Download
            context={context}
            label="Template .xlsx"
            load={() => exchange.positionsTemplate(id)}
          />
          {!isEmpty && (
            <Download
              context={context}
              label="Positions .xlsx"
              load={() => exchange.exportPositions(id, "xlsx")}
            />
          )}
          {isEmpty && (
            <Button
              busy={importing.busy.value}
              onClick={() => importing.paste(TYPICAL_SERVICE(term_weeks.length))}
            >
              Start from a typical service
            </Button>
          )}
        </div>
        <ImportBody importing={importing} pasted={formOf(context, "pasted.positions")}>
          {(answer) => <Preview answer={answer} importing={importing} />}
        </ImportBody>
      </div>
    </section>
  );
}

/** What a file would change. */
/** Columns that a position is named by. */
const NAMED = ["Hospital", "Team", "Position"];

function Preview({ answer, importing }: {
  answer: ImportAnswer;
  importing: FileImport<ImportAnswer>;
}) {
  const { added, changed, unchanged, changes } = answer;
  return (
    <section class="stack" aria-label="Preview">
      <dl class="facts">
        <Fact name="Positions added">{count(added)}</Fact>
        <Fact name="Positions changed">{count(changed)}</Fact>
        <Fact name="Positions unchanged">{count(unchanged)}</Fact>
      </dl>
      <HowRead {...answer} />
      {changes.length > 0 && (
        <LongTable label="What would change" head={["Row", "Position", "What"]}>
          {changes.map(({ row, hospital, team, name, kind, fields }) => [
            row,
            `${name}, ${team}, ${hospital}`,
            `${kind}: ${
              fields.filter(({ column, after }) =>
                kind === "changed" || after !== "No" && !NAMED.includes(column)
              ).map(({ column, after }) => `${column} ${after ?? "–"}`).join(", ")
            }`,
          ])}
        </LongTable>
      )}
      <WriteImport
        importing={importing}
        what={added + changed > 0 ? plural(added + changed, "position") : null}
      />
    </section>
  );
}

function OnePosition({ context, draft, was, specialties, known, onDone, onRefused }: {
  context: PageContext;
  draft: { value: PositionDraft };
  /** As it was when somebody pressed Change. */
  was: PositionDraft | null;
  specialties: readonly string[];
  known: readonly Shown[];
  onDone: () => void;
  /** Reads the list anew. */
  onRefused: () => Promise<void>;
}) {
  const saving = useSaving();
  const d = draft.value;
  const { length: terms } = context.allocationRun.term_weeks;
  const wrongPosts = postsFault(d.posts, terms);
  const save = async () => {
    // Before it is told: who is told to go on from the list finds there what is, and is not refused again.
    const work = () =>
      savePosition(context, d, d.id ? was : null).catch(async (error) => {
        await onRefused();
        throw error;
      });
    const empty = sent(draft, { ...BLANK_POSITION, hospital: d.hospital, team: d.team });
    if (!await saving.run(work)) return;
    context.notify({ tone: "ok", title: `${d.name} is saved` });
    empty();
    onDone();
  };
  return (
    <FormCard
      id="setup-position"
      title={d.id ? "Change a position" : "Add one position"}
      beside={d.id && <Another draft={draft} blank={() => BLANK_POSITION} />}
      onSubmit={save}
    >
      <TextFields
        draft={draft}
        saving={saving}
        terms={terms}
        wrongPosts={wrongPosts}
        specialties={specialties}
        known={known}
      />
      <Kinds draft={draft} />
      <Said
        saving={saving}
        fields={["hospital", "team", "name", "specialty", "subspecialty", "posts", "fte"]}
      />
      <div class="row">
        <Button type="submit" busy={saving.busy.value} disabled={wrongPosts !== null}>
          Save the position
        </Button>
      </div>
    </FormCard>
  );
}

/** Where the position is, what it is called, and how many there are of it. */
function TextFields({ draft, saving, terms, wrongPosts, specialties, known }: {
  draft: { value: PositionDraft };
  saving: Saving;
  terms: number;
  wrongPosts: string | null;
  specialties: readonly string[];
  known: readonly Shown[];
}) {
  const list = (names: readonly string[]) => [...new Set(names)].sort();
  const field = fieldsOf(draft, saving);
  return (
    <div class="setup-grid">
      <Suggested
        label="Hospital"
        names={list(known.map(({ hospital }) => hospital))}
        {...field("hospital")}
      />
      <Suggested
        label="Team"
        names={list(known.map(({ teamName }) => teamName))}
        {...field("team")}
      />
      <TextField label="Position" required placeholder="Cardiology JMO" {...field("name")} />
      <Suggested
        label="Specialty"
        names={list([...specialties, ...known.map(({ specialty }) => specialty)])}
        {...field("specialty")}
      />
      <TextField label="Subspecialty" {...field("subspecialty")} />
      <TextField
        label="Posts by term"
        hint={`One number for all, or one for each of the ${terms} terms; none: it takes no part`}
        {...field("posts")}
        {...wrongPosts && { error: wrongPosts }}
      />
      <FteField
        hint="How much of full time each post is; who works more cannot have it"
        {...field("fte")}
      />
    </div>
  );
}

/** Its categories, and what kind of position it is. */
function Kinds({ draft }: { draft: { value: PositionDraft } }) {
  const { categories, flags } = draft.value;
  const set = (part: Partial<PositionDraft>) => draft.value = { ...draft.value, ...part };
  return (
    <>
      <Choices
        legend="Clinical experience categories, at most two"
        options={["A", "B", "C", "D"].map((letter) => [letter, letter] as const)}
        chosen={categories}
        onChoose={(categories) => set({ categories: categories.sort() })}
      />
      <Choices
        legend="What kind of position it is"
        options={FLAGS}
        chosen={flags}
        onChoose={(flags) => set({ flags })}
      />
    </>
  );
}

/** Any of some, each with its words. */
function Choices<T extends string>({ legend, options, chosen, onChoose }: {
  legend: string;
  options: readonly (readonly [T, string])[];
  chosen: readonly T[];
  onChoose: (chosen: T[]) => void;
}) {
  return (
    <fieldset class="setup-flags">
      <legend>{legend}</legend>
      {options.map(([key, label]) => (
        <Check
          key={key}
          label={label}
          checked={chosen.includes(key)}
          onChange={(on) => onChoose(on ? [...chosen, key] : chosen.filter((each) => each !== key))}
        />
      ))}
    </fieldset>
  );
}

function Suggested({ label, value, names, error, onText }: {
  label: string;
  value: string;
  names: readonly string[];
  error: string | null;
  onText: (text: string) => void;
}) {
  return (
    <Field label={label} error={error}>
      {(control) => (
        <>
          <input
            {...control}
            class="input"
            required
            value={value}
            list={`${control.id}-names`}
            onInput={(event) => onText(event.currentTarget.value)}
          />
          <datalist id={`${control.id}-names`}>
            {names.map((name) => <option key={name} value={name} />)}
          </datalist>
        </>
      )}
    </Field>
  );
}

function List({ context, positions, onEdit }: {
  context: PageContext;
  positions: Shown[];
  onEdit: (draft: PositionDraft) => void;
}) {
  const terms = context.allocationRun.term_weeks.map((_, i) => `T${i + 1}`);
  return (
    <LongTable
      label="Positions and posts"
      head={["Hospital", "Team", "Position", "Specialty", "Cat.", "FTE", ...terms, ""]}
    >
      {positions.map((position) => [
        position.hospital,
        position.teamName,
        position.name,
        position.subspecialty ?? position.specialty,
        position.experience_categories.join(""),
        Number(position.fte),
        ...position.posts.map((posts) => posts ?? "–"),
        <Button
          key="button"
          compact
          aria-label={`Change ${position.name}, ${position.teamName}`}
          onClick={() =>
            onEdit({
              id: position.id,
              hospital: position.hospital,
              team: position.teamName,
              name: position.name,
              specialty: position.specialty,
              subspecialty: position.subspecialty ?? "",
              categories: position.experience_categories,
              flags: FLAGS.map(([key]) => key).filter((key) => position[key]),
              fte: String(Number(position.fte)),
              posts: position.posts.map((posts) => posts ?? "").join(", "),
            })}
        >
          Change
        </Button>,
      ])}
    </LongTable>
  );
}
