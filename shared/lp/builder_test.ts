/** Models built column by column. */
import assert from "node:assert/strict";
import { LpBuilder } from "./mod.ts";

Deno.test("LpBuilder grows past its first arrays and keeps every entry", () => {
  const builder = new LpBuilder("max");
  for (let i = 0; i < 10; i++) builder.addRow(-Infinity, 1000);
  for (let j = 0; j < 500; j++) {
    builder.addColumn(j, 0, 1);
    for (let i = 0; i < 10; i++) builder.add(i, i + j);
  }
  const { cols, starts, index, value, integer } = builder.build();
  assert.equal(integer, undefined);
  assert.equal(starts[cols], 5000);
  for (let j = 0; j < 500; j++) {
    for (let i = 0; i < 10; i++) {
      assert.deepEqual([index[starts[j] + i], value[starts[j] + i]], [i, i + j]);
    }
  }
});

Deno.test("LpBuilder keeps rows, columns and entries where they were put, in a copy of its own", () => {
  const builder = new LpBuilder("min");
  assert.equal(builder.addRow(1, 2), 0);
  assert.equal(builder.addRow(-Infinity, 5), 1);
  assert.equal(builder.addColumn(3, 0, 1, true), 0);
  builder.add(1, 7);
  assert.equal(builder.addColumn(-4, 2, Infinity), 1);
  const model = builder.build();
  builder.addColumn(9, 0, 1);
  builder.add(0, 8);
  assert.deepEqual([builder.cols, builder.rows], [3, 2]);
  assert.deepEqual(model, {
    sense: "min",
    cols: 2,
    rows: 2,
    rowLower: Float64Array.of(1, -Infinity),
    rowUpper: Float64Array.of(2, 5),
    objective: Float64Array.of(3, -4),
    colLower: Float64Array.of(0, 2),
    colUpper: Float64Array.of(1, Infinity),
    starts: Int32Array.of(0, 1, 1),
    index: Int32Array.of(1),
    value: Float64Array.of(7),
    integer: Uint8Array.of(1, 0),
  });
});
