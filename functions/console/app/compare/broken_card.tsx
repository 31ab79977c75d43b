// The rules that the lines of either side break, each in its words.

import { useLoad } from "../data/load.ts";
import type { PageContext } from "../page.ts";
import { ruleName } from "../runs/words.ts";
import { plural } from "../ui/format.ts";
import { Loaded } from "../ui/loaded.tsx";
import type { BrokenLine } from "./broken.ts";
import type { SideLine } from "./compare.ts";

/** Both sides, by what they are called. */
export function BrokenCard({ context, sides }: {
  context: PageContext;
  sides: readonly (readonly [words: string, lines: readonly SideLine[]])[];
}) {
  const load = useLoad(async () => {
    const broken = await (await import("./broken.ts")).readBroken(context);
    return sides.map(([words, lines]) => ({ words, broken: broken(lines) }));
  }, [sides[0][1], sides[1][1]]);
  return (
    <section class="card" aria-label="Broken rules">
      <header>
        <h2>Broken rules</h2>
      </header>
      <div class="body compare-broken">
        <Loaded load={load} what="the rules">
          {(read) => read.map((side, index) => <Side key={index} {...side} />)}
        </Loaded>
      </div>
    </section>
  );
}

function Side({ words, broken }: { words: string; broken: BrokenLine[] }) {
  return (
    <div>
      <h3>{words}</h3>
      {broken.length === 0 ? <p>No line breaks a rule.</p> : (
        <>
          <p>{plural(broken.length, "line")} break{broken.length === 1 && "s"} a rule:</p>
          <ul>
            {broken.map(({ name, broken }, index) => (
              <li key={index}>
                <strong>{name}</strong>:{" "}
                {broken.map(({ rule, message }) => `${ruleName(rule)} (${message})`).join("; ")}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
