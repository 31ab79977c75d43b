// The frame: sign-in, header with pickers, navigation, and the page that the hash names.

import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import {
  createAllocatorClient,
  createPlannerClient,
  isTerminal,
} from "../../../../shared/client/mod.ts";
import type { AllocationRun, Catalogue } from "../data/catalogue.ts";
import type { Page, PageContext } from "../page.ts";
import { PAGES } from "../pages.tsx";
import { Button } from "../ui/button.tsx";
import { Notifications, notify } from "../ui/notifications.tsx";
import { Brand } from "./brand.tsx";
import { Pickers } from "./picker.tsx";
import { PlannerFollow } from "../runs/planner_follow.ts";
import { announceEnd } from "../runs/announce.ts";
import { go, hashOf, route } from "../router.ts";
import type { Session, User } from "./session.ts";
import { SignIn } from "./sign_in.tsx";

/** Where the last allocation run is remembered, for whoever opens the console without one. */
const LAST_RUN = "receptor.allocation_run";

/** The whole console. */
export function Shell({ session }: { session: Session }) {
  const user = session.user.value;
  if (user === undefined) return <p class="boot" role="status">Restoring your session…</p>;
  return (
    <>
      {user ? <SignedIn session={session} user={user} /> : <SignIn session={session} />}
      <Notifications />
    </>
  );
}

function SignedIn({ session, user }: { session: Session; user: User }) {
  const catalogue = session.catalogue.value;
  const allocationRun = catalogue && chosenRun(catalogue);
  const page = PAGES.find(({ path }) => path === route.value.page) ?? PAGES[0];
  useEffect(() => {
    if (!allocationRun) return;
    localStorage.setItem(LAST_RUN, allocationRun.id);
    const { params } = route.value;
    if (allocationRun.id !== route.value.allocationRun || page.path !== route.value.page) {
      go(hashOf(page.path, allocationRun.id, params), { replace: true });
    }
    document.title = `${page.title} · ${allocationRun.name} · Receptor`;
  }, [allocationRun?.id, page.path, route.value]);
  if (!catalogue || !allocationRun) {
    return (
      <div class="shell">
        <Header session={session} user={user} />
        <main class="main">
          <NothingToShow session={session} loading={!catalogue} />
        </main>
      </div>
    );
  }
  return (
    <Workplace
      key={`${user.id}/${allocationRun.id}`}
      session={session}
      user={user}
      catalogue={catalogue}
      allocationRun={allocationRun}
      page={page}
    />
  );
}

/** The allocation run of the hash, or the last one, or the first. */
function chosenRun({ runs }: Catalogue): AllocationRun | undefined {
  const wanted = [route.value.allocationRun, localStorage.getItem(LAST_RUN)];
  return wanted.map((id) => runs.find((run) => run.id === id)).find(Boolean) ?? runs[0];
}

function NothingToShow({ session, loading }: { session: Session; loading: boolean }) {
  const error = session.catalogueError.value;
  if (error) {
    return (
      <div class="note danger row" role="alert">
        <span class="grow">{error.message}</span>
        <Button compact onClick={() => void session.loadCatalogue()}>Try again</Button>
      </div>
    );
  }
  if (loading) return <p class="empty" role="status">Loading…</p>;
  return (
    <p class="empty">
      There is no allocation run that you may plan or look at. Ask a manager of your health service
      for the right to.
    </p>
  );
}

/** Everything below belongs to one user and one allocation run. */
function Workplace({ session, user, catalogue, allocationRun, page }: {
  session: Session;
  user: User;
  catalogue: Catalogue;
  allocationRun: AllocationRun;
  page: Page;
}) {
  const { context, follow } = useMemo(
    () => contextOf(session, user, catalogue, allocationRun),
    [],
  );
  useEffect(() => () => follow.stop(), []);
  const main = useRef<HTMLElement>(null);
  const shownPage = useRef(page.path);
  useEffect(() => {
    // A new page is read from its start.
    if (shownPage.current !== page.path) main.current?.focus();
    shownPage.current = page.path;
  }, [page.path]);
  const underWay = follow.run.value !== null && !isTerminal(follow.run.value.status);
  return (
    <div class="shell">
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to the page
      </a>
      <Header session={session} user={user}>
        <Pickers
          catalogue={catalogue}
          chosen={allocationRun}
          onChoose={(id) => go(hashOf(page.path, id))}
        />
      </Header>
      <Offline />
      <nav class="nav" aria-label="Pages">
        <ul>
          {PAGES.map(({ path, title }) => (
            <li key={path}>
              <a
                href={hashOf(path, allocationRun.id)}
                aria-current={path === page.path ? "page" : undefined}
              >
                {title}
                {path === "generate" && underWay && (
                  <span class="dot" role="img" aria-label="a run is under way" />
                )}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <main class="main" id="main" tabIndex={-1} ref={main}>
        <page.component
          key={page.path}
          context={{ ...context, params: route.value.params }}
        />
      </main>
    </div>
  );
}

function contextOf(
  session: Session,
  user: User,
  catalogue: Catalogue,
  allocationRun: AllocationRun,
): { context: Omit<PageContext, "params">; follow: PlannerFollow } {
  const { supabase } = session;
  const planner = createPlannerClient(supabase);
  const follow: PlannerFollow = new PlannerFollow(
    supabase,
    planner,
    allocationRun.id,
    (run) => announceEnd(run, allocationRun),
  );
  const context = {
    supabase,
    planner,
    allocator: createAllocatorClient(supabase),
    userId: user.id,
    org: catalogue.orgs.find(({ id }) => id === allocationRun.org_id)!,
    plan: catalogue.plans.find(({ id }) => id === allocationRun.allocation_plan)!,
    allocationRun,
    rights: catalogue.rights.get(allocationRun.org_id) ?? new Set<string>(),
    plannerRun: follow.run,
    plannerRunKnown: follow.known,
    plannerConnection: follow.connection,
    followPlannerRun: (id: string) => follow.follow(id),
    findPlannerRun: () => void follow.refresh(),
    linesVersion: follow.linesVersion,
    linesChanged: follow.linesChanged,
    notify,
    setParams: (params: URLSearchParams) =>
      go(hashOf(route.value.page, allocationRun.id, params), { replace: true }),
  };
  return { context, follow };
}

function Header({ session, user, children }: {
  session: Session;
  user: User;
  children?: preact.ComponentChildren;
}) {
  return (
    <header>
      <span class="brand">
        <Brand /> Receptor
      </span>
      {children ?? <span class="grow" />}
      <div class="account">
        <span class="email quiet">{user.email}</span>
        <Button compact onClick={() => void session.signOut()}>Sign out</Button>
      </div>
    </header>
  );
}

/** Says that the browser has no connection, as long as it has none. */
function Offline() {
  const online = useSignal(navigator.onLine);
  useSignalEffect(() => {
    const look = () => online.value = navigator.onLine;
    addEventListener("online", look);
    addEventListener("offline", look);
    return () => {
      removeEventListener("online", look);
      removeEventListener("offline", look);
    };
  });
  return (
    <div role="status" class={online.value ? "visually-hidden" : "banner"}>
      {!online.value &&
        "No connection. What you see may be out of date; a run goes on without this page."}
    </div>
  );
}
