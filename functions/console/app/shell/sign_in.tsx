// The sign-in form.

import { useSignal } from "@preact/signals";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import { Brand } from "./brand.tsx";
import type { Session } from "./session.ts";

/** Asks for email and password, or makes an account of them. What was typed stays where it is when it was wrong. */
export function SignIn({ session }: { session: Session }) {
  const isNew = useSignal(false);
  const next = useSignal<string | null>(null);
  const email = useSignal("");
  const password = useSignal("");
  const fault = useSignal<string | null>(null);
  const busy = useSignal(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    busy.value = true;
    fault.value = null;
    const address = email.value.trim();
    if (isNew.value) {
      const answer = await session.signUp(address, password.value);
      fault.value = answer?.fault ?? null;
      next.value = answer?.next ?? null;
      if (answer?.next) isNew.value = false;
    } else fault.value = await session.signIn(address, password.value);
    busy.value = false;
  };
  const doing = isNew.value ? ["Create the account", "Creating it…"] : ["Sign in", "Signing in…"];
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
          autocomplete={isNew.value ? "new-password" : "current-password"}
          required
          value={password}
          onText={(text) => password.value = text}
        />
        {fault.value && <p class="note danger small" role="alert">{fault.value}</p>}
        {next.value && <p class="note ok small" role="status">{next.value}</p>}
        <Button kind="primary" type="submit" busy={busy.value}>
          {doing[busy.value ? 1 : 0]}
        </Button>
        <Button
          kind="plain"
          onClick={() => {
            isNew.value = !isNew.value;
            fault.value = null;
          }}
        >
          {isNew.value ? "I have an account" : "New here? Make an account"}
        </Button>
      </form>
    </main>
  );
}
