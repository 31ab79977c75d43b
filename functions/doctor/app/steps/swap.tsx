// Swaps after the release: what is asked of the doctor, what they ask for, and what became of it. Nobody is named.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Button } from "../../../console/app/ui/button.tsx";
import { Form } from "../../../console/app/ui/form.tsx";
import { finderOf } from "../../../console/app/ui/search.ts";
import { Check } from "../../../console/app/ui/field.tsx";
import type { ReceptorError } from "../../../../shared/client/errors.ts";
import type { Line } from "../model/lines.ts";
import {
  type Candidate,
  candidates,
  canWithdraw,
  type Swap as OneSwap,
  type SwapPart,
  type Swaps,
  swapWords,
  termsAhead,
  termWords,
} from "../model/swaps.ts";
import { days, moment } from "../model/when.ts";
import { useKept } from "../parts/kept.ts";
import { useReturns } from "../parts/saving.tsx";
import { SwapCheck } from "../parts/swap_check.tsx";
import type { WireResult } from "../model/wire.ts";
import { useWork } from "../work.ts";
import { sent } from "../../../console/app/ui/sent.ts";

/** How many lines are shown before somebody asks for all. */
const SHOWN = 12;

/** What the step knows and does. */
function useSwaps() {
  const { api, choice, lineById } = useWork();
  const { workerMapping, released } = choice.value.window;
  const state = useSignal<{ swaps: Swaps; own: Line | null } | null>(null);
  const fault = useSignal<string | null>(null);
  const said = useSignal("");
  const busy = useSignal(false);
  const attempt = async (what: () => Promise<void>) => {
    busy.value = true;
    fault.value = null;
    try {
      await what();
    } catch (error) {
      said.value = "";
      fault.value = (error as ReceptorError).message;
    }
    busy.value = false;
  };
  const read = () =>
    attempt(async () => {
      const args = { p_worker_mapping: workerMapping };
      const [swaps, result] = await Promise.all([
        api.rpc<Swaps>("read_swaps", args),
        api.rpc<WireResult | null>("read_result", args),
      ]);
      state.value = { swaps, own: lineById.value.get(result?.line?.id ?? "") ?? null };
    });
  useEffect(() => void read(), [workerMapping, released]);
  useReturns(() => void read());
  /** Does something, says so, and reads what there is then. */
  const act = (words: string, rpc: string, args: Record<string, unknown>) =>
    attempt(async () => {
      const answer = await api.rpc<{ state?: OneSwap["state"] }>(rpc, args);
      said.value = answer.state === "void" || answer.state === "expired"
        ? "This swap is over; see below."
        : words;
      await read();
    });
  return { api, state, fault, said, busy, act, workerMapping };
}

type Acting = ReturnType<typeof useSwaps>;

/** The step. */
export function Swap() {
  const acting = useSwaps();
  const { state, fault, said } = acting;
  const swaps = state.value?.swaps.swaps ?? [];
  const waiting = swaps.filter((swap) => swap.state === "asked" && !swap.by_me);
  const others = swaps.filter((swap) => !waiting.includes(swap));
  return (
    <section class="stack">
      <h1 tabIndex={-1}>Swap</h1>
      <p class="quiet">
        Two doctors may change places: one asks whoever has what they would rather do, the other
        agrees or declines, then your medical workforce unit decides. Nobody learns from this page
        who asks or who is asked.
      </p>
      {fault.value && <p class="note danger" role="alert">{fault.value}</p>}
      <p class="visually-hidden" role="status">{said.value}</p>
      {said.value && <p class="note ok" aria-hidden="true">{said.value}</p>}
      {!state.value && !fault.value && <p role="status">One moment…</p>}
      {waiting.length > 0 && (
        <>
          <h2>Asked of you</h2>
          <ul class="swaps">
            {waiting.map((swap) => <Asked key={swap.swap} swap={swap} acting={acting} />)}
          </ul>
        </>
      )}
      {state.value && <Ask {...state.value} acting={acting} />}
      {others.length > 0 && (
        <>
          <h2>Your swaps</h2>
          <ul class="swaps">
            {others.map((swap) => <Mine key={swap.swap} swap={swap} acting={acting} />)}
          </ul>
        </>
      )}
    </section>
  );
}

/** What both give, side by side. */
function Sides({ swap }: { swap: OneSwap }) {
  return (
    <dl class="swap-sides">
      <dt>You give</dt>
      <Part part={swap.gives} terms={swap.terms} />
      <dt>You get</dt>
      <Part part={swap.gets} terms={swap.terms} />
    </dl>
  );
}

function Part({ part, terms }: { part: SwapPart; terms: readonly number[] }) {
  return (
    <dd>
      {terms.length === 0 && <strong>{part.line_name}</strong>}
      {part.rotations.map((rotation) => (
        <span key={rotation.term}>
          Term {rotation.term}: <strong>{rotation.position_name}</strong>, {rotation.hospital}{" "}
          <span class="quiet small">
            {days({ startsOn: rotation.starts_on, endsOn: rotation.ends_on })}
          </span>
        </span>
      ))}
      {terms.length === 0 &&
        part.leave.map((leave) => (
          <span key={leave.starts_on} class="quiet small">
            Leave {days({ startsOn: leave.starts_on, endsOn: leave.ends_on })}
          </span>
        ))}
    </dd>
  );
}

function Asked({ swap, acting }: { swap: OneSwap; acting: Acting }) {
  const { api, workerMapping, act, busy } = acting;
  const answer = (agree: boolean) =>
    act(
      agree ? "You agreed. Your medical workforce unit decides now." : "You declined.",
      "answer_swap",
      { p_swap: swap.swap, p_agree: agree },
    );
  return (
    <li class="card">
      <div class="body stack">
        <h3>A colleague would like to swap {termWords(swap.terms)}</h3>
        {swap.message && <blockquote>{swap.message}</blockquote>}
        <Sides swap={swap} />
        {swap.terms.length > 0 && <p class="small quiet">Your leave stays where it is.</p>}
        <SwapCheck api={api} workerMapping={workerMapping} wish={{ swap: swap.swap }} />
        <p class="small quiet">Until {moment(swap.expires_at)}.</p>
        <div class="actions">
          <Button kind="primary" busy={busy.value} onClick={() => answer(true)}>Agree</Button>
          <Button busy={busy.value} onClick={() => answer(false)}>Decline</Button>
        </div>
      </div>
    </li>
  );
}

function Mine({ swap, acting: { act, busy } }: { swap: OneSwap; acting: Acting }) {
  const tone = swap.state === "approved"
    ? "ok"
    : swap.state === "asked" || swap.state === "agreed"
    ? "info"
    : "";
  return (
    <li class="card" data-swap={swap.state}>
      <div class="body stack">
        <div class="row">
          <h3 class="grow">
            {swap.by_me ? "You asked" : "You were asked"}: {termWords(swap.terms)}
          </h3>
          <span class={`tag ${tone}`}>{swap.state}</span>
        </div>
        <p>{swapWords(swap)}</p>
        <Sides swap={swap} />
        {canWithdraw(swap) && (
          <div class="actions">
            <Button
              compact
              busy={busy.value}
              onClick={() => act("Taken back.", "withdraw_swap", { p_swap: swap.swap })}
            >
              Take back
            </Button>
          </div>
        )}
      </div>
    </li>
  );
}

/** Why nothing can be asked for, in a sentence; null: something can. */
function obstacle(swaps: Swaps, own: Line | null): string | null {
  if (!swaps.can_ask || !own) return "You have no line to swap.";
  if (swaps.shared && !swaps.whole_lines) {
    return "Others have your line as well, so its rotations cannot be swapped alone.";
  }
  return termsAhead(own, swaps.first_term).length === 0
    ? "No term of your line lies ahead any more."
    : null;
}

/** What is asked for, as it is chosen; and asking. */
function useAsk(swaps: Swaps, own: Line, acting: Acting) {
  const { choice } = useWork();
  const place = `${acting.workerMapping}.swap`;
  const wantsWhole = useKept(`${place}.whole`, false);
  const whole = swaps.whole_lines && (swaps.shared || wantsWhole.value);
  const terms = useKept<readonly number[]>(`${place}.terms`, []);
  const text = useSignal("");
  const chosen = useKept(`${place}.line`, "");
  const message = useKept(`${place}.message`, "");
  // What was kept may have begun since.
  const ahead = termsAhead(own, swaps.first_term);
  const asked = whole ? [] : ahead.filter((term) => terms.value.includes(term));
  const isReady = whole || asked.length > 0;
  const isFound = finderOf(text.value);
  const found = !isReady ? [] : candidates(choice.value.lines, own, swaps.lines, asked)
    .filter(({ line }) => isFound(...haystack(line, asked)));
  const target = found.find(({ line }) => line.id === chosen.value);
  const wish = target && { job_line: target.line.id, ...!whole && { terms: asked } };
  const send = async () => {
    if (!wish) return;
    const emptied = [sent(chosen, ""), sent(message, "")];
    await acting.act("Asked. You will be told by e-mail what becomes of it.", "ask_swap", {
      p_worker_mapping: acting.workerMapping,
      p_swap: {
        ...wish,
        ...message.value.trim() && { message: message.value.trim() },
      },
    });
    if (acting.fault.value !== null) return;
    for (const empty of emptied) empty();
  };
  return {
    whole,
    wantsWhole,
    terms,
    ahead,
    asked,
    isReady,
    text,
    found,
    chosen,
    target,
    wish,
    message,
    send,
  };
}

type Asking = ReturnType<typeof useAsk>;

function Ask({ swaps, own, acting }: { swaps: Swaps; own: Line | null; acting: Acting }) {
  const against = obstacle(swaps, own);
  return against || !own
    ? <p class="note">{against}</p>
    : <AskForm swaps={swaps} own={own} acting={acting} />;
}

function AskForm({ swaps, own, acting }: { swaps: Swaps; own: Line; acting: Acting }) {
  const asking = useAsk(swaps, own, acting);
  const { whole, wantsWhole, ahead, asked, message } = asking;
  return (
    <Form
      class="card swap-form"
      onSend={() => asking.send()}
    >
      <div class="body stack">
        <h2>Ask for a swap</h2>
        {swaps.whole_lines && !swaps.shared && (
          <Check
            label="Swap whole lines, with their leave"
            checked={whole}
            onChange={(on) => wantsWhole.value = on}
          />
        )}
        {!whole && <Terms ahead={ahead} own={own} terms={asking.terms} />}
        {asking.isReady && <Choices asking={asking} />}
        {asking.target && (
          <>
            <SwapCheck
              api={acting.api}
              workerMapping={acting.workerMapping}
              wish={asking.wish!}
            />
            <label class="field">
              <span class="label">A word to them, if you like</span>
              <textarea
                class="input"
                rows={2}
                maxLength={500}
                value={message.value}
                onInput={(event) => message.value = event.currentTarget.value}
              />
              <span class="hint">
                Your medical workforce unit reads it, too. Your name is not told unless you write
                it.
              </span>
            </label>
            <Button type="submit" kind="primary" busy={acting.busy.value}>
              Ask to swap {termWords(asked)}
            </Button>
          </>
        )}
      </div>
    </Form>
  );
}

/** Which terms are swapped alone. */
function Terms({ own, ahead, terms }: {
  own: Line;
  ahead: readonly number[];
  terms: Asking["terms"];
}) {
  return (
    <fieldset>
      <legend>Which terms?</legend>
      {ahead.map((term) => (
        <Check
          key={term}
          label={`Term ${term}: ${
            own.rotations.find((rotation) => rotation.term === term)!.position.name
          }`}
          checked={terms.value.includes(term)}
          onChange={(on) => {
            terms.value = on ? [...terms.value, term] : terms.value.filter((each) => each !== term);
          }}
        />
      ))}
    </fieldset>
  );
}

/** What there is to ask for, searched. */
function Choices({ asking: { text, found, chosen, asked } }: { asking: Asking }) {
  const all = useSignal(false);
  const shown = all.value ? found : found.slice(0, SHOWN);
  return (
    <>
      <input
        class="input"
        type="search"
        aria-label="Search what you would get"
        placeholder="Search what you would get…"
        value={text.value}
        onInput={(event) => text.value = event.currentTarget.value}
      />
      <fieldset class="swap-choices">
        <legend>
          What would you rather have? <span class="quiet small">{found.length} to ask for</span>
        </legend>
        {shown.map((candidate) => (
          <Option
            key={candidate.line.id}
            candidate={candidate}
            terms={asked}
            checked={candidate.line.id === chosen.value}
            onChoose={() => chosen.value = candidate.line.id}
          />
        ))}
        {found.length === 0 && <p class="empty">There is nothing like that to ask for.</p>}
      </fieldset>
      {found.length > shown.length && (
        <Button onClick={() => all.value = true}>Show all {found.length}</Button>
      )}
    </>
  );
}

/** What a search looks through: of the terms that are swapped alone. */
function haystack(line: Line, terms: readonly number[]): string[] {
  return [
    terms.length === 0 ? line.name : "",
    ...line.rotations.filter(({ term }) => terms.length === 0 || terms.includes(term))
      .flatMap(({ position }) => [position.name, position.specialty, position.hospital]),
  ];
}

function Option({ candidate: { line, doctors }, terms, checked, onChoose }: {
  candidate: Candidate;
  terms: readonly number[];
  checked: boolean;
  onChoose: () => void;
}) {
  const rotations = line.rotations.filter(({ term }) => terms.length === 0 || terms.includes(term));
  return (
    <label class="swap-choice">
      <input type="radio" name="swap" checked={checked} onChange={onChoose} />
      <span>
        {terms.length === 0 && <strong>{line.name}</strong>}
        {rotations.map(({ term, position }) => (
          <span key={term}>
            {terms.length !== 1 && `${term}: `}
            {position.name}, {position.hospital}
          </span>
        ))}
        {terms.length > 0 && <span class="quiet small">{line.name}</span>}
        {doctors > 1 && (
          <span class="quiet small">{doctors} doctors have it; one of them may agree.</span>
        )}
      </span>
    </label>
  );
}
