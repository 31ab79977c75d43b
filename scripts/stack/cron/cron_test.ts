import { eventually } from "../../../shared/platform/testing/eventually.ts";
import { every } from "./cron.ts";

Deno.test("every() goes on after work that fails, and after work that is lost", async () => {
  let calls = 0;
  const stop = every(1, 20, () => {
    calls++;
    if (calls === 1) return Promise.reject(new Error("no"));
    return calls === 2 ? new Promise(() => {}) : Promise.resolve();
  });
  await eventually("it is called again", () => Promise.resolve(calls >= 4));
  stop();
});
