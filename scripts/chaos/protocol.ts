// What the harness and its worker threads tell each other.

/** What a thread is started with. */
export interface ThreadSettings {
  databasePort: number;
  seed: number;
  /** Workers at once. */
  slots: number;
  /** By how much the thread's clock is wrong, in ms. */
  clockSkewMs: number;
  /** Begins the ids of its workers. */
  name: string;
}

/** Told to a thread: its settings, or whether faults go on; without faults it works on what is there. */
export type Order =
  | { type: "start"; settings: ThreadSettings }
  | { type: "faults"; on: boolean }
  | {
    type: "stop";
  };

/** Told by a thread. */
export type Report =
  /** A worker was cut off. */
  | { type: "kill"; kind: "worker_killed" | "connection_cut"; step: string }
  /** A worker will not be heard of again; what it holds is held by nobody. */
  | { type: "gone"; worker: string; outcome: string };
