// Searches with their progress, live; of one that is opened every block, what it found, and why blocks are missing.

import { failure } from "../ui/attempt.ts";
import { useSignal } from "@preact/signals";
import {
  isTerminal,
  type PrimesClient,
  type PrimeSearchBlock,
  type PrimeSearchRun,
} from "../../../../shared/client/mod.ts";
import { useLoad } from "../data/load.ts";
import type { PageContext } from "../page.ts";
import { hashOf } from "../router.ts";
import { Button } from "../ui/button.tsx";
import { Meter } from "../ui/charts.tsx";
import { Fact } from "../ui/facts.tsx";
import { count, dateTime, duration, percent, plural } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import { RunTag } from "../ui/run_tag.tsx";
import { SureButton } from "../ui/sure.tsx";
import type { FollowedPrimes } from "./use_primes.ts";
import { formWord, paramsWords, searchState, shortExpression, surenessOf } from "./words.ts";

interface Searches {
  context: PageContext;
  client: PrimesClient;
}

/** The latest searches of the org. */
export function SearchesCard({ primes, ...rest }: Searches & { primes: FollowedPrimes }) {
  return (
    <section class="card" aria-label="Searches">
      <header>
        <h2>Searches</h2>
        <span class="small quiet">the latest first</span>
      </header>
      <div class="body stack">
        <Loaded load={primes.searches} what="searches">
          {(runs) =>
            runs.length === 0
              ? <p class="quiet">Nothing was searched for yet.</p>
              : (
                <ul class="primes-searches">
                  {runs.map((run) => (
                    <Search key={run.id} run={run} {...rest} onChange={primes.searches.reload} />
                  ))}
                </ul>
              )}
        </Loaded>
      </div>
    </section>
  );
}

function Search({ run, context, client, onChange }: Searches & {
  run: PrimeSearchRun;
  onChange: () => void;
}) {
  const open = useSignal(false);
  const name = `Search ${run.number}, ${formWord(run.form)}`;
  const done = run.result?.fraction ?? run.progress?.fraction ?? 0;
  return (
    <li class="primes-search">
      <div class="row">
        <h3 class="grow">
          {name} <span class="quiet small">{paramsWords(run.params)}</span>
        </h3>
        <RunTag status={run.status} word={tagWord(run)} />
        {!isTerminal(run.status) && context.rights.has("primeSearch.create") && (
          <Direct run={run} context={context} client={client} onChange={onChange} />
        )}
        <Button
          compact
          kind="plain"
          aria-expanded={open.value}
          aria-label={`${open.value ? "Close" : "Show"} ${name}`}
          onClick={() => open.value = !open.value}
        >
          {open.value ? "Close" : "Show"}
        </Button>
      </div>
      {!isTerminal(run.status) && <Meter label={`Progress of ${name}`} value={done} />}
      <p class="small quiet" role="status">
        {searchState(run)}
        {run.error_message && `: ${run.error_message}`}
      </p>
      {open.value && <SearchDetail run={run} context={context} client={client} />}
    </li>
  );
}

function tagWord({ status, paused_at }: PrimeSearchRun): string {
  if (paused_at) return "paused";
  return {
    PENDING: "waits",
    GENERATING: "at work",
    COMPLETED: "complete",
    FAILED: "incomplete",
    CANCELLED: "cancelled",
    INFEASIBLE: "incomplete",
  }[status];
}

function Direct({ run, context, client, onChange }: Searches & {
  run: PrimeSearchRun;
  onChange: () => void;
}) {
  const busy = useSignal(false);
  const act = async (what: string, work: () => Promise<unknown>) => {
    busy.value = true;
    try {
      await work();
      onChange();
    } catch (error) {
      context.notify(failure(error, `Search ${run.number} was not ${what}`));
    }
    busy.value = false;
  };
  return (
    <>
      {run.paused_at
        ? (
          <Button
            compact
            busy={busy.value}
            aria-label={`Resume search ${run.number}`}
            onClick={() => act("resumed", () => client.resume(run.id))}
          >
            Resume
          </Button>
        )
        : (
          <Button
            compact
            busy={busy.value}
            aria-label={`Pause search ${run.number}`}
            onClick={() => act("paused", () => client.pause(run.id))}
          >
            Pause
          </Button>
        )}
      <SureButton
        compact
        label="Cancel"
        yes="Yes, cancel it"
        name={`Cancel search ${run.number}`}
        title={`Cancel search ${run.number}?`}
        means="It ends where it is, and does not go on again. What it found stays."
        onSure={() => act("cancelled", () => client.cancel(run.id))}
      />
    </>
  );
}

function SearchDetail({ run, context, client }: Searches & { run: PrimeSearchRun }) {
  const figures = run.result ?? run.progress;
  // Blocks and finds are read again with every news of the run.
  const parts = useLoad(
    () => Promise.all([client.blocks(run.id), client.finds(run.id)]),
    [run.updated_at, run.status],
  );
  return (
    <div class="stack">
      <dl class="facts">
        <Fact name="Candidates">{count(run.candidates)}</Fact>
        <Fact name="Sieved out">{count(figures?.sieved ?? 0)}</Fact>
        <Fact name="Tested">{count(figures?.tested ?? 0)}</Fact>
        <Fact name="Found">{count(figures?.found ?? 0)}</Fact>
        <Fact name="CPU">{duration(figures?.cpuMs ?? 0)}</Fact>
        <Fact name="Asked for">{dateTime(run.created_at)}</Fact>
      </dl>
      {run.result?.counted && run.result.counted.count > 0 && (
        <p class="small">
          The first is {count(run.result.counted.first!)}, the last{" "}
          {count(run.result.counted.last!)}; their sum modulo 2^64 is {run.result.counted.sum}.
        </p>
      )}
      <Loaded load={parts} what="blocks">
        {([blocks, finds]) => (
          <>
            <Blocks blocks={blocks} />
            {finds.length > 0 && (
              <ul class="primes-found" aria-label={`Primes of search ${run.number}`}>
                {finds.map((find) => (
                  <li key={find.candidate}>
                    <a href={primeHash(context, find.id)}>{shortExpression(find.expression)}</a>
                    {" "}
                    <span class="quiet small">{plural(find.digits, "digit")}</span>{" "}
                    <span class={`tag ${surenessOf(find).tone}`}>{surenessOf(find).word}</span>
                    {find.reason && <span class="small quiet">{find.reason}</span>}
                  </li>
                ))}
              </ul>
            )}
          </>
        )}
      </Loaded>
    </div>
  );
}

/** Where a prime has its page. */
export function primeHash({ allocationRun }: PageContext, id: number): string {
  return hashOf("primes", allocationRun.id, new URLSearchParams({ prime: `${id}` }));
}

const BLOCK_WORDS: Record<PrimeSearchBlock["status"], string> = {
  available: "waits",
  claimed: "at work",
  completed: "done",
  failed: "given up",
};

function Blocks({ blocks }: { blocks: PrimeSearchBlock[] }) {
  const done = blocks.filter(({ status }) => status === "completed").length;
  const failed = blocks.filter(({ status }) => status === "failed");
  return (
    <div class="stack">
      <p class="small">
        {count(done)} of {plural(blocks.length, "block")} done
      </p>
      <ul class="primes-blocks" aria-label="Blocks">
        {blocks.map(({ block_number, status, fraction, found }) => (
          <li
            key={block_number}
            class={`primes-block ${status}`}
            title={`Block ${block_number}: ${BLOCK_WORDS[status]}, ${
              percent(fraction, 0)
            }, ${found} found`}
          >
            <span
              class="primes-block-done"
              aria-hidden="true"
              style={{ height: `${100 * fraction}%` }}
            />
            <span class="visually-hidden">
              Block {block_number}: {BLOCK_WORDS[status]}, {percent(fraction, 0)}, {found} found
            </span>
          </li>
        ))}
      </ul>
      {failed.length > 0 && (
        <ul class="note danger small">
          {failed.slice(0, 20).map((block) => (
            <li key={block.block_number}>
              Candidates {count(block.block_start)} to {count(block.block_end)} are missing:{" "}
              {block.error_message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
