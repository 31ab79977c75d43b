/**
 * The console: a web page that shows the system at work. This function only hands out its files, which are
 * public; everything the page shows it reads with the user's own session, under row level security.
 *
 * - Sources: `app/` (Preact, TypeScript, CSS). How a page is added: `app/pages.tsx`.
 * - Build: `deno task build:console` writes `assets.ts`, which is committed, so that a clean clone deploys
 *   without a build. `--check` says whether it is up to date.
 * - Look at it: `deno task dev` builds it, serves it and prints its URL.
 * - Test: `deno task test:console`, in a real Chromium.
 */

import { createPage, readSettings } from "../../shared/platform/page_host.ts";
import { ASSETS } from "./assets.ts";

const page = {
  name: "console",
  title: "the console",
  assets: ASSETS,
  realtime: true,
  worker: false,
};
Deno.serve(createPage(page, () => readSettings()));
