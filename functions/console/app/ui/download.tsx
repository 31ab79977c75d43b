// Buttons that download a file.

import { useSignal } from "@preact/signals";
import type { SpreadsheetFile, TableFormat } from "../../../../shared/client/mod.ts";
import { shown } from "../data/query.ts";
import { Button } from "./button.tsx";
import type { Notification } from "./notices.ts";

/** Gives a file to the browser's downloads. */
function save({ blob, name }: SpreadsheetFile) {
  const url = URL.createObjectURL(blob);
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** See above; says so where the file could not be had. */
export function Download({ context, label, load }: {
  context: { notify(notification: Notification): void };
  label: string;
  load: () => Promise<SpreadsheetFile>;
}) {
  const busy = useSignal(false);
  const press = async () => {
    busy.value = true;
    try {
      save(await load());
    } catch (error) {
      const { message } = shown(error);
      context.notify({ tone: "danger", title: `${label} was not downloaded`, message });
    }
    busy.value = false;
  };
  return <Button busy={busy.value} onClick={press}>{label}</Button>;
}

/** Buttons for a table in both formats. @param as what its columns are like, where a table comes in several layouts */
export function DownloadBoth({ context, what, as = "", load }: {
  context: Parameters<typeof Download>[0]["context"];
  what: string;
  as?: string;
  load: (format: TableFormat) => Promise<SpreadsheetFile>;
}) {
  return (
    <>
      {(["xlsx", "csv"] satisfies TableFormat[]).map((format) => (
        <Download
          key={format}
          context={context}
          label={`${what} .${format}${as}`}
          load={() => load(format)}
        />
      ))}
    </>
  );
}
