// Signing in: with a password, or with a link or code that is sent by e-mail.

import { useSignal } from "@preact/signals";
import { Brand } from "../../console/app/shell/brand.tsx";
import { deviceShelf } from "../../console/app/data/shelf.ts";
import { KeepsNothing } from "../../console/app/shell/keeps_nothing.tsx";
import { Button } from "../../console/app/ui/button.tsx";
import { Form } from "../../console/app/ui/form.tsx";
import { TextField } from "../../console/app/ui/field.tsx";
import type { Session } from "./session.ts";

/** Where the address is remembered that signed in last on this device, until its person signs out. */
export const LAST_EMAIL = "receptor.doctor.email";

/** What is typed, and going in with it. */
function useSignIn(session: Session) {
  const email = useSignal(deviceShelf.getItem(LAST_EMAIL) ?? "");
  const password = useSignal("");
  const code = useSignal("");
  const sent = useSignal(false);
  const fault = useSignal<string | null>(null);
  const busy = useSignal(false);
  const attempt = async (work: (address: string) => Promise<string | null>) => {
    const address = email.value.trim();
    busy.value = true;
    fault.value = null;
    fault.value = await work(address);
    busy.value = false;
    if (!fault.value) deviceShelf.setItem(LAST_EMAIL, address);
    return fault.value === null;
  };
  const signIn = () =>
    attempt((address) =>
      sent.value
        ? session.useCode(address, code.value.trim())
        : session.signIn(address, password.value)
    );
  const send = async () => {
    if (email.value.trim() === "") {
      fault.value = "Type your email address first.";
      return;
    }
    sent.value = await attempt((address) => session.sendLink(address));
  };
  return { email, password, code, sent, fault: fault.value, busy: busy.value, signIn, send };
}

/** Asks who it is. What was typed stays where it is when it was wrong. */
export function SignIn({ session }: { session: Session }) {
  const typed = useSignIn(session);
  const { email, sent, fault, busy } = typed;
  return (
    <main class="sign-in">
      <Form
        class="card stack"
        onSend={() => typed.signIn()}
      >
        <h1 class="brand">
          <Brand /> Receptor
        </h1>
        <p class="quiet">Say how you would like your year to be, and see what you got.</p>
        {session.expired.value && (
          <p class="note warn" role="status">
            Your session has ended. Sign in again; everything you typed is kept on this device.
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
        <Secret {...typed} />
        {fault && <p class="note danger" role="alert">{fault}</p>}
        <Button kind="primary" type="submit" busy={busy}>
          {busy ? "One moment…" : "Sign in"}
        </Button>
        {sent.value
          ? <Button kind="plain" onClick={() => sent.value = false}>Use a password</Button>
          : (
            <Button kind="plain" disabled={busy} onClick={typed.send}>
              Send me a link instead
            </Button>
          )}
      </Form>
    </main>
  );
}

/** The password; or, once an e-mail is sent, its code. */
function Secret({ email, password, code, sent }: ReturnType<typeof useSignIn>) {
  if (!sent.value) {
    return (
      <TextField
        label="Password"
        type="password"
        autocomplete="current-password"
        required
        value={password}
        onText={(text) => password.value = text}
      />
    );
  }
  return (
    <>
      <p class="note ok" role="status">
        We sent an e-mail to{" "}
        {email.value}. Follow its link on this device, or type its code here. Nothing came? Look
        into the junk folder, or sign in with your password.
      </p>
      <TextField
        label="Code"
        inputMode="numeric"
        required
        value={code}
        onText={(text) => code.value = text}
      />
    </>
  );
}
