// A new project: of a template, whose file may be changed before, with what it will cost and find.

import { batch, useComputed, useSignal } from "@preact/signals";
import type {
  ProjectPreview,
  ProjectsClient,
  ProjectTemplate,
} from "../../../../shared/client/mod.ts";
import { useLoad } from "../data/load.ts";
import { formOf, useTyped } from "../data/typed.ts";
import { shown } from "../data/query.ts";
import type { PageContext } from "../page.ts";
import { useRequestKeys } from "../runs/asking.ts";
import { Button } from "../ui/button.tsx";
import { Form } from "../ui/form.tsx";
import { Field, SelectField } from "../ui/field.tsx";
import { count, duration } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import { dollars } from "./words.ts";

interface Making {
  context: PageContext;
  client: ProjectsClient;
  onMade: (id: number) => void;
}

/** Makes a project; of managers only. */
export function NewProject(props: Making) {
  const templates = useLoad(() => props.client.templates(), []);
  return (
    <section class="card" aria-label="New project">
      <header>
        <h2>New project</h2>
        <span class="small quiet">of a template, or of a file of your own</span>
      </header>
      <div class="body stack">
        <Loaded load={templates} what="templates">
          {(found) => <ProjectForm {...props} templates={found} />}
        </Loaded>
      </div>
    </section>
  );
}

type FormProps = Making & { templates: ProjectTemplate[] };

/** The file as it is typed, what it would cost, and making the project. */
function useProject({ context, client, onMade, templates }: FormProps) {
  const name = useTyped(formOf(context, "project.template"), () => templates[0].name);
  const chosen = useComputed(() =>
    templates.find((each) => each.name === name.value) ?? templates[0]
  );
  /** Files as they were typed, by template: whoever looks at another one finds theirs again. */
  const typed = useTyped<Record<string, string>>(formOf(context, "project"), () => ({}));
  const toml = useComputed(() => typed.value[chosen.value.name] ?? chosen.value.toml);
  const preview = useSignal<ProjectPreview | null>(null);
  const faults = useSignal<string[]>([]);
  const busy = useSignal<"preview" | "create" | null>(null);
  const keys = useRequestKeys();
  const turn = (to: () => void) =>
    batch(() => {
      to();
      preview.value = null;
      faults.value = [];
    });
  const type = (text: string) =>
    turn(() => typed.value = { ...typed.value, [chosen.value.name]: text });
  const choose = (template: string) => turn(() => name.value = template);
  const ask = async (what: "preview" | "create") => {
    busy.value = what;
    faults.value = [];
    const request = { toml: toml.value, org: context.org.id };
    try {
      if (what === "preview") preview.value = await client.preview(request);
      else {
        const made = await keys.send(
          request,
          (idempotencyKey) => client.create({ ...request, idempotencyKey }),
        );
        onMade(made.projectId);
        typed.value = {};
      }
    } catch (error) {
      const { errors, message } = shown(error);
      faults.value = errors?.length
        ? errors.map(({ path, message }) => `${path}: ${message}`)
        : [message];
    }
    busy.value = null;
  };
  return { chosen, choose, toml, type, preview, faults, busy, ask };
}

function ProjectForm(props: FormProps) {
  const { chosen, choose, toml, type, preview, faults, busy, ask } = useProject(props);
  return (
    <Form
      class="stack"
      onSend={() => ask("create")}
    >
      <SelectField
        label="Template"
        hint={chosen.value.description}
        value={chosen.value.name}
        options={props.templates.map(({ name, title }) => [name, title])}
        onChoose={choose}
      />
      <Field label="The project's file" hint="TOML; change what you like.">
        {(control) => (
          <textarea
            {...control}
            class="textarea campaigns-file"
            rows={16}
            spellcheck={false}
            value={toml.value}
            onInput={(event) => type(event.currentTarget.value)}
          />
        )}
      </Field>
      {faults.value.length > 0 && (
        <ul class="note danger small" role="alert">
          {faults.value.map((fault) => <li key={fault}>{fault}</li>)}
        </ul>
      )}
      {preview.value && <Preview preview={preview.value} />}
      <div class="row">
        <Button busy={busy.value === "preview"} onClick={() => ask("preview")}>
          What it will cost
        </Button>
        <Button kind="primary" type="submit" busy={busy.value === "create"}>
          Make the project
        </Button>
      </div>
    </Form>
  );
}

function Preview({ preview }: { preview: ProjectPreview }) {
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label="What it will cost">
      <table class="table">
        <caption>
          About {dollars(preview.cost_usd)} and {duration(1000 * preview.cpu_seconds)}{" "}
          of CPU, if no phase is skipped or ends early
        </caption>
        <thead>
          <tr>
            {["Phase", "Candidates", "Finds expected", "CPU", "Cost", "Extensions"].map((head) => (
              <th key={head} scope="col">{head}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {preview.phases.map((phase) => (
            <tr key={phase.name}>
              <th scope="row">{phase.name}</th>
              <td class="num">{count(phase.candidates)}</td>
              <td class="num">{phase.expected_finds}</td>
              <td class="num">{duration(1000 * phase.cpu_seconds)}</td>
              <td class="num">{dollars(phase.cost_usd)}</td>
              <td class="num">{phase.extensions}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
