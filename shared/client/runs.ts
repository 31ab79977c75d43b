// Runs of an engine, whichever it is: asked for, followed, read and cancelled in the same way.

import type { SupabaseClient } from "@supabase/supabase-js";
import { callFunction, type CallOptions, REQUEST_TIMEOUT } from "./calls.ts";
import { toCamel } from "../platform/spelling.ts";
import { ReceptorError } from "./errors.ts";
import { answered } from "./rest.ts";
import { randomId } from "./random_id.ts";
import { isSignedIn, onSignOut, onWake, openRunChannel } from "./realtime.ts";
import type { Run } from "./run_state.ts";
import { type RunWatch, type WatchOptions, watchRun, type WatchTimers } from "./watch.ts";

/** A kind of run. */
export interface RunKind<R extends Run> {
  /** In sentences, e.g. "planner run". */
  name: string;
  /** The function that takes requests for such runs. */
  functionName: string;
  table: string;
  /** The columns that a UI reads. */
  columns: readonly (keyof R & string)[];
  /** Those of them that are documents of ours, to be read in camelCase. */
  documents: readonly (keyof R & string)[];
}

/** A row with its documents in camelCase. */
export function readRun(
  { documents }: { documents: readonly string[] },
  row: Record<string, unknown>,
): Record<string, unknown> {
  const read = { ...row };
  for (const column of documents) if (column in row) read[column] = toCamel(row[column]);
  return read;
}

/** The runs of one kind, with the user's own session. Every method throws {@link ReceptorError}. */
export class Runs<R extends Run> {
  constructor(
    private readonly kind: RunKind<R>,
    private readonly supabase: SupabaseClient,
    private readonly timers: WatchTimers,
  ) {}

  /** Asks for a run. Sent again under the same key, one call never starts two runs. */
  request<Answer>(body: object, idempotencyKey = randomId()): Promise<Answer> {
    const headers = { "Idempotency-Key": idempotencyKey };
    return this.call("", { method: "POST", body, headers });
  }

  /** Calls the function of this kind. @param path What follows its name, from the slash on. */
  call<Answer>(path: string, options: CallOptions): Promise<Answer> {
    return callFunction(this.supabase, this.timers, this.kind.functionName + path, options);
  }

  /** Cancels a run and answers it; one that had ended is answered as it is. */
  async cancel(id: string): Promise<R> {
    const row = await this.call<Record<string, unknown>>(`/${encodeURIComponent(id)}`, {
      method: "DELETE",
    });
    return readRun(this.kind, row) as unknown as R;
  }

  /** Reads a run; NOT_FOUND where there is none. */
  async read(id: string): Promise<R> {
    return found(await this.#find(id), this.kind.name, id);
  }

  /** Follows a run to its end; see {@link watchRun}. */
  watch(id: string, onUpdate: (run: R) => void, options: WatchOptions): RunWatch<R> {
    const { table, columns } = this.kind;
    return watchRun(
      {
        columns,
        fetchRun: () => this.#find(id),
        openChannel: (listener) =>
          openRunChannel(this.supabase, table, id, {
            ...listener,
            event: (record) => listener.event(record && readRun(this.kind, record)),
          }),
        onWake,
        onSignOut: (callback) => onSignOut(this.supabase, callback),
        isSignedIn: () => isSignedIn(this.supabase),
        timers: this.timers,
      },
      onUpdate,
      options,
    );
  }

  async #find(id: string): Promise<R | null> {
    const { table, columns } = this.kind;
    const { data } = await answered(
      this.supabase.from(table)
        .select(columns.join(",")).eq("id", id)
        .abortSignal(AbortSignal.timeout(REQUEST_TIMEOUT)).maybeSingle(),
      this.timers,
    );
    return data && readRun(this.kind, data as unknown as Record<string, unknown>) as unknown as R;
  }
}

/** The row. @throws {ReceptorError} NOT_FOUND where there is none */
export function found<Row>(row: Row | null, what: string, id: string): Row {
  if (row !== null) return row;
  throw new ReceptorError({
    code: "NOT_FOUND",
    status: 404,
    message: `There is no ${what} ${id}, or it is not yours to see.`,
  });
}
