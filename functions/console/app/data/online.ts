// What could not be reached is no news any more once the network is back.

import { useEffect } from "preact/hooks";

/** Calls back whenever the network is there again. */
export function useOnline(callback: () => void): void {
  useEffect(() => {
    addEventListener("online", callback);
    return () => removeEventListener("online", callback);
  });
}
