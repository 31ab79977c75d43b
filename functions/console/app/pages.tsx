/**
 * The pages of the console, in the order of the navigation. To add one: a folder that exports one component
 * `XPage`, one line here, and its styles in a .css file of the folder (class names start with the page's name).
 * What a page receives stands in page.ts; only the shell imports this table.
 */

import { CoveragePage } from "./coverage/coverage_page.tsx";
import { ExchangePage } from "./exchange/exchange_page.tsx";
import { GeneratePage } from "./generate/generate_page.tsx";
import { HistoryPage } from "./history/history_page.tsx";
import { LogPage } from "./log/log_page.tsx";
import { MatchPage } from "./match/match_page.tsx";
import { OperationsPage } from "./operations/operations_page.tsx";
import { RosterPage } from "./roster/roster_page.tsx";
import type { Page } from "./page.ts";

/** The route table. */
export const PAGES: readonly Page[] = [
  { path: "generate", title: "Generate", component: GeneratePage },
  { path: "roster", title: "Roster", component: RosterPage },
  { path: "coverage", title: "Coverage", component: CoveragePage },
  { path: "history", title: "History", component: HistoryPage },
  { path: "match", title: "Match", component: MatchPage },
  { path: "exchange", title: "Import and export", component: ExchangePage },
  { path: "log", title: "Log", component: LogPage },
  { path: "operations", title: "Operations", component: OperationsPage },
];
