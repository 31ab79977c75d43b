// Reading past the limit of rows per answer.

import assert from "node:assert/strict";
import { ReceptorError } from "./errors.ts";
import { type Page, readAll } from "./pages.ts";

/** A table of numbers behind a server that answers at most `limit` rows. */
function table(total: number, limit: number, count: boolean) {
  const asked: [number, number][] = [];
  const page = (from: number, to: number): Promise<Page<number>> => {
    asked.push([from, to]);
    const length = Math.max(0, Math.min(total - from, to - from + 1, limit));
    const data = Array.from({ length }, (_, i) => from + i);
    return Promise.resolve({ data, error: null, status: 200, count: count ? total : null });
  };
  return { asked, page };
}

for (const total of [0, 1, 999, 1000, 1001, 2500]) {
  for (const [limit, count] of [[1000, true], [1000, false], [300, true], [300, false]] as const) {
    Deno.test(`readAll() reads ${total} rows, ${limit} at a time, ${count ? "" : "not "}knowing how many`, async () => {
      const { page } = table(total, limit, count);
      assert.deepEqual(await readAll(page), Array.from({ length: total }, (_, i) => i));
    });
  }
}

Deno.test("readAll() asks once for a table that fits a page", async () => {
  const { asked, page } = table(60, 1000, true);
  await readAll(page);
  assert.deepEqual(asked, [[0, 999]]);
});

Deno.test("readAll() asks a query how many rows there are", async () => {
  const headers: string[][] = [];
  const asked: number[] = [];
  const page = (from: number) => {
    asked.push(from);
    const counted = () => headers.length > 0;
    const answer = () =>
      Promise.resolve({ data: [1, 2], error: null, status: 200, count: counted() ? 2 : null });
    return {
      setHeader: (name: string, value: string) => void headers.push([name, value]),
      then: ((done, failed) => answer().then(done, failed)) as PromiseLike<Page<number>>["then"],
    };
  };
  assert.deepEqual(await readAll(page), [1, 2]);
  assert.deepEqual([asked, headers], [[0], [["Prefer", "count=exact"]]]);
});

Deno.test("readAll() fails with the page that fails", async () => {
  const page = () =>
    Promise.resolve({ data: null, error: { code: "42501", message: "no" }, status: 403 });
  await assert.rejects(
    readAll(page),
    (error) => error instanceof ReceptorError && error.code === "FORBIDDEN" && error.status === 403,
  );
});
