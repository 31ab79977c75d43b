// What cannot be taken back by pressing again, or writes to many people at once: asked once more, with what it means, before it
// is done.

import { useSignal } from "@preact/signals";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";

/** What the button says and does. */
interface SureButtonProps {
  /** What stands on it. */
  label: string;
  /** What stands on the button that does it: "Cancel" alone might be taken for closing the dialog. */
  yes: string;
  /** What stands on the button that leaves all as it is. */
  no?: string;
  /** What it is called for screen readers, where several of them say the same. */
  name?: string;
  kind?: "primary" | "danger" | "plain";
  compact?: boolean;
  disabled?: boolean;
  busy?: boolean;
  /** The question. */
  title: string;
  /** What it means, in a sentence. */
  means: string;
  onSure: () => Promise<unknown>;
}

/** A button that asks whether somebody is sure. */
export function SureButton(
  {
    label,
    yes,
    no = "Keep it",
    name,
    kind = "danger",
    compact,
    disabled,
    busy,
    title,
    means,
    onSure,
  }: SureButtonProps,
) {
  const asking = useSignal(false);
  const close = () => asking.value = false;
  return (
    <>
      <Button
        compact={compact}
        kind={kind}
        disabled={disabled}
        busy={busy}
        aria-haspopup="dialog"
        aria-label={name}
        onClick={() => asking.value = true}
      >
        {label}
      </Button>
      {asking.value && (
        <Dialog
          title={title}
          onClose={close}
          actions={
            <>
              <Button onClick={close}>{no}</Button>
              <Button kind={kind} onClick={() => onSure().finally(close)}>{yes}</Button>
            </>
          }
        >
          <p>{means}</p>
        </Dialog>
      )}
    </>
  );
}
