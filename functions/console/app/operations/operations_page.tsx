// Operations: what waits and what is at work, how close slices come to the limits, what failed, and whether the
// sweeper is alive. The org's own runs; of the whole fleet numbers only.

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { CPU_LIMITS_MS as LIMITS } from "../../../../shared/engine/limits.ts";
import { nameDoctors } from "../../../../shared/client/mod.ts";
import { useLoad } from "../data/load.ts";
import type { PageProps } from "../page.ts";
import { Check } from "../ui/field.tsx";
import { count, dateTime, duration, plural } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import {
  type Failure,
  type FleetRow,
  type Operations,
  type Queued,
  readOperations,
  type Slice,
} from "./operations_data.ts";
import { SeriesCard } from "./series_card.tsx";

/** How often it is read while somebody looks, in ms. */
const READ_EVERY = 5_000;
/** A sweep comes every 15 seconds, or every minute; after so many ms without one something is wrong. */
const SWEEP_IS_LATE = 150_000;

const KINDS: Record<string, string> = {
  planner: "job lines",
  allocator: "match",
  "what-if": "what-if",
  prime_search: "search for primes",
  prime_check: "check of primes",
  node_check: "check of nodes' results",
  agent_task: "handlers of agents",
};

/** See `page.ts` for what it receives. */
export function OperationsPage({ context }: PageProps) {
  const { org, rights } = context;
  if (rights.has("operations.view")) return <Watched context={context} />;
  return (
    <div class="page">
      <h1>Operations</h1>
      <p class="note">Only managers of {org.name} see this.</p>
    </div>
  );
}

function Watched({ context }: PageProps) {
  const { supabase, org, features } = context;
  const live = useSignal(true);
  const operations = useLoad(() => readOperations(supabase, org.id), [org.id]);
  useEffect(() => {
    if (!live.value) return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") operations.reload();
    }, READ_EVERY);
    return () => clearInterval(timer);
  }, [live.value]);
  return (
    <div class="page">
      <div class="page-head">
        <h1>Operations</h1>
        <Check
          label="Read anew every 5 seconds"
          checked={live.value}
          onChange={(on) => live.value = on}
        />
      </div>
      <Loaded load={operations} what="operations">
        {(found) => <Everything operations={found} />}
      </Loaded>
      {features.has("prime_search") && <SeriesCard supabase={supabase} kinds={KINDS} />}
    </div>
  );
}

function Everything({ operations }: { operations: Operations }) {
  const { queue, slices, failures, fleet, at } = operations;
  return (
    <>
      <Sweeper fleet={fleet} at={at} />
      <QueueCard queue={queue} at={at} />
      <SlicesCard slices={slices} />
      <Card title="Failures of the last seven days" note={runsWord(failures, "none")}>
        {failures.length === 0
          ? <p class="quiet">Nothing failed.</p>
          : failures.map((failure) => <FailureEntry key={failure.run_id} failure={failure} />)}
      </Card>
      <FleetCard fleet={fleet} />
    </>
  );
}

function runsWord({ length }: unknown[], none: string): string {
  return length === 0 ? none : plural(length, "run");
}

function QueueCard({ queue, at }: { queue: Queued[]; at: number }) {
  return (
    <Card title="Waiting and at work" note={runsWord(queue, "nothing")}>
      {queue.length === 0
        ? <p class="quiet">No run of this health service waits or is at work.</p>
        : (
          <Table
            caption="Runs of this health service in the order of their turn"
            heads={["Run", "State", "Since", "Slices", "Last slice", "CPU in all"]}
          >
            {queue.map((run) => <QueueRow key={run.run_id} run={run} at={at} />)}
          </Table>
        )}
    </Card>
  );
}

function SlicesCard({ slices }: { slices: Slice[] }) {
  return (
    <Card title="Slices against the CPU limit" note={sliceNote(slices)}>
      {slices.length === 0 ? <p class="quiet">No slice was worked yet.</p> : (
        <>
          <p class="small quiet operations-legend">
            The bar ends at the platform's hard limit of {count(LIMITS.hard)}{" "}
            ms; the marks are what a slice may use ({LIMITS.slice}{" "}
            ms) and the soft limit ({count(LIMITS.soft)} ms).
          </p>
          <Table
            caption="The last slices of this health service, the newest first"
            heads={["When", "Run", "Slice", "Phase", "CPU", "Memory"]}
            scroll
          >
            {slices.map((slice) => <SliceRow key={slice.id} slice={slice} />)}
          </Table>
        </>
      )}
    </Card>
  );
}

const FLEET_HEADS = [
  "Work",
  "At work",
  "Waiting",
  "Longest wait",
  "Ended in a day",
  "Failed",
  "Slices",
  "CPU p50, p95, most",
];

function FleetCard({ fleet }: { fleet: FleetRow[] }) {
  return (
    <Card title="The whole fleet" note="all health services, numbers only">
      <Table
        caption="What all health services have in the queue, and how the last day went"
        heads={FLEET_HEADS}
      >
        {fleet.map((row) => (
          <tr key={row.source}>
            <th scope="row">{KINDS[row.source] ?? row.source}</th>
            <td>{row.running}, {row.at_once} at a time</td>
            <td>{row.queued}</td>
            <td>{row.oldest_wait_s === null ? "–" : duration(1_000 * row.oldest_wait_s)}</td>
            <td>{count(row.ended_24h)}</td>
            <td>{count(row.failed_24h)}</td>
            <td>{count(row.slices_24h)}</td>
            <td>{cpuWord(row)}</td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}

function cpuWord({ cpu_ms_p50, cpu_ms_p95, cpu_ms_max }: FleetRow): string {
  if (cpu_ms_p50 === null) return "–";
  return [cpu_ms_p50, cpu_ms_p95!, cpu_ms_max!].map((ms) => count(Math.round(ms))).join(", ") +
    " ms";
}

function Sweeper({ fleet, at }: { fleet: FleetRow[]; at: number }) {
  const [row] = fleet;
  const last = row?.last_sweep;
  if (!last) {
    return (
      <p class="note danger" role="alert">
        The sweeper has never run: what crashes is not resumed. Please tell your administrator.
      </p>
    );
  }
  const ago = Math.max(0, at - Date.parse(last));
  const late = ago > SWEEP_IS_LATE;
  const back = row.last_sweep_reclaimed ?? 0;
  return (
    <p class={`note ${late ? "danger" : "ok"}`} role={late ? "alert" : undefined}>
      {late ? "The sweeper is late: it" : "The sweeper"} last ran {duration(ago)} ago and took back
      {" "}
      {plural(back, "stale claim")}.{" "}
      {late && "What crashes is not resumed meanwhile. Please tell your administrator."}
    </p>
  );
}

function Card({ title, note, children }: {
  title: string;
  note: string;
  children: ComponentChildren;
}) {
  return (
    <section class="card" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <span class="small quiet">{note}</span>
      </header>
      <div class="body stack">{children}</div>
    </section>
  );
}

function Table({ caption, heads, scroll, children }: {
  caption: string;
  heads: string[];
  scroll?: boolean;
  children: ComponentChildren;
}) {
  return (
    <div
      class={`table-scroll ${scroll ? "operations-scroll" : ""}`}
      tabIndex={0}
      role="group"
      aria-label={caption}
    >
      <table class="table">
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>{heads.map((head) => <th key={head} scope="col">{head}</th>)}</tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

function runName({ source, allocation_run_name }: Slice | Queued | Failure): string {
  return `${allocation_run_name ?? "deleted"}, ${KINDS[source] ?? source}`;
}

/** Where a run stands: its health service's runs come one after the other, health services take turns. */
function placeInQueue({ ahead, sharing }: Queued): string {
  const place = ahead === 0 ? "next" : `behind ${plural(ahead, "run")}`;
  return sharing === 0 ? place : `${place}, in turn with ${plural(sharing, "other service")}`;
}

function QueueRow({ run, at }: { run: Queued; at: number }) {
  const waits = run.status === "PENDING";
  const since = Math.max(0, at - Date.parse(waits ? run.created_at : run.started_at!));
  return (
    <tr>
      <th scope="row">{runName(run)}{run.mine && <span class="tag">yours</span>}</th>
      <td>
        {waits
          ? (
            <span class="tag">
              {placeInQueue(run)}
            </span>
          )
          : <span class="tag info">{run.working ? "slice at work" : "between slices"}</span>}
      </td>
      <td>{duration(since)}</td>
      <td>{run.slices}</td>
      <td>
        {run.cpu_ms === null ? "–" : <CpuBar ms={run.cpu_ms} phase={run.phase ?? ""} />}
      </td>
      <td>{duration(run.cpu_ms_total)}</td>
    </tr>
  );
}

function SliceRow({ slice }: { slice: Slice }) {
  return (
    <tr>
      <td class="when">{dateTime(slice.at)}</td>
      <th scope="row">{runName(slice)}</th>
      <td>{slice.slice}</td>
      <td>{slice.phase}</td>
      <td>
        <CpuBar ms={slice.cpu_ms} />
      </td>
      <td>
        {slice.memory_bytes === null ? "–" : `${Math.round(slice.memory_bytes / 2 ** 20)} MB`}
      </td>
    </tr>
  );
}

/** CPU of a slice on a scale that ends at the hard limit. */
function CpuBar({ ms, phase }: { ms: number; phase?: string }) {
  const tone = ms > LIMITS.soft ? "danger" : ms > LIMITS.slice ? "warn" : "";
  const at = (value: number) => `${100 * Math.min(1, value / LIMITS.hard)}%`;
  return (
    <span class="operations-cpu">
      <span class="operations-track" aria-hidden="true">
        <span class={tone} style={{ width: at(ms) }} />
        <i style={{ left: at(LIMITS.slice) }} />
        <i style={{ left: at(LIMITS.soft) }} />
      </span>
      <span class="num">
        {count(Math.round(ms))} ms{phase && `, ${phase}`}
        {tone && <span class={`tag ${tone}`}>over {tone === "warn" ? "budget" : "soft limit"}
        </span>}
      </span>
    </span>
  );
}

function sliceNote(slices: Slice[]): string {
  if (slices.length === 0) return "none";
  const over = slices.filter(({ cpu_ms }) => cpu_ms > LIMITS.slice).length;
  const most = Math.max(...slices.map(({ cpu_ms }) => cpu_ms));
  return `the last ${slices.length}: at most ${
    count(Math.round(most))
  } ms, ${over} over ${LIMITS.slice} ms`;
}

const ENDS: Record<Failure["status"], { word: string; tone: string }> = {
  FAILED: { word: "failed", tone: "danger" },
  COMPLETED: { word: "went on and completed", tone: "ok" },
  RUNNING: { word: "goes on", tone: "info" },
  QUEUED: { word: "waits", tone: "info" },
  CANCELLED: { word: "cancelled", tone: "" },
};

function FailureEntry({ failure }: { failure: Failure }) {
  const { word, tone } = ENDS[failure.status];
  return (
    <details>
      <summary>
        {runName(failure)} <span class={`tag ${tone}`}>{word}</span>{" "}
        <span class="quiet small">{dateTime(failure.at)}</span>
        {failure.error_message && <div class="small">{nameDoctors(failure.error_message)}</div>}
      </summary>
      <p class="small">
        Run <code>{failure.run_id}</code>
        {failure.error_code && (
          <>
            , code <code>{failure.error_code}</code>
          </>
        )}
      </p>
      {failure.log.length === 0
        ? <p class="small quiet">No log line.</p>
        : (
          <ol class="operations-log">
            {failure.log.map(({ at, level, component, message }, index) => (
              <li key={index}>
                <time dateTime={at}>{dateTime(at)}</time> {level} {component}: {message}
              </li>
            ))}
          </ol>
        )}
    </details>
  );
}
