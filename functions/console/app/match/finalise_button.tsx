// A match becomes the result. Where it breaks rules as they are now, these are told with whose they are, and set aside for a reason.

import { useSignal } from "@preact/signals";
import { shown } from "../data/query.ts";
import type { PageContext } from "../page.ts";
import { SetAsideCheck } from "../runs/set_aside.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { ReasonField } from "../ui/field.tsx";
import { plural } from "../ui/format.ts";
import type { Names } from "./names.ts";
import { type BrokenRule, brokenRules } from "./published.ts";
import { useDeed } from "./use_deed.ts";

/** What the button and its dialog need. */
interface FinaliseProps {
  context: PageContext;
  matchId: string;
  names: Names;
  done: () => void;
}

/** Finalises a match, and says what came of it. */
async function finalise({ context, matchId }: FinaliseProps, reason?: string) {
  const { placed, unplaced } = await context.allocator.finalise(
    matchId,
    [],
    reason,
    reason !== undefined,
  );
  const without = unplaced > 0 ? `, ${plural(unplaced, "doctor")} without a line` : "";
  return {
    title: "The match is finalised",
    message: `${plural(placed, "doctor")} placed${without}. Nobody sees it before the release.`,
  };
}

/** See above. */
export function FinaliseButton({ label, ...props }: FinaliseProps & { label: string }) {
  const { busy, run } = useDeed(props.context, props.done);
  const broken = useSignal<BrokenRule[]>([]);
  const press = () =>
    run(async () => {
      try {
        return await finalise(props);
      } catch (error) {
        broken.value = brokenRules(shown(error).errors ?? []);
        if (broken.value.length === 0) throw error;
        return null;
      }
    });
  return (
    <>
      <Button compact busy={busy.value} onClick={() => press()}>{label}</Button>
      {broken.value.length > 0 && (
        <BrokenRules
          {...props}
          broken={broken.value}
          onClose={() => broken.value = []}
        />
      )}
    </>
  );
}

function BrokenRules({ broken, onClose, ...props }: FinaliseProps & {
  broken: BrokenRule[];
  onClose: () => void;
}) {
  const { busy, run } = useDeed(props.context, props.done);
  const reason = useSignal("");
  const override = useSignal(false);
  const press = async () => {
    if (await run(() => finalise(props, reason.value.trim()))) onClose();
  };
  return (
    <Dialog
      title="The match breaks rules as they are now"
      onClose={onClose}
      actions={
        <Button
          kind="primary"
          busy={busy.value}
          disabled={!override.value || reason.value.trim() === ""}
          onClick={() => press()}
        >
          Finalise all the same
        </Button>
      }
    >
      <div class="stack">
        <p class="small">
          They were changed since it was made. Match again, or set them aside: lines can be
          corrected by hand afterwards.
        </p>
        <ul class="small">
          {broken.map(({ worker, message }) => (
            <li key={`${worker} ${message}`}>
              {worker && `${props.names.doctor(worker)}: `}
              {message}
            </li>
          ))}
        </ul>
        <ReasonField reason={reason} required />
        <SetAsideCheck
          override={override.value}
          onOverride={(checked) => override.value = checked}
        />
      </div>
    </Dialog>
  );
}
