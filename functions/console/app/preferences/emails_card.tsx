// The e-mails that doctors get: the org's own words for them, checked and previewed, and what became of those that were sent.

import { useSignal } from "@preact/signals";
import {
  createWindowClient,
  type Emails,
  type EmailTemplate,
  ReceptorError,
} from "../../../../shared/client/mod.ts";
import { useLoad } from "../data/load.ts";
import type { PageContext } from "../page.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, type Option, SelectField, TextField } from "../ui/field.tsx";
import { dateTime, plural } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import { deliveryWords, KINDS, outboxWords, placeholderWords } from "./emails.ts";

const LANGUAGES: Option[] = [
  ["en", "English"],
  ["de", "German"],
  ["es", "Spanish"],
  ["fr", "French"],
  ["it", "Italian"],
];

/** See above. */
export function EmailsCard({ context, mayEdit }: { context: PageContext; mayEdit: boolean }) {
  const { supabase, org, notify } = context;
  const client = createWindowClient(supabase);
  const load = useLoad(() => client.emails(org.id), [org.id]);
  const opened = useSignal<EmailTemplate | null>(null);
  const retry = async () => {
    try {
      const count = await client.retryEmails(org.id);
      notify({ tone: "ok", title: `${plural(count, "e-mail")} will be tried again`, message: "" });
    } catch (error) {
      if (!(error instanceof ReceptorError)) throw error;
      notify({ tone: "danger", title: "Nothing is tried again", message: error.message });
    }
    load.reload();
  };
  return (
    <Loaded load={load} what="the e-mails">
      {(emails) => (
        <section class="card" aria-label="E-mails">
          <header>
            <h2>E-mails</h2>
            <span class="small quiet">what doctors and members of {org.name} are told</span>
          </header>
          <div class="body stack">
            <p class={emails.delivery.provider === null ? "note" : ""}>{deliveryWords(emails)}</p>
            <ul class="stack preferences-emails">
              {emails.templates.map((template) => (
                <li key={template.kind} class="row">
                  <span class="grow">
                    {KINDS[template.kind] ?? template.kind}{" "}
                    {template.own && <span class="tag info">own words</span>}
                    <br />
                    <span class="small quiet">{outboxWords(emails, template.kind)}</span>
                  </span>
                  <Button
                    compact
                    aria-label={`${mayEdit ? "Change" : "Read"}: ${
                      KINDS[template.kind] ?? template.kind
                    }`}
                    onClick={() => opened.value = template}
                  >
                    {mayEdit ? "Change" : "Read"}
                  </Button>
                </li>
              ))}
            </ul>
            {emails.dead.length > 0 && <Dead emails={emails} mayEdit={mayEdit} onRetry={retry} />}
          </div>
          {opened.value && (
            <Template
              context={context}
              template={opened.value}
              mayEdit={mayEdit}
              onClose={() => opened.value = null}
              onSaved={() => {
                opened.value = null;
                load.reload();
              }}
            />
          )}
        </section>
      )}
    </Loaded>
  );
}

/** E-mails that were given up, why, and another try. */
function Dead({ emails: { dead }, mayEdit, onRetry }: {
  emails: Emails;
  mayEdit: boolean;
  onRetry: () => Promise<void>;
}) {
  return (
    <div class="note danger">
      <p>
        <strong>{plural(dead.length, "e-mail was", "e-mails were")} given up.</strong>{" "}
        Mend the address, or ask who operates this project, then try again.
      </p>
      <ul class="small">
        {dead.map(({ email, kind, doctor, run, attempts, createdAt, lastError }) => (
          <li key={email}>
            {doctor}
            {run === null ? "" : `, ${run}`}: {KINDS[kind] ?? kind}, {dateTime(createdAt)},{" "}
            {plural(attempts, "attempt")}: {lastError ?? "no reason was told"}
          </li>
        ))}
      </ul>
      {mayEdit && <Button compact onClick={() => void onRetry()}>Try again</Button>}
    </div>
  );
}

/** A text, its preview, and what is wrong with it. */
function Template({ context, template, mayEdit, onClose, onSaved }: {
  context: PageContext;
  template: EmailTemplate;
  mayEdit: boolean;
  onClose: () => void;
  onSaved: () => void;
}) {
  const client = createWindowClient(context.supabase);
  const { kind } = template;
  const subject = useSignal(template.subject), body = useSignal(template.body);
  const language = useSignal(template.language);
  const preview = useSignal<{ subject: string; body: string } | null>(null);
  const fault = useSignal<ReceptorError | null>(null);
  const busy = useSignal(false);
  const words = () => ({ subject: subject.value, body: body.value, language: language.value });
  const attempt = async (work: () => Promise<void>) => {
    busy.value = true;
    fault.value = null;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ReceptorError)) throw error;
      fault.value = error;
    }
    busy.value = false;
  };
  const look = () =>
    attempt(async () => {
      preview.value = null;
      preview.value = await client.previewEmail(context.org.id, words(), kind);
    });
  const save = (own: boolean) =>
    attempt(async () => {
      await client.saveEmail(context.org.id, kind, own ? words() : null);
      onSaved();
    });
  const faultOf = (path: string) =>
    fault.value?.errors?.filter((each) => each.path === path).map(({ message }) => message)
      .join("; ") || null;
  return (
    <Dialog
      title={KINDS[kind] ?? kind}
      wide
      onClose={onClose}
      actions={
        <>
          <Button busy={busy.value} onClick={look}>Preview</Button>
          {mayEdit && template.own && (
            <Button busy={busy.value} onClick={() => save(false)}>Back to the default</Button>
          )}
          {mayEdit && (
            <Button kind="primary" busy={busy.value} onClick={() => save(true)}>Save</Button>
          )}
        </>
      }
    >
      <div class="stack">
        <TextField
          label="Subject"
          value={subject}
          disabled={!mayEdit}
          error={faultOf("subject")}
          onText={(text) => subject.value = text}
        />
        <Field
          label="Text"
          hint={placeholderWords(kind)}
          error={faultOf("body")}
        >
          {(control) => (
            <textarea
              {...control}
              class="textarea"
              rows={12}
              value={body.value}
              disabled={!mayEdit}
              onInput={(event) => body.value = event.currentTarget.value}
            />
          )}
        </Field>
        <SelectField
          label="Dates in"
          value={language.value}
          options={LANGUAGES}
          disabled={!mayEdit}
          onChoose={(value) => language.value = value}
        />
        {fault.value && !fault.value.errors && (
          <p class="note danger" role="alert">{fault.value.message}</p>
        )}
        {preview.value && (
          <article class="note" aria-label="Preview">
            <p>
              <strong>{preview.value.subject}</strong>
            </p>
            <p class="pre-wrap">{preview.value.body}</p>
          </article>
        )}
      </div>
    </Dialog>
  );
}
