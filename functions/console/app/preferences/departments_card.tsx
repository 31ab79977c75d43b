// Who ranks the doctors for each department: by e-mail address; they do it on the doctors' page.

import { useSignal } from "@preact/signals";
import { createWindowClient } from "../../../../shared/client/mod.ts";
import { useLoad } from "../data/load.ts";
import { rows } from "../data/query.ts";
import { type Basis, saveSeen } from "../data/seen.ts";
import type { PageContext } from "../page.ts";
import { Button } from "../ui/button.tsx";
import { Form } from "../ui/form.tsx";
import { TextField } from "../ui/field.tsx";
import { Loaded } from "../ui/loaded.tsx";
import { firstFault, useSaving } from "../setup/saving.ts";

interface DepartmentRow {
  id: string;
  name: string;
  email: string | null;
  user_id: string | null;
}

/** See above; nothing where the allocation run has no preferencers. */
export function DepartmentsCard({ context, mayEdit }: { context: PageContext; mayEdit: boolean }) {
  const { supabase, allocationRun } = context;
  const departments = useLoad(() =>
    rows<DepartmentRow>(
      supabase.from("preferencers").select("id,name,email,user_id")
        .eq("allocation_run", allocationRun.id).order("name"),
    ), [allocationRun.id]);
  return (
    <Loaded load={departments} what="departments">
      {(found) =>
        found.length === 0 ? null : (
          <section class="card" aria-label="Departments">
            <header>
              <h2>Departments</h2>
              <span class="small quiet">who ranks the doctors for their lines</span>
            </header>
            <ul class="body stack preferences-departments">
              {found.map((row) => (
                <li key={`${row.id} ${row.email}`}>
                  <Person
                    context={context}
                    row={row}
                    mayEdit={mayEdit}
                    onSaved={departments.reload}
                  />
                </li>
              ))}
            </ul>
          </section>
        )}
    </Loaded>
  );
}

function Person({ context, row, mayEdit, onSaved }: {
  context: PageContext;
  row: DepartmentRow;
  mayEdit: boolean;
  onSaved: () => void;
}) {
  const email = useSignal(row.email ?? "");
  const basis = useSignal<Basis<{ email: string | null }>>({ seen: { email: row.email } });
  const saving = useSaving();
  const save = () =>
    saving.run(async () => {
      const client = createWindowClient(context.supabase);
      await saveSeen(basis.value, async (seen) => {
        await client.assignPreferencer(row.id, email.value.trim() || null, seen!);
      });
      onSaved();
    });
  if (!mayEdit) return <>{row.name}: {row.email ?? "nobody"}</>;
  return (
    <Form
      class="row"
      onSend={() => save()}
    >
      <TextField
        label={row.name}
        type="email"
        placeholder="address of the department's person"
        hint={row.email === null
          ? undefined
          : row.user_id === null
          ? "Has not signed in yet."
          : "Has signed in."}
        error={firstFault(saving)}
        value={email}
        onText={(text) => email.value = text}
      />
      <Button
        type="submit"
        compact
        busy={saving.busy.value}
        disabled={email.value.trim().toLowerCase() === (row.email ?? "")}
      >
        Save
      </Button>
    </Form>
  );
}
