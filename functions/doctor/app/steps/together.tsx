// Doctors who want to be placed together: one asks another by their address, and both agree to the same.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Button } from "../../../console/app/ui/button.tsx";
import { Form } from "../../../console/app/ui/form.tsx";
import { SelectField, TextField } from "../../../console/app/ui/field.tsx";
import type { ReceptorError } from "../../../../shared/client/errors.ts";
import {
  type Fit,
  type Link,
  linkState,
  matchedWords,
  openLinks,
  type Pair,
} from "../model/links.ts";
import { moment } from "../model/when.ts";
import { useKept } from "../parts/kept.ts";
import { useReturns } from "../parts/saving.tsx";
import { WhileOpen } from "../parts/while_open.tsx";
import { useWork } from "../work.ts";

const FITS: [Fit, string][] = [
  ["same_hospital", "The same hospital in each term"],
  ["ranked_lines", "Each a line that we ranked"],
  ["line_pairs", "One of some pairs of lines"],
];

/** The doctor's links, and what is done about them. */
function useLinks() {
  const { api, choice } = useWork();
  const place = { p_worker_mapping: choice.value.window.workerMapping };
  const links = useSignal<Link[] | null>(null);
  const fault = useSignal<ReceptorError | null>(null);
  const busy = useSignal(false);
  /** The link whose wish is being changed. */
  const changing = useSignal<string | null>(null);
  /** @returns whether it was done */
  const ask = async (name: string, args: Record<string, unknown> = {}): Promise<boolean> => {
    busy.value = true;
    fault.value = null;
    try {
      links.value = await api.rpc<Link[]>(name, { ...place, ...args });
      // Only looking again leaves what somebody is writing.
      if (name !== "my_links") changing.value = null;
    } catch (error) {
      fault.value = error as ReceptorError;
      // What it says by now is to be seen; what somebody is writing stays.
      if (fault.value.code === "LINK_CHANGED") {
        links.value = await api.rpc<Link[]>("my_links", place).catch(() => links.value);
      }
    }
    busy.value = false;
    return fault.value === null;
  };
  const read = () => void ask("my_links");
  useEffect(read, []);
  useReturns(read);
  return {
    links: links.value,
    fault: fault.value,
    busy: busy.value,
    changing,
    read,
    answer: ({ link, changed_at }: Link, agrees: boolean) =>
      ask("answer_link", { p_link: link, p_agrees: agrees, p_changed_at: changed_at }),
    save: (link: Link | null, wish: Record<string, unknown>) =>
      ask("save_link", {
        p_link: link?.link ?? null,
        p_wish: wish,
        p_changed_at: link?.changed_at ?? null,
      }),
  };
}

type Linking = ReturnType<typeof useLinks>;

/** Whom the doctor asked, who asked them, and asking. */
export function Together() {
  const { standing, canWrite } = useWork();
  const writable = canWrite();
  const linking = useLinks();
  const { links, fault, busy } = linking;
  const { open, over, mayAsk } = openLinks(links ?? []);
  return (
    <section class="stack">
      <h1 tabIndex={-1}>Together with another doctor</h1>
      <p class="quiet">
        <WhileOpen otherwise="Two doctors who both agree to the same may be placed so that their lines fit together.">
          You and another doctor may ask to be placed so that your lines fit together. You both have
          to agree to the same.
        </WhileOpen>{" "}
        Nobody else sees it while the window is open; then your workforce unit sees what you both
        agreed to, and decides whether the match goes by it.
      </p>
      {fault && <Fault fault={fault} onRetry={links === null ? linking.read : undefined} />}
      {links === null && !fault && <p role="status">One moment…</p>}
      {open.map((link) => (
        <OpenLink key={link.link} link={link} linking={linking} writable={writable} />
      ))}
      {links !== null && writable && mayAsk && (
        <article class="card" aria-label="Ask another doctor">
          <header>
            <h2>Ask another doctor</h2>
          </header>
          <div class="body">
            <Wish
              link={null}
              busy={busy}
              onSave={(wish) =>
                linking.save(null, wish)}
            />
          </div>
        </article>
      )}
      {links !== null && !writable && open.length === 0 && (
        <p class="empty">
          {standing.value === "locked"
            ? "There is nothing agreed, and nothing can be asked while your wishes are locked."
            : "There was nothing agreed when the window closed."}
        </p>
      )}
      {over.length > 0 && (
        <details>
          <summary>What is over ({over.length})</summary>
          <ul class="small">
            {over.map((link) => (
              <li key={link.link}>
                {link.partner}: {linkState(link, writable)}, {moment(link.changed_at)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function Fault({ fault: { message, errors }, onRetry }: {
  fault: ReceptorError;
  onRetry?: () => void;
}) {
  return (
    <div class="note danger" role="alert">
      <p>{message}</p>
      {errors?.map(({ path, message }) => (
        <p key={path + message} class="small">{path}: {message}</p>
      ))}
      {onRetry && <Button compact onClick={onRetry}>Try again</Button>}
    </div>
  );
}

/** A link that is not over: what is asked for, and what the doctor can do about it. */
function OpenLink({ link, linking: { busy, changing, answer, save }, writable }: {
  link: Link;
  linking: Linking;
  writable: boolean;
}) {
  const no = link.state === "agreed" ? "End it" : link.asked_by_me ? "Take it back" : "Say no";
  const isChanging = changing.value === link.link;
  return (
    <article class="card" aria-label={`With ${link.partner}`}>
      <header>
        <h2>{link.partner}</h2>
        <span class={`tag ${link.state === "agreed" ? "ok" : "info"}`}>
          {linkState(link, writable)}
        </span>
      </header>
      <div class="body stack">
        <Wanted link={link} />
        {typeof link.matched === "boolean" && <p class="note">{matchedWords(link.matched)}</p>}
        {writable && !isChanging && (
          <div class="actions">
            {link.waits_for_me && (
              <Button
                kind="primary"
                busy={busy}
                onClick={() => answer(link, true)}
              >
                Agree
              </Button>
            )}
            <Button busy={busy} onClick={() => changing.value = link.link}>Change</Button>
            <Button kind="danger" busy={busy} onClick={() => answer(link, false)}>{no}</Button>
          </div>
        )}
        {writable && isChanging && (
          <Wish
            link={link}
            busy={busy}
            onSave={(wish) => save(link, wish)}
            onCancel={() => changing.value = null}
          />
        )}
      </div>
    </article>
  );
}

/** What two doctors ask for. */
function Wanted({ link: { fit, line_pairs } }: { link: Link }) {
  const { lineById } = useWork();
  const nameOf = (id: string) => lineById.value.get(id)?.name ?? "a line that is no longer there";
  return (
    <>
      <p>{FITS.find(([kind]) => kind === fit)![1]}{fit === "line_pairs" ? ":" : "."}</p>
      {fit === "line_pairs" && (
        <ul>
          {line_pairs.map(({ own, other }) => (
            <li key={own + other}>{nameOf(own)} for you, {nameOf(other)} for the other</li>
          ))}
        </ul>
      )}
    </>
  );
}

/** What is asked for as it is typed: kept, whatever becomes of the session, until it is asked or given up. */
function useWish(link: Link | null) {
  const blank = {
    email: "",
    fit: link?.fit ?? "same_hospital" as Fit,
    pairs: link?.line_pairs ?? [] as readonly Pair[],
  };
  const place = `${useWork().choice.value.window.workerMapping}.together.${link?.link ?? "new"}`;
  const email = useKept(`${place}.email`, blank.email);
  const fit = useKept(`${place}.fit`, blank.fit);
  const pairs = useKept(`${place}.pairs`, blank.pairs);
  const clear = () => {
    email.value = blank.email;
    fit.value = blank.fit;
    pairs.value = blank.pairs;
  };
  const byPairs = fit.value === "line_pairs";
  const ready = (link !== null || email.value.trim() !== "") &&
    (!byPairs || pairs.value.length > 0);
  /** As the database takes it. */
  const wish = () => ({
    ...link === null && { email: email.value.trim() },
    fit: fit.value,
    ...byPairs && { line_pairs: pairs.value },
  });
  return { email, fit, pairs, byPairs, ready, wish, clear };
}

/** Whom, where it is the first time, and what for. */
function Wish({ link, busy, onSave, onCancel }: {
  link: Link | null;
  busy: boolean;
  /** @returns whether it was saved */
  onSave: (wish: Record<string, unknown>) => Promise<boolean>;
  onCancel?: () => void;
}) {
  const { email, fit, pairs, byPairs, ready, wish, clear } = useWish(link);
  return (
    <Form
      class="stack"
      onSend={async () => {
        if (ready && await onSave(wish())) clear();
      }}
    >
      {link === null && (
        <>
          <TextField
            label="Their email"
            type="email"
            value={email}
            onText={(text) => email.value = text}
          />
          <p class="small quiet">
            The one that your workforce unit knows. You are not told whether anybody here has it:
            they find what you ask on their own page, under “Together with another doctor”.
          </p>
        </>
      )}
      <SelectField
        label="What we ask for"
        value={fit.value}
        options={FITS}
        onChoose={(kind) => fit.value = kind as Fit}
      />
      {byPairs && <Pairs pairs={pairs.value} onChange={(next) => pairs.value = next} />}
      <div class="actions">
        <Button kind="primary" type="submit" busy={busy} disabled={!ready}>
          {link === null ? "Ask" : "Say it so; the other has to agree again"}
        </Button>
        {onCancel && (
          <Button
            onClick={() => {
              clear();
              onCancel();
            }}
          >
            Cancel
          </Button>
        )}
      </div>
    </Form>
  );
}

/** Pairs of lines, one for each of the two. */
function Pairs({ pairs, onChange }: {
  pairs: readonly Pair[];
  onChange: (pairs: readonly Pair[]) => void;
}) {
  const { lines } = useWork().choice.value;
  const own = useSignal(""), other = useSignal("");
  const nameOf = (id: string) => lines.find((line) => line.id === id)?.name ?? id;
  const isThere = pairs.some((pair) => pair.own === own.value && pair.other === other.value);
  const options = (some: typeof lines): [string, string][] => [
    ["", "Choose…"],
    ...some.map(({ id, name }): [string, string] => [id, name]),
  ];
  const add = () => {
    onChange([...pairs, { own: own.value, other: other.value }]);
    other.value = "";
  };
  return (
    <fieldset class="plain stack">
      <legend>Pairs of lines</legend>
      <p class="small quiet">The match counts those that you both ranked.</p>
      {pairs.map((pair) => (
        <p key={pair.own + pair.other} class="row">
          <span class="grow">
            {nameOf(pair.own)} for me, {nameOf(pair.other)} for the other
          </span>
          <Button
            compact
            aria-label={`Take out: ${nameOf(pair.own)} and ${nameOf(pair.other)}`}
            onClick={() => onChange(pairs.filter((each) => each !== pair))}
          >
            Take out
          </Button>
        </p>
      ))}
      <div class="row pair">
        <SelectField
          label="For me"
          value={own.value}
          options={options(lines.filter(({ eligible }) => eligible))}
          onChoose={(id) => own.value = id}
        />
        <SelectField
          label="For the other"
          value={other.value}
          options={options(lines)}
          onChoose={(id) => other.value = id}
        />
        <Button disabled={own.value === "" || other.value === "" || isThere} onClick={add}>
          Add pair
        </Button>
      </div>
    </fieldset>
  );
}
