// The parts of the form: who leaves, posts, and in which terms lines are worked. Each has its list and a row to add to it.

import { wholeOf } from "../ui/numbers.ts";
import { plural } from "../ui/format.ts";
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { Button } from "../ui/button.tsx";
import { type Option, SelectField, TextField } from "../ui/field.tsx";
import {
  type Draft,
  frozenTerms,
  nameOfLine,
  nameOfPosition,
  postsNow,
  type Year,
} from "./draft.ts";

/** What each part gets. */
export interface PartProps {
  year: Year;
  draft: Draft;
  set: (patch: Partial<Draft>) => void;
  fault: (field: string) => string | null;
}

const NONE: Option = ["", "choose…"];

function Part({ title, fault, entries, children }: {
  title: string;
  fault: string | null;
  /** What is in the list: words, and how it goes. */
  entries: { words: string; remove: () => void }[];
  children: ComponentChildren;
}) {
  return (
    <fieldset class="during-part">
      <legend>{title}</legend>
      {entries.length > 0 && (
        <ul class="during-list">
          {entries.map(({ words, remove }) => (
            <li key={words}>
              <span class="grow">{words}</span>
              <Button compact aria-label={`Take away: ${words}`} onClick={remove}>✕</Button>
            </li>
          ))}
        </ul>
      )}
      <div class="during-add">{children}</div>
      {fault && <p class="error small" role="alert">{fault}</p>}
    </fieldset>
  );
}

const RESTS: Option[] = [
  ["vacant", "stays as it is, for somebody else"],
  ["free", "ends: its posts are free"],
];

/** Doctors who leave on that day. */
export function LeaversPart({ year, draft, set, fault }: PartProps) {
  const mapping = useSignal(""), rest = useSignal<"vacant" | "free">("vacant");
  const holders = year.holders.filter((holder) =>
    !holder.hasLeft && !draft.leavers.some((leaver) => leaver.mapping === holder.mapping)
  );
  const chosen = holders.find((holder) => holder.mapping === mapping.value);
  return (
    <Part
      title="Doctors who leave"
      fault={fault("leavers")}
      entries={draft.leavers.map((leaver) => {
        const holder = year.holders.find((each) => each.mapping === leaver.mapping);
        return {
          words: `${holder?.name ?? "somebody who left"} leaves${
            holder?.line ? ` ${nameOfLine(year, holder.line)}` : ""
          }; ${
            !holder?.line
              ? "there is no line of theirs"
              : leaver.rest === "free"
              ? "its later terms are free"
              : "its rest is for somebody else"
          }`,
          remove: () => set({ leavers: draft.leavers.filter((each) => each !== leaver) }),
        };
      })}
    >
      <SelectField
        label="Doctor"
        value={mapping.value}
        options={[
          NONE,
          ...holders.map((holder): Option => [
            holder.mapping,
            `${holder.name} (${holder.line ? nameOfLine(year, holder.line) : "no line"})`,
          ]),
        ]}
        onChoose={(value) => mapping.value = value}
      />
      <SelectField
        label="The rest of the line"
        value={rest.value}
        options={RESTS}
        disabled={!chosen?.line}
        onChoose={(value) => rest.value = value as "vacant" | "free"}
      />
      <Button
        disabled={!chosen}
        onClick={() => {
          set({ leavers: [...draft.leavers, { mapping: mapping.value, rest: rest.value }] });
          mapping.value = "";
        }}
      >
        Add the doctor
      </Button>
    </Part>
  );
}

function termOptions(first: number, last: number): Option[] {
  return Array.from(
    { length: Math.max(0, last - first + 1) },
    (_, i): Option => [String(first + i), `term ${first + i}`],
  );
}

function span(first: number, last: number): string {
  return first === last ? `term ${first}` : `terms ${first} to ${last}`;
}

/** Posts that are lost or added. */
export function PostsPart({ year, draft, set, fault }: PartProps) {
  const open = frozenTerms(year, draft.from) + 1, terms = year.termWeeks.length;
  const position = useSignal(""), first = useSignal(0), last = useSignal(0), posts = useSignal("");
  const from = Math.max(first.value || open, open), to = Math.max(last.value || terms, from);
  const now = position.value === "" ? "" : postsNow(year, position.value, from, to);
  const typed = wholeOf(posts.value);
  const number = typed !== null && typed >= 0 && typed <= 9999 ? typed : null;
  return (
    <Part
      title="Posts lost or added"
      fault={fault("posts")}
      entries={draft.posts.map((change) => ({
        words: `${nameOfPosition(year, change.position)}, ${span(change.first, change.last)}: ${
          postsNow(year, change.position, change.first, change.last)
        } → ${plural(change.posts, "post")}`,
        remove: () => set({ posts: draft.posts.filter((each) => each !== change) }),
      }))}
    >
      <SelectField
        label="Position"
        value={position.value}
        options={[NONE, ...year.positions.map(({ id, name }): Option => [id, name])]}
        onChoose={(value) => position.value = value}
      />
      <SelectField
        label="From"
        value={String(from)}
        options={termOptions(open, terms)}
        onChoose={(value) => first.value = Number(value)}
      />
      <SelectField
        label="To"
        value={String(to)}
        options={termOptions(from, terms)}
        onChoose={(value) => last.value = Number(value)}
      />
      <TextField
        label="Posts in each term"
        hint={now === "" ? "0: the post is lost" : `now ${now}`}
        inputMode="numeric"
        class="number"
        value={posts}
        onText={(text) => posts.value = text}
      />
      <Button
        disabled={position.value === "" || number === null || number > 1000 || open > terms}
        onClick={() => {
          const change = { position: position.value, first: from, last: to, posts: number! };
          set({ posts: [...draft.posts, change] });
          position.value = posts.value = "";
        }}
      >
        Add the posts
      </Button>
    </Part>
  );
}

/** Lines that are worked in a part of the year. */
export function WorksPart({ year, draft, set, fault }: PartProps) {
  const terms = year.termWeeks.length;
  const line = useSignal(""), first = useSignal(1), last = useSignal(terms);
  const lines = year.lines.filter(({ id, is_locked }) =>
    !is_locked && !draft.works.some((work) => work.line === id)
  );
  const choose = (id: string) => {
    line.value = id;
    const chosen = year.lines.find((each) => each.id === id);
    first.value = chosen?.first_term ?? 1;
    last.value = chosen?.last_term ?? terms;
  };
  return (
    <Part
      title="Lines of part of the year"
      fault={fault("works")}
      entries={draft.works.map((work) => ({
        words: `${nameOfLine(year, work.line)} is worked in ${span(work.first, work.last)}`,
        remove: () => set({ works: draft.works.filter((each) => each !== work) }),
      }))}
    >
      <SelectField
        label="Line"
        hint={year.lines.some(({ is_locked }) => is_locked)
          ? "pinned lines stay as they are"
          : undefined}
        value={line.value}
        options={[NONE, ...lines.map(({ id, name }): Option => [id, name])]}
        onChoose={choose}
      />
      <SelectField
        label="Worked from"
        value={String(first.value)}
        options={termOptions(1, terms)}
        onChoose={(value) => {
          first.value = Number(value);
          last.value = Math.max(last.value, first.value);
        }}
      />
      <SelectField
        label="until"
        value={String(last.value)}
        options={termOptions(first.value, terms)}
        onChoose={(value) => last.value = Number(value)}
      />
      <Button
        disabled={line.value === ""}
        onClick={() => {
          set({
            works: [...draft.works, { line: line.value, first: first.value, last: last.value }],
          });
          choose("");
        }}
      >
        Add the line
      </Button>
    </Part>
  );
}
