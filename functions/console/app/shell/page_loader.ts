// Scripts of the pages: loaded once, asked for again after a failure, and by a fresh console where a deployment took
// the old files away.

import type { ComponentType } from "preact";
import { tabShelf } from "../data/shelf.ts";
import type { Page, PageProps } from "../page.ts";

/** The browser as far as loading is concerned. */
export interface Surroundings {
  /** Name of the script that runs here. */
  running: string;
  /** Name of the script that the server's page starts with now. @throws where it cannot be reached */
  served(): Promise<string>;
  /** The version that this tab was reloaded for, so that it is not reloaded for it again. */
  reloadedFor: { get(): string | null; set(version: string): void };
  reload(): void;
}

/** Loads pages; `insist` is somebody who asked again after a failure. */
export interface PageLoader {
  /** The page's component, where it is here already. */
  ready(page: Page): ComponentType<PageProps> | undefined;
  /** @throws where the script cannot be had now */
  load(page: Page, options?: { insist?: boolean }): Promise<ComponentType<PageProps>>;
}

/** A loader of pages; see {@link PageLoader}. */
export function createPageLoader(surroundings: Surroundings): PageLoader {
  const components = new Map<string, ComponentType<PageProps>>();
  const asked = new Map<string, Promise<ComponentType<PageProps>>>();

  const recover = async (failure: unknown, insist: boolean): Promise<never> => {
    const { running, served, reloadedFor, reload } = surroundings;
    const version = await served().catch(() => {
      throw failure;
    });
    const deployed = version !== running && reloadedFor.get() !== version;
    // Browsers may remember that a script failed; asked again, a server that answers deserves a fresh page.
    if (!deployed && !insist) throw failure;
    reloadedFor.set(version);
    reload();
    return await new Promise<never>(() => {});
  };

  const load = async (page: Page, insist: boolean) => {
    try {
      const component = await page.load().catch((failure) => recover(failure, insist));
      components.set(page.path, component);
      return component;
    } finally {
      asked.delete(page.path);
    }
  };

  return {
    ready: (page) => components.get(page.path),
    load(page, { insist = false } = {}) {
      const known = asked.get(page.path);
      if (known) return known;
      const fresh = load(page, insist);
      asked.set(page.path, fresh);
      return fresh;
    },
  };
}

const RELOADED_FOR = "receptor.reloaded_for";

/** The surroundings of this browser. The page is asked for anew, past every cache. */
export function browserSurroundings(): Surroundings {
  const script = document.querySelector<HTMLScriptElement>("script[data-config]")!;
  const nameOf = (url: string) => url.slice(url.lastIndexOf("/") + 1);
  return {
    running: nameOf(script.src),
    async served() {
      const response = await fetch(location.href.replace(/#.*/s, ""), { cache: "no-store" });
      const name = /<script[^>]* src="([^"]+)"/.exec(await response.text())?.[1];
      if (!response.ok || !name) throw new Error(`status ${response.status}`);
      return nameOf(name);
    },
    reloadedFor: {
      get: () => tabShelf.getItem(RELOADED_FOR),
      set: (version) => void tabShelf.setItem(RELOADED_FOR, version),
    },
    reload: () => location.reload(),
  };
}
