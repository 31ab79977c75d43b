// Doing something to the result of an allocation run.

import { failure } from "../ui/attempt.ts";
import { useSignal } from "@preact/signals";
import type { PageContext } from "../page.ts";

/** What was done, in words; null: nothing was, and the page says why by itself. */
export type Done = { title: string; message: string } | null;

/** Does something of the result, says so, and reads it anew, refused or not: it may be another by now. */
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
      context.notify(failure(error, "Nothing was changed"));
      done();
      return false;
    } finally {
      busy.value = false;
    }
  };
  return { busy, run };
}
