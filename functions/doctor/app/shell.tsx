// The frame of the page: who is signed in, and what they see.

import { Button } from "../../console/app/ui/button.tsx";
import { Brand } from "../../console/app/shell/brand.tsx";
import type { Api } from "./api.ts";
import type { Session } from "./session.ts";
import { SignIn } from "./sign_in.tsx";

/** The whole page. */
export function Shell({ session }: { session: Session; api: Api }) {
  const user = session.user.value;
  if (user === undefined) return <p class="boot" role="status">One moment…</p>;
  if (user === null) return <SignIn session={session} />;
  return (
    <>
      <header class="top">
        <span class="brand">
          <Brand /> Receptor
        </span>
        <span class="grow" />
        <Button compact onClick={() => void session.signOut()}>Sign out</Button>
      </header>
      <main class="main">
        <h1>Your year</h1>
        <p>You are signed in as {user.email}.</p>
      </main>
    </>
  );
}
