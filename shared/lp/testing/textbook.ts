/** A model that can be solved by hand. */
import { LpBuilder, type LpModel } from "../mod.ts";

/** max 3x + 2y, x + y <= 4, x + 3y <= 9, 0 <= x <= 3: 11 at (3, 1). */
export function textbook(integer = false): LpModel {
  const builder = new LpBuilder("max");
  const first = builder.addRow(-Infinity, 4), second = builder.addRow(-Infinity, 9);
  builder.addColumn(3, 0, 3, integer);
  builder.add(first, 1);
  builder.add(second, 1);
  builder.addColumn(2, 0, Infinity, integer);
  builder.add(first, 1);
  builder.add(second, 3);
  return builder.build();
}
