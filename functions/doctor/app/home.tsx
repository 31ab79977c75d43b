// Where a person begins: the windows that are theirs. One alone is opened at once.

import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { serverNow } from "../../console/app/data/clock.ts";
import type { Shelf } from "../../console/app/data/shelf.ts";
import { Button } from "../../console/app/ui/button.tsx";
import type { ReceptorError } from "../../../shared/client/errors.ts";
import { go, hashOf } from "../../console/app/router.ts";
import type { Beginning } from "./begin.ts";
import { createKeep } from "./keep.ts";
import { standingOf } from "./model/standing.ts";
import { moment } from "./model/when.ts";
import type { User } from "./session.ts";
import type { WireDepartmentHead, WireWindow } from "./model/wire.ts";

/** What is read for the list, and kept on the device. */
interface Places {
  windows: WireWindow[];
  departments: WireDepartmentHead[];
}

/** The step that a window opens with. */
function firstStep({ released, taken_back, submitted_at, can_write }: WireWindow): string {
  if (released || taken_back) return "result";
  return submitted_at || !can_write ? "submit" : "wishes";
}

function isEmpty({ windows, departments }: Places): boolean {
  return windows.length + departments.length === 0;
}

interface HomeProps {
  beginning: Beginning;
  user: User;
  shelf: Shelf;
  tab: string;
  /** The list was asked for: it stays, even if only one thing is in it. */
  stay: boolean;
}

/** What is the person's, by the device at first; one thing alone is opened. */
function usePlaces({ beginning, user, shelf, tab, stay }: HomeProps) {
  const keep = createKeep(shelf, `${user.id}.home`, tab);
  const places = useSignal<Places | null>(keep.read<Places>("places"));
  const fault = useSignal<string | null>(null);
  const left = useRef(false);
  const load = async () => {
    fault.value = null;
    try {
      const { windows, departments, unconfirmed } = await beginning.read();
      places.value = { windows, departments };
      keep.write("places", places.value);
      if (isEmpty(places.value)) fault.value = unconfirmed;
      open(places.value);
    } catch (error) {
      fault.value = (error as ReceptorError).message;
    }
  };
  const open = ({ windows, departments }: Places) => {
    // The answer may come when the window is open already, by what the device knew.
    if (stay || left.current || windows.length + departments.length !== 1) return;
    const [window] = windows, [department] = departments;
    go(
      window
        ? hashOf(firstStep(window), window.worker_mapping)
        : hashOf("department", department.preferencer),
      { replace: true },
    );
  };
  // Before the first frame: what the device knows is opened at once.
  useLayoutEffect(() => {
    // Asked first: the window that is opened waits for this answer, which brings it along.
    void load();
    if (places.value) open(places.value);
    return () => left.current = true;
  }, [user.id]);
  return { places: places.value, fault: fault.value, load };
}

/** Lists windows and departments, after claiming what the person's address says is theirs. */
export function Home(props: HomeProps) {
  const { places, fault, load } = usePlaces(props);
  return (
    <main class="main stack">
      <h1 tabIndex={-1}>Your year</h1>
      {fault && (
        <div class="note danger row" role="alert">
          <span class="grow">{fault}</span>
          <Button compact onClick={() => load()}>Try again</Button>
        </div>
      )}
      {!places && !fault && <p role="status">Looking for what is yours…</p>}
      {places && <List places={places} email={props.user.email} />}
    </main>
  );
}

function List({ places, email }: { places: Places; email: string }) {
  const { windows, departments } = places;
  if (isEmpty({ windows, departments })) {
    return (
      <p class="empty">
        There is nothing for {email}{" "}
        yet. Is it the address that your medical workforce unit knows? Ask them to invite you.
      </p>
    );
  }
  return (
    <ul class="places">
      {windows.map((window) => (
        <li key={window.worker_mapping}>
          <a class="card place-link" href={hashOf(firstStep(window), window.worker_mapping)}>
            <strong>{window.name}</strong>
            <span class="quiet">{window.plan_name}, {window.org_name}</span>
            <span>{standing(window)}</span>
          </a>
        </li>
      ))}
      {departments.map((department) => (
        <li key={department.preferencer}>
          <a class="card place-link" href={hashOf("department", department.preferencer)}>
            <strong>{department.name}: rank doctors</strong>
            <span class="quiet">{department.run_name}, {department.org_name}</span>
            <span>{isOpen(department) ? openUntil(department.due_date) : "Closed"}</span>
          </a>
        </li>
      ))}
    </ul>
  );
}

function openUntil(dueDate: string | null): string {
  return dueDate === null ? "Open" : `Open until ${moment(dueDate)}`;
}

/** What the device kept may be from before the end. */
function isOpen({ status, due_date }: Pick<WireWindow, "status" | "due_date">): boolean {
  return standingOf({ status, dueDate: due_date }, serverNow()) === "open";
}

function standing(window: WireWindow): string {
  const { released, taken_back, submitted_at, locked, due_date } = window;
  if (released) return "Your result is there";
  if (taken_back) return "The result was taken back";
  if (!isOpen(window)) return "Closed; the result is not released yet";
  if (locked) return "Locked by your workforce unit";
  return submitted_at ? `Submitted ${moment(submitted_at)}` : openUntil(due_date);
}
