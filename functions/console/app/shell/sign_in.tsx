// The sign-in form.

import { useSignal } from "@preact/signals";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import { Brand } from "./brand.tsx";
import type { Session } from "./session.ts";

/** Asks for email and password. What was typed stays where it is when it was wrong. */
export function SignIn({ session }: { session: Session }) {
  const email = useSignal("");
  const password = useSignal("");
  const fault = useSignal<string | null>(null);
  const busy = useSignal(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    busy.value = true;
    fault.value = null;
    fault.value = await session.signIn(email.value.trim(), password.value);
    busy.value = false;
  };
  return (
    <main class="sign-in">
      <form class="card stack" onSubmit={submit}>
        <h1 class="brand">
          <Brand /> Receptor
        </h1>
        <p class="quiet small">Job lines for junior doctors, and who gets which.</p>
        {session.expired.value && (
          <p class="note warn small" role="status">
            Your session has ended. Sign in again; what you typed in the console was kept.
          </p>
        )}
        <TextField
          label="Email"
          type="email"
          autocomplete="username"
          required
          value={email}
          onText={(text) => email.value = text}
        />
        <TextField
          label="Password"
          type="password"
          autocomplete="current-password"
          required
          value={password}
          onText={(text) => password.value = text}
        />
        {fault.value && <p class="note danger small" role="alert">{fault.value}</p>}
        <Button kind="primary" type="submit" busy={busy.value}>
          {busy.value ? "Signing in…" : "Sign in"}
        </Button>
      </form>
    </main>
  );
}
