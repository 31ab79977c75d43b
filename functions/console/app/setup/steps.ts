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

/** What is said of a step, and told by how far the set-up is. */
interface Template extends Pick<Step, "key" | "title" | "about"> {
  state(progress: SetupProgress, terms: number): string;
  done(progress: SetupProgress, terms: number): boolean;
  optional?: boolean;
  page?: string;
}

const STEPS: readonly Template[] = [
  {
    key: "service",
    title: "Service and members",
    about:
      "Who plans with you. They are invited by e-mail address, and join when they sign in with it.",
    state: ({ members, invitations }) =>
      `${plural(members, "member")}${invitations > 0 ? `, ${count(invitations)} invited` : ""}`,
    done: ({ members, invitations }) => members + invitations > 1,
    optional: true,
  },
  {
    key: "year",
    title: "Year and terms",
    about: "How many terms the year has, how long they are and when it begins.",
    state: (_, terms) => plural(terms, "term"),
    done: (_, terms) => terms > 0,
  },
  {
    key: "positions",
    title: "Positions and posts",
    about:
      "Hospitals, teams and the positions that job lines are made of, with their posts in each term. Import a spreadsheet, paste, or add one by one.",
    state: ({ positionsHere, posts }) =>
      positionsHere > 0
        ? `${plural(positionsHere, "position")}, ${postsInWords(posts)}`
        : "none yet",
    done: ({ positionsHere }) => positionsHere > 0,
  },
  {
    key: "affinities",
    title: "Affinities",
    about:
      "Which specialties go well together in one line. The profile that comes with Receptor is used unless you import your own.",
    state: ({ affinityProfile, unknownSpecialties: { length: unknown } }) =>
      `${affinityProfile.name}${
        unknown > 0 ? `, ${plural(unknown, "specialty", "specialties")} it does not know` : ""
      }`,
    done: ({ specialties, unknownSpecialties }) =>
      specialties.length > 0 && unknownSpecialties.length === 0,
    optional: true,
  },
  {
    key: "lines",
    title: "Job lines",
    about:
      "Generate them by the rules of your state, import a roster that you have, or add them by hand.",
    state: ({ lines }) => lines > 0 ? plural(lines, "line") : "none yet",
    done: ({ lines }) => lines > 0,
    page: "generate",
  },
  {
    key: "doctors",
    title: "Doctors and tags",
    about:
      "Who takes part, with e-mail addresses and qualifications. Import a spreadsheet, or add them one by one.",
    state: ({ doctors }) => doctors > 0 ? plural(doctors, "doctor") : "none yet",
    done: ({ doctors }) => doctors > 0,
  },
  {
    key: "places",
    title: "Places",
    about: "How many doctors may take a line, and which lines must have one.",
    state: ({ lines, places, doctors, mustHave }) =>
      lines > 0
        ? `${plural(places, "place")} for ${plural(doctors, "doctor")}${
          mustHave > 0 ? `, ${count(mustHave)} must have` : ""
        }`
        : "no lines yet",
    done: ({ lines, places, doctors }) => lines > 0 && doctors > 0 && places >= doctors,
  },
  {
    key: "eligibility",
    title: "Eligibility",
    about:
      "Which lines ask for a qualification or leave somebody out. A line without a rule is open to everybody.",
    state: ({ eligibility }) =>
      eligibility > 0
        ? `${plural(eligibility, "line")} with rules`
        : "every line is open to everybody",
    done: ({ eligibility }) => eligibility > 0,
    optional: true,
  },
  {
    key: "departments",
    title: "Departments",
    about:
      "Departments and supervisors who rank the doctors for their lines, with their caps; and weightings.",
    state: ({ preferencers, rankedDoctors }) =>
      preferencers > 0
        ? `${plural(preferencers, "department")}, ${plural(rankedDoctors, "doctor")} ranked`
        : "none yet",
    done: ({ preferencers }) => preferencers > 0,
    optional: true,
  },
  {
    key: "wishes",
    title: "Doctors' wishes",
    about:
      "Doctors rank the lines on their own page while the window is open; or import what they sent you.",
    state: ({ wishes, doctors }) =>
      wishes === null
        ? "the window is open: they are the doctors' own"
        : wishes > 0
        ? `${count(wishes)} of ${plural(doctors, "doctor")}`
        : "none yet",
    done: ({ wishes }) => wishes === null || wishes > 0,
  },
  {
    key: "match",
    title: "Match and release",
    about: "Who gets which line; finalise the result, and release it to the doctors.",
    state: ({ released, finalised, matches }) =>
      released > 0
        ? "released"
        : finalised > 0
        ? "finalised"
        : matches > 0
        ? plural(matches, "match", "matches")
        : "not yet",
    done: ({ released }) => released > 0,
    page: "match",
  },
];

/** The steps in their order. @param terms how many the year has */
export function stepsOf(progress: SetupProgress, terms: number): Step[] {
  return STEPS.map(({ state, done, optional = false, page = null, ...words }) => ({
    ...words,
    state: state(progress, terms),
    done: done(progress, terms),
    optional,
    page,
  }));
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
