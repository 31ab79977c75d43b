// What stands above the form: why it cannot be used, and what was typed and not saved.

import { Button } from "../ui/button.tsx";
import { hashOf } from "../router.ts";
import { dateTime, someOf } from "../ui/format.ts";
import type { Editor } from "./editor.ts";
import type { Opening } from "./use_generate.ts";

/** Why lines cannot be generated here; nothing where they can. */
export function Obstacles({ mayCreate, closed }: { mayCreate: boolean; closed: boolean }) {
  if (closed) {
    return (
      <p class="note warn">
        This allocation run is closed: its lines can no longer be replaced.
      </p>
    );
  }
  if (mayCreate) return null;
  return <p class="note">You can see how lines are generated here, but not generate them.</p>;
}

/** Says before a run begins which affinities it will not count; nothing where all are known. */
export function AffinitiesNote(
  { progress, run }: { progress: Opening["progress"]; run: string },
) {
  if (!progress || progress.unknownSpecialties.length === 0) return null;
  const { specialties, unknownSpecialties, affinityProfile } = progress;
  const none = unknownSpecialties.length === specialties.length;
  return (
    <p class="note warn">
      The affinity profile "{affinityProfile.name}" knows{" "}
      {none ? "none of the specialties" : "not all specialties"} of your positions:{" "}
      {someOf(unknownSpecialties)} {unknownSpecialties.length === 1 ? "counts" : "count"}{" "}
      as 0 with every other{none && ", so that no plan is better than another by it"}.{" "}
      <a href={hashOf("setup", run, new URLSearchParams({ step: "affinities" }))}>
        Rename them, or import a matrix of your own
      </a>.
    </p>
  );
}

/** What the form says about what was typed and not saved. */
export function DraftNotes({ editor, disabled }: { editor: Editor; disabled: boolean }) {
  const other = editor.other.value;
  if (disabled) return null;
  if (other) {
    return (
      <div class="note warn stack" role="alert">
        <span>
          This form was also changed in another tab ({dateTime(other.at)}). Both are kept until you
          choose.
        </span>
        <span class="row">
          <Button compact onClick={() => editor.takeOther()}>Take the other tab's</Button>
          <Button compact onClick={() => editor.keepMine()}>Keep this one</Button>
        </span>
      </div>
    );
  }
  if (editor.moved.value) {
    return (
      <div class="note warn stack" role="alert">
        <span>
          The saved rules of this allocation run were changed since you began to edit. What you
          typed is still here.
        </span>
        <span class="row">
          <Button compact onClick={() => editor.discard()}>Take the saved rules</Button>
          <Button compact onClick={() => editor.keepMine()}>Keep mine</Button>
        </span>
      </div>
    );
  }
  return editor.changed.value ? <Unsaved editor={editor} /> : null;
}

function Unsaved({ editor }: { editor: Editor }) {
  return (
    <div class="note row small">
      <span class="grow">
        {editor.kept.value
          ? "Unsaved changes, kept in this browser until you generate or discard them."
          : "Unsaved changes. This browser cannot keep them: do not close the page."}
      </span>
      <Button kind="plain" compact onClick={() => editor.discard()}>Discard changes</Button>
    </div>
  );
}
