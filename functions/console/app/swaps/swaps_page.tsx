// Swaps that doctors ask each other for: what each would break or mend, and whether it is approved.

import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import {
  createSwapsClient,
  type ManagedSwap,
  type SwapEffect,
  type SwapPart,
} from "../../../../shared/client/mod.ts";
import { toldApart } from "../data/doctor_names.ts";
import { useLoad } from "../data/load.ts";
import { shown } from "../data/query.ts";
import type { PageContext, PageProps } from "../page.ts";
import { hashOf } from "../router.ts";
import { ruleName } from "../runs/words.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { given, ReasonField } from "../ui/field.tsx";
import { Choice } from "../ui/filters.tsx";
import { date, dateTime, plural } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import {
  decided,
  effectName,
  isOpen,
  partWords,
  shownSwaps,
  stateWords,
  whatWords,
  type Which,
} from "./swaps.ts";

/** The swaps with names that are told apart, and which of them is being decided. */
function useSwaps({ supabase, allocationRun, allocator, linesVersion, linesChanged }: PageContext) {
  const client = useMemo(() => createSwapsClient(supabase), []);
  const load = useLoad(async () => {
    const swaps = await client.list(allocationRun.id);
    if (swaps.length === 0) return swaps;
    const all = await allocator.lineDoctors(allocationRun.id);
    const parts = await toldApart(supabase, swaps.flatMap(({ from, to }) => [from, to]), all);
    return swaps.map((swap, n) => ({ ...swap, from: parts[2 * n], to: parts[2 * n + 1] }));
  }, [linesVersion.value]);
  const chosen = useSignal<{ id: string; approve: boolean } | null>(null);
  // As it is now, also where somebody changed meanwhile what it would break.
  const swap = load.value.value?.find(({ swap }) => swap === chosen.value?.id);
  return {
    load,
    deciding: chosen.value && swap ? { swap, approve: chosen.value.approve } : null,
    decide: (id: string, approve: boolean) => chosen.value = { id, approve },
    close: () => chosen.value = null,
    done: () => {
      chosen.value = null;
      linesChanged();
    },
  };
}

/** See `page.ts` for what it receives. */
export function SwapsPage({ context }: PageProps) {
  const { params, setParams } = context;
  const { load, deciding, decide, close, done } = useSwaps(context);
  const which: Which = params.get("which") === "over" ? "over" : "open";
  return (
    <div class="page swaps-page">
      <header class="row">
        <h1>Swaps</h1>
        <p class="quiet small grow" role="status">{summary(load.value.value ?? [])}</p>
        <Choice
          label="Which swaps"
          value={which}
          options={[["open", "Open"], ["over", "Decided or over"]]}
          onChoose={(value) =>
            setParams(new URLSearchParams(value === "over" ? { which: value } : {}))}
        />
      </header>
      <Loaded load={load} what="the swaps">
        {(swaps) => {
          const list = shownSwaps(swaps, which);
          return list.length === 0
            ? <Nothing which={which} any={swaps.length > 0} />
            : (
              <ul class="swaps-list">
                {list.map((swap) => (
                  <SwapCard
                    key={swap.swap}
                    swap={swap}
                    context={context}
                    onDecide={(approve) => decide(swap.swap, approve)}
                  />
                ))}
              </ul>
            );
        }}
      </Loaded>
      {deciding && (
        <Decision
          {...deciding}
          context={context}
          onClose={close}
          onDone={done}
          onOvertaken={load.reload}
        />
      )}
    </div>
  );
}

function summary(swaps: readonly ManagedSwap[]): string {
  const waiting = swaps.filter(({ state }) => state === "agreed").length;
  const asked = swaps.filter(({ state }) => state === "asked").length;
  return swaps.length === 0
    ? ""
    : `${plural(waiting, "swap")} to decide, ${asked} asked and not answered yet`;
}

function Nothing({ which, any }: { which: Which; any: boolean }) {
  return (
    <p class="card empty">
      {which === "open" ? "No swap is open." : "No swap was decided yet."} {!any &&
        "Once a result is released, doctors ask each other for swaps on their page; what both agreed to comes here."}
    </p>
  );
}

function SwapCard({ swap, context, onDecide }: {
  swap: ManagedSwap;
  context: PageContext;
  onDecide: (approve: boolean) => void;
}) {
  const may = context.rights.has("allocationRun.edit");
  const { state, from, to, reason, message, breaks, mends, history } = swap;
  const tone = state === "agreed" ? "info" : state === "approved" ? "ok" : "";
  return (
    <li class="card" aria-label={`${from.doctor} and ${to.doctor}`}>
      <header>
        <h2>{from.doctor} ↔ {to.doctor}: {whatWords(swap)}</h2>
        <span class={`tag ${tone}`}>{stateWords(swap)}</span>
      </header>
      <div class="body stack">
        <div class="swaps-sides">
          <Side who={from.doctor} gives={from} gets={to} whole={swap.terms.length === 0} />
          <Side who={to.doctor} gives={to} gets={from} whole={swap.terms.length === 0} />
        </div>
        {isOpen(swap) && <Effects swap={swap} label="Breaks" effects={breaks} />}
        {isOpen(swap) && mends.length > 0 && <Effects swap={swap} label="Mends" effects={mends} />}
        {message && <p class="small">{from.doctor} wrote: “{message}”</p>}
        {reason && <p class="small">Reason: {reason}</p>}
        <p class="small quiet">
          Asked {dateTime(swap.askedAt)}
          {swap.answeredAt && `, answered ${dateTime(swap.answeredAt)}`}
          {swap.endedAt
            ? `, over ${dateTime(swap.endedAt)}`
            : `, open until ${dateTime(swap.expiresAt)}`}
          {swap.version !== null && `; version ${swap.version} of the result`}
          {history && (
            <>
              {" · "}
              <a href={hashOf("history", context.allocationRun.id)}>lines before it</a>
            </>
          )}
        </p>
        {may && state === "agreed" && (
          <div class="row">
            <Button compact kind="primary" onClick={() => onDecide(true)}>Approve</Button>
            <Button compact onClick={() => onDecide(false)}>Refuse</Button>
          </div>
        )}
      </div>
    </li>
  );
}

/** What a doctor would have instead of what. */
function Side({ who, gives, gets, whole }: {
  who: string;
  gives: SwapPart;
  gets: SwapPart;
  whole: boolean;
}) {
  return (
    <p>
      <strong>{who}</strong> <span class="quiet small">{whole ? "" : gives.lineName}</span>
      <br />
      <del>{whole ? gives.lineName : partWords(gives)}</del>{" "}
      <ins>{whole ? gets.lineName : partWords(gets)}</ins>
      {!whole && gets.rotations[0] && (
        <span class="quiet small swaps-when">from {date(gets.rotations[0].startsOn)}</span>
      )}
    </p>
  );
}

function Effects({ swap, label, effects }: {
  swap: ManagedSwap;
  label: "Breaks" | "Mends";
  effects: readonly SwapEffect[];
}) {
  if (effects.length === 0) return <p class="small">Breaks no rule, for either line.</p>;
  return (
    <ul class={`note small ${label === "Breaks" ? "warn" : "ok"}`} aria-label={label}>
      {effects.map((effect) => (
        <li key={effect.side + effect.rule + effect.message}>
          {label} “{effectName(effect, ruleName)}” for {swap[effect.side].doctor}: {effect.message}
        </li>
      ))}
    </ul>
  );
}

interface DecisionProps {
  swap: ManagedSwap;
  approve: boolean;
  context: PageContext;
  onClose: () => void;
  onDone: () => void;
  /** It was refused: what is listed may be no longer so. */
  onOvertaken: () => void;
}

/** The reason as it is typed, and deciding. @param override whether rules are set aside */
function useDecision(
  { swap, approve, context, onDone, onOvertaken }: DecisionProps,
  override: boolean,
) {
  const client = useMemo(() => createSwapsClient(context.supabase), []);
  const reason = useSignal("");
  const busy = useSignal(false);
  const fault = useSignal<string | null>(null);
  const decide = async () => {
    busy.value = true;
    fault.value = null;
    try {
      const why = given(reason);
      const answer = approve
        ? { ...await client.approve(swap.swap, { reason: why, override }), voidCode: null }
        : await client.refuse(swap.swap, why ?? "");
      context.notify(decided(swap, answer));
      onDone();
    } catch (error) {
      fault.value = shown(error).message;
      busy.value = false;
      onOvertaken();
    }
  };
  return { reason, busy, fault, decide };
}

/** Approves or refuses one; rules are set aside for a reason only. */
function Decision(props: DecisionProps) {
  const { swap, approve, onClose } = props;
  const override = approve && swap.breaks.length > 0;
  const must = !approve || override;
  const { reason, busy, fault, decide } = useDecision(props, override);
  return (
    <Dialog
      title={`${approve ? "Approve" : "Refuse"} the swap of ${whatWords(swap)}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Back</Button>
          <Button
            kind={override ? "danger" : "primary"}
            busy={busy.value}
            disabled={must && given(reason) === undefined}
            onClick={() => decide()}
          >
            {approve ? override ? "Approve all the same" : "Approve" : "Refuse"}
          </Button>
        </>
      }
    >
      <div class="stack">
        <p>
          {swap.from.doctor} and {swap.to.doctor} {approve
            ? "see it at once, as a new version of their results, and are told by e-mail."
            : "keep what they have, and are told by e-mail; the reason stands on their page."}
        </p>
        {override && <Effects swap={swap} label="Breaks" effects={swap.breaks} />}
        <ReasonField reason={reason} required={must} />
        {fault.value && <p class="note danger" role="alert">{fault.value}</p>}
      </div>
    </Dialog>
  );
}
