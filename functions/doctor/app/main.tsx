// Starts the doctors' page: reads the project's address, restores the session, draws what the address asks for.

import { render } from "preact";
import { readConfig } from "../../console/app/data/config.ts";
import { keepFocus } from "../../console/app/ui/keep_focus.ts";
import { createApi } from "./api.ts";
import { whenIdle } from "./idle.ts";
import { loadLater } from "./later.tsx";
import { keepForOffline } from "./offline/register.ts";
import { createSession } from "./session.ts";
import { Shell } from "./shell.tsx";

const root = document.getElementById("app")!;

try {
  const config = await readConfig();
  const session = createSession(config);
  root.replaceChildren();
  keepFocus();
  render(<Shell session={session} api={createApi(config, session)} />, root);
  whenIdle(() => {
    loadLater();
    void keepForOffline();
  });
} catch (error) {
  root.replaceChildren();
  render(
    <p class="boot" role="alert">
      The page could not start: {(error as Error).message} <a href="">Try again</a>
    </p>,
    root,
  );
}
