// One window: its header with the countdown and how saving goes, the steps, and the step that the address names.

import type { ComponentChildren } from "preact";
import { useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { go, hashOf } from "../../console/app/router.ts";
import { Button } from "../../console/app/ui/button.tsx";
import type { Api } from "./api.ts";
import type { Beginning } from "./begin.ts";
import { createDesk } from "./desk.ts";
import type { Keep } from "./keep.ts";
import { type Later, later, LaterPart } from "./later.tsx";
import { afterPaint } from "./after_paint.ts";
import { Countdown, useEnd } from "./parts/countdown.tsx";
import { Refused, SavingNote, useDesk } from "./parts/saving.tsx";
import { WithLines } from "./parts/while_open.tsx";
import { doctorSource } from "./sources.ts";
import { Specialties } from "./steps/specialties.tsx";
import { createWork, type Work, WorkContext } from "./work.ts";

interface Step {
  path: string;
  title: string;
  /** Null: the one that is here from the start. */
  part: Extract<keyof Later, "Lines" | "Rank" | "Submit" | "Result" | "Swap"> | null;
  /** Its heading, of steps that are nothing without a line that the doctor may have. */
  ofLines?: string;
}

const STEPS: readonly Step[] = [
  { path: "wishes", title: "Likes", part: null, ofLines: "What do you like?" },
  { path: "lines", title: "Lines", part: "Lines", ofLines: "Lines" },
  { path: "rank", title: "Order", part: "Rank", ofLines: "Your order" },
  { path: "submit", title: "Submit", part: "Submit" },
  { path: "result", title: "Result", part: "Result" },
  { path: "swap", title: "Swap", part: "Swap" },
];

/** Pages beside the steps. */
const ASIDES = { how: "How", together: "Together" } as const;

/** Whether an address is that of a step, or of a page beside them. */
export function isStep(path: string): boolean {
  return path in ASIDES || STEPS.some((step) => step.path === path);
}

/** The window of a worker mapping, at a step. */
export function WindowPage({ api, beginning, keep, device, workerMapping, step }: {
  api: Api;
  beginning: Beginning;
  keep: Keep;
  device: string;
  workerMapping: string;
  step: string;
}) {
  const desk = useMemo(
    () => createDesk(doctorSource(api, workerMapping, device, beginning), keep),
    [
      workerMapping,
    ],
  );
  const work = useMemo(() => createWork(api, keep, desk), [desk]);
  useDesk(desk);
  const { choice, error } = desk;
  const known = choice.value !== null;
  // What the next steps need is made ready before they come, and again when something was said.
  useSignalEffect(() => {
    void desk.wishes.value;
    return known ? later.value?.prepare(work) : undefined;
  });
  // What the device keeps of a place that is no longer the person's is not shown.
  if (choice.value === null || error.value?.code === "NOT_YOURS") {
    return (
      <main class="main stack">
        {error.value
          ? (
            <div class="note danger row" role="alert">
              <span class="grow">{error.value.message}</span>
              <Button compact onClick={() => desk.refresh()}>Try again</Button>
              <a href="#/list">All windows</a>
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

function Open({ work, workerMapping, step }: { work: Work; workerMapping: string; step: string }) {
  const { window } = work.choice.value;
  useEnd(window.dueDate, () => work.desk.now(), work.end);
  const steps = STEPS.filter(({ path }) =>
    path === "swap"
      ? window.released
      : path !== "result" || window.released || window.takenBack || window.status === "closed"
  );
  const at = steps.findIndex(({ path }) => path === step);
  const shown = steps[at];
  const next = hashOf(steps[at + 1]?.path ?? "submit", workerMapping);
  const main = useFocusOnStep(step);
  const aside = step in ASIDES ? ASIDES[step as keyof typeof ASIDES] : null;
  const { part, ofLines } = aside ? { part: aside } : shown ?? steps[0];
  const content = part === null
    ? <Specialties key={step} next={next} />
    : <LaterPart key={step} name={part} props={{ next }} />;
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
        {ofLines ? <WithLines title={ofLines}>{content}</WithLines> : content}
        <p class="small quiet foot-links no-print">
          <a href={hashOf("together", workerMapping)}>Together with another doctor</a> ·{" "}
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
                onClick={showPressed}
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

/** Shows at once which step was pressed; it is drawn in the frame after that. Links that open elsewhere are the browser's. */
function showPressed(event: MouseEvent): void {
  const link = event.currentTarget as HTMLAnchorElement;
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) {
    return;
  }
  event.preventDefault();
  link.closest("ol")!.querySelector("[aria-current]")?.removeAttribute("aria-current");
  link.setAttribute("aria-current", "step");
  afterPaint(() => go(link.hash, { write: afterPaint }));
}
