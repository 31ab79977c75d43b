// Pages of the search for primes where it is not there for the user.

interface To {
  rights: ReadonlySet<string>;
  features: ReadonlySet<string>;
  org: { name: string };
}

/** Why a page shows nothing; null: it does. @param right to see it @param what it shows, in the plural */
export function closedBecause({ rights, features, org }: To, right: string, what: string) {
  if (!rights.has(right)) return `Only managers and viewers of ${org.name} see ${what}.`;
  if (features.has("prime_search")) return null;
  return "This project does not search for primes. An operator switches it on: deno task ops enable prime_search.";
}

/** The page in its stead. */
export function ClosedPage({ title, note }: { title: string; note: string }) {
  return (
    <div class="page">
      <h1>{title}</h1>
      <p class="note">{note}</p>
    </div>
  );
}
