// The field for how much of full time a doctor works or a post is.

import { TextField } from "../ui/field.tsx";
import { fteOf } from "./fte.ts";

/** Says at once what is none. */
export function FteField({ hint, value, error, onText }: {
  hint: string;
  value: string;
  error: string | null;
  onText: (text: string) => void;
}) {
  return (
    <TextField
      label="FTE"
      word="FTE"
      hint={hint}
      class="number"
      value={value}
      error={error ?? (fteOf(value) === null ? "From 0.05 to 1, in steps of 0.05." : null)}
      onText={onText}
    />
  );
}
