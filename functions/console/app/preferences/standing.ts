// How far doctors are, in words and figures.

import type { DoctorProgress } from "../../../../shared/client/mod.ts";
import { finderOf } from "../ui/search.ts";

/** The right to read what doctors wish while their window is open; nobody has it unless a manager gives it. */
export const EARLY = "preferences.viewBeforeClose";

/** What a list of doctors may be narrowed to. */
export const SHOWN = {
  all: "all",
  "not-invited": "not invited",
  "not-begun": "not begun",
  "not-submitted": "not submitted",
  changed: "changed since submitting",
  locked: "locked",
  withdrawn: "withdrawn",
} as const;

/** A key of {@link SHOWN}. */
export type Shown = keyof typeof SHOWN;

/** A filter that an address names; all where it names none. */
export function shownOf(name: string | null): Shown {
  return name !== null && Object.hasOwn(SHOWN, name) ? name as Shown : "all";
}

const FITS: Record<Shown, (doctor: DoctorProgress) => boolean> = {
  all: () => true,
  "not-invited": ({ invitedAt, withdrawnAt }) => !withdrawnAt && invitedAt === null,
  "not-begun": ({ begunAt, withdrawnAt }) => !withdrawnAt && begunAt === null,
  "not-submitted": ({ submittedAt, withdrawnAt }) => !withdrawnAt && submittedAt === null,
  changed: ({ changedSinceSubmit, withdrawnAt }) => !withdrawnAt && changedSinceSubmit,
  locked: ({ lockedAt }) => lockedAt !== null,
  withdrawn: ({ withdrawnAt }) => withdrawnAt !== null,
};

/** Doctors whose name or address has the words, and who fit the filter. */
export function narrowed(
  doctors: readonly DoctorProgress[],
  words: string,
  shown: Shown,
): DoctorProgress[] {
  const isFound = finderOf(words);
  return doctors.filter((doctor) => FITS[shown](doctor) && isFound(doctor.name, doctor.email));
}

/** One word for how far a doctor is. */
export function standing(doctor: DoctorProgress): string {
  if (doctor.withdrawnAt) return "withdrawn";
  if (doctor.changedSinceSubmit) return "changed since submitting";
  if (doctor.submittedAt) return "submitted";
  if (doctor.begunAt) return "begun";
  return doctor.invitedAt ? "invited" : "not invited";
}

/** How many of those who take part are how far. */
export function tally(doctors: readonly DoctorProgress[]) {
  const there = doctors.filter(({ withdrawnAt }) => withdrawnAt === null);
  const of = (fits: (doctor: DoctorProgress) => unknown) => there.filter(fits).length;
  return {
    doctors: there.length,
    invited: of(({ invitedAt }) => invitedAt),
    begun: of(({ begunAt }) => begunAt),
    submitted: of(({ submittedAt }) => submittedAt),
    withdrawn: doctors.length - there.length,
  };
}
