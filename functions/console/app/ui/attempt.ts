// What a button does that may be refused: said where it is, and read again whatever came of it.

import { shown } from "../data/query.ts";
import type { Notification } from "./notices.ts";

/**
 * What is said of something that failed. Where no answer came it may have been done all the same, and is not said to be undone.
 * @param title what was not done, as a sentence
 */
export function failure(error: unknown, title: string): Notification {
  const { message, lost } = shown(error);
  const said = lost ? `Perhaps ${title[0].toLowerCase()}${title.slice(1)}` : title;
  return { tone: "danger", title: said, message };
}

/**
 * Does something, says so where it cannot, with every fault, and reads again what it may have changed.
 * @param what was asked for, as a participle: "Not changed"
 * @returns whether it was done
 */
export async function attempt(
  { notify }: { notify(notification: Notification): void },
  what: string,
  work: () => Promise<unknown>,
  reload: () => void,
): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    const said = failure(error, `Not ${what}`);
    const faults = shown(error).errors?.map(({ path, message }) => `${path}: ${message}`).join(
      "; ",
    );
    notify({ ...said, message: faults || said.message });
    return false;
  } finally {
    reload();
  }
}
