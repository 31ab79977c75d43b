// Preferences: the window in which doctors say what they want, and how far they are.

import type { PageProps } from "../page.ts";
import { Button } from "../ui/button.tsx";
import { Loaded } from "../ui/loaded.tsx";
import { DepartmentsCard } from "./departments_card.tsx";
import { DoctorsCard } from "./doctors_card.tsx";
import { EarlyReadersCard } from "./early_readers_card.tsx";
import { EmailsCard } from "./emails_card.tsx";
import { EARLY } from "./standing.ts";
import { usePreferences } from "./use_preferences.ts";
import { WindowCard } from "./window_card.tsx";

/** See `page.ts` for what it receives. */
export function PreferencesPage({ context }: PageProps) {
  const { rights, org } = context;
  if (rights.has("allocator.view")) return <Watched context={context} />;
  return (
    <div class="page">
      <h1>Preferences</h1>
      <p class="note">Only those who may see the match of {org.name} see this.</p>
    </div>
  );
}

function Watched({ context }: PageProps) {
  const preferences = usePreferences(context);
  const mayEdit = context.rights.has("allocationRun.edit");
  const readsEarly = context.rights.has(EARLY);
  return (
    <div class="page">
      <div class="page-head">
        <h1>Preferences</h1>
        <Button compact busy={preferences.load.loading.value} onClick={preferences.load.reload}>
          Read anew
        </Button>
      </div>
      <Loaded load={preferences.load} what="the window">
        {({ state, doctors }) => (
          <>
            {state && (
              <WindowCard
                context={context}
                state={state}
                mayEdit={mayEdit}
                readsEarly={readsEarly}
                preferences={preferences}
              />
            )}
            <DoctorsCard
              context={context}
              doctors={doctors}
              isOpen={state?.status === "open"}
              mayEdit={mayEdit}
              mayRead={state?.status !== "open" || readsEarly}
              preferences={preferences}
            />
            <EarlyReadersCard context={context} />
            <DepartmentsCard context={context} mayEdit={mayEdit} />
            <EmailsCard context={context} mayEdit={mayEdit} />
          </>
        )}
      </Loaded>
    </div>
  );
}
