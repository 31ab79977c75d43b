// The frame: sign-in, header with pickers, navigation, and the page that the hash names.

import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { AllocationRun, Catalogue } from "../data/catalogue.ts";
import { useOnline } from "../data/online.ts";
import { deviceShelf } from "../data/shelf.ts";
import type { Page } from "../page.ts";
import { loadFirstSteps, pageOf, PAGES } from "../pages.tsx";
import { go, hashOf, route } from "../router.ts";
import { isUnderWay } from "../runs/run_follow.ts";
import { useLoad } from "../data/load.ts";
import { Button } from "../ui/button.tsx";
import { apart, dateTime } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import { Notices } from "../ui/notices.ts";
import { Notifications } from "../ui/notifications.tsx";
import { useMarginText, usePrinting } from "../ui/printing.ts";
import { Brand } from "./brand.tsx";
import { type ContextInput, contextOf, placeOf } from "./context.ts";
import { LazyPage } from "./lazy_page.tsx";
import type { PageLoader } from "./page_loader.ts";
import { Pickers } from "./picker.tsx";
import { roleWords } from "../data/roles.ts";
import type { Session, User } from "../data/session.ts";
import { SignIn, SignInAgain } from "./sign_in.tsx";

/** Where the last allocation run is remembered, for whoever opens the console without one. */
const LAST_RUN = "receptor.allocation_run";

/** How old the catalogue may be where another page is opened. */
const STALE_MS = 60_000;

/** The whole console. */
export function Shell({ session, loader }: { session: Session; loader: PageLoader }) {
  const notices = useMemo(() => new Notices(), []);
  useOnline(() => {
    notices.back();
    if (session.catalogueError.value?.lost) void session.loadCatalogue();
  });
  useSignalEffect(() => {
    // It stays until it is closed: it is said once.
    for (const { name, role } of session.joined.value) {
      notices.notify({
        tone: "warn",
        title: `You belong to ${name} now`,
        message: roleWords(role),
      });
    }
  });
  const user = session.user.value, waiting = session.waiting.value;
  if (user === undefined) return <p class="boot" role="status">Restoring your session…</p>;
  const whose = user ?? waiting;
  return (
    <>
      {whose && (
        <div class="kept" hidden={!user}>
          <SignedIn session={session} user={whose} notices={notices} loader={loader} />
        </div>
      )}
      {!user && (waiting ? <SignInAgain session={session} /> : <SignIn session={session} />)}
      <Notifications notices={notices} />
    </>
  );
}

function SignedIn(
  { session, user, notices, loader }: Pick<ContextInput, "session" | "user" | "notices"> & {
    loader: PageLoader;
  },
) {
  const catalogue = session.catalogue.value;
  const allocationRun = catalogue && chosenRun(catalogue);
  const seen = useMemo(() => new Set<string>(), []);
  for (const { id } of catalogue?.runs ?? []) seen.add(id);
  const foreign = catalogue !== null && isForeign(catalogue, seen);
  const page = pageOf(route.value);
  useEffect(() => {
    if (!allocationRun || foreign || route.value.page === "start") return;
    deviceShelf.setItem(LAST_RUN, allocationRun.id);
    const { params } = route.value;
    if (allocationRun.id !== route.value.allocationRun || page.path !== route.value.page) {
      go(hashOf(page.path, allocationRun.id, params), { replace: true });
    }
    document.title = `${page.title} · ${allocationRun.name} · Receptor`;
  }, [allocationRun?.id, allocationRun?.name, page.path, route.value]);
  if (catalogue && (!allocationRun || route.value.page === "start")) {
    return (
      <div class="shell">
        <Header session={session} user={user} />
        <main class="main">
          <Start session={session} user={user} catalogue={catalogue} />
        </main>
      </div>
    );
  }
  if (!catalogue || !allocationRun || foreign) {
    return (
      <div class="shell">
        <Header session={session} user={user} />
        <main class="main">
          {foreign && allocationRun
            ? <Foreign instead={allocationRun} page={page} />
            : <NothingToShow session={session} />}
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
      notices={notices}
      page={page}
      loader={loader}
    />
  );
}

/** The allocation run of the hash, or the last one, or the first. */
function chosenRun({ runs }: Catalogue): AllocationRun | undefined {
  const wanted = [route.value.allocationRun, deviceShelf.getItem(LAST_RUN)];
  return wanted.map((id) => runs.find((run) => run.id === id)).find(Boolean) ?? runs[0];
}

/** Whether the address names an allocation run that the user never saw; one that was just archived makes way by itself. */
function isForeign({ runs }: Catalogue, seen: ReadonlySet<string>): boolean {
  const wanted = route.value.allocationRun;
  return wanted !== "" && runs.length > 0 && !seen.has(wanted);
}

/** A link to something that the user does not see opens nothing else in its place. */
function Foreign({ instead, page }: { instead: AllocationRun; page: Page }) {
  return (
    <div class="note warn stack" role="alert">
      <p>
        This link leads to an allocation run that you do not see: it belongs to another health
        service, or it was archived. Sign in as somebody who sees it, or ask whoever sent the link.
      </p>
      <p>
        <a class="button" href={hashOf(page.path, instead.id)}>Open {instead.name}</a>
      </p>
    </div>
  );
}

function NothingToShow({ session }: { session: Session }) {
  const error = session.catalogueError.value;
  if (error) {
    return (
      <div class="note danger row" role="alert">
        <span class="grow">{error.message}</span>
        <Button compact onClick={() => session.loadCatalogue()}>Try again</Button>
      </div>
    );
  }
  return <p class="empty" role="status">Loading…</p>;
}

/** For who has no allocation run to look at, or wants another one: a script of its own. */
function Start(props: { session: Session; user: User; catalogue: Catalogue }) {
  const load = useLoad(loadFirstSteps, []);
  useEffect(() => {
    document.title = "Start · Receptor";
  }, []);
  return (
    <Loaded load={load} what="the first steps">{(FirstSteps) => <FirstSteps {...props} />}</Loaded>
  );
}

/** Everything below belongs to one user and one allocation run. */
function Workplace({ page, loader, ...input }: ContextInput & { page: Page; loader: PageLoader }) {
  const { session, user, catalogue, allocationRun } = input;
  // Names, dates and rights are those of the catalogue as it was read last; pages stay, with all that is typed in them.
  const place = useRef(placeOf(input));
  place.current = placeOf(input);
  const { context: own, follow } = useMemo(() => contextOf(input, () => place.current), []);
  const context = { ...own, ...place.current };
  useFreshCatalogue(session, allocationRun.id, page);
  useEffect(() => () => follow.stop(), []);
  const main = useFocusOnNewPage(page);
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
      <PrintedHead of={[context.org.name, context.plan.name, allocationRun.name, page.title]} />
      <Offline />
      {session.gone.value === allocationRun.id && (
        <Gone session={session} name={allocationRun.name} org={context.org.name} />
      )}
      <Navigation
        page={page}
        pages={PAGES.filter((each) => each.isOffered?.(context) ?? true)}
        allocationRun={allocationRun}
        underWay={isUnderWay(follow.run.value)}
        onNear={(near) => void loader.load(near).catch(() => {})}
      />
      <main class="main" id="main" tabIndex={-1} ref={main}>
        <LazyPage
          key={page.path}
          page={page}
          loader={loader}
          context={{ ...context, params: route.value.params }}
        />
      </main>
    </div>
  );
}

/** Reads the catalogue again when its tab comes to the front, and with another page: others rename and move years meanwhile. */
function useFreshCatalogue(session: Session, allocationRun: string, { path }: Page) {
  useEffect(() => void session.freshenCatalogue(allocationRun, STALE_MS), [path]);
  useEffect(() => {
    const look = () => {
      if (!document.hidden) void session.freshenCatalogue(allocationRun);
    };
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
}

/** Whose paper it is, which page of the console and when: above every printed page. */
function PrintedHead({ of }: { of: string[] }) {
  const printing = usePrinting();
  // Read whenever printing begins: a page may have been open for days.
  const at = useMemo(() => dateTime(new Date().toISOString()), [printing.value]);
  const text = `${of.join(" · ")} · printed on ${at}`;
  useMarginText(text);
  return <p class="printed">{text}</p>;
}

/** The page's element, which takes the focus when another page comes: it is read from its start. */
function useFocusOnNewPage({ path }: Page) {
  const main = useRef<HTMLElement>(null);
  const shown = useRef(path);
  useEffect(() => {
    if (shown.current !== path) main.current?.focus();
    shown.current = path;
  }, [path]);
  return main;
}

/** Filters of each page, as they were when it was left: whoever comes back finds them. */
function useFilters(): Map<string, URLSearchParams> {
  const filters = useMemo(() => new Map<string, URLSearchParams>(), []);
  const { page, params } = route.value;
  filters.set(page, params);
  return filters;
}

/** Where the pages are in a row, on a phone, the current one is in sight. */
function useInSight(page: Page) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const item = list.current?.querySelector<HTMLElement>("[aria-current]");
    const row = list.current?.parentElement;
    // By hand: scrollIntoView() would also move where Tab goes on from.
    if (item && row) row.scrollLeft = item.offsetLeft - (row.clientWidth - item.offsetWidth) / 2;
  }, [page.path]);
  return list;
}

function Navigation({ page, pages, allocationRun, underWay, onNear }: {
  page: Page;
  /** Those that the user is offered. */
  pages: readonly Page[];
  allocationRun: AllocationRun;
  /** A planner run is at work. */
  underWay: boolean;
  /** Somebody points at a page, and may go there next. */
  onNear: (page: Page) => void;
}) {
  const filters = useFilters();
  const list = useInSight(page);
  return (
    <nav class="nav" aria-label="Pages">
      <ul ref={list}>
        {pages.map((each) => (
          <li key={each.path}>
            <a
              href={hashOf(each.path, allocationRun.id, filters.get(each.path))}
              aria-current={each === page ? "page" : undefined}
              onPointerEnter={() => onNear(each)}
              onFocus={() => onNear(each)}
            >
              {each.title}
              {each.path === "generate" && underWay && (
                <span class="dot" role="img" aria-label="a run is under way" />
              )}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
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
        <Button compact onClick={() => session.signOut()}>Sign out</Button>
      </div>
    </header>
  );
}

/** What is open is not seen any more: lists that are read from now on are empty, and nothing can be saved. */
function Gone({ session, name, org }: { session: Session; name: string; org: string }) {
  return (
    <div role="alert" class="banner row">
      <span class="grow">
        {apart(name)} is out of your sight: somebody archived it, or you are no member of{" "}
        {apart(org)}{" "}
        any more. Its pages may look empty, and nothing is lost by that; nothing can be saved there.
      </span>
      <Button compact onClick={() => session.loadCatalogue()}>Leave it</Button>
    </div>
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
