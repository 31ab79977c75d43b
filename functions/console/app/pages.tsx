/**
 * The pages of the console, in the order of the navigation. To add one: a folder that exports one component
 * `XPage` from `x_page.tsx`, one line here, and its styles in a .css file of the folder (class names start with the
 * page's name). What a page receives stands in page.ts; only the shell imports this table. A page is a file of its own
 * in the build, and loaded when somebody goes there.
 */

import type { Page } from "./page.ts";

/** The route table. */
export const PAGES: readonly Page[] = [
  {
    path: "setup",
    title: "Set up",
    isOffered: ({ rights }) => rights.has("allocationRun.edit"),
    load: async () => (await import("./setup/setup_page.tsx")).SetupPage,
  },
  {
    path: "generate",
    title: "Generate",
    load: async () => (await import("./generate/generate_page.tsx")).GeneratePage,
  },
  {
    path: "roster",
    title: "Roster",
    load: async () => (await import("./roster/roster_page.tsx")).RosterPage,
  },
  {
    path: "week",
    title: "Week",
    load: async () => (await import("./week/week_page.tsx")).WeekPage,
  },
  {
    path: "coverage",
    title: "Coverage",
    load: async () => (await import("./coverage/coverage_page.tsx")).CoveragePage,
  },
  {
    path: "history",
    title: "History",
    load: async () => (await import("./history/history_page.tsx")).HistoryPage,
  },
  {
    path: "preferences",
    title: "Preferences",
    load: async () => (await import("./preferences/preferences_page.tsx")).PreferencesPage,
  },
  {
    path: "compare",
    title: "Compare",
    load: async () => (await import("./compare/compare_page.tsx")).ComparePage,
  },
  {
    path: "match",
    title: "Match",
    load: async () => (await import("./match/match_page.tsx")).MatchPage,
  },
  {
    path: "during",
    title: "During the year",
    load: async () => (await import("./during/during_page.tsx")).DuringPage,
  },
  {
    path: "swaps",
    title: "Swaps",
    isOffered: ({ rights }) => rights.has("allocator.view"),
    load: async () => (await import("./swaps/swaps_page.tsx")).SwapsPage,
  },
  {
    path: "exchange",
    title: "Import and export",
    load: async () => (await import("./exchange/exchange_page.tsx")).ExchangePage,
  },
  { path: "log", title: "Log", load: async () => (await import("./log/log_page.tsx")).LogPage },
  {
    path: "operations",
    title: "Operations",
    load: async () => (await import("./operations/operations_page.tsx")).OperationsPage,
  },
  {
    path: "primes",
    title: "Primes",
    isOffered: ({ rights, features }) =>
      features.has("prime_search") && rights.has("primeSearch.view"),
    load: async () => (await import("./primes/primes_page.tsx")).PrimesPage,
  },
  {
    path: "campaigns",
    title: "Campaigns",
    isOffered: ({ rights, features }) =>
      features.has("prime_search") && rights.has("projects.view"),
    load: async () => (await import("./campaigns/campaigns_page.tsx")).CampaignsPage,
  },
  {
    path: "operators",
    title: "Operators",
    isOffered: ({ rights, features }) =>
      features.has("prime_search") && rights.has("primeSearch.view"),
    load: async () => (await import("./operators/operators_page.tsx")).OperatorsPage,
  },
  {
    path: "agents",
    title: "Agents",
    isOffered: ({ rights, features }) => features.has("prime_search") && rights.has("agents.view"),
    load: async () => (await import("./agents/agents_page.tsx")).AgentsPage,
  },
];

/** The page that is shown where the hash names none. */
const HOME = "generate";

/** The page of a place. */
export function pageOf({ page }: { page: string }): Page {
  const named = (wanted: string) => PAGES.find(({ path }) => path === wanted);
  return named(page) ?? named(HOME)!;
}

/** What an account without an allocation run sees; a script of its own, too. */
export const loadFirstSteps = async () => (await import("./setup/first_steps.tsx")).FirstSteps;
