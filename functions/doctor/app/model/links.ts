// Doctors who want to be placed together, as one of the two sees it.

/** How their lines are to fit. */
export type Fit = "same_hospital" | "ranked_lines" | "line_pairs";

/** A line for oneself, and one for the other; ids. */
export interface Pair {
  own: string;
  other: string;
}

/** A link as `my_links()` says it. */
export interface Link {
  link: string;
  state: "asked" | "agreed" | "declined" | "ended";
  asked_by_me: boolean;
  /** It is the doctor's turn to agree. */
  waits_for_me: boolean;
  /** Name, or the address that was typed as long as its owner has not answered. */
  partner: string;
  fit: Fit;
  line_pairs: Pair[];
  changed_at: string;
  /** Whether the match that gave the released result went by it; null where none is released. Missing in older answers. */
  matched?: boolean | null;
}

/** How it stands, in words. @param writable whether what waits can be agreed to yet */
export function linkState({ state, asked_by_me, waits_for_me }: Link, writable: boolean): string {
  switch (state) {
    case "agreed":
      return "You both agreed";
    case "declined":
      return asked_by_me ? "They said no" : "You said no";
    case "ended":
      return "Ended";
    case "asked":
      if (!writable) return "Not agreed by both";
      return waits_for_me ? "Waits for you" : "Waits for the other";
  }
}

/** What became of what both agreed to. @param matched see {@link Link} */
export function matchedWords(matched: boolean): string {
  return matched
    ? "The match went by this: it gave you two lines that fit."
    : "The match did not go by this: your medical workforce unit decides that.";
}

/** Those that stand and those that are over; whether the doctor may ask somebody: they asked nobody, and agreed with nobody. */
export function openLinks(
  links: readonly Link[],
): { open: Link[]; over: Link[]; mayAsk: boolean } {
  const stands = ({ state }: Link) => state === "asked" || state === "agreed";
  const open = links.filter(stands);
  return {
    open,
    over: links.filter((link) => !stands(link)),
    mayAsk: !open.some(({ asked_by_me, state }) => asked_by_me || state === "agreed"),
  };
}
