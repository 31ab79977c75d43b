// The frame of the page: who is signed in, where they are, and what of theirs is shown.

import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { isId } from "../../../shared/platform/ids.ts";
import { deviceShelf } from "../../console/app/data/shelf.ts";
import { Brand } from "../../console/app/shell/brand.tsx";
import { Button } from "../../console/app/ui/button.tsx";
import { Dialog } from "../../console/app/ui/dialog.tsx";
import { route } from "../../console/app/router.ts";
import { randomId } from "../../../shared/client/random_id.ts";
import type { Api } from "./api.ts";
import { createBeginning } from "./begin.ts";
import { Home } from "./home.tsx";
import { createKeep, forget, unsaved } from "./keep.ts";
import { LaterPart } from "./later.tsx";
import { forgetTyped } from "./parts/kept.ts";
import type { Session, User } from "./session.ts";
import { LAST_EMAIL, SignIn } from "./sign_in.tsx";
import { isStep, WindowPage } from "./window_page.tsx";

/** Names this browser in the history of wishes. */
const DEVICE = "receptor.doctor.device";

/** The whole page. */
export function Shell({ session, api }: { session: Session; api: Api }) {
  const user = session.user.value;
  useEffect(() => {
    document.title = "Your year · Receptor";
  }, [user?.id]);
  if (user === undefined) return <p class="boot" role="status">One moment…</p>;
  if (user === null) return <SignIn session={session} />;
  return <SignedIn key={user.id} session={session} api={api} user={user} />;
}

function SignedIn({ session, api, user }: { session: Session; api: Api; user: User }) {
  const shelf = deviceShelf;
  const tab = useMemo(() => randomId().slice(0, 8), []);
  const device = useMemo(() => {
    const known = shelf.getItem(DEVICE) ?? `${kindOfDevice()} ${randomId().slice(0, 6)}`;
    shelf.setItem(DEVICE, known); // Where it is not kept: another name the next time.
    return known;
  }, []);
  const beginning = useMemo(() => createBeginning(api), []);
  const { page, allocationRun: id } = route.value;
  const keep = useMemo(() => createKeep(shelf, `${user.id}.${id}`, tab), [id]);
  return (
    <>
      <Header session={session} user={user} />
      {(isStep(page) || page === "department") && id !== "" && !isId(id)
        ? (
          <main class="main stack">
            <p class="note danger" role="alert">
              There is no such window: the link was cut off, or typed by hand.{" "}
              <a href="#/list">All windows</a>
            </p>
          </main>
        )
        : isStep(page) && id !== ""
        ? (
          <WindowPage
            key={id}
            api={api}
            beginning={beginning}
            keep={keep}
            device={device}
            workerMapping={id}
            step={page}
          />
        )
        : page === "department" && id !== ""
        ? (
          <LaterPart
            key={id}
            name="DepartmentPage"
            props={{ api, keep, device, preferencer: id }}
          />
        )
        : <Home beginning={beginning} user={user} shelf={shelf} tab={tab} stay={page === "list"} />}
    </>
  );
}

function kindOfDevice(): string {
  return matchMedia("(pointer: coarse)").matches ? "Phone or tablet" : "Computer";
}

/** Who is signed in. Signing out takes what this device keeps of them along, and asks where something is not saved. */
function Header({ session, user }: { session: Session; user: User }) {
  const asking = useSignal(0);
  const leave = async () => {
    forget(deviceShelf, user.id);
    forgetTyped();
    deviceShelf.removeItem(LAST_EMAIL);
    await session.signOut();
    location.hash = "#/";
  };
  const signOut = () => {
    asking.value = unsaved(deviceShelf, user.id);
    if (asking.value === 0) void leave();
  };
  return (
    <header class="top no-print">
      <a class="brand" href="#/list">
        <Brand /> Receptor
      </a>
      <span class="grow" />
      <span class="email small quiet">{user.email}</span>
      <Button compact onClick={signOut}>Sign out</Button>
      {asking.value > 0 && (
        <Dialog
          title="Not everything is saved"
          onClose={() => asking.value = 0}
          actions={
            <>
              <Button onClick={() => asking.value = 0}>Stay</Button>
              <Button kind="danger" onClick={() => leave()}>Sign out and lose it</Button>
            </>
          }
        >
          <p>
            {asking.value === 1 ? "One change is" : `${asking.value} changes are`}{" "}
            on this device only. What is not saved is saved by itself while you are online and the
            window is open; if you sign out now, it is lost.
          </p>
        </Dialog>
      )}
    </header>
  );
}
