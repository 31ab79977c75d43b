// The form's state: what is typed, what is saved, and what to say where another tab or person changed it meanwhile.

import { computed, signal } from "@preact/signals";
import type { ConstraintCatalogue, PlannerForm } from "../../../../shared/client/mod.ts";
import { randomId } from "../../../../shared/client/random_id.ts";
import { type Draft, draftOf, sameDraft, sameRules } from "./draft.ts";
import type { DraftStore, Kept } from "./draft_store.ts";

/** The form of one allocation run, in one tab. */
export class Editor {
  readonly draft = signal<Draft>(null!);
  readonly #saved = signal<Draft>(null!);
  /** What another tab typed without having seen what was typed here. */
  readonly other = signal<Kept | null>(null);
  /** The saved rules changed since the draft was begun. */
  readonly moved = signal(false);
  /** Whether the browser keeps what is typed. */
  readonly kept = signal(true);
  /** Whether the form differs from what is saved. */
  readonly changed = computed(() => !sameDraft(this.draft.value, this.#saved.value));
  #form: PlannerForm;
  #base: PlannerForm["constraints"];
  /** Rules that a run of ours stores when it has written its lines. */
  #awaited: PlannerForm["constraints"] | null = null;
  /** Version of the draft that this tab shows; empty: what is saved. */
  #version = "";
  readonly #stop: () => void;

  constructor(
    form: PlannerForm,
    readonly catalogue: ConstraintCatalogue,
    private readonly store: DraftStore,
  ) {
    this.#form = form;
    this.#base = form.constraints;
    this.#saved.value = this.draft.value = draftOf(form, catalogue);
    const kept = store.read();
    if (kept) this.#take(kept);
    this.#stop = store.onOther((kept) => this.#heard(kept));
  }

  stop(): void {
    this.#stop();
  }

  /** Something was typed. */
  edit(patch: Partial<Draft>): void {
    this.draft.value = { ...this.draft.value, ...patch };
    this.#keep();
  }

  /** The allocation run or its last run was read again. What was typed stays. */
  refresh(form: PlannerForm): void {
    // Who types what is saved already has typed it all the same.
    const untouched = this.#version === "";
    this.#form = form;
    if (this.#awaited && sameRules(this.#awaited, form.constraints, this.catalogue)) {
      this.#base = form.constraints;
      this.#awaited = null;
    }
    this.#saved.value = draftOf(form, this.catalogue);
    if (untouched) this.#adoptSaved();
    else {
      this.moved.value = !sameRules(this.#base, form.constraints, this.catalogue);
      // What was typed has been saved meanwhile: nothing is left to keep.
      if (!this.changed.value) this.#adoptSaved();
    }
  }

  /** Back to what is saved. */
  discard(): void {
    this.#adoptSaved();
  }

  /** Keeps what is typed here although something else was saved, or typed in another tab (which keeps its own). */
  keepMine(): void {
    this.other.value = null;
    this.moved.value = false;
    this.#base = this.#form.constraints;
    this.#keep();
  }

  /** Takes what the other tab typed. */
  takeOther(): void {
    if (this.other.value) this.#take(this.other.value);
  }

  /** Whether the rules are to be saved, and in whose place. */
  get saving(): { saveConstraints: boolean; seenConstraints?: PlannerForm["constraints"] } {
    const { saveRules } = this.draft.value;
    return { saveConstraints: saveRules, ...saveRules && { seenConstraints: this.#base } };
  }

  /** A run was accepted that stores these rules on the allocation run with its lines: that change will be our own. */
  willStore(constraints: PlannerForm["constraints"]): void {
    this.#awaited = constraints;
  }

  #adoptSaved(): void {
    this.#base = this.#form.constraints;
    this.draft.value = this.#saved.value;
    this.moved.value = false;
    this.other.value = null;
    this.#version = "";
    this.store.clear();
  }

  #take({ draft, base, version }: Kept): void {
    this.draft.value = { ...this.#saved.value, ...draft };
    this.#base = base;
    this.#version = version;
    this.other.value = null;
    this.moved.value = this.changed.value &&
      !sameRules(base, this.#form.constraints, this.catalogue);
  }

  /** Another tab wrote: on top of what stands here, or past it. */
  #heard(kept: Kept | null): void {
    if (!kept) {
      this.#version = "";
      this.draft.value = this.#saved.value;
    } else if (kept.after === this.#version || sameDraft(kept.draft, this.draft.value)) {
      this.#take(kept);
    } else {
      this.other.value = kept;
    }
  }

  #keep(): void {
    const after = this.#version;
    this.#version = randomId();
    this.kept.value = this.store.write({
      draft: this.draft.value,
      base: this.#base,
      at: new Date().toISOString(),
      version: this.#version,
      after,
    });
  }
}
