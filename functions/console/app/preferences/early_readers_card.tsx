// Who may read what doctors wish before the window closes: nobody, unless a manager gives a member the right and says why.

import { useSignal } from "@preact/signals";
import {
  createSetupClient,
  type GrantedRight,
  type Member,
} from "../../../../shared/client/mod.ts";
import { useLoad } from "../data/load.ts";
import type { PageContext } from "../page.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { ReasonField, SelectField } from "../ui/field.tsx";
import { dateTime } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import { firstFault, useSaving } from "../setup/saving.ts";
import { EARLY } from "./standing.ts";

/** What is asked about. */
type Asked = { gives: Member[] } | { takes: GrantedRight };

/** Who may, and for whoever manages the members, who could be let. */
function useReaders({ supabase, org, rights }: PageContext) {
  return useLoad(async () => {
    const setup = createSetupClient(supabase);
    const [granted, members] = await Promise.all([
      setup.grantedRights(org.id),
      rights.has("org.manage") ? setup.members(org.id) : [],
    ]);
    const readers = granted.filter(({ rightName }) => rightName === EARLY);
    const has = new Set(readers.map(({ userId }) => userId));
    return {
      readers,
      others: members.filter(({ userId, role }) =>
        userId !== null && !has.has(userId) && (role === "manager" || role === "viewer")
      ),
    };
  }, [org.id]);
}

/** See above. Who may see the match sees it; managers of the members change it. */
export function EarlyReadersCard({ context }: { context: PageContext }) {
  const mayManage = context.rights.has("org.manage");
  const asks = useSignal<Asked | null>(null);
  const load = useReaders(context);
  return (
    <section class="card" aria-label="Early readers">
      <header>
        <h2>Who reads wishes before the window closes</h2>
      </header>
      <div class="body stack">
        <p class="small quiet">
          Members see who has begun and submitted, and how many lines, never which. A manager can
          let a member read wishes early, for a reason that stands in the log. Doctors are told how
          many members may.
        </p>
        <Loaded load={load} what="who may read early">
          {({ readers, others }) => (
            <>
              {readers.length === 0 ? <p>Nobody.</p> : (
                <Readers
                  readers={readers}
                  onTake={mayManage ? (takes) => asks.value = { takes } : null}
                />
              )}
              {mayManage && (
                <div class="row">
                  <Button
                    disabled={others.length === 0}
                    onClick={() => asks.value = { gives: others }}
                  >
                    Let a member read early…
                  </Button>
                </div>
              )}
            </>
          )}
        </Loaded>
      </div>
      {asks.value && (
        <Change
          context={context}
          asked={asks.value}
          onClose={() => asks.value = null}
          onDone={load.reload}
        />
      )}
    </section>
  );
}

function Readers({ readers, onTake }: {
  readers: GrantedRight[];
  onTake: ((right: GrantedRight) => void) | null;
}) {
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label="Members who read early">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Member</th>
            <th scope="col">Why</th>
            <th scope="col">Given by</th>
            <th scope="col">Since</th>
            {onTake && <th scope="col"></th>}
          </tr>
        </thead>
        <tbody>
          {readers.map((right) => (
            <tr key={right.userId}>
              <th scope="row">{right.email}</th>
              <td>{right.reason}</td>
              <td>{right.grantedBy ?? "an operator"}</td>
              <td class="when">{dateTime(right.grantedAt)}</td>
              {onTake && (
                <td>
                  <Button
                    compact
                    aria-label={`Take back from ${right.email}`}
                    onClick={() => onTake(right)}
                  >
                    Take back…
                  </Button>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Giving and taking back, with what the page knows anew after it. */
function useChange(context: PageContext, asked: Asked, done: () => void) {
  const setup = createSetupClient(context.supabase);
  const member = useSignal("gives" in asked ? asked.gives[0].userId! : asked.takes.userId);
  const reason = useSignal("");
  const saving = useSaving();
  const save = () =>
    saving.run(async () => {
      const why = reason.value.trim(), org = context.org.id;
      if ("gives" in asked) await setup.grantRight(org, member.value, EARLY, why);
      else await setup.revokeRight(org, member.value, EARLY, why || undefined);
      done();
      // One's own rights are the page's as well.
      if (member.value === context.userId) await context.catalogueChanged();
    });
  return { member, reason, saving, save };
}

function Change({ context, asked, onClose, onDone }: {
  context: PageContext;
  asked: Asked;
  onClose: () => void;
  onDone: () => void;
}) {
  const gives = "gives" in asked;
  const { member, reason, saving, save } = useChange(context, asked, () => {
    onClose();
    onDone();
  });
  const fault = firstFault(saving);
  return (
    <Dialog
      title={gives ? "Let a member read wishes early" : "Take the right back"}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="primary"
            busy={saving.busy.value}
            disabled={gives && reason.value.trim() === ""}
            onClick={() => save()}
          >
            {gives ? "Let them read" : "Take back"}
          </Button>
        </>
      }
    >
      <div class="stack">
        {gives
          ? (
            <SelectField
              label="Member"
              value={member.value}
              options={asked.gives.map(({ userId, email, role }) => [
                userId!,
                `${email}, ${role}`,
              ])}
              onChoose={(value) => member.value = value}
            />
          )
          : <p>{asked.takes.email} reads no wishes any more before the window closes.</p>}
        <ReasonField reason={reason} required={gives} />
        {fault && <p class="note danger" role="alert">{fault}</p>}
      </div>
    </Dialog>
  );
}
