// One window: its header with the countdown and how saving goes, the steps, and the step that the address names.

import { useComputed, useSignal } from "@preact/signals";
import type { ComponentChildren, ComponentType } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { hashOf } from "../../console/app/router.ts";
import { Button } from "../../console/app/ui/button.tsx";
import type { Api } from "./api.ts";
import { createDesk, type Desk, type Saving } from "./desk.ts";
import type { Keep } from "./keep.ts";
import { Countdown } from "./parts/countdown.tsx";
import { doctorSource } from "./sources.ts";
import { How } from "./steps/how.tsx";
import { Lines } from "./steps/lines.tsx";
import { Rank } from "./steps/rank.tsx";
import { Result } from "./steps/result.tsx";
import { Specialties } from "./steps/specialties.tsx";
import { Submit } from "./steps/submit.tsx";
import { createWork, type Work, WorkContext } from "./work.ts";

interface Step {
  path: string;
  title: string;
  component: ComponentType<{ next: string }>;
}

const STEPS: readonly Step[] = [
  { path: "wishes", title: "Likes", component: Specialties },
  { path: "lines", title: "Lines", component: Lines },
  { path: "rank", title: "Order", component: Rank },
  { path: "submit", title: "Submit", component: Submit },
  { path: "result", title: "Result", component: Result },
];

/** Whether an address is that of a step. */
export function isStep(path: string): boolean {
  return path === "how" || STEPS.some((step) => step.path === path);
}

/** The window of a worker mapping, at a step. */
export function WindowPage({ api, keep, device, workerMapping, step }: {
  api: Api;
  keep: Keep;
  device: string;
  workerMapping: string;
  step: string;
}) {
  const desk = useMemo(() => createDesk(doctorSource(api, workerMapping, device), keep), [
    workerMapping,
  ]);
  const work = useMemo(() => createWork(api, keep, desk), [desk]);
  useDesk(desk);
  const { choice, error } = desk;
  if (choice.value === null) {
    return (
      <main class="main stack">
        {error.value
          ? (
            <div class="note danger row" role="alert">
              <span class="grow">{error.value.message}</span>
              <Button compact onClick={() => void desk.refresh()}>Try again</Button>
              <a href="#/">All windows</a>
            </div>
          )
          : <p role="status">Loading your lines…</p>}
      </main>
    );
  }
  return (
    <WorkContext.Provider value={work}>
      <Open work={work} workerMapping={workerMapping} step={step} />
    </WorkContext.Provider>
  );
}

/** Reads when the page opens, comes back to the front, or has a network again. */
export function useDesk<Choice>(desk: Desk<Choice>): void {
  useEffect(() => {
    const look = () => {
      if (document.visibilityState === "visible") void desk.refresh();
    };
    look();
    addEventListener("online", look);
    document.addEventListener("visibilitychange", look);
    return () => {
      desk.stop();
      removeEventListener("online", look);
      document.removeEventListener("visibilitychange", look);
    };
  }, [desk]);
}

function Open({ work, workerMapping, step }: { work: Work; workerMapping: string; step: string }) {
  const { window } = work.choice.value;
  const steps = STEPS.filter(({ path }) =>
    path !== "result" || window.released || window.status === "closed"
  );
  const at = steps.findIndex(({ path }) => path === step);
  const shown = steps[at];
  const next = hashOf(steps[at + 1]?.path ?? "submit", workerMapping);
  const main = useFocusOnStep(step);
  // Dragged rows and cards are drawn for the step alone.
  const Shown = step === "how" ? How : (shown ?? steps[0]).component;
  return (
    <>
      <Steps steps={steps} step={shown?.path ?? step} workerMapping={workerMapping}>
        <span class="run">{window.name}</span>
        <Countdown short />
        <SavingNote desk={work.desk} />
      </Steps>
      <Refused desk={work.desk} />
      {work.desk.error.value && (
        <p class="note warn refused" role="alert">{work.desk.error.value.message}</p>
      )}
      <main class="main" ref={main}>
        <Shown key={step} next={next} />
        <p class="small quiet foot-links no-print">
          <a href={hashOf("how", workerMapping)}>How the match works</a> ·{" "}
          <a href="#/list">All windows</a>
        </p>
      </main>
    </>
  );
}

/** The heading of a step takes the focus when the step comes, so that it is read from its start. */
function useFocusOnStep(step: string) {
  const main = useRef<HTMLElement>(null);
  const before = useRef(step);
  // With the drawing: whoever has moved on by the next frame is not taken back.
  useLayoutEffect(() => {
    if (before.current !== step) {
      scrollTo(0, 0);
      main.current?.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
    }
    before.current = step;
  }, [step]);
  return main;
}

function Steps({ steps, step, workerMapping, children }: {
  steps: readonly Step[];
  step: string;
  workerMapping: string;
  children: ComponentChildren;
}) {
  return (
    <div class="steps no-print">
      <div class="row status">{children}</div>
      <nav aria-label="Steps">
        <ol>
          {steps.map(({ path, title }) => (
            <li key={path}>
              <a
                href={hashOf(path, workerMapping)}
                aria-current={path === step ? "step" : undefined}
              >
                {title}
              </a>
            </li>
          ))}
        </ol>
      </nav>
    </div>
  );
}

/** How saving goes, in a word; spoken only where something is wrong. */
export function SavingNote<Choice>({ desk }: { desk: Desk<Choice> }) {
  const words = useComputed(() => savingWords(desk.saving.value, desk.unsaved.value));
  const quiet = desk.saving.value.state === "saved" || desk.saving.value.state === "saving";
  return (
    <>
      <span class={`saving ${desk.saving.value.state}`} data-saving={desk.saving.value.state}>
        {words}
      </span>
      <span class="visually-hidden" role="status">{quiet ? "" : words}</span>
      {desk.full.value && (
        <span class="tag danger" role="alert">
          This device has no room: stay online until all is saved
        </span>
      )}
    </>
  );
}

function savingWords(saving: Saving, unsaved: number): string {
  switch (saving.state) {
    case "saved":
      return "Saved";
    case "saving":
      return "Saving…";
    case "offline":
      return unsaved > 0 ? `Offline: ${unsaved} kept on this device` : "Offline";
    case "refused":
      return "Not saved";
  }
}

/** What the database did not take, and what can be done. */
export function Refused<Choice>({ desk }: { desk: Desk<Choice> }) {
  const sure = useSignal(false);
  const { value: saving } = desk.saving;
  if (saving.state !== "refused") return null;
  return (
    <div class="note danger refused" role="alert">
      <p>
        <strong>
          {desk.unsaved.value === 1 ? "One change was" : `${desk.unsaved.value} changes were`}{" "}
          not saved.
        </strong>{" "}
        {saving.error.message} What you see holds them; they are on this device only.
      </p>
      {saving.error.errors && (
        <ul>
          {saving.error.errors.map(({ path, message }) => <li key={path}>{path}: {message}</li>)}
        </ul>
      )}
      <div class="actions">
        {sure.value
          ? (
            <>
              <Button kind="danger" onClick={() => void desk.discard()}>Yes, give them up</Button>
              <Button onClick={() => sure.value = false}>Keep them</Button>
            </>
          )
          : <Button onClick={() => sure.value = true}>Show what is saved instead</Button>}
      </div>
    </div>
  );
}
