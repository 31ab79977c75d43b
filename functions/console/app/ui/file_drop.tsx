// Where a file is dropped, or chosen with the keyboard as well.

import { useSignal } from "@preact/signals";

/** Takes one file, of .xlsx or CSV where nothing else is said. @param name of the file that was chosen */
export function FileDrop({ busy, name, label, accept = ".xlsx,.csv", onChoose }: {
  busy: boolean;
  name?: string;
  /** What kind of file it is for; default: any. */
  label?: string;
  /** Ends of the names that are offered. */
  accept?: string;
  onChoose: (file: File | undefined) => void;
}) {
  const over = useSignal(false);
  return (
    <label
      class={`file-drop ${over.value ? "over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        over.value = true;
      }}
      onDragLeave={() => over.value = false}
      onDrop={(event) => {
        event.preventDefault();
        over.value = false;
        onChoose(event.dataTransfer?.files[0]);
      }}
    >
      <strong>{name ?? label ?? "Choose or drop an .xlsx or CSV file"}</strong>
      <span class="small quiet">Nothing is written before you have seen what would change.</span>
      <input
        type="file"
        class="visually-hidden"
        accept={accept}
        disabled={busy}
        onChange={({ currentTarget }) => {
          onChoose(currentTarget.files![0]);
          // Choosing the same file again, when it was corrected, is a change too.
          currentTarget.value = "";
        }}
      />
    </label>
  );
}
