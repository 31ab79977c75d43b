// A file on its way in: previewed first, imported as it was previewed, and asked about where its columns are unclear.

import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { ColumnMapping, FileOptions, ReceptorError } from "../../../../shared/client/mod.ts";
import { shown } from "../data/query.ts";

/** How a file is sent. */
export type SendFile<Answer> = (
  file: Blob,
  options: FileOptions & { dryRun: boolean; newLines: boolean },
) => Promise<Answer>;

/** How an import stands, and what can be done. */
export interface FileImport<Answer> {
  busy: ReadonlySignal<boolean>;
  name: ReadonlySignal<string | undefined>;
  preview: ReadonlySignal<Answer | null>;
  error: ReadonlySignal<ReceptorError | null>;
  mapping: ReadonlySignal<ColumnMapping | undefined>;
  newLines: ReadonlySignal<boolean>;
  /** Reads a file, or pasted cells, and previews it. */
  choose(file: File | undefined): Promise<void>;
  paste(text: string): void;
  /** Says which column is what, and previews again. */
  say(mapping: ColumnMapping): void;
  /** Asks which columns there are, whatever is known of them; of another sheet where one is named. */
  ask(sheet?: string): void;
  allowNewLines(allowed: boolean): void;
  /** Imports what was previewed. */
  write(): void;
}

/** Something else would be imported by now than was looked at: the preview is shown anew. */
const OVERTAKEN = ["CHANGED_MEANWHILE", "POSITIONS_CHANGED"];

/** What is known of a file on its way. */
function useState<Answer>() {
  return {
    content: useSignal<Blob | null>(null),
    name: useSignal<string | undefined>(undefined),
    busy: useSignal(false),
    preview: useSignal<Answer | null>(null),
    error: useSignal<ReceptorError | null>(null),
    mapping: useSignal<ColumnMapping | undefined>(undefined),
    newLines: useSignal(false),
  };
}

/** Previews or imports the file that was chosen. @param done is called once it was written */
function useSending<Answer extends { preview: string }>(
  { content, name, busy, preview, error, mapping, newLines }: ReturnType<typeof useState<Answer>>,
  send: SendFile<Answer>,
  done: (answer: Answer) => void,
) {
  // What is imported is what was looked at, or nothing.
  const sent = (dryRun: boolean, said: ColumnMapping | undefined) =>
    send(content.value!, {
      ...dryRun ? {} : { preview: preview.value?.preview },
      dryRun,
      mapping: said,
      newLines: newLines.value,
    });
  return async (dryRun: boolean, said = mapping.value) => {
    busy.value = true;
    error.value = null;
    try {
      const answer = await sent(dryRun, said);
      preview.value = dryRun ? answer : null;
      if (!dryRun) {
        content.value = null;
        name.value = undefined;
        mapping.value = undefined;
        done(answer);
      }
    } catch (failure) {
      error.value = shown(failure);
      const overtaken = !dryRun && OVERTAKEN.includes(error.value.code);
      preview.value = overtaken ? await sent(true, said).catch(() => null) : null;
    }
    busy.value = false;
  };
}

/** See above. @param done is called once it was written */
export function useFileImport<Answer extends { preview: string }>(
  send: SendFile<Answer>,
  done: (answer: Answer) => void,
): FileImport<Answer> {
  const state = useState<Answer>();
  const { content, name, busy, error, mapping, newLines } = state;
  const go = useSending(state, send, done);
  const take = (file: Blob, called: string) => {
    content.value = file;
    name.value = called;
    mapping.value = undefined;
    void go(true);
  };
  const { content: _, ...shownState } = state;
  return {
    ...shownState,
    async choose(file) {
      if (!file || busy.value) return;
      try {
        take(new Blob([await file.arrayBuffer()]), file.name);
      } catch (failure) {
        error.value = shown(failure);
      }
    },
    paste: (text) => take(new Blob([text]), "Pasted cells"),
    say(said) {
      mapping.value = said;
      void go(true);
    },
    ask: (sheet) => void go(true, asked(mapping.value, sheet)),
    allowNewLines(allowed) {
      newLines.value = allowed;
      if (content.value) void go(true);
    },
    write: () => void go(false),
  };
}

/** What was said, to be asked again; of another sheet nothing was said yet. */
function asked(mapping: ColumnMapping | undefined, sheet: string | undefined): ColumnMapping {
  return { columns: {}, ...mapping, ...sheet !== undefined && { columns: {}, sheet }, ask: true };
}
