// A form that is sent once, however often somebody presses: as long as what it asked for is under way, its button is at work.

import { type Signal, useSignal } from "@preact/signals";
import { createContext, type FormHTMLAttributes, type Ref } from "preact";

/** Whether the form around is being sent; null: there is no form around. */
export const Sending = createContext<Signal<boolean> | null>(null);

/** Props of {@link Form}. */
export interface FormProps extends Omit<FormHTMLAttributes<HTMLFormElement>, "onSubmit"> {
  /** Sends it; until it has settled, nothing is sent again. */
  onSend: () => unknown;
  formRef?: Ref<HTMLFormElement>;
}

/** A form; its button of type `submit` shows that it is being sent. */
export function Form({ onSend, formRef, children, ...rest }: FormProps) {
  const sending = useSignal(false);
  return (
    <Sending.Provider value={sending}>
      <form
        {...rest}
        ref={formRef}
        onSubmit={(event) => {
          event.preventDefault();
          if (!sending.value) void workOf(sending, onSend());
        }}
      >
        {children}
      </form>
    </Sending.Provider>
  );
}

/** Keeps a flag up as long as some work takes; work that is done at once raises none. */
export async function workOf(flag: Signal<boolean>, work: unknown): Promise<void> {
  if (!(work instanceof Promise)) return;
  flag.value = true;
  try {
    await work;
  } finally {
    flag.value = false;
  }
}
