// Words of the field, explained where they stand: a small button beside the word, for pointer, finger and keyboard alike.

import { useId } from "preact/hooks";

/** What the words mean, each in a sentence or two. */
const WORDS = {
  affinity:
    "How well two specialties go together in one line, from -100 to 100, by the service's " +
    "profile. A line's affinity adds up its terms; more is better.",
  "proven gap": "How far this may be from the best there is, as a proof and not a guess: at 0% " +
    "nothing better exists.",
  bound: "No plan can be worth more than this; proven.",
  "minimum fill":
    "Posts that have to be filled. Where they cannot all be, the plan says which are not.",
  pathway:
    "A training pathway: lines that are kept for it have its positions in its order, or most " +
    "of their terms in them.",
  preferencer: "A department or supervisor who ranks doctors for the lines that it looks after.",
  stability:
    "No doctor and line are left that would both rather have each other than what they got.",
  "blocking pair": "A doctor and a line that would both rather have each other than what they got.",
  eligibility:
    "Who may take a line at all. The first that says something decides: named doctors, " +
    "doctors left out, tags left out, tags that are needed.",
  "must-have": "A line that has to get a doctor, whatever the wishes are.",
  weighting: "Added to how a department ranks a doctor, or all who hold a tag: above 0 they come " +
    "later, below 0 earlier.",
  "mean rank":
    "Of all who are placed. Whoever ranked no such line counts as if it shared the places " +
    "that were left on their list, so that nobody looks better by ranking few.",
  seed: "Decides between what is equally good. The same request with the same seed gives the same.",
  FTE: "Full-time equivalent: 1 is full time, 0.5 half of it. A part-time post makes part-time " +
    "lines, for doctors who work no more.",
  "service term": "Nights, relief and the like: no annual leave is planned in them.",
} as const;

/** A word that is explained. */
export type FieldWord = keyof typeof WORDS;

/**
 * The button and what it says; it stands after the word. Its own name leaves the word out: who looks for a field by its
 * label, with a screen reader's list or by voice, finds the field alone. What it explains is its description.
 */
export function Word({ of }: { of: FieldWord }) {
  const id = useId();
  return (
    <>
      <button
        type="button"
        class="word"
        popovertarget={id}
        aria-label="What this means"
        aria-describedby={`${id}-of`}
      >
        ?
      </button>
      <span class="word-says" id={id} popover="auto" role="note">
        <strong id={`${id}-of`}>{of}</strong> {WORDS[of]}
      </span>
    </>
  );
}
