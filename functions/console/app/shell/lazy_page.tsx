// A page whose script comes when somebody goes there: its outline while it loads, and a way to try again.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Page, PageContext } from "../page.ts";
import { Button } from "../ui/button.tsx";
import type { PageLoader } from "./page_loader.ts";

/** Draws the page, or what is in its way. Mount it anew for another page. */
export function LazyPage({ page, loader, context }: {
  page: Page;
  loader: PageLoader;
  context: PageContext;
}) {
  const { state, load } = useScript(page, loader);
  const Component = loader.ready(page);
  if (Component) return <Component context={context} />;
  if (state === "failed") {
    return (
      <div class="note danger row" role="alert">
        <span class="grow">
          The page {page.title} could not be loaded. Check the connection, and try again.
        </span>
        <Button compact onClick={() => load(true)}>Try again</Button>
      </div>
    );
  }
  return <Skeleton title={page.title} />;
}

/** Loads the page's script, and once more when the connection comes back. */
function useScript(page: Page, loader: PageLoader) {
  const state = useSignal<"loading" | "failed" | "here">("loading");
  const load = (insist: boolean) => {
    state.value = "loading";
    loader.load(page, { insist }).then(() => state.value = "here", () => state.value = "failed");
  };
  useEffect(() => {
    const retry = () => {
      if (state.value === "failed") load(false);
    };
    // It may have come between the first drawing and this, asked for when the pointer was on the link.
    if (loader.ready(page)) state.value = "here";
    else load(false);
    addEventListener("online", retry);
    return () => removeEventListener("online", retry);
  }, []);
  return { state: state.value, load };
}

/** The outline of a page: nothing jumps when it comes. It shows after a moment only. */
function Skeleton({ title }: { title: string }) {
  return (
    <div class="page skeleton" aria-busy="true">
      <h1>{title}</h1>
      <p class="visually-hidden" role="status">Loading {title}…</p>
      <div class="card" />
      <div class="card tall" />
    </div>
  );
}
