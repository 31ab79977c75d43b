// How the match works, for whoever wants to check it.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Lottery, shuffleDoctors } from "../model/lottery.ts";
import { whoReads } from "../model/readers.ts";
import { useWork } from "../work.ts";
import { neverMeans } from "./rank.tsx";

/** In plain words; the lottery among equals once there is a result. */
export function How() {
  const { choice } = useWork();
  const { allowsTies, allowsNever, minimumLines, earlyReaders } = choice.value.window;
  return (
    <section class="stack prose">
      <h1 tabIndex={-1}>How the match works</h1>
      <p>
        A line is a whole year: one position for each term, with its leave. You rank the lines;
        departments may rank doctors. When the window has closed, a program gives every doctor one
        line, and every line no more doctors than it has places. Where that cannot be, it ends
        without a result and says why, and your workforce unit decides.
      </p>
      <h2>What it tries to do</h2>
      <p>
        Every possible pair of a doctor and a line has a price: the better you ranked the line, the
        lower. Where departments rank doctors, their order counts in the price too, by a weight that
        is the same for all. The program finds the matching whose prices are lowest in sum. It does
        not guess: it proves that no other matching is better, or says how far from that it may be.
        Your workforce unit may ask that the matching is stable as well: no doctor and no line would
        both rather have each other. Then it finds the lowest of those that are.
      </p>
      <h2>What cannot help you</h2>
      <ul>
        <li>Submitting early: only what you said when the window closes counts.</li>
        <li>Ranking few lines: a line that you do not rank comes after all that you rank.</li>
        <li>Your name, or the order in which lines or doctors are listed.</li>
      </ul>
      <h2>“Never”</h2>
      <p>{neverMeans(allowsNever)}</p>
      <h2>Equals and the lottery</h2>
      <p>
        {allowsTies
          ? "You may rank lines as equals; the match is then free to give you any of them."
          : "This run wants a strict order: no two lines may be equals."}{" "}
        Where several matchings are equally good, the order of doctors and lines after a shuffle
        decides. The shuffle follows from a number, the seed, which is fixed before the match and
        kept with it: the same seed and wishes give the same result, every time.
      </p>
      <Shuffle />
      <h2>Groups and couples</h2>
      <p>
        Where some doctors are to be placed first, they are matched before the others and keep what
        they got; your result says so. Two doctors who agreed to be placed together, and whose
        agreement the match took, get lines that fit. Where it has to be stable, a couple counts as
        one: what stands against a matching is two lines that fit, that would take both, and that
        are better for one of them and no worse for the other.
      </p>
      <h2>The minimum</h2>
      <p>
        To submit, at least {minimumLines === 1 ? "one line" : `${minimumLines} lines`}{" "}
        must be neutral or better, so that there is room for everybody.
      </p>
      <h2>Who sees what</h2>
      <p>
        {whoReads(earlyReaders)}{" "}
        Your notes, your buckets of specialties and your exclusions are never shown to anybody.
      </p>
    </section>
  );
}

/** The shuffle of the match, once its result is released: done again here, from the seed. */
function Shuffle() {
  const { api, choice } = useWork();
  const { workerMapping, released } = choice.value.window;
  const lottery = useSignal<Lottery | null>(null);
  useEffect(() => {
    if (!released) return;
    // Without a network there is nothing to check with; the words above stand by themselves.
    api.rpc<Lottery | null>("read_lottery", { p_worker_mapping: workerMapping })
      .then((found) => lottery.value = found, () => undefined);
  }, [workerMapping, released]);
  if (!lottery.value) return null;
  const { seed, doctors, first, last } = lottery.value;
  const order = shuffleDoctors(seed, doctors);
  const own = (number: number) => number >= first && number <= last;
  return (
    <div class="card body-only stack" role="group" aria-label="The lottery of this match">
      <p>
        The seed of this match is <strong class="mono">{seed}</strong>. Its {doctors}{" "}
        doctors were numbered by name; {first === last
          ? `you are number ${first}.`
          : `you are one of the numbers ${first} to ${last}, who share a name.`}{" "}
        {first === last && `The shuffle put you at place ${order.indexOf(first) + 1}.`}
      </p>
      <details>
        <summary>The whole order</summary>
        <p class="small">
          {order.map((number, index) => (
            <span key={number}>
              {index > 0 && ", "}
              {own(number) ? <strong>{number}</strong> : number}
            </span>
          ))}
        </p>
      </details>
      <p class="small quiet">
        To check it: begin with the numbers 1 to{" "}
        {doctors}. For each place from the first, swap what stands there with the place that the
        next random number names, of those not yet settled. The random numbers are those of
        splitmix32 with the seed. This page has just done it so.
      </p>
    </div>
  );
}
