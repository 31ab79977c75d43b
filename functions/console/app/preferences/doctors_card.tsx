// How far each doctor is, and what can be done about it: invite, lock, withdraw. Counts only, for whom the window keeps the rest.

import { useSignal } from "@preact/signals";
import type { DoctorProgress, InvitedDoctor } from "../../../../shared/client/mod.ts";
import { namesApart } from "../data/apart.ts";
import type { PageContext } from "../page.ts";
import { NoDoctorsYet } from "../runs/nothing_yet.tsx";
import { Button } from "../ui/button.tsx";
import { SureButton } from "../ui/sure.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { useFirstRows } from "../ui/first_rows.tsx";
import { Field, ReasonField, SelectField, TextField } from "../ui/field.tsx";
import { count, dateTime, plural } from "../ui/format.ts";
import { narrowed, SHOWN, shownOf, standing, tally } from "./standing.ts";
import type { Preferences } from "./use_preferences.ts";
import { WishesDialog } from "./wishes_dialog.tsx";

/** What is kept from whom the window keeps it. */
const KEPT = "While the window is open you see how many lines each doctor ranked, not which.";

/** What doctors are called where they are named, by their ids: those of one name with their addresses. */
type DoctorNames = ReadonlyMap<string, string>;

/** Doctors shown at once. */
const PAGE = 100;

/** Where doctors say what they want: the other page of this project. */
function doctorsPage(): string {
  return new URL("doctor", location.origin + location.pathname.replace(/[^/]*\/?$/, "")).href;
}

/** See above. */
export function DoctorsCard({ context, doctors, isOpen, mayEdit, mayRead, preferences }: {
  context: PageContext;
  doctors: DoctorProgress[];
  isOpen: boolean;
  mayEdit: boolean;
  /** The user may read what doctors wish: the window is not open, or they were given the right. */
  mayRead: boolean;
  preferences: Preferences;
}) {
  const picked = useSignal<ReadonlySet<string>>(new Set());
  const read = useSignal<DoctorProgress | null>(null);
  const { params } = context;
  const names = namesApart(doctors);
  const rows = narrowed(doctors, params.get("doctor") ?? "", shownOf(params.get("show")));
  const { listed, more, reset } = useFirstRows(rows, PAGE, PAGE);
  return (
    <section class="card" aria-label="Doctors">
      <header>
        <h2>Doctors</h2>
        <Figures doctors={doctors} />
      </header>
      <div class="body stack">
        <Filters context={context} onChange={reset} />
        {mayEdit && (
          <Deeds
            doctors={doctors}
            names={names}
            chosen={rows.filter(({ workerMapping }) => picked.value.has(workerMapping))}
            isOpen={isOpen}
            preferences={preferences}
          />
        )}
        {!mayRead && <p class="small quiet">{KEPT}</p>}
        <DoctorsTable
          rows={listed}
          names={names}
          picked={mayEdit ? picked.value : null}
          onRead={mayRead ? (doctor) => read.value = doctor : null}
          onPick={(ids, on) => picked.value = pickedNow(picked.value, ids, on)}
        />
        {doctors.length === 0
          ? <NoDoctorsYet allocationRun={context.allocationRun.id} />
          : rows.length === 0 && <p class="empty">No doctor fits.</p>}
        {more}
      </div>
      {read.value && (
        <WishesDialog
          context={context}
          doctor={read.value}
          name={names.get(read.value.worker)!}
          isOpen={isOpen}
          onClose={() => read.value = null}
        />
      )}
    </section>
  );
}

/** What is chosen with some more, or without them. */
function pickedNow(picked: ReadonlySet<string>, ids: readonly string[], on: boolean): Set<string> {
  return new Set(on ? [...picked, ...ids] : [...picked].filter((id) => !ids.includes(id)));
}

function Figures({ doctors }: { doctors: DoctorProgress[] }) {
  const { submitted, begun, invited, doctors: all } = tally(doctors);
  return (
    <span class="small quiet" role="status">
      {`${count(submitted)} of ${plural(all, "doctor")} submitted, ${count(begun)} have begun, ${
        count(invited)
      } are invited`}
    </span>
  );
}

/** What narrows the table; it stands in the address. */
function Filters({ context: { params, setParams }, onChange }: {
  context: PageContext;
  onChange: () => void;
}) {
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(params);
    if (value === "" || value === "all") next.delete(name);
    else next.set(name, value);
    onChange();
    setParams(next);
  };
  return (
    <div class="preferences-filters">
      <TextField
        label="Search"
        type="search"
        placeholder="name or address"
        value={params.get("doctor") ?? ""}
        onText={(text) => set("doctor", text)}
      />
      <SelectField
        label="Show"
        value={shownOf(params.get("show"))}
        options={Object.entries(SHOWN)}
        onChoose={(name) => set("show", name)}
      />
    </div>
  );
}

/** What can be done with the doctors that are chosen, or with all who are not invited yet. */
function Deeds({ doctors, names, chosen, isOpen, preferences }: {
  doctors: DoctorProgress[];
  names: DoctorNames;
  chosen: DoctorProgress[];
  isOpen: boolean;
  preferences: Preferences;
}) {
  const asks = useSignal(false);
  const invited = useSignal<InvitedDoctor[] | null>(null);
  const here = chosen.filter(({ withdrawnAt }) => !withdrawnAt);
  const left = chosen.filter(({ withdrawnAt }) => withdrawnAt !== null);
  const locked = here.filter(({ lockedAt }) => lockedAt !== null);
  const free = here.filter(({ lockedAt }) => lockedAt === null);
  const fresh =
    doctors.filter((each) => each.invitedAt === null && each.withdrawnAt === null).length;
  const whom = plural(fresh, "doctor");
  const invite = async (whom?: string[]) => void (invited.value = await preferences.invite(whom));
  return (
    <>
      <div class="row" role="group" aria-label="What to do">
        <SureButton
          label="Invite all who are not yet"
          kind="plain"
          disabled={!isOpen || fresh === 0}
          busy={preferences.busy.value}
          title={`Invite ${whom}?`}
          means={`${whom} ${
            fresh === 1 ? "is" : "are"
          } marked as invited, and sent an e-mail where your organisation sends any.`}
          yes={`Invite ${whom}`}
          no="Not yet"
          onSure={() => invite()}
        />
        <Deed label="Invite chosen" whom={isOpen ? here : []} onDo={invite} />
        <Deed label="Lock" whom={free} onDo={(ids) => preferences.lock(ids, true)} />
        <Deed label="Unlock" whom={locked} onDo={(ids) => preferences.lock(ids, false)} />
        <Deed label="Withdraw…" whom={here} onDo={() => asks.value = true} />
        <Deed label="Bring back" whom={left} onDo={preferences.reinstate} />
      </div>
      {asks.value && (
        <WithdrawDialog
          doctors={here}
          names={names}
          preferences={preferences}
          onClose={() => asks.value = false}
        />
      )}
      {invited.value !== null && (
        <InvitedDialog
          invited={invited.value}
          onClose={() => invited.value = null}
        />
      )}
    </>
  );
}

/** A deed for the doctors whom it can be done to; none: it cannot. */
function Deed({ label, whom, onDo }: {
  label: string;
  whom: readonly DoctorProgress[];
  onDo: (workerMappings: string[]) => unknown;
}) {
  return (
    <Button
      disabled={whom.length === 0}
      onClick={() => onDo(whom.map(({ workerMapping }) => workerMapping))}
    >
      {label}
    </Button>
  );
}

function DoctorsTable({ rows, names, picked, onPick, onRead }: {
  rows: readonly DoctorProgress[];
  names: DoctorNames;
  /** Null: nothing can be chosen. */
  picked: ReadonlySet<string> | null;
  onPick: (ids: string[], on: boolean) => void;
  /** Null: what they wish is theirs alone. */
  onRead: ((doctor: DoctorProgress) => void) | null;
}) {
  const all = rows.map(({ workerMapping }) => workerMapping);
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label="Doctors">
      <table class="table">
        <caption class="visually-hidden">How far each doctor is with their wishes</caption>
        <thead>
          <tr>
            {picked && (
              <th scope="col" class="off-paper">
                <input
                  type="checkbox"
                  aria-label="Choose all that are shown"
                  checked={all.length > 0 && all.every((id) => picked.has(id))}
                  onChange={(event) => onPick(all, event.currentTarget.checked)}
                />
              </th>
            )}
            <th scope="col">Doctor</th>
            <th scope="col">Standing</th>
            <th scope="col" class="number">Lines ranked</th>
            <th scope="col">Invited</th>
            <th scope="col">Submitted</th>
            {onRead && <th scope="col">Wishes</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((doctor) => (
            <DoctorRow
              key={doctor.workerMapping}
              doctor={doctor}
              name={names.get(doctor.worker)!}
              isPicked={picked && picked.has(doctor.workerMapping)}
              onPick={(on) => onPick([doctor.workerMapping], on)}
              onRead={onRead}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function DoctorRow({ doctor, name, isPicked, onPick, onRead }: {
  doctor: DoctorProgress;
  /** Tells two of one name apart. */
  name: string;
  /** Null: it cannot be chosen. */
  isPicked: boolean | null;
  onPick: (on: boolean) => void;
  onRead: ((doctor: DoctorProgress) => void) | null;
}) {
  return (
    <tr>
      {isPicked !== null && (
        <td class="off-paper">
          <input
            type="checkbox"
            aria-label={`Choose ${name}`}
            checked={isPicked}
            onChange={(event) => onPick(event.currentTarget.checked)}
          />
        </td>
      )}
      <th scope="row">
        {doctor.name}
        <span class="preferences-address small quiet">
          {doctor.email}
          {doctor.hasAccount ? "" : ", no account yet"}
        </span>
      </th>
      <td>
        {standing(doctor)}
        {doctor.lockedAt && <span class="tag">locked</span>}
        {doctor.withdrawalReason && <span class="small quiet">: {doctor.withdrawalReason}</span>}
      </td>
      <td class="number">{count(doctor.lines)}</td>
      <td>{doctor.invitedAt ? dateTime(doctor.invitedAt) : ""}</td>
      <td>{doctor.submittedAt ? dateTime(doctor.submittedAt) : ""}</td>
      {onRead && (
        <td>
          {doctor.lines > 0 && (
            <Button
              compact
              aria-label={`Wishes of ${name}`}
              onClick={() => onRead(doctor)}
            >
              Read
            </Button>
          )}
        </td>
      )}
    </tr>
  );
}

function WithdrawDialog({ doctors, names, preferences, onClose }: {
  doctors: DoctorProgress[];
  names: DoctorNames;
  preferences: Preferences;
  onClose: () => void;
}) {
  const reason = useSignal("");
  const withdraw = async () => {
    const ids = doctors.map(({ workerMapping }) => workerMapping);
    if (await preferences.withdraw(ids, reason.value)) onClose();
  };
  return (
    <Dialog
      title={`Withdraw ${plural(doctors.length, "doctor")}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" busy={preferences.busy.value} onClick={() => withdraw()}>
            Withdraw
          </Button>
        </>
      }
    >
      <div class="stack">
        <p>
          {doctors.map(({ worker }) => names.get(worker)).join(", ")}: no match places them any
          more, and they see nothing of the run. All that they wished stays, and is there again when
          they are brought back.
        </p>
        <ReasonField reason={reason} />
      </div>
    </Dialog>
  );
}

function InvitedDialog({ invited, onClose }: { invited: InvitedDoctor[]; onClose: () => void }) {
  const copied = useSignal("");
  const link = doctorsPage();
  const copy = async (what: string, text: string) => {
    try {
      await navigator.clipboard.writeText(text);
      copied.value = `${what} copied.`;
    } catch {
      copied.value = "This browser does not let the page copy; select the text instead.";
    }
  };
  const addresses = invited.map(({ email }) => email).join("; ");
  return (
    <Dialog
      title="Invited"
      onClose={onClose}
      actions={<Button kind="primary" onClick={onClose}>Done</Button>}
    >
      <div class="stack">
        <p>
          {invited.length === 0
            ? "Everybody is invited already."
            : `${plural(invited.length, "doctor")} ${
              invited.length === 1 ? "is" : "are"
            } told by e-mail where the project sends some. Otherwise send them this link; they sign in with the address below.`}
        </p>
        <Field label="Link of the doctors' page">
          {(control) => <input {...control} class="input" readOnly value={link} />}
        </Field>
        <div class="row">
          <Button onClick={() => copy("The link was", link)}>Copy the link</Button>
          {invited.length > 0 && (
            <Button onClick={() => copy("The addresses were", addresses)}>
              Copy {plural(invited.length, "address", "addresses")}
            </Button>
          )}
        </div>
        <p class="small" role="status">{copied.value}</p>
      </div>
    </Dialog>
  );
}
