// The way from a line, a doctor or a run to what happened to it.

import { hashOf } from "../router.ts";

/** A link to the log of one thing; nothing for whoever may not read the log. */
export function Happened({ context, about, id }: {
  context: { rights: ReadonlySet<string>; allocationRun: { id: string } };
  about: "line" | "doctor" | "run";
  id: string;
}) {
  if (!context.rights.has("audit.view")) return null;
  return (
    <a
      class="small"
      href={hashOf("log", context.allocationRun.id, new URLSearchParams({ [about]: id }))}
    >
      What happened here
    </a>
  );
}
