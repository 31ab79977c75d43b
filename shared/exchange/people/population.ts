// People and wishes of an allocation run as the database's `read_population()` answers them, and how a doctor is found by
// what people write for one.

import { didYouMean, GuessBudget, Guesses } from "../guesses.ts";

/** A doctor by their e-mail address. */
export interface Doctor {
  name: string;
  tags: string[];
  withdrawn?: boolean;
  /** How much of full time they work; absent: all of it. */
  fte?: number;
}

/** What `read_population()` answers; keys of its objects are names, or e-mail addresses of doctors. */
export interface Population {
  allocation_run: {
    id: string;
    name: string;
    status: string;
    starts_on: string;
    term_weeks: number[];
    org: string;
    org_id: string;
    plan: string;
    timezone: string;
  };
  lines: Record<string, { places: number; must_have_workers: boolean; sort_order: number }>;
  doctors: Record<string, Doctor>;
  /** Doctors of the org who do not take part. */
  elsewhere: Record<string, Doctor>;
  tags: string[];
  wishes: Record<string, Record<string, number>>;
  preferencers: Record<string, {
    max_job_lines: number | null;
    max_workers: number | null;
    lines: string[];
    ranks: Record<string, number>;
  }>;
  eligibility: Record<string, {
    included_workers: string[];
    excluded_workers: string[];
    included_tags: string[];
    excluded_tags: string[];
  }>;
  weightings: Record<string, {
    line: string | null;
    workers: string[];
    tags: string[];
    weighting: number;
  }>;
}

/** Lines in their order. */
export function lineNames({ lines }: Population): string[] {
  return Object.entries(lines).sort(([a, x], [b, y]) =>
    x.sort_order - y.sort_order || a.localeCompare(b, "en", { numeric: true })
  ).map(([name]) => name);
}

/** Doctors by name. */
export function doctorsByName({ doctors }: Population): [email: string, doctor: Doctor][] {
  return Object.entries(doctors).sort(([a, x], [b, y]) =>
    x.name.localeCompare(y.name, "en") || a.localeCompare(b)
  );
}

/** "Surname, First name" turned round; any other name as it is. */
export function turned(name: string): string {
  const parts = name.split(",");
  if (parts.length !== 2) return name;
  const [surname, first] = parts.map((part) => part.trim());
  return surname && first ? `${first} ${surname}` : name;
}

/** A name as it is compared: its words in any order and case, without accents and titles. */
function nameKey(name: string): string {
  return turned(name).normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase()
    .replaceAll(/\b(dr|mr|ms|mrs|prof)\b\.?/g, "").split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean).sort().join(" ");
}

/** What became of looking for somebody or something by what a cell says. */
export type Found = { name: string } | {
  fault: { code: string; message: string };
  /** What may have been meant. */
  near?: string | null;
};

function namedIn({ doctors }: Population): Map<string, string[]> {
  const named = new Map<string, string[]>();
  for (const [email, { name }] of Object.entries(doctors)) {
    const key = nameKey(name);
    named.set(key, [...named.get(key) ?? [], email]);
  }
  return named;
}

/** Finds doctors of an allocation run by e-mail address or name. */
export class DoctorFinder {
  /** Addresses by names as they are compared; made when the first one is looked for. */
  #byName: ReadonlyMap<string, string[]> | null = null;
  /** What was looked for before: a doctor stands in as many rows as they have ranks. */
  readonly #found = new Map<string, Found>();
  readonly #addresses: Guesses;
  readonly #names: Guesses;

  /** @param mailDomain for files without addresses: what stands for one is put before this domain */
  constructor(
    private readonly population: Population,
    private readonly mailDomain: string | null,
    budget = new GuessBudget(),
  ) {
    this.#addresses = new Guesses(Object.keys(population.doctors), budget);
    this.#names = new Guesses(Object.values(population.doctors).map(({ name }) => name), budget);
  }

  /** The doctor's e-mail address, by an address, an id of the file, or a name. */
  find(text: string): Found {
    const known = this.#found.get(text);
    if (known) return known;
    const found = this.#look(text);
    this.#found.set(text, found);
    return found;
  }

  #look(text: string): Found {
    const { doctors, elsewhere } = this.population;
    const email = this.address(text);
    if (email !== null) {
      if (Object.hasOwn(doctors, email)) return { name: email };
      if (this.mailDomain === null || text.includes("@")) {
        const there = Object.hasOwn(elsewhere, email)
          ? " of this allocation run; import them as doctors first"
          : "";
        return unknown(
          "UNKNOWN_DOCTOR",
          `is no doctor${there || " of this allocation run"}`,
          text,
          this.#addresses,
        );
      }
    }
    this.#byName ??= namedIn(this.population);
    const found = this.#byName.get(nameKey(text)) ?? [];
    if (found.length === 1) return { name: found[0] };
    if (found.length > 1) {
      return {
        fault: {
          code: "AMBIGUOUS_DOCTOR",
          message: `is the name of ${found.length} doctors (${
            found.slice(0, 3).join(", ")
          }); write the e-mail address`,
        },
      };
    }
    return unknown("UNKNOWN_DOCTOR", "is no doctor of this allocation run", text, this.#names);
  }

  /** The e-mail address that a text stands for, in small letters; null: it is none. */
  address(text: string): string | null {
    if (text.includes("@")) return (DRESSED_EMAIL.exec(text)?.[1] ?? text).toLowerCase();
    if (this.mailDomain === null) return null;
    return `${text.toLowerCase().replaceAll(/[^a-z0-9._-]+/g, ".")}@${this.mailDomain}`;
  }
}

/** An address as mail programs and links write it: "mailto:a@b.example", "<a@b.example>", "A Lim <a@b.example>". */
const DRESSED_EMAIL = /^(?:mailto:|[^<>@]*<)([^<>\s@]+@[^<>\s@]+)>?$/i;

/** Finds names of a list in any case, or says which one may have been meant. */
export class NameFinder {
  readonly #names: ReadonlySet<string>;
  /** Names in small letters; null: of several. */
  readonly #folded = new Map<string, string | null>();
  readonly #guesses: Guesses;

  /** @param code and `what` of the fault of a name that is not there: "is no line of this allocation run" */
  constructor(
    names: readonly string[],
    private readonly code: string,
    private readonly what: string,
    budget = new GuessBudget(),
  ) {
    this.#names = new Set(names);
    for (const name of names) {
      const key = name.toLowerCase();
      this.#folded.set(key, this.#folded.has(key) ? null : name);
    }
    this.#guesses = new Guesses(names, budget);
  }

  find(text: string): Found {
    if (this.#names.has(text)) return { name: text };
    const name = this.#folded.get(text.toLowerCase());
    if (name) return { name };
    const what = this.#names.size === 0 ? `${this.what}: there are none yet` : this.what;
    return unknown(this.code, what, text, this.#guesses);
  }
}

function unknown(code: string, what: string, text: string, guesses: Guesses): Found {
  const near = guesses.nearest(text);
  const shown = JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
  return { fault: { code, message: `${shown} ${what}${didYouMean(near)}` }, near };
}
