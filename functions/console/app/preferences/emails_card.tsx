// The e-mails that doctors get: the org's own words for them, checked and previewed, and what became of those that were sent.

import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import {
  createWindowClient,
  type Emails,
  type EmailTemplate,
  type EmailText,
  ReceptorError,
} from "../../../../shared/client/mod.ts";
import { useLoad } from "../data/load.ts";
import { type Basis, saveSeen } from "../data/seen.ts";
import { formOf, useTyped } from "../data/typed.ts";
import type { PageContext } from "../page.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, type Option, SelectField, TextField } from "../ui/field.tsx";
import { dateTime, plural } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import { SureButton } from "../ui/sure.tsx";
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
        <section class="card off-paper" aria-label="E-mails">
          <header>
            <h2>E-mails</h2>
            <span class="small quiet">what doctors and members of {org.name} are told</span>
          </header>
          <div class="body stack">
            <p class={emails.delivery.provider === null ? "note" : ""}>{deliveryWords(emails)}</p>
            <ul class="stack preferences-emails">
              {emails.templates.map((template) => (
                <TemplateItem
                  key={template.kind}
                  emails={emails}
                  template={template}
                  mayEdit={mayEdit}
                  onOpen={() => opened.value = template}
                />
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

function TemplateItem({ emails, template: { kind, own }, mayEdit, onOpen }: {
  emails: Emails;
  template: EmailTemplate;
  mayEdit: boolean;
  onOpen: () => void;
}) {
  const deed = mayEdit ? "Change" : "Read", name = KINDS[kind] ?? kind;
  return (
    <li class="row">
      <span class="grow">
        {name} <span class={`tag ${own ? "info" : ""}`}>{own ? "own words" : "standard text"}</span>
        <br />
        <span class="small quiet">{outboxWords(emails, kind)}</span>
      </span>
      <Button compact aria-label={`${deed}: ${name}`} onClick={onOpen}>{deed}</Button>
    </li>
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
        {dead.map(({ email, kind, doctor, address, run, attempts, createdAt, lastError }) => (
          <li key={email}>
            {doctor}
            {address !== null && address !== doctor && ` (${address})`}
            {run === null ? "" : `, ${run}`}: {KINDS[kind] ?? kind}, {dateTime(createdAt)},{" "}
            {plural(attempts, "attempt")}: {lastError ?? "no reason was told"}
          </li>
        ))}
      </ul>
      {mayEdit && <Button compact onClick={() => onRetry()}>Try again</Button>}
    </div>
  );
}

interface TemplateProps {
  context: PageContext;
  template: EmailTemplate;
  mayEdit: boolean;
  onClose: () => void;
  onSaved: () => void;
}

/** The words as they are typed, looked at and saved. */
function useTemplate({ context, template, onSaved }: TemplateProps) {
  const client = createWindowClient(context.supabase);
  const { kind, subject, body, language } = template;
  const text = { subject, body, language };
  // With what it was when that was begun: somebody else may change it before it is gone on with.
  const draft = useTyped(formOf(context, `email.${kind}`), () => ({ words: text, seen: text }));
  const basis = useMemo<Basis<EmailText>>(() => ({ seen: draft.value.seen }), [draft]);
  const forget = () => draft.value = { words: text, seen: text };
  const preview = useSignal<{ subject: string; body: string } | null>(null);
  const fault = useSignal<ReceptorError | null>(null);
  const busy = useSignal(false);
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
  const { errors, message } = fault.value ?? {};
  return {
    kind,
    words: draft.value.words,
    set: (part: Partial<EmailText>) =>
      draft.value = { ...draft.value, words: { ...draft.value.words, ...part } },
    forget,
    preview: preview.value,
    busy: busy.value,
    /** What is wrong with the whole; what is wrong with a part stands there. */
    refused: errors ? undefined : message,
    faultOf: (path: string) =>
      errors?.filter((each) => each.path === path).map(({ message }) => message).join("; ") || null,
    look: () =>
      attempt(async () => {
        preview.value = null;
        preview.value = await client.previewEmail(context.org.id, draft.value.words, kind);
      }),
    save: (own: boolean) =>
      attempt(async () => {
        const words = own ? draft.value.words : null;
        await saveSeen(basis, async (seen) => {
          await client.saveEmail(context.org.id, kind, words, seen!);
        });
        forget();
        onSaved();
      }),
  };
}

/** A text, its preview, and what is wrong with it. */
function Template(props: TemplateProps) {
  const { template, mayEdit, onClose } = props;
  const text = useTemplate(props);
  const { busy, preview } = text;
  const close = () => {
    text.forget();
    onClose();
  };
  return (
    <Dialog
      title={KINDS[template.kind] ?? template.kind}
      wide
      onClose={close}
      actions={
        <>
          <Button busy={busy} onClick={text.look}>Preview</Button>
          {mayEdit && template.own && (
            <SureButton
              label="Back to the default"
              yes="Give our words up"
              kind="plain"
              busy={busy}
              title="Back to the default text"
              means="Your own words of this e-mail go. The log keeps what they were."
              onSure={() => text.save(false)}
            />
          )}
          {mayEdit && (
            <Button kind="primary" busy={busy} onClick={() => text.save(true)}>Save</Button>
          )}
        </>
      }
    >
      <div class="stack">
        <TemplateFields text={text} disabled={!mayEdit} />
        {text.refused && <p class="note danger" role="alert">{text.refused}</p>}
        {preview && (
          <article class="note" aria-label="Preview">
            <p>
              <strong>{preview.subject}</strong>
            </p>
            <p class="pre-wrap">{preview.body}</p>
          </article>
        )}
      </div>
    </Dialog>
  );
}

function TemplateFields({ text: { kind, words, set, faultOf }, disabled }: {
  text: ReturnType<typeof useTemplate>;
  disabled: boolean;
}) {
  return (
    <>
      <TextField
        label="Subject"
        value={words.subject}
        disabled={disabled}
        error={faultOf("subject")}
        onText={(subject) => set({ subject })}
      />
      <Field label="Text" hint={placeholderWords(kind)} error={faultOf("body")}>
        {(control) => (
          <textarea
            {...control}
            class="textarea"
            rows={12}
            value={words.body}
            disabled={disabled}
            onInput={(event) => set({ body: event.currentTarget.value })}
          />
        )}
      </Field>
      <SelectField
        label="Dates in"
        value={words.language}
        options={LANGUAGES}
        disabled={disabled}
        onChoose={(language) => set({ language })}
      />
    </>
  );
}
