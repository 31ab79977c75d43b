// One prime: its expression, digits, proof in words, certificate to download, and what the checker said.

import { failure } from "../ui/attempt.ts";
import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import {
  createPrimesClient,
  type Prime,
  type PrimeCheck,
  type PrimesClient,
} from "../../../../shared/client/mod.ts";
import { useLoad } from "../data/load.ts";
import { formOf, useTyped } from "../data/typed.ts";
import type { PageContext } from "../page.ts";
import { hashOf } from "../router.ts";
import { Button } from "../ui/button.tsx";
import { Form } from "../ui/form.tsx";
import { Download } from "../ui/download.tsx";
import { Fact } from "../ui/facts.tsx";
import { Field } from "../ui/field.tsx";
import { count, dateTime, duration, plural } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import { formWord, proofWords, shortExpression, surenessOf } from "./words.ts";

/** How long after a request the checks are read again, in ms: each ends within seconds. */
const READ_AGAIN = [1_000, 3_000, 8_000, 20_000];

type Proven = Prime & { certificate: unknown };

/** The page of a prime. */
export function PrimeDetail({ context, id }: { context: PageContext; id: number }) {
  const client = useMemo(() => createPrimesClient(context.supabase), []);
  const found = useLoad(() => Promise.all([client.prime(id), client.checks(id)]), [id]);
  return (
    <div class="page primes-page">
      <p>
        <a href={hashOf("primes", context.allocationRun.id)}>All primes</a>
      </p>
      <Loaded load={found} what="the prime">
        {([prime, checks]) => (
          <>
            <h1 class="primes-expression">{shortExpression(prime.expression, 200)}</h1>
            <Facts prime={prime} />
            <Proof context={context} client={client} prime={prime} />
            <Checks
              context={context}
              client={client}
              prime={prime}
              checks={checks}
              onAsked={() => READ_AGAIN.forEach((ms) => setTimeout(found.reload, ms))}
            />
          </>
        )}
      </Loaded>
    </div>
  );
}

function Facts({ prime }: { prime: Proven }) {
  const { word, tone } = surenessOf(prime);
  return (
    <section class="card" aria-label="The prime">
      <div class="body">
        <dl class="facts">
          <Fact name="Form">{formWord(prime.form)}</Fact>
          <Fact name="Digits">{count(prime.digits)}</Fact>
          <Fact name="Found">{dateTime(prime.found_at)}</Fact>
          <Fact name="State">
            <span class={`tag ${tone}`}>{word}</span>
          </Fact>
        </dl>
      </div>
    </section>
  );
}

function Proof({ context, client, prime }: {
  context: PageContext;
  client: PrimesClient;
  prime: Proven;
}) {
  return (
    <section class="card" aria-label="Proof">
      <header>
        <h2>Proof</h2>
        {prime.certificate !== null && (
          <span class="row">
            <Download
              context={context}
              label="Certificate as JSON"
              load={() => client.certificate(prime.id)}
            />
            <Download
              context={context}
              label="As text of Math::Prime::Util"
              load={() => client.certificate(prime.id, "mpu")}
            />
          </span>
        )}
      </header>
      <div class="body stack">
        {proofWords(prime.certificate).map((sentence, at) => <p key={at}>{sentence}</p>)}
      </div>
    </section>
  );
}

function Checks({ context, client, prime, checks, onAsked }: {
  context: PageContext;
  client: PrimesClient;
  prime: Proven;
  checks: PrimeCheck[];
  onAsked: () => void;
}) {
  const mayAsk = context.rights.has("primeSearch.create");
  /** @returns whether it was */
  const ask = async (what: string, work: () => Promise<unknown>) => {
    try {
      await work();
      context.notify({ tone: "info", title: "The checker was asked", message: what });
      onAsked();
      return true;
    } catch (error) {
      context.notify(failure(error, "Not checked"));
      return false;
    }
  };
  return (
    <section class="card" aria-label="Checks">
      <header>
        <h2>Who checked it</h2>
        {mayAsk && prime.certificate !== null && (
          <Button
            onClick={() => ask("It reads the certificate again.", () => client.verify(prime.id))}
          >
            Check again
          </Button>
        )}
      </header>
      <div class="body stack">
        <p class="small quiet">
          The checker shares nothing with the search but integer arithmetic, reads form, expression
          and certificate alone, and is the only one that makes a prime verified.
        </p>
        {checks.length === 0
          ? <p class="quiet">No certificate was checked yet.</p>
          : (
            <ul class="primes-checks">
              {checks.map((check) => <Check key={check.id} check={check} />)}
            </ul>
          )}
        {mayAsk && !prime.verified && (
          <Offer
            kept={formOf(context, `certificate.${prime.id}`)}
            onOffer={(text) =>
              ask("It reads the certificate that was given.", () => client.offer(prime.id, text))}
          />
        )}
      </div>
    </section>
  );
}

function Check({ check }: { check: PrimeCheck }) {
  const { valid, method, reason, slices, cpu_ms, checked_at } = check;
  return (
    <li>
      <span class={`tag ${valid ? "ok" : "danger"}`}>{valid ? "accepted" : "refused"}</span>{" "}
      {dateTime(checked_at)}, {valid ? `by ${method}` : reason}{" "}
      <span class="quiet small">
        {duration(Number(cpu_ms))} of CPU in {plural(slices, "slice")}
      </span>
    </li>
  );
}

/** Takes a certificate of another program. */
function Offer({ kept, onOffer }: { kept: string; onOffer: (text: string) => Promise<boolean> }) {
  const text = useTyped(kept, () => "");
  const busy = useSignal(false);
  return (
    <Form
      class="stack"
      onSend={async () => {
        busy.value = true;
        if (await onOffer(text.value)) text.value = "";
        busy.value = false;
      }}
    >
      <Field
        label="A certificate from elsewhere"
        hint="Text of Math::Prime::Util, what PARI/GP's primecert() prints, or our JSON. The prime gets it once the checker has accepted it."
      >
        {(control) => (
          <textarea
            {...control}
            class="textarea primes-certificate"
            rows={4}
            value={text}
            onInput={(event) => text.value = event.currentTarget.value}
          />
        )}
      </Field>
      <div>
        <Button type="submit" busy={busy.value} disabled={text.value.trim() === ""}>
          Have it checked
        </Button>
      </div>
    </Form>
  );
}
