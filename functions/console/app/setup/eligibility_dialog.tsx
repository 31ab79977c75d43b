// Who may take a line, as it is typed.

import { useMemo } from "preact/hooks";
import { entryList, typedEntries } from "../../../../shared/exchange/entry_list.ts";
import { formOf, useTyped } from "../data/typed.ts";
import type { PageContext } from "../page.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/field.tsx";
import { type Basis, changePopulation, type Eligibility, OPEN } from "./population.ts";
import { Said } from "./said.tsx";
import { useSaving } from "./saving.ts";

/** What is said of who may take a line, and what it means. */
export const RULES: readonly [key: keyof Eligibility, label: string, hint: string][] = [
  ["included_tags", "Needs one of the tags", "Who holds one of them may take it."],
  ["excluded_tags", "Not with the tags", "Who holds one of them may not."],
  ["included_workers", "Only doctors", "E-mail addresses; they may take it whatever their tags."],
  ["excluded_workers", "Not doctors", "E-mail addresses; they may not."],
];

interface EligibilityProps {
  context: PageContext;
  line: string;
  /** Undefined: nothing is said of it, and it is open to everybody. */
  own: Eligibility | undefined;
  onClose: () => void;
  onDone: () => void;
}

/** Who may take a line as it is typed, and saving it. */
function useEligibility({ context, line, own, onClose, onDone }: EligibilityProps) {
  const first = () => ({
    texts: Object.fromEntries(RULES.map(([key]) => [key, entryList((own ?? OPEN)[key])])),
    seen: own ? { ...own } : null,
  });
  // With what it was when that was begun: somebody else may change it before it is gone on with.
  const draft = useTyped(formOf(context, `eligibility.${line}`), first);
  const basis = useMemo(
    (): Basis => ({ section: "eligibility", key: line, seen: draft.value.seen }),
    [draft],
  );
  const { texts } = draft.value;
  const saving = useSaving();
  const ended = (then: () => void) => {
    draft.value = first();
    then();
  };
  return {
    texts,
    set: (part: Record<string, string>) =>
      draft.value = { ...draft.value, texts: { ...texts, ...part } },
    saving,
    close: () => ended(onClose),
    save: async () => {
      const eligibility = Object.fromEntries(
        RULES.map(([key]) => [key, typedEntries(texts[key])]),
      );
      const lines = [{ name: line, eligibility }];
      const done = await saving.run(() =>
        changePopulation(context.supabase, context.allocationRun.id, { lines }, basis)
      );
      if (done) ended(onDone);
    },
  };
}

/** Open as long as it is rendered. */
export function EligibilityDialog(props: EligibilityProps) {
  const { texts, set, saving, close, save } = useEligibility(props);
  return (
    <Dialog
      title={`Who may take ${props.line}`}
      onClose={close}
      actions={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button kind="primary" busy={saving.busy.value} onClick={save}>Save</Button>
        </>
      }
    >
      <div class="stack">
        {RULES.map(([key, label, hint]) => (
          <TextField
            key={key}
            label={label}
            hint={`${hint} Separated by commas.`}
            error={saving.fault(key)}
            value={texts[key]}
            onText={(text) => set({ [key]: text })}
          />
        ))}
        <Said saving={saving} fields={RULES.map(([key]) => key)} />
      </div>
    </Dialog>
  );
}
