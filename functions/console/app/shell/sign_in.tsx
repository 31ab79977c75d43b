// The sign-in form.

import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Button } from "../ui/button.tsx";
import { Form } from "../ui/form.tsx";
import { TextField } from "../ui/field.tsx";
import { Brand } from "./brand.tsx";
import type { Session } from "../data/session.ts";
import { KeepsNothing } from "./keeps_nothing.tsx";

/** What is typed, and going in with it. */
function useSignIn(session: Session) {
  const isNew = useSignal(false);
  const email = useSignal("");
  const password = useSignal("");
  const fault = useSignal<string | null>(null);
  const next = useSignal<string | null>(null);
  const busy = useSignal(false);
  const submit = async () => {
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
  const turn = () => {
    isNew.value = !isNew.value;
    fault.value = null;
  };
  return { isNew: isNew.value, turn, email, password, fault, next, busy: busy.value, submit };
}

/** Asks for email and password, or makes an account of them. What was typed stays where it is when it was wrong. */
export function SignIn({ session }: { session: Session }) {
  const { isNew, turn, email, password, fault, next, busy, submit } = useSignIn(session);
  const doing = isNew ? ["Create the account", "Creating it…"] : ["Sign in", "Signing in…"];
  return (
    <main class="sign-in">
      <Form
        class="card stack"
        onSend={() => submit()}
      >
        <h1 class="brand">
          <Brand /> Receptor
        </h1>
        <p class="quiet small">Job lines for junior doctors, and who gets which.</p>
        {session.expired.value && (
          <p class="note warn small" role="status">
            Your session has ended. Sign in again; what you typed in the console was kept.
          </p>
        )}
        <KeepsNothing />
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
          autocomplete={isNew ? "new-password" : "current-password"}
          required
          value={password}
          onText={(text) => password.value = text}
        />
        {fault.value && <p class="note danger small" role="alert">{fault.value}</p>}
        {next.value && <p class="note ok small" role="status">{next.value}</p>}
        <Button kind="primary" type="submit" busy={busy}>{doing[busy ? 1 : 0]}</Button>
        <Button kind="plain" onClick={turn}>
          {isNew ? "I have an account" : "New here? Make an account"}
        </Button>
      </Form>
    </main>
  );
}

/** The same before pages that wait: above their dialogs, which nobody reaches meanwhile; closed, it gives the focus back. */
export function SignInAgain({ session }: { session: Session }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current!;
    element.showModal();
    return () => element.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class="sign-in-again"
      aria-label="Sign in again"
      onCancel={(event) => event.preventDefault()}
    >
      <SignIn session={session} />
    </dialog>
  );
}
