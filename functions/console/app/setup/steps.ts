// The way from an empty service to a released result: each step, whether it is done, and which one comes next.

import type { SetupProgress } from "../../../../shared/client/mod.ts";
import { count, plural } from "../ui/format.ts";

/** A step of the way. */
export interface Step {
  /** In the address, and of the part of the page. */
  key: string;
  title: string;
  /** What it is for, and how it comes: said while there is nothing. */
  about: string;
  /** What is there. */
  state: string;
  done: boolean;
  /** The year can be run without it. */
  optional: boolean;
  /** A page of its own: where it is done; null: here. */
  page: string | null;
}

/** The steps in their order. @param terms how many the year has */
export function stepsOf(progress: SetupProgress, terms: number): Step[] {
  const p = progress;
  const step = (
    key: string,
    title: string,
    about: string,
    state: string,
    done: boolean,
    { optional = false, page = null }: { optional?: boolean; page?: string | null } = {},
  ): Step => ({ key, title, about, state, done, optional, page });
  return [
    step(
      "service",
      "Service and members",
      "Who plans with you. They are invited by e-mail address, and join when they sign in with it.",
      `${plural(p.members, "member")}${
        p.invitations > 0 ? `, ${count(p.invitations)} invited` : ""
      }`,
      p.members + p.invitations > 1,
      { optional: true },
    ),
    step(
      "year",
      "Year and terms",
      "How many terms the year has, how long they are and when it begins.",
      plural(terms, "term"),
      terms > 0,
    ),
    step(
      "positions",
      "Positions and posts",
      "Hospitals, teams and the positions that job lines are made of, with their posts in each term. Import a spreadsheet, paste, or add one by one.",
      p.positionsHere > 0
        ? `${plural(p.positionsHere, "position")}, ${postsInWords(p.posts)}`
        : "none yet",
      p.positionsHere > 0,
    ),
    step(
      "affinities",
      "Affinities",
      "Which specialties go well together in one line. The profile that comes with Receptor is used unless you import your own.",
      `${p.affinityProfile.name}${
        p.unknownSpecialties.length > 0
          ? `, ${plural(p.unknownSpecialties.length, "specialty", "specialties")} it does not know`
          : ""
      }`,
      p.specialties.length > 0 && p.unknownSpecialties.length === 0,
      { optional: true },
    ),
    step(
      "lines",
      "Job lines",
      "Generate them by the rules of your state, import a roster that you have, or add them by hand.",
      p.lines > 0 ? plural(p.lines, "line") : "none yet",
      p.lines > 0,
      { page: "generate" },
    ),
    step(
      "doctors",
      "Doctors and tags",
      "Who takes part, with e-mail addresses and qualifications. Import a spreadsheet, or add them one by one.",
      p.doctors > 0 ? plural(p.doctors, "doctor") : "none yet",
      p.doctors > 0,
    ),
    step(
      "places",
      "Places",
      "How many doctors may take a line, and which lines must have one.",
      p.lines > 0
        ? `${plural(p.places, "place")} for ${plural(p.doctors, "doctor")}${
          p.mustHave > 0 ? `, ${count(p.mustHave)} must have` : ""
        }`
        : "no lines yet",
      p.lines > 0 && p.doctors > 0 && p.places >= p.doctors,
    ),
    step(
      "eligibility",
      "Eligibility",
      "Which lines ask for a qualification or leave somebody out. A line without a rule is open to everybody.",
      p.eligibility > 0
        ? `${plural(p.eligibility, "line")} with rules`
        : "every line is open to everybody",
      p.eligibility > 0,
      { optional: true },
    ),
    step(
      "departments",
      "Departments",
      "Departments and supervisors who rank the doctors for their lines, with their caps; and weightings.",
      p.preferencers > 0
        ? `${plural(p.preferencers, "department")}, ${plural(p.rankedDoctors, "doctor")} ranked`
        : "none yet",
      p.preferencers > 0,
      { optional: true },
    ),
    step(
      "wishes",
      "Doctors' wishes",
      "Doctors rank the lines on their own page while the window is open; or import what they sent you.",
      p.wishes === null
        ? "the window is open: they are the doctors' own"
        : p.wishes > 0
        ? `${count(p.wishes)} of ${plural(p.doctors, "doctor")}`
        : "none yet",
      p.wishes === null || p.wishes > 0,
    ),
    step(
      "match",
      "Match and release",
      "Who gets which line; finalise the result, and release it to the doctors.",
      p.released > 0
        ? "released"
        : p.finalised > 0
        ? "finalised"
        : p.matches > 0
        ? plural(p.matches, "match", "matches")
        : "not yet",
      p.released > 0,
      { page: "match" },
    ),
  ];
}

function postsInWords(posts: readonly number[]): string {
  return new Set(posts).size === 1
    ? `${plural(posts[0], "post")} in each term`
    : `${posts.map((each) => count(each)).join(", ")} posts by term`;
}

/** The step that comes next: the first that is needed and not done; undefined: all is done. */
export function nextStep(steps: readonly Step[]): Step | undefined {
  return steps.find(({ done, optional }) => !done && !optional);
}
