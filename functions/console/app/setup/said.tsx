// What went wrong with a form: its sentence, or the faults that no field of the form shows.

import { isOf, type Saving } from "./saving.ts";

/** See above. @param fields whose faults stand beside them */
export function Said({ saving, fields = [] }: { saving: Saving; fields?: readonly string[] }) {
  const error = saving.error.value;
  if (!error) return null;
  const faults = error.errors ?? [];
  const others = faults.filter(({ path }) => !fields.some((field) => isOf(path, field)));
  return (
    <div class="note danger" role="alert">
      <p>{faults.length > 0 ? "Nothing was saved." : error.message}</p>
      {others.length > 0 && (
        <ul>
          {others.map(({ path, message }) => <li key={path}>{message}</li>)}
        </ul>
      )}
    </div>
  );
}
