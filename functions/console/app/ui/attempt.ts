// What a button does that may be refused: said where it is, and read again whatever came of it.

import { shown } from "../data/query.ts";
import type { Notification } from "./notices.ts";

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
    const { message, errors } = shown(error);
    const faults = errors?.map(({ path, message }) => `${path}: ${message}`).join("; ");
    notify({ tone: "danger", title: `Not ${what}`, message: faults || message });
    return false;
  } finally {
    reload();
  }
}
