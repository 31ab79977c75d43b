// What the fleet did over a day, a month and a year: its time series.

import { useSignal } from "@preact/signals";
import type { SupabaseClient } from "@supabase/supabase-js";
import { useMemo } from "preact/hooks";
import { createPrimesClient } from "../../../../shared/client/mod.ts";
import { serverNow } from "../data/clock.ts";
import { useLoad } from "../data/load.ts";
import { SelectField } from "../ui/field.tsx";
import { count } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import { linesOf } from "./series.ts";

const METRICS: [string, string][] = [
  ["workers_connected", "isolates that were heard of"],
  ["blocks_claimed", "blocks at work"],
  ["blocks_available", "blocks that wait"],
  ["jobs_running", "jobs at work"],
  ["jobs_queued", "jobs that wait"],
];
const DAYS: [string, string][] = [["1", "a day"], ["30", "a month"], ["365", "a year"]];
const DAY_MS = 86_400_000;

/** Series of the fleet, for who sees the search. @param kinds words of kinds of work */
export function SeriesCard(
  { supabase, kinds }: { supabase: SupabaseClient; kinds: Record<string, string> },
) {
  const client = useMemo(() => createPrimesClient(supabase), []);
  const metric = useSignal(METRICS[0][0]);
  const days = useSignal(DAYS[0][0]);
  const load = useLoad(async () => {
    const until = serverNow();
    const from = until - Number(days.value) * DAY_MS;
    const series = await client.series("fleet", metric.value, {
      from: new Date(from),
      until: new Date(until),
    });
    return linesOf(series, from, until);
  }, [metric.value, days.value]);
  return (
    <section class="card" aria-label="Series">
      <header>
        <h2>The fleet over time</h2>
        <span class="small quiet">sampled once a minute</span>
      </header>
      <div class="body stack">
        <div class="row">
          <SelectField
            label="What"
            value={metric.value}
            options={METRICS}
            onChoose={(chosen) => metric.value = chosen}
          />
          <SelectField
            label="Over"
            value={days.value}
            options={DAYS}
            onChoose={(chosen) => days.value = chosen}
          />
        </div>
        <Loaded load={load} what="series">
          {(lines) =>
            lines.length === 0
              ? <p class="quiet">Nothing was sampled yet.</p>
              : <SeriesTable lines={lines} kinds={kinds} />}
        </Loaded>
      </div>
    </section>
  );
}

function SeriesTable({ lines, kinds }: {
  lines: ReturnType<typeof linesOf>;
  kinds: Record<string, string>;
}) {
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label="Series by kind of work">
      <table class="table">
        <caption class="visually-hidden">Series by kind of work</caption>
        <thead>
          <tr>
            {["Kind", "Over time", "Now", "Mean", "Most"].map((head) => (
              <th key={head} scope="col">{head}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.name}>
              <th scope="row">{kinds[line.name] ?? line.name}</th>
              <td>
                <svg
                  class="operations-series"
                  viewBox="0 -1 100 22"
                  preserveAspectRatio="none"
                  aria-hidden="true"
                >
                  <polyline points={line.points} />
                </svg>
              </td>
              <td class="num">{count(line.last, 1)}</td>
              <td class="num">{count(line.mean, 1)}</td>
              <td class="num">{count(line.most, 1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
