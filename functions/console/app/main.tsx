// Starts the console: reads the project's address, restores the session, draws the shell.

import { createClient } from "@supabase/supabase-js";
import { render } from "preact";
import { readConfig } from "./data/config.ts";
import { createSession, SESSION_KEY } from "./shell/session.ts";
import { Shell } from "./shell/shell.tsx";

const root = document.getElementById("app")!;

try {
  const { supabaseUrl, publishableKey } = await readConfig();
  const supabase = createClient(supabaseUrl, publishableKey, {
    auth: { detectSessionInUrl: false, storageKey: SESSION_KEY },
  });
  root.replaceChildren();
  render(<Shell session={createSession(supabase)} />, root);
} catch (error) {
  root.replaceChildren();
  render(
    <p class="boot" role="alert">
      The console could not start: {(error as Error).message} <a href="">Try again</a>
    </p>,
    root,
  );
}
