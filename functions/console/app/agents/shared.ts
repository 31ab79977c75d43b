// What the cards of the page of agents share.

import type { AgentRole, AgentsClient } from "../../../../shared/client/mod.ts";
import type { PageContext } from "../page.ts";
import { hashOf } from "../router.ts";

/** What the cards of the page share. */
export interface Shared {
  context: PageContext;
  client: AgentsClient;
  /** What agents may be; read once as long as the page is open. */
  roles: () => Promise<AgentRole[]>;
  /** Whether the user may direct agents. */
  mayManage: boolean;
  /** Does something, says so where it cannot, and reads again what it changed. */
  act: (what: string, work: () => Promise<unknown>, reload: () => void) => Promise<boolean>;
}

/** Where a task has its page. */
export function taskHash({ allocationRun }: PageContext, id: number): string {
  return hashOf("agents", allocationRun.id, new URLSearchParams({ task: `${id}` }));
}
