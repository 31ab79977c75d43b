// Controls for a constraint's value, drawn from its JSON Schema. What is typed is kept as it was typed (typed.ts).

import { useId } from "preact/hooks";
import { Button } from "../ui/button.tsx";
import { type Fault, kindOf, type Schema, splitNull, toTyped, variantOf } from "./typed.ts";

/** A position that a constraint may name. */
export interface NamedPosition {
  id: string;
  name: string;
}

/** What every control gets. */
interface ControlProps {
  schema: Schema;
  typed: unknown;
  onType: (typed: unknown) => void;
  /** What it is called where no label stands beside it. */
  label: string;
  /** Where it is in the form; faults are found by it. */
  path: string;
  faults: Fault[];
  positions: NamedPosition[];
  disabled?: boolean;
}

/** The control of a schema, whichever it needs. */
export function SchemaControl(props: ControlProps) {
  const { nullable, inner } = splitNull(props.schema);
  const kind = kindOf(inner);
  if (nullable && kind === "position") return <PositionControl {...props} schema={inner} any />;
  if (nullable) return <Nullable {...props} schema={inner} />;
  switch (kind) {
    case "switch":
      return <Switch {...props} />;
    case "choices":
      return <Choices {...props} />;
    case "list":
      return <List {...props} />;
    case "object":
      return <Members {...props} />;
    case "variants":
      return <Variants {...props} />;
    case "position":
      return <PositionControl {...props} />;
    default:
      return <TextControl {...props} />;
  }
}

/** Attributes that tie a control to its fault, and the fault's line. */
function useFault({ path, faults }: ControlProps) {
  const id = useId();
  const fault = faults.find((each) => each.path === path);
  return {
    attributes: fault ? { "aria-invalid": true, "aria-describedby": id } : {},
    line: fault && <span class="error generate-error" id={id}>{fault.message}</span>,
  };
}

/** Numbers, shares as percentages, lists of numbers, text. */
function TextControl(props: ControlProps) {
  const { schema, typed, onType, label, disabled } = props;
  const { attributes, line } = useFault(props);
  const kind = kindOf(schema);
  return (
    <span class="generate-control">
      <span class="row generate-unit">
        <input
          {...attributes}
          class={`input ${kind === "number" || kind === "share" ? "generate-number" : ""}`}
          inputMode={kind === "number" || kind === "share" ? "decimal" : undefined}
          aria-label={label}
          maxLength={schema.maxLength}
          placeholder={schema.default === undefined ? undefined : placeholderOf(schema, kind)}
          value={String(typed ?? "")}
          disabled={disabled}
          onInput={(event) => onType(event.currentTarget.value)}
        />
        {kind === "share" && <span aria-hidden="true">%</span>}
      </span>
      {line}
    </span>
  );
}

function placeholderOf(schema: Schema, kind: string): string {
  return kind === "share" ? String(100 * Number(schema.default)) : String(schema.default);
}

function Switch({ typed, onType, label, disabled }: ControlProps) {
  return (
    <select
      class="select generate-switch"
      aria-label={label}
      value={typed ? "on" : "off"}
      disabled={disabled}
      onChange={(event) => onType(event.currentTarget.value === "on")}
    >
      <option value="on">on</option>
      <option value="off">off</option>
    </select>
  );
}

/** A value, or the rule switched off. */
function Nullable(props: ControlProps) {
  const { schema, typed, onType, label, disabled } = props;
  const off = typed === null;
  return (
    <span class="row">
      {!off && <SchemaControl {...props} />}
      <label class="row small">
        <input
          type="checkbox"
          aria-label={`${label}: off`}
          checked={off}
          disabled={disabled}
          onChange={() => onType(off ? toTyped(schema, undefined) : null)}
        />
        off
      </label>
    </span>
  );
}

function Choices({ schema, typed, onType, label, disabled }: ControlProps) {
  const chosen = typed as unknown[];
  const all = schema.items!.enum!;
  return (
    <span class="row" role="group" aria-label={label}>
      {all.map((choice) => (
        <label key={choice} class="row generate-choice">
          <input
            type="checkbox"
            checked={chosen.includes(choice)}
            disabled={disabled}
            onChange={(event) => {
              const now = new Set(chosen);
              if (event.currentTarget.checked) now.add(choice);
              else now.delete(choice);
              onType(all.filter((each) => now.has(each)));
            }}
          />
          {String(choice)}
        </label>
      ))}
    </span>
  );
}

function PositionControl(props: ControlProps & { any?: boolean }) {
  const { typed, onType, label, positions, any, disabled } = props;
  const { attributes, line } = useFault(props);
  const value = typed === null || typed === undefined ? "" : String(typed);
  const known = value === "" || positions.some(({ id }) => id === value);
  return (
    <span class="generate-control">
      <select
        {...attributes}
        class="select"
        aria-label={label}
        value={value}
        disabled={disabled}
        onChange={(event) => onType(event.currentTarget.value || (any ? null : ""))}
      >
        <option value="">{any ? "any" : "choose a position"}</option>
        {!known && <option value={value}>{value} (not in this run)</option>}
        {positions.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
      </select>
      {line}
    </span>
  );
}

/** Any number of entries, each with a way to remove it. */
function List(props: ControlProps) {
  const { schema, typed, onType, label, path, disabled } = props;
  const entries = (typed ?? []) as unknown[];
  const item = schema.items!;
  const simple = ["position", "text"].includes(kindOf(splitNull(item).inner));
  const replace = (index: number, ...by: unknown[]) =>
    onType([...entries.slice(0, index), ...by, ...entries.slice(index + 1)]);
  return (
    <div class={`generate-list ${simple ? "simple" : ""}`} role="group" aria-label={label}>
      {entries.map((entry, index) => (
        <div key={index} class="generate-entry">
          <SchemaControl
            {...props}
            schema={item}
            typed={entry}
            onType={(now) => replace(index, now)}
            label={`${label} ${index + 1}`}
            path={`${path}[${index}]`}
          />
          <Button
            kind="plain"
            compact
            disabled={disabled}
            aria-label={`Remove ${label} ${index + 1}`}
            onClick={() => replace(index)}
          >
            ✕
          </Button>
        </div>
      ))}
      <Button
        compact
        disabled={disabled || entries.length >= (schema.maxItems ?? Infinity)}
        onClick={() => onType([...entries, emptyOf(item)])}
      >
        Add
      </Button>
    </div>
  );
}

function emptyOf(schema: Schema): unknown {
  const { nullable, inner } = splitNull(schema);
  if (nullable) return null;
  return toTyped(inner, undefined);
}

/** `first_half_share`: "First half share". */
function words(member: string): string {
  return (member[0].toUpperCase() + member.slice(1)).replaceAll("_", " ");
}

function Members(props: ControlProps) {
  const { schema, typed, onType, label, path } = props;
  const values = (typed ?? {}) as Record<string, unknown>;
  return (
    <div class="generate-members" role="group" aria-label={label}>
      {Object.entries(schema.properties ?? {}).map(([member, each]) => (
        <div key={member} class="generate-member">
          <span class="small quiet" title={each.description}>{words(member)}</span>
          <SchemaControl
            {...props}
            schema={each}
            typed={values[member]}
            onType={(now) =>
              onType({ ...values, [member]: now })}
            label={`${label}: ${words(member)}`}
            path={`${path}.${member}`}
          />
        </div>
      ))}
    </div>
  );
}

/** One of several shapes; what they have in common is kept when the shape is changed. */
function Variants(props: ControlProps) {
  const { schema, typed, onType, label, disabled } = props;
  const chosen = variantOf(schema, typed);
  const own = (index: number) =>
    Object.keys(schema.anyOf![index].properties ?? {})
      .filter((member) =>
        !schema.anyOf!.every(({ properties }) => properties && member in properties)
      );
  const change = (index: number) => {
    const empty = toTyped(schema.anyOf![index], undefined) as Record<string, unknown>;
    const had = typed as Record<string, unknown>;
    onType(Object.fromEntries(Object.keys(empty).map((key) => [key, had[key] ?? empty[key]])));
  };
  return (
    <div class="stack">
      <select
        class="select"
        aria-label={`${label}: kind`}
        value={chosen}
        disabled={disabled}
        onChange={(event) => change(Number(event.currentTarget.value))}
      >
        {schema.anyOf!.map((_, index) => (
          <option key={index} value={index}>
            by {own(index).map(words).join(" and ").toLowerCase()}
          </option>
        ))}
      </select>
      <Members {...props} schema={schema.anyOf![chosen]} />
    </div>
  );
}
