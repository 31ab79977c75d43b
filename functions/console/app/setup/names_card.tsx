// Names that an organisation gave: of hospitals, teams and tags. Whoever changes one changes it wherever it stands.

import { useSignal } from "@preact/signals";
import { readAll } from "../../../../shared/client/pages.ts";
import { useLoad } from "../data/load.ts";
import { result } from "../data/query.ts";
import { changeSeen } from "../data/seen.ts";
import type { PageContext } from "../page.ts";
import { Button } from "../ui/button.tsx";
import { Loaded } from "../ui/loaded.tsx";
import { LongTable } from "../ui/long_table.tsx";
import { Said } from "./said.tsx";
import { useSaving } from "./saving.ts";

/** Tables of names. */
type NamesTable = "hospitals" | "teams" | "qualification_tags";

const readNames = ({ supabase, org }: PageContext, table: NamesTable) =>
  readAll<{ id: string; name: string }>((from, to) =>
    supabase.from(table).select("id,name").eq("org_id", org.id).order("name").order("id")
      .range(from, to)
  );

interface NamesProps {
  context: PageContext;
  table: NamesTable;
  title: string;
  /** Where there are none: what they come with. */
  none: string;
  /** What they came with, as it was read: of another one they are read anew. */
  since: unknown;
  onDone: () => void;
}

/** Names of a kind: renamed everywhere at once; those that nothing hangs on are deleted. Asked for once somebody opens them. */
export function NamesCard(props: NamesProps) {
  const isWanted = useSignal(false);
  return (
    <details
      class="card body"
      onToggle={({ currentTarget }) => isWanted.value ||= currentTarget.open}
    >
      <summary>{props.title}</summary>
      {isWanted.value && <Names {...props} />}
    </details>
  );
}

function Names({ context, table, title, none, since, onDone }: NamesProps) {
  const { supabase } = context;
  const saving = useSaving();
  const load = useLoad(() => readNames(context, table), [since]);
  const act = async (work: () => Promise<unknown>) => {
    // What they came with is read anew then, and they with it.
    if (await saving.run(work)) onDone();
    else void load.reload();
  };
  return (
    <div class="stack">
      <Said saving={saving} />
      <Loaded load={load} what="the names">
        {(names) =>
          names.length === 0
            ? <p class="empty">{none}</p>
            : (
              <LongTable label={`All ${title.toLowerCase()}`} head={["Name", ""]}>
                {names.map(({ id, name }) => [
                  <input
                    key={name}
                    class="input"
                    aria-label={`Name of ${name}`}
                    defaultValue={name}
                    onChange={({ currentTarget }) =>
                      void act(() =>
                        changeSeen(supabase, table, id, { seen: { name } }, {
                          name: currentTarget.value,
                        })
                      )}
                  />,
                  <Button
                    key="button"
                    compact
                    aria-label={`Delete ${name}`}
                    onClick={() => act(() => result(supabase.from(table).delete().eq("id", id)))}
                  >
                    Delete
                  </Button>,
                ])}
              </LongTable>
            )}
      </Loaded>
    </div>
  );
}
