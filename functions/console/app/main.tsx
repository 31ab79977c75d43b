// Starts the console: reads the project's address, restores the session, draws the shell.

import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { render } from "preact";
import { askAuth } from "./data/clock.ts";
import { readConfig } from "./data/config.ts";
import { pageOf } from "./pages.tsx";
import { route } from "./router.ts";
import { browserSurroundings, createPageLoader } from "./shell/page_loader.ts";
import { renewing, renewSession } from "./data/renewing.ts";
import { authStorage } from "./data/shelf.ts";
import { createSession, SESSION_KEY } from "./data/session.ts";
import { Shell } from "./shell/shell.tsx";
import { keepFocus } from "./ui/keep_focus.ts";

const root = document.getElementById("app")!;

const loader = createPageLoader(browserSurroundings());

try {
  // The page's own script comes beside the configuration and the session; the shell says where it does not come.
  void loader.load(pageOf(route.value)).catch(() => {});
  const { supabaseUrl, publishableKey } = await readConfig();
  const supabase: SupabaseClient = createClient(supabaseUrl, publishableKey, {
    global: { fetch: renewing(askAuth, (refused) => renewSession(supabase.auth, refused)) },
    auth: { detectSessionInUrl: false, storageKey: SESSION_KEY, storage: authStorage },
  });
  root.replaceChildren();
  keepFocus();
  render(<Shell session={createSession(supabase)} loader={loader} />, root);
} catch (error) {
  root.replaceChildren();
  render(
    <p class="boot" role="alert">
      The console could not start: {(error as Error).message} <a href="">Try again</a>
    </p>,
    root,
  );
}
