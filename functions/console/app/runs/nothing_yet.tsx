// What an empty page says: what belongs there, and how it comes. One way for every page.

import type { ComponentChildren } from "preact";
import { hashOf } from "../router.ts";

/** A way to a step of Set up. @param step its key, as `setup/steps.ts` has it */
export function SetUpLink({ allocationRun, step, children }: {
  allocationRun: string;
  step: "positions" | "lines" | "doctors" | "places";
  children: ComponentChildren;
}) {
  return <a href={hashOf("setup", allocationRun, new URLSearchParams({ step }))}>{children}</a>;
}

/** Where there are no job lines. @param children what shows here once there are */
export function NoLinesYet({ allocationRun, children }: {
  allocationRun: string;
  children: ComponentChildren;
}) {
  return (
    <p class="card empty">
      There are no job lines yet. <a href={hashOf("generate", allocationRun)}>Generate them</a>, or
      {" "}
      <SetUpLink allocationRun={allocationRun} step="lines">import a roster</SetUpLink>; {children}
    </p>
  );
}

/** Where nobody takes part. */
export function NoDoctorsYet({ allocationRun }: { allocationRun: string }) {
  return (
    <p class="empty">
      No doctor takes part yet.{" "}
      <SetUpLink allocationRun={allocationRun} step="doctors">Add doctors</SetUpLink>, and they
      appear here.
    </p>
  );
}
