// Doing something to the result of an allocation run.

import { useSignal } from "@preact/signals";
import { shown } from "../data/query.ts";
import type { PageContext } from "../page.ts";

/** What was done, in words; null: nothing was, and the page says why by itself. */
export type Done = { title: string; message: string } | null;

/** Does something of the result, says so, and reads it anew. */
export function useDeed(context: PageContext, done: () => void) {
  const busy = useSignal(false);
  const run = async (deed: () => Promise<Done>) => {
    busy.value = true;
    try {
      const said = await deed();
      if (said === null) return false;
      context.notify({ tone: "ok", ...said });
      done();
      return true;
    } catch (error) {
      const { message } = shown(error);
      context.notify({ tone: "danger", title: "Nothing was changed", message });
      return false;
    } finally {
      busy.value = false;
    }
  };
  return { busy, run };
}
