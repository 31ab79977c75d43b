// The state of the Match page: what is set, the two requests that it makes, and the runs that it follows.

import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { AllocatorRun } from "../../../../shared/client/mod.ts";
import type { PageContext } from "../page.ts";
import { matchEnd } from "../runs/announce.ts";
import { type Asking, useAsking } from "../runs/asking.ts";
import { followMatches, type MatchFollow } from "../runs/match_follow.ts";
import { isUnderWay } from "../runs/run_follow.ts";
import {
  draftOf,
  type MatchDraft,
  MatchDraftStore,
  matchOptions,
  weightsOf,
  whatIfRequest,
  withoutGone,
} from "./draft.ts";
import { type Field, type Match, takingPart } from "./match_data.ts";

/** The latest match and the latest what-if. */
export interface MatchRuns {
  matches: MatchFollow;
  whatIfs: MatchFollow;
}

/** Follows both as long as the page is mounted, and tells of their ends. */
export function useMatchRuns(
  { supabase, allocator, allocationRun, notify }: PageContext,
): MatchRuns {
  const runs = useMemo(() => {
    const tell = (run: AllocatorRun) => {
      const end = matchEnd(run, allocationRun);
      if (end) notify(end);
    };
    const follow = (kind: "match" | "what-if") =>
      followMatches(supabase, allocator, allocationRun.id, kind, tell);
    return { matches: follow("match"), whatIfs: follow("what-if") };
  }, []);
  useEffect(() => () => {
    runs.matches.stop();
    runs.whatIfs.stop();
  }, []);
  return runs;
}

/** What the user may do to the page, and how it stands. */
export interface Workbench {
  draft: ReadonlySignal<MatchDraft>;
  editMatch(patch: Partial<MatchDraft["match"]>): void;
  editWhatIf(patch: Partial<MatchDraft["whatIf"]>): void;
  /** Takes the weights of a what-if into the form of the match. */
  takeWeights(whatIf: AllocatorRun): void;
  asking: Asking<MatchDraft>;
  whatIfAsking: Asking<MatchDraft>;
  mayRun: boolean;
  /** A match or a what-if is under way. */
  busy: boolean;
}

/** @param match the current one, from whose options the form starts and which what-ifs are compared with */
export function useWorkbench(
  context: PageContext,
  { matches, whatIfs }: MatchRuns,
  field: Field,
  match: Match | null,
): Workbench {
  const { draft, editMatch, editWhatIf } = useDraft(context, field, match);
  const { allocator } = context;
  const allocationRun = context.allocationRun.id;
  const asking = useAsking<MatchDraft>({
    send: async (asked, idempotencyKey) => {
      const { isExclusive } = asked.match;
      const options = matchOptions(asked);
      const request = { allocationRun, isExclusive, options, idempotencyKey };
      return (await allocator.allocate(request)).allocatorRunId;
    },
    follow: (id) => matches.follow(id),
  });
  const whatIfAsking = useAsking<MatchDraft>({
    send: async (asked, idempotencyKey) => {
      const baseRun = match!.run.id;
      const request = { allocationRun, baseRun, ...whatIfRequest(asked), idempotencyKey };
      return (await allocator.whatIf(request)).allocatorRunId;
    },
    follow: (id) => whatIfs.follow(id),
  });
  return {
    draft,
    editMatch,
    editWhatIf,
    takeWeights: ({ options }) => editMatch(weightsOf(options)),
    asking,
    whatIfAsking,
    mayRun: context.rights.has("allocator.create"),
    busy: isUnderWay(matches.run.value) || isUnderWay(whatIfs.run.value),
  };
}

/** What is set, kept in the browser. */
function useDraft({ userId, allocationRun }: PageContext, field: Field, match: Match | null) {
  const store = useMemo(() => new MatchDraftStore(userId, allocationRun.id), []);
  const kept = store.read() ?? draftOf(match?.run.options, match?.run.is_exclusive);
  const draft = useSignal(withoutGone(
    kept,
    new Set(takingPart(field).map(({ mapping }) => mapping)),
    new Set(field.lines.map(({ id }) => id)),
  ));
  const edit = (patch: Partial<MatchDraft>) => {
    draft.value = { ...draft.value, ...patch };
    store.write(draft.value);
  };
  const editMatch = (patch: Partial<MatchDraft["match"]>) =>
    edit({ match: { ...draft.value.match, ...patch } });
  const editWhatIf = (patch: Partial<MatchDraft["whatIf"]>) =>
    edit({ whatIf: { ...draft.value.whatIf, ...patch } });
  return { draft, editMatch, editWhatIf };
}
