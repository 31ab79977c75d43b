/**
 * How many primes a search is expected to find, before it is worked: candidates are struck out by small primes, and of
 * what is left a share is prime by the density of primes of that size.
 */
import { openSearch } from "./forms/mod.ts";
import type { Search } from "./forms/form.ts";
import type { SearchRequest } from "./engine.ts";
import { primesFrom } from "./sieve/primes.ts";

/** Candidates that are looked at, from so many places of the search. */
const PLACES = 16;
const CANDIDATES_EACH = 64;
/** By primes up to here. */
const SIEVED_TO = 1_000;
/** e^gamma: numbers without factors up to B are prime e^gamma ln B times as often as others (Mertens). */
const E_GAMMA = 1.7810724179901979;

/**
 * Primes (or pairs) that a search will find, about; candidates of fewer than five digits make it too low.
 * @throws PrimeSearchError UNKNOWN_FORM, INVALID_PARAMS
 */
export function expectedFinds(request: SearchRequest): number {
  const search = openSearch(request.form, request.params);
  const count = Math.min(CANDIDATES_EACH, search.size);
  let sum = 0;
  for (let place = 0; place < PLACES; place++) {
    const start = Math.floor((search.size - count) * place / (PLACES - 1));
    sum += share(search, start, count);
  }
  return search.size * sum / PLACES;
}

/** Share of some candidates that is expected to be prime. */
function share(search: Search, start: number, count: number): number {
  const struck = struckOut(search, start, count);
  let expected = 0;
  for (let at = 0; at < count; at++) {
    if (struck[at] === 1) continue;
    const index = start + at;
    const density = E_GAMMA * Math.log(SIEVED_TO) / (Math.LN10 * Math.max(1, search.digits(index)));
    expected += Math.min(1, density) ** search.candidate(index).members.length;
  }
  return expected / count;
}

function struckOut(search: Search, start: number, count: number): Uint8Array {
  const struck = new Uint8Array(count);
  const sieve = search.sieve(start, count);
  if (sieve.by === "candidate") {
    for (let at = 0; at < count; at++) struck[at] = sieve.leastFactor(at, SIEVED_TO) === 0 ? 0 : 1;
    return struck;
  }
  for (const p of primesFrom(2)) {
    if (p > SIEVED_TO) break;
    sieve.strike(p, (offset) => struck[offset] = 1);
  }
  return struck;
}
