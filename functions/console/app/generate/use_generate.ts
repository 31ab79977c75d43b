// The state of the Generate page: the form, its faults, the request on its way, and what the run's card may ask for.

import { type ReadonlySignal, useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type {
  ConstraintCatalogue,
  GenerateRequest,
  Losses,
  PlannerForm,
  SetupProgress,
} from "../../../../shared/client/mod.ts";
import type { PageContext } from "../page.ts";
import { hashOf } from "../router.ts";
import { type Asking, isLost, useAsking } from "../runs/asking.ts";
import { isUnderWay } from "../runs/run_follow.ts";
import { type Draft, faultOfServer, knownFaults, relaxed, requestOf } from "./draft.ts";
import { DraftStore } from "./draft_store.ts";
import { Editor } from "./editor.ts";
import type { RunActions } from "./run_panel.tsx";
import type { NamedPosition } from "./schema_control.tsx";
import type { Fault } from "./typed.ts";

/** What the page reads when it opens. */
export interface Opening {
  form: PlannerForm;
  catalogue: ConstraintCatalogue;
  positions: NamedPosition[];
  /** Pinned lines. */
  locked: number;
  /** What is set up, and what the affinity profile knows of it; null where that is not told. */
  progress: SetupProgress | null;
}

/** What a press of Generate asks for. */
type Request = Omit<GenerateRequest, "allocationRun" | "idempotencyKey">;

/** The form and what can be done with it. */
export interface Generating {
  editor: Editor;
  faults: ReadonlySignal<Fault[]>;
  asking: Asking<Request>;
  /** What would go out of sight by the last request, which waits for a yes; null where none does. */
  losses: ReadonlySignal<Losses | null>;
  /** Sends that request with the yes and why, or leaves it. */
  decide(yes: boolean, reason?: string): void;
  edit(patch: Partial<Draft>): void;
  /** Asks for a run by what the form says, or shows what is wrong in it. */
  generate(): void;
  /** Whether the user may generate lines at all, and the allocation run is closed. */
  mayCreate: boolean;
  closed: boolean;
  actions: RunActions;
}

/**
 * @param onFault told when what is typed cannot be sent
 * @param onStale told when what the page had read may be out of date
 */
export function useGenerate(
  context: PageContext,
  opening: Opening,
  { onFault, onStale }: { onFault: () => void; onStale: () => void },
): Generating {
  const { catalogue } = opening;
  const editor = useEditor(context, opening);
  const faults = useSignal<Fault[]>([]);
  const { asking, losses, decide } = useRequest(context, editor, (found) => {
    faults.value = found;
    onStale();
  });
  const check = () => {
    const { faults: formal, ...request } = requestOf(editor.draft.value, catalogue);
    const { form, locked } = opening;
    const known = knownFaults(editor.draft.value, request.constraints, form, locked);
    return { request, faults: [...formal, ...known] };
  };
  const edit = (patch: Partial<Draft>) => {
    editor.edit(patch);
    if (faults.value.length > 0) {
      faults.value = check().faults;
    }
  };
  const generate = () => {
    if (asking.sending.value) return;
    const { request, faults: found } = check();
    faults.value = found;
    asking.dismiss();
    if (found.length > 0) onFault();
    else void asking.ask({ ...request, ...editor.saving });
  };
  const mayCreate = context.rights.has("allocationPlanner.create");
  const closed = opening.form.allocationRun.status === "closed";
  const mayAsk = mayCreate && !closed && !asking.sending.value &&
    !isUnderWay(context.plannerRun.value);
  const editAndGenerate = (patch: Partial<Draft>) => {
    edit(patch);
    generate();
  };
  const actions = {
    ...actionsOf(context, editor, editAndGenerate),
    cancel: mayCreate ? (id: string) => context.planner.cancel(id) : null,
    again: generate,
    mayAsk,
  };
  return { editor, faults, asking, losses, decide, edit, generate, mayCreate, closed, actions };
}

function useEditor({ userId, allocationRun }: PageContext, { form, catalogue }: Opening): Editor {
  const editor = useMemo(
    () => new Editor(form, catalogue, new DraftStore(userId, allocationRun.id)),
    [],
  );
  useEffect(() => () => editor.stop(), []);
  useEffect(() => editor.refresh(form), [form]);
  return editor;
}

/** @param onRefused told of the faults that the server found, at the form's fields */
function useRequest(
  context: PageContext,
  editor: Editor,
  onRefused: (faults: Fault[]) => void,
): Pick<Generating, "asking" | "losses" | "decide"> {
  const { planner, allocationRun } = context;
  const waiting = useSignal<{ losses: Losses; request: Request } | null>(null);
  const asking = useAsking<Request>({
    send: async (request, idempotencyKey) => {
      const asked = { ...request, allocationRun: allocationRun.id, idempotencyKey };
      const { plannerRunId } = await planner.generate(asked);
      // A dry run stores nothing.
      if (request.saveConstraints && !request.options?.dryRun) {
        editor.willStore(request.constraints ?? []);
      }
      return plannerRunId;
    },
    follow: (id) => context.followPlannerRun(id),
    failed: (failure, request) => {
      if (isLost(failure)) context.findPlannerRun();
      if (failure.losses) waiting.value = { losses: failure.losses, request };
      const { constraints = [] } = request;
      onRefused((failure.errors ?? []).map((each) => faultOfServer(each, constraints)));
    },
  });
  const decide = (yes: boolean, reason?: string) => {
    const asked = waiting.value;
    waiting.value = null;
    asking.dismiss();
    if (yes && asked) void asking.ask({ ...asked.request, acceptLosses: true, reason });
  };
  return { asking, losses: useComputed(() => waiting.value?.losses ?? null), decide };
}

/** What is offered where a request is impossible: the form is changed and sent again. */
function actionsOf(
  { allocationRun }: PageContext,
  editor: Editor,
  editAndGenerate: (patch: Partial<Draft>) => void,
): Pick<RunActions, "relax" | "askFor" | "acceptFewer" | "rosterLink"> {
  return {
    relax: (rule, value, lines) =>
      editAndGenerate({
        ...relaxed(editor.draft.value, editor.catalogue, rule, value),
        ...lines !== undefined && { nJobLines: String(lines) },
      }),
    askFor: (lines) => editAndGenerate({ nJobLines: String(lines) }),
    acceptFewer: () => editAndGenerate({ allowPartial: true }),
    rosterLink: hashOf("roster", allocationRun.id),
  };
}
