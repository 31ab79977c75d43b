// A query as state: loading, failed or there; loaded again when what it depends on changes.

import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ReceptorError } from "../../../../shared/client/mod.ts";
import { useOnline } from "./online.ts";
import { shown } from "./query.ts";

/** State of a query. While it is loaded again, and after a failure, `value` keeps what was there. */
export interface Load<Value> {
  value: ReadonlySignal<Value | undefined>;
  error: ReadonlySignal<ReceptorError | null>;
  loading: ReadonlySignal<boolean>;
  /** @returns once it is there, or failed, or a later one overtook it */
  reload(): Promise<void>;
}

/**
 * Loads on mount and whenever `inputs` change. An answer that is overtaken by a later one is dropped.
 * @example
 * ```tsx ignore
 * const lines = useLoad(() => planner.lines(run.id), [run.id, context.linesVersion.value]);
 * return <Loaded load={lines}>{(lines) => <Table lines={lines} />}</Loaded>;
 * ```
 */
export function useLoad<Value>(query: () => Promise<Value>, inputs: unknown[]): Load<Value> {
  const value = useSignal<Value | undefined>(undefined);
  const error = useSignal<ReceptorError | null>(null);
  const loading = useSignal(true);
  const asked = useRef(0);
  const reload = () => {
    const mine = ++asked.current;
    loading.value = true;
    return query().then(
      (answer) => {
        if (mine !== asked.current) return;
        value.value = answer;
        error.value = null;
        loading.value = false;
      },
      (failure) => {
        if (mine !== asked.current) return;
        error.value = shown(failure);
        loading.value = false;
      },
    );
  };
  useEffect(() => {
    void reload();
    return () => void asked.current++;
  }, inputs);
  // What could not be reached is there again when the network is.
  useOnline(() => {
    if (error.value?.lost) void reload();
  });
  return { value, error, loading, reload };
}
