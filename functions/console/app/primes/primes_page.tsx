// Primes: searches with their progress, what they found, a prime with its proof, and what was found by size, time and form.

import { useMemo } from "preact/hooks";
import { createPrimesClient } from "../../../../shared/client/mod.ts";
import type { PageProps } from "../page.ts";
import { closedBecause, ClosedPage } from "../runs/searching.tsx";
import { FindsCard } from "./finds_card.tsx";
import { PlotsCard } from "./plots_card.tsx";
import { PrimeDetail } from "./prime_detail.tsx";
import { SearchForm } from "./search_form.tsx";
import { SearchesCard } from "./searches_card.tsx";
import { usePrimes } from "./use_primes.ts";

/** See `page.ts` for what it receives. `?prime=<number>` shows one prime. */
export function PrimesPage({ context }: PageProps) {
  const { params } = context;
  const note = closedBecause(context, "primeSearch.view", "searches for primes");
  if (note) return <ClosedPage title="Primes" note={note} />;
  const prime = Number(params.get("prime"));
  return Number.isSafeInteger(prime) && prime > 0
    ? <PrimeDetail key={prime} context={context} id={prime} />
    : <Overview context={context} />;
}

function Overview({ context }: PageProps) {
  const client = useMemo(() => createPrimesClient(context.supabase), []);
  const primes = usePrimes(context, client);
  return (
    <div class="page primes-page">
      <h1>Primes</h1>
      {context.rights.has("primeSearch.create") && (
        <SearchForm context={context} client={client} onAsked={primes.asked} />
      )}
      <SearchesCard context={context} client={client} primes={primes} />
      <FindsCard context={context} client={client} version={primes.finds.value} />
      <PlotsCard client={client} version={primes.finds.value} />
    </div>
  );
}
