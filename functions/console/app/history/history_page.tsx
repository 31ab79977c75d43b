// History.

import type { PageProps } from "../pages.tsx";

/** See `pages.tsx` for what it receives. */
export function HistoryPage({ context }: PageProps) {
  return <p class="empty">Nothing to see of {context.allocationRun.name} here yet.</p>;
}
