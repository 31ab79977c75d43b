// All primes that were found, filtered and page by page; new ones come as they are found.

import { batch, useSignal } from "@preact/signals";
import type { Prime, PrimeFilter, PrimesClient } from "../../../../shared/client/mod.ts";
import { useLoad } from "../data/load.ts";
import type { PageContext } from "../page.ts";
import { Button } from "../ui/button.tsx";
import { Choice, Search } from "../ui/filters.tsx";
import { count, dateTime, plural } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import { primeHash } from "./searches_card.tsx";
import { formWord, shortExpression, surenessOf } from "./words.ts";

/** Primes of a page. */
const PAGE = 25;

/** What a list is sorted by. */
const ORDERS: Record<string, Pick<PrimeFilter, "sort" | "descending">> = {
  "Newest first": { sort: "found_at", descending: true },
  "Largest first": { sort: "digits", descending: true },
  "Smallest first": { sort: "digits", descending: false },
};

/** Everybody's primes. @param version grows when there may be new ones */
export function FindsCard({ context, client, version }: {
  context: PageContext;
  client: PrimesClient;
  version: number;
}) {
  const form = useSignal("");
  const sure = useSignal("");
  const search = useSignal("");
  const order = useSignal("Newest first");
  const page = useSignal(0);
  const filter: PrimeFilter = {
    ...(form.value && { form: form.value }),
    ...(sure.value && { verified: sure.value === "yes" }),
    ...(search.value.trim() && { search: search.value.trim() }),
    ...ORDERS[order.value],
    limit: PAGE,
    offset: PAGE * page.value,
  };
  const stats = useLoad(() => client.stats(), [version]);
  const found = useLoad(() => client.primes(filter), [version, JSON.stringify(filter)]);
  const set = (change: () => void) =>
    batch(() => {
      change();
      page.value = 0;
    });
  const forms = stats.value.value?.by_form.map((each): [string, string] => [
    each.form,
    `${formWord(each.form)} (${count(each.count)})`,
  ]) ?? [];
  return (
    <section class="card" aria-label="Primes found">
      <header>
        <h2>Found</h2>
        <span class="small quiet" role="status">
          {stats.value.value && plural(stats.value.value.total, "prime")}
        </span>
      </header>
      <div class="body stack">
        <div class="primes-filters" role="search" aria-label="Primes">
          <Search
            label="Search expressions"
            value={search.value}
            onInput={(text) => set(() => search.value = text)}
          />
          <Choice
            label="Form"
            value={form.value}
            options={[["", "All forms"], ...forms]}
            onChoose={(value) => set(() => form.value = value)}
          />
          <Choice
            label="Checked"
            value={sure.value}
            options={[["", "Checked or not"], ["yes", "Checked"], ["no", "Not checked"]]}
            onChoose={(value) => set(() => sure.value = value)}
          />
          <Choice
            label="Order"
            value={order.value}
            options={Object.keys(ORDERS)}
            onChoose={(value) => set(() => order.value = value)}
          />
        </div>
        <Loaded load={found} what="primes">
          {({ primes, total }) => (
            <>
              {primes.length === 0
                ? <p class="quiet">There is no such prime yet.</p>
                : <List context={context} primes={primes} />}
              {total > PAGE && (
                <div class="row">
                  <Button
                    compact
                    disabled={page.value === 0}
                    onClick={() => page.value--}
                  >
                    Before
                  </Button>
                  <span class="small">
                    {count(PAGE * page.value + 1)} to{" "}
                    {count(Math.min(total, PAGE * (page.value + 1)))} of {count(total)}
                  </span>
                  <Button
                    compact
                    disabled={PAGE * (page.value + 1) >= total}
                    onClick={() => page.value++}
                  >
                    After
                  </Button>
                </div>
              )}
            </>
          )}
        </Loaded>
      </div>
    </section>
  );
}

function List({ context, primes }: { context: PageContext; primes: Prime[] }) {
  return (
    <div class="table-scroll" tabIndex={0} role="group" aria-label="Primes">
      <table class="table">
        <caption class="visually-hidden">Primes that were found</caption>
        <thead>
          <tr>
            {["Prime", "Form", "Digits", "Proof", "Found"].map((head) => (
              <th key={head} scope="col">{head}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {primes.map((prime) => {
            const { word, tone } = surenessOf(prime);
            return (
              <tr key={prime.id}>
                <th scope="row">
                  <a href={primeHash(context, prime.id)}>{shortExpression(prime.expression, 40)}</a>
                </th>
                <td>{formWord(prime.form)}</td>
                <td class="num">{count(prime.digits)}</td>
                <td>
                  <span class={`tag ${tone}`}>{word}</span>
                </td>
                <td>{dateTime(prime.found_at)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
