// An order as a spreadsheet: out, and back in with every fault named by its cell. The same for doctors and for departments.

import { useSignal } from "@preact/signals";
import { Button } from "../../../console/app/ui/button.tsx";
import { Dialog } from "../../../console/app/ui/dialog.tsx";
import type { ReceptorError } from "../../../../shared/client/errors.ts";
import type { Api } from "../api.ts";
import { saveFile } from "./save_file.ts";

/** What the files are of. `Read`: what roster-exchange answers for an order that was sent. */
interface FilesProps<Read> {
  api: Api;
  /** Of roster-exchange, without an extension. */
  path: string;
  writable: boolean;
  /** Saves what is typed first. @throws {ReceptorError} */
  flush: () => Promise<void>;
  /** What a file says, in a sentence. */
  summary: (read: Read) => string;
  onTake: (read: Read) => void;
}

/** Files on their way out and in. */
function useFiles<Read>({ api, path, flush }: FilesProps<Read>) {
  const fault = useSignal<ReceptorError | null>(null);
  const read = useSignal<Read | null>(null);
  const busy = useSignal(false);
  const attempt = async (work: () => Promise<void>) => {
    busy.value = true;
    fault.value = null;
    try {
      await work();
    } catch (error) {
      fault.value = error as ReceptorError;
    }
    busy.value = false;
  };
  const download = (extension: string) =>
    attempt(async () => {
      await flush();
      const response = await api.fetch(`roster-exchange/${path}.${extension}`);
      saveFile(await response.blob(), `ranking.${extension}`);
    });
  const upload = (file: File) =>
    attempt(async () => {
      const body = await file.arrayBuffer();
      const response = await api.fetch(`roster-exchange/${path}`, { method: "POST", body });
      read.value = await response.json();
    });
  return { fault: fault.value, read, busy: busy.value, download, upload };
}

/** Buttons to download and upload it. */
export function RankingFiles<Read>(props: FilesProps<Read>) {
  const { fault, read, busy, download, upload } = useFiles(props);
  return (
    <details class="files">
      <summary>As a spreadsheet</summary>
      <div class="stack">
        <p class="small quiet">
          {props.writable
            ? "Download your order, change it in a spreadsheet, and upload it again. You see what would change before it does."
            : "Your order as it is saved, to keep."}
        </p>
        <div class="actions">
          <Button busy={busy} onClick={() => download("xlsx")}>Download .xlsx</Button>
          <Button busy={busy} onClick={() => download("csv")}>Download CSV</Button>
          {props.writable && (
            <label class="button file">
              Upload…
              <input
                type="file"
                class="visually-hidden"
                accept=".xlsx,.csv"
                disabled={busy}
                onChange={(event) => {
                  const [file] = event.currentTarget.files ?? [];
                  event.currentTarget.value = "";
                  if (file) void upload(file);
                }}
              />
            </label>
          )}
        </div>
        {fault && <Faults fault={fault} />}
      </div>
      {read.value !== null && (
        <TakeDialog
          summary={props.summary(read.value)}
          onTake={() => {
            props.onTake(read.value!);
            read.value = null;
          }}
          onClose={() => read.value = null}
        />
      )}
    </details>
  );
}

/** What is wrong with a file, cell by cell. */
function Faults({ fault: { message, errors } }: { fault: ReceptorError }) {
  return (
    <div class="note danger" role="alert">
      <p>{message}</p>
      {errors && (
        <ul>
          {errors.map(({ path, message }) => (
            <li key={path + message}>
              <strong>{path}</strong> {message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function TakeDialog({ summary, onTake, onClose }: {
  summary: string;
  onTake: () => void;
  onClose: () => void;
}) {
  return (
    <Dialog
      title="Take this order?"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" onClick={onTake}>Take it</Button>
        </>
      }
    >
      <p>{summary} It replaces the order that you have now.</p>
    </Dialog>
  );
}
