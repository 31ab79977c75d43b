// What went wrong with a form: its sentence, and the faults that no field of the form shows.

import type { Saving } from "./saving.ts";

/** See above. @param fields whose faults stand beside them */
export function Said({ saving, fields = [] }: { saving: Saving; fields?: readonly string[] }) {
  const error = saving.error.value;
  if (!error) return null;
  const others = (error.errors ?? []).filter(({ path }) =>
    !fields.some((field) => path === field || path.endsWith(`.${field}`))
  );
  return (
    <div class="note danger" role="alert">
      <p>{error.message}</p>
      {others.length > 0 && (
        <ul>
          {others.map(({ path, message }) => (
            <li key={path}>{path ? `${path}: ` : ""}{message}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
