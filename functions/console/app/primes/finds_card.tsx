// All primes that were found, filtered and page by page; new ones come as they are found.

import { useSignal } from "@preact/signals";
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

/** What narrows the list, and its page. */
interface Wanted {
  form: string;
  /** "yes", "no", or empty: both. */
  sure: string;
  search: string;
  order: string;
  /** From 0. */
  page: number;
}

const ALL: Wanted = { form: "", sure: "", search: "", order: "Newest first", page: 0 };

function filterOf({ form, sure, search, order, page }: Wanted): PrimeFilter {
  return {
    ...(form && { form }),
    ...(sure && { verified: sure === "yes" }),
    ...(search.trim() && { search: search.trim() }),
    ...ORDERS[order],
    limit: PAGE,
    offset: PAGE * page,
  };
}

/** Everybody's primes. @param version grows when there may be new ones */
export function FindsCard({ context, client, version }: {
  context: PageContext;
  client: PrimesClient;
  version: number;
}) {
  const wanted = useSignal(ALL);
  const filter = filterOf(wanted.value);
  const stats = useLoad(() => client.stats(), [version]);
  const found = useLoad(() => client.primes(filter), [version, JSON.stringify(filter)]);
  const known = stats.value.value;
  return (
    <section class="card" aria-label="Primes found">
      <header>
        <h2>Found</h2>
        <span class="small quiet" role="status">{known && plural(known.total, "prime")}</span>
      </header>
      <div class="body stack">
        <Filters
          wanted={wanted.value}
          forms={known?.by_form ?? []}
          onChange={(part) => wanted.value = { ...wanted.value, page: 0, ...part }}
        />
        <Loaded load={found} what="primes">
          {({ primes, total }) => (
            <>
              {primes.length === 0
                ? <p class="quiet">There is no such prime yet.</p>
                : <List context={context} primes={primes} />}
              <Pages
                page={wanted.value.page}
                total={total}
                onPage={(page) => wanted.value = { ...wanted.value, page }}
              />
            </>
          )}
        </Loaded>
      </div>
    </section>
  );
}

function Filters({ wanted, forms, onChange }: {
  wanted: Wanted;
  forms: readonly { form: string; count: number }[];
  onChange: (part: Partial<Wanted>) => void;
}) {
  const words = forms.map((each): [string, string] => [
    each.form,
    `${formWord(each.form)} (${count(each.count)})`,
  ]);
  return (
    <div class="primes-filters" role="search" aria-label="Primes">
      <Search
        label="Search expressions"
        value={wanted.search}
        onInput={(search) => onChange({ search })}
      />
      <Choice
        label="Form"
        value={wanted.form}
        options={[["", "All forms"], ...words]}
        onChoose={(form) => onChange({ form })}
      />
      <Choice
        label="Checked"
        value={wanted.sure}
        options={[["", "Checked or not"], ["yes", "Checked"], ["no", "Not checked"]]}
        onChoose={(sure) => onChange({ sure })}
      />
      <Choice
        label="Order"
        value={wanted.order}
        options={Object.keys(ORDERS)}
        onChoose={(order) => onChange({ order })}
      />
    </div>
  );
}

function Pages({ page, total, onPage }: {
  page: number;
  total: number;
  onPage: (page: number) => void;
}) {
  const last = Math.min(total, PAGE * (page + 1));
  if (total <= PAGE) return null;
  return (
    <div class="row">
      <Button compact disabled={page === 0} onClick={() => onPage(page - 1)}>Before</Button>
      <span class="small">
        {count(PAGE * page + 1)} to {count(last)} of {count(total)}
      </span>
      <Button compact disabled={last >= total} onClick={() => onPage(page + 1)}>After</Button>
    </div>
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
                <td class="when">{dateTime(prime.found_at)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
