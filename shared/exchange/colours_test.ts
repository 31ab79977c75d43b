import assert from "node:assert/strict";
import { coloursOf } from "./colours.ts";
import type { RosterPosition } from "./roster.ts";
import { rosterPosition } from "./testing/rosters.ts";
import { FILLS } from "./tones.ts";

const GREY = "#8a94a6";

/** A line through all positions but those left out. */
function worked(positions: RosterPosition[], without: string[] = []) {
  const rotations = positions.filter(({ name }) => !without.includes(name))
    .map(({ id }, t) => ({ term: t + 1, position: id, starts_on: "", ends_on: "" }));
  return coloursOf({ positions, lines: [{ rotations } as never] });
}

Deno.test("coloursOf() fills as the console does, whatever colour was chosen, which stands at the edge", () => {
  const positions = [
    rosterPosition("A", { specialty: "Medicine", colour: "#123456" }),
    rosterPosition("B", { specialty: "Medicine", colour: GREY }),
    rosterPosition("C", { specialty: "Surgery", colour: GREY }),
  ];
  assert.deepEqual([...worked(positions).values()], [
    { fill: FILLS[7], edge: "#123456" },
    { fill: FILLS[7], edge: null },
    { fill: FILLS[1], edge: null },
  ]);
});

Deno.test("coloursOf() goes by the specialties of the lines, as the console's roster does", () => {
  const positions = ["Aviation", "Botany", "Chemistry"].map((specialty) =>
    rosterPosition(specialty, { specialty, colour: GREY })
  );
  const all = [...worked(positions).values()], some = worked(positions, ["Aviation"]);
  assert.equal(new Set(all.map(({ fill }) => fill)).size, 3);
  assert.deepEqual([...some.values()], all.slice(0, 2), "who is not there takes no colour");
});

Deno.test("coloursOf() repeats colours where there are more specialties", () => {
  const positions = Array.from(
    { length: 30 },
    (_, i) => rosterPosition(`P${i}`, { specialty: `S${i}`, colour: GREY }),
  );
  assert.equal(new Set([...worked(positions).values()].map(({ fill }) => fill)).size, 12);
});
