// Which column of somebody's file is what: asked where the headers do not say it, remembered once it was imported.

import { useSignal } from "@preact/signals";
import type { ColumnMapping, UnclearColumns } from "../../../../shared/client/mod.ts";
import { Button } from "../ui/button.tsx";
import { SelectField, TextField } from "../ui/field.tsx";

/** See above. @param known what was said before */
export function MappingForm({ unclear, known, busy, onSay, onSheet }: {
  unclear: UnclearColumns;
  known: ColumnMapping | undefined;
  busy: boolean;
  onSay: (mapping: ColumnMapping) => void;
  /** Another sheet is meant. */
  onSheet: (sheet: string) => void;
}) {
  const columns = useSignal<Record<string, string>>({ ...unclear.columns, ...known?.columns });
  const values = useSignal<Record<string, string>>(known?.values ?? {});
  const domain = useSignal(known?.mailDomain ?? "");
  const options: [string, string][] = [
    ["", "not in the file"],
    ...unclear.headers.map((header, i): [string, string] => [
      header,
      unclear.examples[i] ? `${header} (${unclear.examples[i]})` : header,
    ]),
  ];
  const asksForMail = unclear.fields.some(({ key }) => key === "email");
  return (
    <form
      class="card body stack"
      onSubmit={(event) => {
        event.preventDefault();
        const fixed = Object.entries(values.value).filter(([key, text]) =>
          text.trim() !== "" && !columns.value[key]
        );
        onSay({
          columns: columns.value,
          ...unclear.sheets.length > 1 && unclear.sheet !== null && { sheet: unclear.sheet },
          values: Object.fromEntries(fixed),
          mailDomain: domain.value.trim() || undefined,
        });
      }}
    >
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
        {unclear.fields.map(({ key, header, help, needed, fixed }) => (
          <div key={key} class="stack">
            <SelectField
              label={needed ? `${header} (needed)` : header}
              hint={help}
              value={columns.value[key] ?? ""}
              options={options}
              onChoose={(value) => columns.value = { ...columns.value, [key]: value }}
            />
            {fixed && !columns.value[key] && (
              <TextField
                label={`${header} of every row`}
                value={values.value[key] ?? ""}
                onText={(text) => values.value = { ...values.value, [key]: text }}
              />
            )}
          </div>
        ))}
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
      <div class="row">
        <Button kind="primary" type="submit" busy={busy}>Read the file this way</Button>
        <span class="small quiet">It is remembered for the next file with these columns.</span>
      </div>
    </form>
  );
}
