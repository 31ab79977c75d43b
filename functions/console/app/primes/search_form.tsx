// What to search for: a form drawn from the forms' own schemas, with what the search would be before it is started.

import { batch, useSignal } from "@preact/signals";
import {
  type PlannedPrimeSearch,
  type PrimeForm,
  type PrimesClient,
  type PrimeSearchRequest,
} from "../../../../shared/client/mod.ts";
import { randomId } from "../../../../shared/client/random_id.ts";
import { useLoad } from "../data/load.ts";
import { formOf, useTyped } from "../data/typed.ts";
import { shown } from "../data/query.ts";
import type { PageContext } from "../page.ts";
import { Button } from "../ui/button.tsx";
import { Form } from "../ui/form.tsx";
import { SelectField, TextField } from "../ui/field.tsx";
import { Fact } from "../ui/facts.tsx";
import { count, duration, plural } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import { faultsOf, fieldsOf, type FormField, readTyped } from "./form.ts";
import { formWord, shortExpression } from "./words.ts";

interface FormProps {
  context: PageContext;
  client: PrimesClient;
  onAsked: () => void;
}

/** Asks for a search; of managers only. */
export function SearchForm(props: FormProps) {
  const forms = useLoad(() => props.client.forms(), []);
  return (
    <section class="card" aria-label="Search for primes">
      <header>
        <h2>Search</h2>
        <span class="small quiet">worked in slices, behind planner and match</span>
      </header>
      <div class="body stack">
        <Loaded load={forms} what="the forms">
          {(found) => <Fields {...props} forms={found} />}
        </Loaded>
      </div>
    </section>
  );
}

type FieldsProps = FormProps & { forms: PrimeForm[] };

/** The form that is chosen, what is typed into it, and asking. */
function useSearch({ context, client, onAsked, forms }: FieldsProps) {
  const chosen = useTyped(formOf(context, "search.form"), () => forms[0].name);
  const typed = useTyped<Record<string, string>>(formOf(context, "search"), () => ({}));
  const faults = useSignal<Record<string, string>>({});
  const plan = useSignal<PlannedPrimeSearch | null>(null);
  const busy = useSignal<"plan" | "search" | null>(null);
  // One key for what is typed now: pressed twice, it is one search.
  const key = useSignal(randomId());
  const form = forms.find(({ name }) => name === chosen.value) ?? forms[0];
  const fields = fieldsOf(form);
  const type = (values: Record<string, string>) =>
    batch(() => {
      typed.value = values;
      faults.value = {};
      plan.value = null;
      key.value = randomId();
    });
  const choose = (name: string) => {
    chosen.value = name;
    type({});
  };
  const send = async (what: "plan" | "search", request: PrimeSearchRequest) => {
    if (what === "plan") {
      plan.value = await client.plan(request);
      return;
    }
    await client.search(request);
    type(typed.value);
    onAsked();
  };
  const ask = async (what: "plan" | "search") => {
    const read = readTyped(fields, typed.value);
    faults.value = read.faults ?? {};
    if (read.faults) return;
    busy.value = what;
    try {
      await send(what, {
        form: form.name,
        params: read.params,
        org: context.org.id,
        idempotencyKey: key.value,
      });
    } catch (error) {
      const { errors, message } = shown(error);
      faults.value = errors?.length ? faultsOf(errors) : { "": message };
    }
    busy.value = null;
  };
  return { form, fields, typed, type, choose, faults, plan, busy, ask };
}

function Fields(props: FieldsProps) {
  const { form, fields, typed, type, choose, faults, plan, busy, ask } = useSearch(props);
  const names = new Set(fields.map(({ name }) => name));
  const others = Object.entries(faults.value).filter(([name]) => !names.has(name));
  return (
    <Form
      class="stack"
      noValidate
      onSend={() => ask("search")}
    >
      <div class="primes-fields">
        <SelectField
          label="Form"
          hint={form.title}
          value={form.name}
          options={props.forms.map(({ name }) => [name, formWord(name)])}
          onChoose={choose}
        />
        {fields.map((field) => (
          <Control
            key={`${form.name}.${field.name}`}
            field={field}
            typed={typed.value[field.name] ?? ""}
            fault={faults.value[field.name] ?? null}
            onType={(text) => type({ ...typed.value, [field.name]: text })}
          />
        ))}
      </div>
      {others.map(([name, message]) => (
        <p key={name} class="note danger small" role="alert">{message}</p>
      ))}
      {plan.value && <Plan plan={plan.value} />}
      <div class="row">
        <Button busy={busy.value === "plan"} onClick={() => ask("plan")}>Look ahead</Button>
        <Button kind="primary" type="submit" busy={busy.value === "search"}>
          Start the search
        </Button>
      </div>
    </Form>
  );
}

function Control({ field, typed, fault, onType }: {
  field: FormField;
  typed: string;
  fault: string | null;
  onType: (text: string) => void;
}) {
  const { label, kind, otherwise, required } = field;
  const hint = field.description + (otherwise === null ? "" : `; ${otherwise} where it is empty`);
  if (kind === "choice") {
    const empty: [string, string] = ["", otherwise ?? "Choose…"];
    const options = field.choices.filter((choice) => choice !== otherwise)
      .map((choice): [string, string] => [choice, formWord(choice)]);
    return (
      <SelectField
        label={label}
        hint={field.description}
        error={fault}
        value={typed}
        options={[empty, ...options]}
        onChoose={onType}
      />
    );
  }
  return (
    <TextField
      label={label}
      hint={hint}
      error={fault}
      value={typed}
      inputMode={kind === "number" ? "numeric" : undefined}
      required={required}
      onText={onType}
    />
  );
}

function Plan({ plan }: { plan: PlannedPrimeSearch }) {
  const [least, most] = plan.digits;
  return (
    <div role="status">
      <dl class="facts">
        <Fact name="From">{shortExpression(plan.first, 30)}</Fact>
        <Fact name="To">{shortExpression(plan.last, 30)}</Fact>
        <Fact name="Candidates">{count(plan.candidates)}</Fact>
        <Fact name="Digits">
          {least === most ? count(most) : `${count(least)} to ${count(most)}`}
        </Fact>
        <Fact name="Blocks">{plural(plan.blocks, "block")}</Fact>
        <Fact name="CPU, about">{duration(1000 * plan.cpuSeconds)}</Fact>
        <Fact name="Finds expected">{Number(plan.expectedFinds.toPrecision(2))}</Fact>
      </dl>
    </div>
  );
}
