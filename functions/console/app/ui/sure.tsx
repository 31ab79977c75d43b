// What cannot be taken back by pressing again: asked once more, with what it means, before it is done.

import { useSignal } from "@preact/signals";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";

/** A button that asks whether somebody is sure. */
export function SureButton({ label, yes, name, compact, title, means, onSure }: {
  /** What stands on it. */
  label: string;
  /** What stands on the button that does it: "Cancel" alone might be taken for closing the dialog. */
  yes: string;
  /** What it is called for screen readers, where several of them say the same. */
  name?: string;
  compact?: boolean;
  /** The question. */
  title: string;
  /** What it means, in a sentence. */
  means: string;
  onSure: () => Promise<unknown>;
}) {
  const asking = useSignal(false);
  const close = () => asking.value = false;
  return (
    <>
      <Button
        compact={compact}
        kind="danger"
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
              <Button onClick={close}>Keep it</Button>
              <Button kind="danger" onClick={() => onSure().finally(close)}>{yes}</Button>
            </>
          }
        >
          <p>{means}</p>
        </Dialog>
      )}
    </>
  );
}
