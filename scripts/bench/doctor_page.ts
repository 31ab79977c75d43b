/// <reference lib="dom" />
// `deno task bench:doctor-page`: how fast the doctors' page is in a real browser, as a phone on a slow network sees it.
// Every figure is the median of some tries; a busy machine makes all of them longer. `--draw`: only what is drawn, not what
// is loaded; `--parts`: what drawing spends its time on.
// deno-lint-ignore-file no-console -- this is a command line tool

import { median } from "./median.ts";
import { parseArgs } from "node:util";
import type { CDPSession, Page } from "playwright-core";
import { launchChromium } from "../console/chromium.ts";
import { buildPages } from "../console/build.ts";
import { startStack } from "../stack/mod.ts";
import { testEnvironment } from "../test.ts";

/** 1.6 Mbit/s, as bytes a second, and the delay of a mobile network. */
const NETWORK = {
  offline: false,
  downloadThroughput: 1.6e6 / 8,
  uploadThroughput: 0.75e6 / 8,
  latency: 150,
};
const SLOWER = 4;

const shown = (values: number[]) =>
  `${Math.round(median(values))} ms (${values.map((value) => Math.round(value)).join(", ")})`;

const { values: { tries, draw, parts: showParts } } = parseArgs({
  options: {
    tries: { type: "string", default: "5" },
    draw: { type: "boolean", default: false },
    parts: { type: "boolean", default: false },
  },
});
const TRIES = Number(tries);

await buildPages();
const stack = await startStack();
for (const [name, value] of Object.entries(testEnvironment(stack))) Deno.env.set(name, value);
// The fixtures read where the stack is when they are loaded.
const { createYear, DOCTOR, openWindow, PHONE, signInDoctor } = await import(
  "../console/browser/doctor_kit.ts"
);
const { login } = await import("../console/browser/kit.ts");
const browser = await launchChromium();

/** What the measured page is told to leave behind. */
interface Marks {
  paintedAt: number;
  dragTimes: number[];
}

/** Slows the CPU down to that of a phone. */
async function slowCpu(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  return session;
}

/** The network as well. */
async function slowDown(page: Page): Promise<void> {
  const session = await slowCpu(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", NETWORK);
}

/** Milliseconds from the navigation until a text is painted. */
async function painted(page: Page, text: string): Promise<number> {
  await page.addInitScript((text) => {
    const look = () => {
      if (document.body?.textContent?.includes(text)) {
        requestAnimationFrame(() =>
          setTimeout(() => (globalThis as never as Marks).paintedAt = performance.now())
        );
      } else requestAnimationFrame(look);
    };
    look();
  }, text);
  await page.goto(DOCTOR);
  for (;;) {
    const at = await page.evaluate(() => (globalThis as never as Marks).paintedAt);
    if (at) return at;
    await page.waitForTimeout(50);
  }
}

/** CPU of the page's main thread for what is done meanwhile, in ms: what others on the machine do is no part of it. */
async function cpuOf<Value>(
  page: Page,
  work: () => Promise<Value>,
): Promise<[value: Value, cpu: number, parts: string]> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const read = async () =>
    new Map(
      (await session.send("Performance.getMetrics")).metrics.map((
        { name, value },
      ) => [name, 1000 * value]),
    );
  const before = await read();
  const value = await work();
  const after = await read();
  const spent = (name: string) => after.get(name)! - before.get(name)!;
  const parts = ["Script", "RecalcStyle", "Layout"].map((part) =>
    `${part} ${Math.round(spent(`${part}Duration`))}`
  );
  return [value, spent("TaskDuration"), parts.join(", ")];
}

/** Milliseconds from a click on a step until so many rows of its list are painted. */
function drawStep(page: Page, step: string, rows: string, count: number): Promise<number> {
  return page.evaluate(async ([step, rows, count]) => {
    const link = [...document.querySelectorAll<HTMLElement>("nav[aria-label=Steps] a")]
      .find((each) => each.textContent === step)!;
    const start = performance.now();
    link.click();
    await new Promise<void>((resolve) => {
      const look = () =>
        document.querySelectorAll(rows).length >= count
          ? requestAnimationFrame(() => setTimeout(resolve))
          : setTimeout(look);
      look();
    });
    return performance.now() - start;
  }, [step, rows, count] as const);
}

/** Milliseconds that a move by key keeps the page busy, and from the key until it is painted. */
function moveByKey(page: Page): Promise<[work: number, paint: number]> {
  return page.evaluate(async () => {
    const handle = document.querySelectorAll<HTMLElement>(".rank .handle")[5];
    const start = performance.now();
    // Asked for before the key, so that it comes with the frame that shows it and not with what follows.
    const painted = new Promise<void>((resolve) =>
      requestAnimationFrame(() => setTimeout(resolve))
    );
    handle.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", bubbles: true }));
    await Promise.resolve();
    const work = performance.now() - start;
    await painted;
    return [work, performance.now() - start] as [number, number];
  });
}

/** What is tapped, on which step. */
const TAPS: readonly (readonly [what: string, step: string, selector: string])[] = [
  ["a bucket for a specialty", "Likes", "[role=radio]"],
  ["a line chosen to compare", "Lines", ".line .pick input"],
  ["a line's dialog opened", "Order", ".rank .open"],
];

/** Milliseconds from a tap until the next frame is painted, which shows it; what follows comes after that frame. */
async function tap(page: Page, step: string, selector: string): Promise<number> {
  await page.getByRole("navigation", { name: "Steps" })
    .getByRole("link", { name: step, exact: true }).click();
  await page.locator(selector).nth(1).waitFor();
  await page.waitForTimeout(1_500);
  return await page.evaluate(async (selector) => {
    const element = document.querySelectorAll<HTMLElement>(selector)[1];
    const start = performance.now();
    const painted = new Promise<void>((resolve) =>
      requestAnimationFrame(() => setTimeout(resolve))
    );
    element.click();
    await painted;
    return performance.now() - start;
  }, selector);
}

/** Milliseconds of work for each movement of a dragged row. */
async function dragWork(page: Page): Promise<number[]> {
  const handle = page.locator(".rank .handle").nth(2);
  await handle.scrollIntoViewIfNeeded();
  const box = (await handle.boundingBox())!;
  await page.evaluate(() => {
    const times: number[] = [];
    (globalThis as never as Marks).dragTimes = times;
    let start = 0;
    addEventListener("pointermove", () => start = performance.now(), true);
    addEventListener("pointermove", () => times.push(performance.now() - start));
  });
  await page.mouse.move(box.x + 10, box.y + 10);
  await page.mouse.down();
  for (let i = 1; i <= 20; i++) await page.mouse.move(box.x + 10, box.y + 10 + 8 * i);
  await page.mouse.up();
  return await page.evaluate(() => (globalThis as never as Marks).dragTimes);
}

try {
  for (const lines of [140, 300]) {
    await using year = await createYear({ lines, doctors: 1 });
    await openWindow(year);
    const context = await browser.newContext(PHONE);
    const page = await context.newPage();
    await page.goto(DOCTOR);
    await signInDoctor(page, login(year.doctors[0].user));
    await page.getByRole("heading", { name: "What do you like?" }).waitFor();
    const storage = await context.storageState();
    await context.close();

    const cardsCpu: number[] = [], ranksCpu: number[] = [], keysCpu: number[] = [];
    const firstVisit: number[] = [],
      known: number[] = [],
      cards: number[] = [],
      ranks: number[] = [];
    const keys: [number, number][] = [], drags: number[] = [];
    const taps = new Map<string, number[]>();
    for (let i = 0; i < TRIES; i++) {
      if (!draw) {
        // A new context has an empty cache.
        const fresh = await browser.newContext(PHONE);
        const form = await fresh.newPage();
        await slowDown(form);
        firstVisit.push(await painted(form, "Send me a link"));
        await fresh.close();
        const again = await browser.newContext({ ...PHONE, storageState: storage });
        const page = await again.newPage();
        await slowDown(page);
        known.push(await painted(page, "What do you like?"));
        await again.close();
      }
      const drawing = await browser.newContext({ ...PHONE, storageState: storage });
      const quick = await drawing.newPage();
      await quick.goto(DOCTOR);
      await quick.getByRole("heading", { name: "What do you like?" }).waitFor();
      await quick.waitForTimeout(500);
      await slowCpu(quick);
      const steps = [["Lines", ".line", cards, cardsCpu], [
        "Order",
        ".rank",
        ranks,
        ranksCpu,
      ]] as const;
      for (const [step, rows, wall, cpu] of steps) {
        const [ms, used, parts] = await cpuOf(quick, () => drawStep(quick, step, rows, lines));
        if (showParts) console.log(`  ${step}: ${parts}`);
        wall.push(ms);
        cpu.push(used);
      }
      const [key, keyUsed] = await cpuOf(quick, () => moveByKey(quick));
      keys.push(key);
      keysCpu.push(keyUsed);
      drags.push(...await dragWork(quick));
      for (const [what, step, selector] of TAPS) {
        taps.set(what, [...taps.get(what) ?? [], await tap(quick, step, selector)]);
      }
      await drawing.close();
    }
    const print = (what: string, figure: string) => console.log(`  ${what.padEnd(62)} ${figure}`);
    console.log(`\n${lines} lines`);
    if (!draw) {
      print("sign-in form, nothing cached, CPU 4 times slower, 1.6 Mbit/s", shown(firstVisit));
      print("first step, nothing cached, likewise, session on the device", shown(known));
    }
    print("all lines as cards, from the tap until painted, CPU likewise", shown(cards));
    print("the same: CPU of the main thread", shown(cardsCpu));
    print("all lines in order, from the tap until painted, CPU likewise", shown(ranks));
    print("the same: CPU of the main thread", shown(ranksCpu));
    print(
      "a line moved by a key, until painted, CPU likewise",
      shown(keys.map(([, paint]) => paint)),
    );
    print("the same: CPU of the main thread", shown(keysCpu));
    for (const [what, times] of taps) print(`${what}, until painted, likewise`, shown(times));
    const longest = Math.max(...drags).toFixed(1);
    print(
      "a movement while dragging: work, median and longest, likewise",
      `${median(drags).toFixed(1)} ms, ${longest} ms`,
    );
  }
} finally {
  await browser.close();
  await stack.stop();
}
Deno.exit(0);
