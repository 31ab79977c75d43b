/**
 * How many primes a search is expected to find, before it is worked: candidates are struck out by small primes, and of
 * what is left a share is prime by the density of primes of that size.
 */
import type { SearchRequest } from "./engine.ts";
import type { Search } from "./forms/form.ts";
import { openSearch } from "./forms/mod.ts";
import { type Sample, SAMPLE_SIEVED_TO, sampleOf } from "./sample.ts";

/** e^gamma: numbers without factors up to B are prime e^gamma ln B times as often as others (Mertens). */
const E_GAMMA = 1.7810724179901979;

/**
 * Primes (or pairs) that a search will find, about; candidates of fewer than five digits make it too low.
 * @throws PrimeSearchError UNKNOWN_FORM, INVALID_PARAMS
 */
export function expectedFinds(request: SearchRequest): number {
  const search = openSearch(request.form, request.params);
  return search.size *
    sampleOf(search).reduce((sum, sample) => sum + sample.weight * primeShare(search, sample), 0);
}

/** Share of some candidates that is expected to be prime. */
function primeShare(search: Search, { start, struck }: Sample): number {
  let expected = 0;
  struck.forEach((isStruck, at) => {
    if (isStruck === 1) return;
    const index = start + at;
    const ln = Math.LN10 * Math.max(1, search.digits(index));
    const density = Math.min(1, E_GAMMA * Math.log(SAMPLE_SIEVED_TO) / ln);
    expected += density ** search.candidate(index).members.length;
  });
  return expected / struck.length;
}
