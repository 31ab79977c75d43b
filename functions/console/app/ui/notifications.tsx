// What happened, said once: at the corner of the page and to screen readers.

import { Button } from "./button.tsx";
import type { Notices } from "./notices.ts";

/** Where they appear; once per page. */
export function Notifications({ notices }: { notices: Notices }) {
  return (
    <section class="notifications" aria-label="Notifications">
      <div role="status" class="stack">
        {notices.shown.value.map(({ id, tone, title, message, action, also }) => (
          <div key={id} class={`notification ${tone}`}>
            <div class="grow">
              <h3>{title}</h3>
              {message && <p>{message}</p>}
              <div class="row">
                {[action, also].map((way) =>
                  way && (
                    <Button
                      key={way.label}
                      compact
                      onClick={() => {
                        notices.close(id);
                        way.run();
                      }}
                    >
                      {way.label}
                    </Button>
                  )
                )}
              </div>
            </div>
            <Button
              kind="plain"
              compact
              aria-label="Dismiss"
              onClick={() =>
                notices.close(id)}
            >
              ✕
            </Button>
          </div>
        ))}
      </div>
    </section>
  );
}
