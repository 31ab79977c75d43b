// What the page begins with, in one answer: what is the person's by their address, their windows and departments, and all of
// the window of who has one alone. On a slow network each request less is seen.

import type { Server } from "./api.ts";
import type { WireChoice, WireDepartmentHead, WireWindow } from "./model/wire.ts";

/** What `begin_page()` answers. */
export interface Begun {
  /** How many places and departments are the person's. */
  claimed: number;
  /** Why their address claims nothing, in a sentence; null: it is confirmed. */
  unconfirmed: string | null;
  windows: WireWindow[];
  departments: WireDepartmentHead[];
  /** Null: there is more to choose from, or nothing. */
  window: WireChoice | null;
}

/** The beginning, asked once however many parts of the page want it. */
export interface Beginning {
  /** Asks, unless it is being asked. @throws {ReceptorError} */
  read(): Promise<Begun>;
  /** A window that came along and that nobody has shown yet: the answer to the first who wants it. */
  takeWindow(workerMapping: string): Promise<WireChoice | null>;
}

/** How long a window that came along is as good as one that is asked for now, in ms. */
const FRESH = 10_000;

/** Makes it. @param clock milliseconds, so that tests need no time */
export function createBeginning(
  server: Server,
  clock: () => number = () => performance.now(),
): Beginning {
  let asking: Promise<Begun> | null = null;
  let fresh: { window: WireChoice; at: number } | null = null;
  return {
    read() {
      return asking ??= server.rpc<Begun>("begin_page").then((begun) => {
        fresh = begun.window && { window: begun.window, at: clock() };
        return begun;
      }).finally(() => asking = null);
    },
    async takeWindow(workerMapping) {
      // What is on its way is waited for; without an answer it is asked for by itself.
      await asking?.catch(() => null);
      const found = fresh, age = found ? clock() - found.at : 0;
      fresh = null;
      if (!found || age > FRESH || found.window.window.worker_mapping !== workerMapping) {
        return null;
      }
      const { window } = found.window;
      const now = new Date(Date.parse(window.now) + age).toISOString();
      return { ...found.window, window: { ...window, now } };
    },
  };
}
