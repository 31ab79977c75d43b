// A line in detail: its terms, and which rule is met by what.

import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { LineDoctor, RuleVerdict } from "../../../../shared/client/mod.ts";
import { useLoad } from "../data/load.ts";
import type { PageContext } from "../page.ts";
import { Button } from "../ui/button.tsx";
import { given, ReasonField } from "../ui/field.tsx";
import { dateTime, plural } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import { ruleName } from "../runs/words.ts";
import { Happened } from "../runs/happened.tsx";
import { archiveLine, type Pins } from "./pins.ts";
import { type Cell, datesOf, flagsOf, type Row, weekNames } from "./roster.ts";
import { sent } from "../ui/sent.ts";

/** How long a line is looked at before its rules are asked for, in ms. */
const REST = 150;
const NOTHING = { rules: [], ruleset: "", askedAt: null };

/** What the panel shows. */
export interface LineDetailProps {
  context: PageContext;
  row: Row;
  /** Whether it takes the focus when it opens. */
  focus: boolean;
  pins: Pins;
  onClose: () => void;
}

/** The panel beside the grid. */
export function LineDetail({ context, row, focus, pins, onClose }: LineDetailProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  /** Terms that the rule under the pointer or the focus rests on. */
  const lit = useSignal<readonly number[]>([]);
  useEffect(() => {
    if (focus) heading.current?.focus();
  }, []);
  const reason = useSignal("");
  return (
    <aside class="roster-detail card" aria-label={`Detail of ${row.name}`}>
      <header>
        <h2 ref={heading} tabIndex={-1}>{row.name}</h2>
        <span class="row">
          {pins.allowed && <Deeds {...{ context, row, pins, reason, onClose }} />}
          <Button compact kind="plain" aria-label="Close the detail" onClick={onClose}>✕</Button>
        </span>
      </header>
      <div class="body stack">
        {row.doctors.length > 0 && (
          <p>
            {row.name !== row.lineName && <>{row.lineName}:{" "}</>}
            {row.doctors.map(doctorWords).join(", ")}
          </p>
        )}
        <p class="small quiet">{factsOf(row)}</p>
        {pins.allowed && (
          <details>
            <summary class="small">Why it is pinned, unpinned or archived</summary>
            <ReasonField reason={reason} />
          </details>
        )}
        {row.notes && <p class="small">Note: {row.notes}</p>}
        {row.overrides.length > 0 && (
          <ul class="note warn small" aria-label="Broken with a reason">
            {row.overrides.map(({ rule, message, reason, at }) => (
              <li key={rule}>{message}. Reason ({dateTime(at)}): {reason}</li>
            ))}
          </ul>
        )}
        <Happened context={context} about="line" id={row.line} />
        <ol class="roster-terms">
          {row.cells.map((cell) => (
            <TermItem key={cell.start} cell={cell} lit={lit.value.includes(cell.term)} />
          ))}
        </ol>
        <Rules context={context} row={row} onLight={(terms) => lit.value = terms} />
      </div>
    </aside>
  );
}

/** What can be done with the line, with the reason that is given. */
function Deeds({ context, row, pins, reason, onClose }: Omit<LineDetailProps, "focus"> & {
  reason: Signal<string>;
}) {
  const obstacle = pins.obstacle.value;
  return (
    <>
      <Button
        compact
        busy={pins.busy.value}
        disabled={obstacle !== null}
        title={obstacle ?? undefined}
        onClick={() => {
          const empty = sent(reason, "");
          void pins.set([row], !row.locked, given(reason)).then((done) => done && empty());
        }}
      >
        {row.locked ? "Unpin" : "Pin"}
      </Button>
      <Button
        compact
        disabled={obstacle !== null}
        title={obstacle ?? "Puts the line away with all that hangs on it; it can be brought back"}
        onClick={() => {
          onClose();
          void archiveLine(context, row, given(reason));
        }}
      >
        Archive
      </Button>
    </>
  );
}

/** A doctor of the line, and which choice of theirs it is. */
function doctorWords({ doctor, choice, fte }: LineDoctor): string {
  const part = fte < 1 ? `, ${Math.round(fte * 100)}% of full time` : "";
  return `${doctor} (${choice === null ? "not ranked" : `choice ${choice}`}${part})`;
}

function factsOf(row: Row): string {
  const weeks = row.leave.reduce((sum, block) => sum + block.weeks, 0);
  return [
    row.locked ? "Pinned" : "",
    row.places > 1 ? `${row.places} places` : "",
    row.mustHave ? "Somebody must take it" : "",
    row.pathway ? `Pathway ${row.pathway}` : "",
    row.affinity === null ? "" : `Affinity ${row.affinity}`,
    row.categories.length > 0 ? `Categories ${row.categories.join(", ")}` : "No category",
    weeks > 0 ? `Leave ${row.leave.map(weekNames).join(" and ")}` : "No leave planned",
  ].filter((fact) => fact !== "").join(" · ");
}

function TermItem({ cell, lit }: { cell: Cell; lit: boolean }) {
  const { rotation } = cell;
  const position = rotation?.position;
  const kind = position &&
    [position.specialty, position.subspecialty, rotation.place.hospital, rotation.place.team];
  return (
    <li class={`${rotation ? `tone-${rotation.tone}` : "none"} ${lit ? "lit" : ""}`}>
      <span class="roster-term-number">{cell.term}</span>
      <span class="grow">
        <strong>{position?.name ?? "No rotation"}</strong>
        {kind && <span class="small quiet">{kind.filter(Boolean).join(" · ")}</span>}
        <span class="small quiet">
          {weekNames(cell)}
          {rotation && `, ${datesOf(rotation)}`}
        </span>
        {rotation?.leave.map((block) => (
          <span class="small" key={block.start}>
            <span class="swatch leave" aria-hidden="true" /> leave in{" "}
            {weekNames({ start: cell.start + block.start, weeks: block.weeks })}
          </span>
        ))}
      </span>
      {position && (
        <span class="roster-marks">
          {position.experience_categories.map((category) => (
            <abbr key={category} class="roster-category" title={`Category ${category}`}>
              {category}
            </abbr>
          ))}
          {flagsOf(position).map((flag) => <span key={flag} class="tag">{flag}</span>)}
        </span>
      )}
    </li>
  );
}

/** Which rule is met by what; judged by the rules' own code in an Edge Function. */
function Rules({ context, row, onLight }: {
  context: PageContext;
  row: Row;
  onLight: (terms: readonly number[]) => void;
}) {
  const gone = useRef(false);
  useEffect(() => () => void (gone.current = true), []);
  const load = useLoad(async () => {
    await new Promise((resolve) => setTimeout(resolve, REST));
    // Whoever passes line after line asks for the last one alone.
    return gone.current ? NOTHING : await context.planner.lineRules(row.line);
  }, [context.linesVersion.value]);
  return (
    <section aria-label="Rules">
      <h3>Rules</h3>
      <Loaded load={load} what="the rules">
        {({ rules, ruleset, askedAt }) => (
          <>
            <p class="small quiet">
              {countOf(rules)} {ruleName(ruleset)},{" "}
              {askedAt ? `as asked for on ${dateTime(askedAt)}` : "of the allocation run"}.
            </p>
            <ul class="roster-rules">
              {[...rules].sort(brokenFirst).map((verdict) => (
                <Rule key={verdict.rule} verdict={verdict} onLight={onLight} />
              ))}
            </ul>
          </>
        )}
      </Loaded>
    </section>
  );
}

function brokenFirst(a: RuleVerdict, b: RuleVerdict): number {
  return Number(a.met !== false) - Number(b.met !== false);
}

function countOf(rules: readonly RuleVerdict[]): string {
  const met = rules.filter((rule) => rule.met === true).length;
  const broken = rules.filter((rule) => rule.met === false).length;
  return broken > 0
    ? `${plural(broken, "rule")} not met, ${met} met.`
    : `All ${plural(met, "rule")} met.`;
}

function Rule({ verdict, onLight }: {
  verdict: RuleVerdict;
  onLight: (terms: readonly number[]) => void;
}) {
  const { met, requirement, finding, terms, rule } = verdict;
  const [mark, word] = met === null ? ["–", "Of the plan"] : met ? ["✓", "Met"] : ["✕", "Not met"];
  return (
    <li
      class={met === null ? "plan" : met ? "met" : "broken"}
      title={ruleName(rule)}
      onPointerEnter={() => onLight(terms)}
      onPointerLeave={() => onLight([])}
    >
      <span class="mark" role="img" aria-label={word}>{mark}</span>
      <span>
        <span class="requirement">{requirement}</span>
        <span class="finding small">
          {finding}
          {terms.length > 0 && !/term \d|terms \d/.test(finding) &&
            ` · ${terms.length > 1 ? "terms" : "term"} ${terms.join(", ")}`}
        </span>
      </span>
    </li>
  );
}
