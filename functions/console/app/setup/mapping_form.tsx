// Which column of somebody's file is what: asked where the headers do not say it, remembered once it was imported.

import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import type { ColumnMapping, UnclearColumns } from "../../../../shared/client/mod.ts";
import { Button } from "../ui/button.tsx";
import { Form } from "../ui/form.tsx";
import { SelectField, TextField } from "../ui/field.tsx";

/** What is said of the columns. @param known what was said before */
function useMapping(unclear: UnclearColumns, known: ColumnMapping | undefined) {
  const columns = useSignal<Record<string, string>>({ ...unclear.columns, ...known?.columns });
  const values = useSignal<Record<string, string>>(known?.values ?? {});
  const domain = useSignal(known?.mailDomain ?? "");
  const said = (): ColumnMapping => {
    const fixed = Object.entries(values.value).filter(([key, text]) =>
      text.trim() !== "" && !columns.value[key]
    );
    return {
      columns: columns.value,
      ...unclear.sheets.length > 1 && unclear.sheet !== null && { sheet: unclear.sheet },
      values: Object.fromEntries(fixed),
      mailDomain: domain.value.trim() || undefined,
    };
  };
  return { columns, values, domain, said };
}

/** See above. @param known what was said before */
export function MappingForm({ unclear, known, busy, onSay, onSheet }: {
  unclear: UnclearColumns;
  known: ColumnMapping | undefined;
  busy: boolean;
  onSay: (mapping: ColumnMapping) => void;
  /** Another sheet is meant. */
  onSheet: (sheet: string) => void;
}) {
  const { columns, values, domain, said } = useMapping(unclear, known);
  const options = columnOptions(unclear);
  const { first, others } = firstAsked(unclear, known);
  const mapped = (field: UnclearColumns["fields"][number]) => (
    <Mapped
      key={field.key}
      field={field}
      options={options}
      column={columns.value[field.key] ?? ""}
      value={values.value[field.key] ?? ""}
      onColumn={(column) => columns.value = { ...columns.value, [field.key]: column }}
      onValue={(text) => values.value = { ...values.value, [field.key]: text }}
    />
  );
  const asksForMail = unclear.fields.some(({ key }) => key === "email");
  return (
    <Form class="card body stack" onSend={() => onSay(said())}>
      <h3>Which column is what?</h3>
      {unclear.sheet !== null && unclear.sheets.length > 1 && (
        <SelectField
          label="Sheet"
          value={unclear.sheet}
          options={unclear.sheets.map((name): [string, string] => [name, name])}
          disabled={busy}
          onChoose={onSheet}
        />
      )}
      <p class="small quiet">What is left as "not in the file" is not read.</p>
      <div class="setup-grid">
        {first.map(mapped)}
        {asksForMail && (
          <TextField
            label="No e-mail addresses in the file: make them with this domain"
            hint="The column chosen for E-mail may then hold ids, e.g. M100001A becomes m100001a@residents.invalid."
            value={domain}
            placeholder="residents.invalid"
            onText={(text) => domain.value = text}
          />
        )}
      </div>
      <Others>{others.map(mapped)}</Others>
      <div class="row">
        <Button kind="primary" type="submit" busy={busy}>Read the file this way</Button>
        <span class="small quiet">It is remembered for the next file with these columns.</span>
      </div>
    </Form>
  );
}

/** Fields that most files leave out, at hand; nothing where there are none. */
function Others({ children }: { children: VNode[] }) {
  return children.length === 0 ? null : (
    <details>
      <summary>Other columns that a file may have ({children.length})</summary>
      <div class="setup-grid">{children}</div>
    </details>
  );
}

/** How many fields are asked for at once: of positions there are up to seventy. */
const MOST_AT_ONCE = 15;

/** Fields that are asked for first: those that are needed, those that one value may say, and those that are known. */
function firstAsked({ fields, columns }: UnclearColumns, known: ColumnMapping | undefined) {
  const said = { ...columns, ...known?.columns };
  const isFirst = ({ key, needed, fixed }: UnclearColumns["fields"][number]) =>
    fields.length <= MOST_AT_ONCE || needed || fixed || said[key];
  return {
    first: fields.filter(isFirst),
    others: fields.filter((field) => !isFirst(field)),
  };
}

/** The columns of a file, each with an example. */
function columnOptions({ headers, examples }: UnclearColumns): [string, string][] {
  return [
    ["", "not in the file"],
    ...headers.map((header, i): [string, string] => [
      header,
      examples[i] ? `${header} (${examples[i]})` : header,
    ]),
  ];
}

/** A field, with the column that it is; where it is none, one value for all rows may do. */
function Mapped({ field, options, column, value, ...props }: {
  field: UnclearColumns["fields"][number];
  options: [string, string][];
  column: string;
  value: string;
  onColumn: (column: string) => void;
  onValue: (text: string) => void;
}) {
  const { header, help, needed, instead = [], fixed } = field;
  return (
    <div class="stack">
      <SelectField
        label={needed ? `${header} (${["needed", ...instead].join(", or ")})` : header}
        hint={help}
        value={column}
        options={options}
        onChoose={props.onColumn}
      />
      {fixed && !column && (
        <TextField label={`${header} of every row`} value={value} onText={props.onValue} />
      )}
    </div>
  );
}
