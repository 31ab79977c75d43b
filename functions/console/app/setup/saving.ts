// What every form of the set-up pages does with its answer: busy meanwhile, faults at their fields, and a word when it is done.

import { type ReadonlySignal, useSignal } from "@preact/signals";
import type { ReceptorError } from "../../../../shared/client/mod.ts";
import { shown } from "../data/query.ts";

/** A form's way to the database. */
export interface Saving {
  busy: ReadonlySignal<boolean>;
  error: ReadonlySignal<ReceptorError | null>;
  /** The fault of a field, by the end of its path, see {@link isOf}; null: none. */
  fault(field: string): string | null;
  /** Does it; true where it was done. */
  run(work: () => Promise<unknown>): Promise<boolean>;
  clear(): void;
}

/** See above. */
export function useSaving(): Saving {
  const busy = useSignal(false);
  const error = useSignal<ReceptorError | null>(null);
  return {
    busy,
    error,
    fault(field) {
      const found = error.value?.errors?.find(({ path }) => isOf(path, field));
      return found ? found.message : null;
    },
    async run(work) {
      busy.value = true;
      error.value = null;
      try {
        await work();
        return true;
      } catch (failure) {
        error.value = shown(failure);
        return false;
      } finally {
        busy.value = false;
      }
    },
    clear: () => error.value = null,
  };
}

/** What is wrong, in one sentence: the first fault, whatever field it is of. */
export function firstFault({ error: { value } }: Saving): string | null {
  return value && (value.errors?.[0]?.message ?? value.message);
}

/** What a text field of a form carries: what is typed, its fault, and where the next text goes. */
export interface TextPart {
  value: string;
  error: string | null;
  onText: (text: string) => void;
}

/** The text fields of a form. @returns by the member of the form; `path` is what the database calls it */
export function fieldsOf<Form>(form: { value: Form }, saving: Saving) {
  return (name: TextsOf<Form>, path: string = name): TextPart => ({
    value: form.value[name] as string,
    error: saving.fault(path),
    onText: (text) => form.value = { ...form.value, [name]: text },
  });
}

/** The members of a form that are texts. */
type TextsOf<Form> = { [K in keyof Form & string]: Form[K] extends string ? K : never }[
  & keyof Form
  & string
];

/** Whether a path ends in a field, or in an entry of its list: `lines[0].eligibility.included_tags[1]`. */
export function isOf(path: string, field: string): boolean {
  const last = path.replace(/(\[\d+\])+$/, "").split(".").at(-1);
  return last === field;
}
