// A doctor's data: all that is held of them as a file, and erasing them for good.

import { failure } from "../ui/attempt.ts";
import { useSignal } from "@preact/signals";
import { createExchangeClient } from "../../../../shared/client/mod.ts";
import type { PageContext } from "../page.ts";
import { Button } from "../ui/button.tsx";
import { given, ReasonField, TextField } from "../ui/field.tsx";
import { Download } from "../ui/download.tsx";
import { plural } from "../ui/format.ts";
import type { Doctor } from "./match_data.ts";

/** What is offered to whoever may manage the doctor. */
export function PersonData({ context, doctor, onClose }: {
  context: PageContext;
  doctor: Doctor;
  onClose: () => void;
}) {
  const exchange = createExchangeClient(context.supabase);
  return (
    <>
      <details>
        <summary>What is held of {doctor.name}</summary>
        <div class="stack">
          <p class="small">
            Name and address, account, wishes, qualifications, results, and what logs and the
            history say of them, in every allocation run.
          </p>
          <div class="row">
            {(["xlsx", "json"] as const).map((format) => (
              <Download
                key={format}
                context={context}
                label={`Their data .${format}`}
                load={() => exchange.exportPerson(doctor.worker, format)}
              />
            ))}
          </div>
        </div>
      </details>
      <Erase context={context} doctor={doctor} onClose={onClose} />
    </>
  );
}

/** Whether what was typed is a name, however it was spaced or capitalised. */
function isSameName(typed: string, name: string): boolean {
  const plain = (text: string) => text.normalize("NFC").trim().replace(/\s+/g, " ").toLowerCase();
  return plain(typed) === plain(name);
}

function Erase({ context, doctor, onClose }: {
  context: PageContext;
  doctor: Doctor;
  onClose: () => void;
}) {
  const { name, worker } = doctor;
  const reason = useSignal("");
  const typed = useSignal("");
  const busy = useSignal(false);
  const isReady = given(reason) !== undefined && isSameName(typed.value, name);
  const erase = async () => {
    busy.value = true;
    try {
      const gone = await context.allocator.erasePerson(worker, given(reason));
      const rows = Object.values(gone).reduce((sum, n) => sum + n, 0);
      context.notify({
        tone: "ok",
        title: "The doctor is erased",
        message: `${plural(rows, "row")} of wishes and records went. Results stay, without a name.`,
      });
      onClose();
      context.linesChanged();
    } catch (error) {
      context.notify(failure(error, "Nothing was erased"));
    } finally {
      busy.value = false;
    }
  };
  return (
    <details>
      <summary>Erase {name} for good</summary>
      <div class="stack">
        <p class="note warn">
          Name, address, wishes, qualifications and notes go, in every allocation run, in the
          history and in the logs; so does an account that serves nothing else. Lines that they got
          stay got, by an erased doctor. Nobody can bring any of it back.
        </p>
        <ReasonField reason={reason} required />
        <TextField
          label={`Type “${name}” to confirm`}
          value={typed}
          onText={(text) => typed.value = text}
        />
        <Button
          compact
          kind="danger"
          disabled={!isReady}
          busy={busy.value}
          onClick={() => erase()}
        >
          Erase for good
        </Button>
      </div>
    </details>
  );
}
