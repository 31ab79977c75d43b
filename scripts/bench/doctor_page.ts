/// <reference lib="dom" />
// `deno task bench:doctor-page`: how fast the doctors' page is in a real browser, as a phone on a slow network sees it.
// Every figure is the median of some tries, and stands beside what is asked for it; a busy machine makes all of them longer.
// `--draw`: only what is drawn, not what is loaded; `--parts`: what drawing spends its time on.
// deno-lint-ignore-file no-console -- this is a command line tool

import { commandLine } from "../command_line.ts";
import { median } from "./median.ts";
import type { BrowserContextOptions, CDPSession, Page } from "playwright-core";
import { launchChromium } from "../console/chromium.ts";
import { buildPages, MAX_DOCTOR_SENT_BYTES, sizeOf } from "../console/build.ts";
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

/** What is asked, in ms: until something useful is painted, all rows of a list by how many they are, and one frame. */
const FIRST_PAINT = 1_200;
const DRAWN: Record<number, number> = { 140: 100, 300: 200 };
const FRAME = 1_000 / 60;

/** Prints a figure beside what is asked of it; null: nothing is. */
function print(
  what: string,
  figure: number,
  asked: number | null,
  tries: readonly number[] = [],
): void {
  const words = (value: number) => value.toFixed(asked === null || asked >= 100 ? 0 : 1);
  const all = tries.length > 0 ? ` (${tries.map(words).join(", ")})` : "";
  const met = asked === null ? "    " : figure <= asked ? "met " : "MISS";
  const of = asked === null ? "" : ` of ${words(asked)}`;
  console.log(`  ${met} ${what.padEnd(66)} ${words(figure).padStart(6)}${of} ms${all}`);
}

/** The figures of some tries, by what they are of. */
class Figures {
  readonly #all = new Map<string, { asked: number | null; tries: number[] }>();
  add(what: string, asked: number | null, ...tries: number[]): void {
    const known = this.#all.get(what) ?? { asked, tries: [] };
    this.#all.set(what, known);
    known.tries.push(...tries);
  }
  /** A median for each. */
  print(): void {
    for (const [what, { asked, tries }] of this.#all) print(what, median(tries), asked, tries);
  }
}

const { values: { draw, parts: showParts }, number } = commandLine(
  "deno task bench:doctor-page [--tries N (default 5)] [--draw: not the loading] [--parts: of drawing]",
  {
    tries: { type: "string", default: "5" },
    draw: { type: "boolean", default: false },
    parts: { type: "boolean", default: false },
  },
);
const TRIES = number("tries", 1);

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

/** Names of the marks between which {@link cpuUntilSeen} counts: the press, and the first task behind the frame that shows it. */
const PRESSED = "bench:pressed", SEEN = "bench:seen";

/**
 * CPU of the page's main thread from the mark of the press to the mark behind the frame that shows it, in ms: both are
 * stamped with the thread's own time. What comes after that frame is no part of it, however soon it comes.
 */
async function cpuUntilSeen<Value>(
  page: Page,
  work: () => Promise<Value>,
): Promise<[value: Value, cpu: number]> {
  await browser.startTracing(page, { categories: ["blink.user_timing"] });
  const value = await work();
  const { traceEvents } = JSON.parse(new TextDecoder().decode(await browser.stopTracing())) as {
    traceEvents: { name: string; tts: number }[];
  };
  const at = (mark: string) => traceEvents.find(({ name }) => name === mark)!.tts / 1000;
  return [value, at(SEEN) - at(PRESSED)];
}

/** Opens a step as a tap does, by the page's own means: what drives the browser leaves nothing behind that listens. */
function openStep(page: Page, step: string): Promise<void> {
  return page.evaluate((step) => {
    const link = [...document.querySelectorAll<HTMLElement>("nav[aria-label=Steps] a")]
      .find((each) => each.textContent === step)!;
    if (link.getAttribute("aria-current") === null) link.click();
  }, step);
}

/** Milliseconds from a click on a step until so many rows of its list are there, and those that a phone shows are painted. */
function drawStep(page: Page, step: string, rows: string, count: number): Promise<number> {
  return page.evaluate(async ([step, rows, count, pressed, seen]) => {
    const link = [...document.querySelectorAll<HTMLElement>("nav[aria-label=Steps] a")]
      .find((each) => each.textContent === step)!;
    const there = new Promise<void>((resolve) => {
      const look = new MutationObserver(() => {
        if (document.querySelectorAll(rows).length < count) return;
        look.disconnect();
        resolve();
      });
      look.observe(document.body, { childList: true, subtree: true });
    });
    const start = performance.now();
    performance.mark(pressed);
    link.click();
    await there;
    await new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    performance.mark(seen);
    return performance.now() - start;
  }, [step, rows, count, PRESSED, SEEN] as const);
}

/** What is pressed, on which step, and by a key where it is one. */
interface Press {
  what: string;
  step: string;
  selector: string;
  nth: number;
  key?: string;
  /**
   * What is there once the press is seen. What was pressed has `data-pressed`, the row that it is in `data-row`, and the one
   * that was before it `data-before`.
   */
  seen: string;
  /** Where it is not one frame. */
  asked?: number;
}

const DIALOG = { step: "Order", selector: ".rank .open", nth: 1 };
const PRESSES: readonly Press[] = [
  {
    what: "a bucket for a specialty",
    step: "Likes",
    selector: "[role=radio][aria-checked=false]",
    nth: 1,
    seen: "[data-pressed][aria-checked=true]",
  },
  {
    what: "a line chosen to compare",
    step: "Lines",
    selector: ".line .pick input",
    nth: 1,
    seen: "[data-pressed]:checked",
  },
  {
    what: "a line moved by a key",
    step: "Order",
    selector: ".rank + .rank .handle",
    nth: 4,
    key: "ArrowUp",
    seen: "[data-row] + [data-before], [data-before] + [data-row][style*=translateY]",
  },
  {
    ...DIALOG,
    what: "a line's dialog, its frame and title",
    seen: ".coming[data-title], dialog[open]",
  },
  { ...DIALOG, what: "a line's dialog, all of it", seen: "dialog[open] form", asked: 100 },
];

/** How long what follows from a press has until it is counted, in ms: longer than saving takes. */
const AFTER = 1_000;

/**
 * What a press costs the page's main thread, less what as many frames cost in which nothing is shown: until the frame that
 * shows it is painted (it is seen in the next frame where that fits into one), and what follows from it after that frame.
 */
async function press(
  page: Page,
  { step, selector, nth, key, seen }: Press,
): Promise<{ seen: number; after: number }> {
  await openStep(page, step);
  await page.locator(selector).nth(nth).waitFor();
  await page.waitForTimeout(1_500);
  const inAll = async (work: () => Promise<number>) => {
    const [[count, cpu], all] = await cpuOf(page, async () => {
      const done = await cpuUntilSeen(page, work);
      await page.waitForTimeout(AFTER);
      return done;
    });
    return { count, cpu, all };
  };
  await frames(page, 1);
  const pressed = await inAll(() => frames(page, { selector, nth, key, seen }));
  await page.keyboard.press("Escape");
  await page.waitForTimeout(500);
  const empty = await inAll(() => frames(page, pressed.count));
  const cpu = Math.max(0, pressed.cpu - empty.cpu);
  return { seen: cpu, after: Math.max(0, pressed.all - empty.all - cpu) };
}

/** Presses and waits for the frame that shows it, or for so many frames. @returns how many there were */
function frames(
  page: Page,
  what: { selector: string; nth: number; key?: string; seen: string } | number,
): Promise<number> {
  return page.evaluate(async ([what, pressedMark, seenMark]) => {
    let count = 0;
    // Asked for before the press, so that the first comes with the frame that may show it.
    const painted = new Promise<void>((resolve) => {
      const look = () => {
        count++;
        const isThere = typeof what === "number"
          ? count >= what
          : document.querySelector(what.seen) !== null;
        if (isThere) setTimeout(resolve);
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
    if (typeof what === "number") performance.mark(pressedMark);
    else {
      const element = document.querySelectorAll<HTMLElement>(what.selector)[what.nth];
      const row = element.closest("li");
      element.setAttribute("data-pressed", "");
      row?.setAttribute("data-row", "");
      row?.previousElementSibling?.setAttribute("data-before", "");
      performance.mark(pressedMark);
      const { key } = what;
      if (key) element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
      else element.click();
    }
    await painted;
    performance.mark(seenMark);
    return count;
  }, [what, PRESSED, SEEN] as const);
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

/** The first paint, for whoever has nothing of the page yet. */
async function measureLoading(
  figures: Figures,
  storageState: BrowserContextOptions["storageState"],
) {
  const visits = [
    ["sign-in form, nothing cached", "Send me a link", {}],
    ["first step, nothing cached, session on the device", "What do you like?", { storageState }],
  ] as const;
  for (const [what, text, options] of visits) {
    // A new context has an empty cache.
    const context = await browser.newContext({ ...PHONE, ...options });
    const page = await context.newPage();
    await slowDown(page);
    figures.add(what, FIRST_PAINT, await painted(page, text));
    await context.close();
  }
}

/** The two long lists, the cards once more after the others. */
async function measureDrawing(figures: Figures, page: Page, lines: number): Promise<void> {
  const lists = [
    ["all lines as cards", "Lines", ".line"],
    ["all lines in order", "Order", ".rank"],
    ["all lines as cards again", "Lines", ".line"],
    ["all lines in order again", "Order", ".rank"],
  ] as const;
  for (const [what, step, rows] of lists) {
    const [[wall, cpu], , parts] = await cpuOf(
      page,
      () => cpuUntilSeen(page, () => drawStep(page, step, rows, lines)),
    );
    if (showParts) console.log(`  ${what}: ${parts}`);
    figures.add(`${what}, from the tap until painted`, DRAWN[lines], wall);
    figures.add(`${what}: CPU of the main thread until painted`, DRAWN[lines], cpu);
    await page.waitForTimeout(1_000);
  }
}

try {
  const { ASSETS } = await import("../../functions/doctor/assets.ts");
  const { sent } = sizeOf(ASSETS);
  console.log(`all files of the page as sent: ${sent} of ${MAX_DOCTOR_SENT_BYTES} bytes`);
  console.log("CPU four times slower, 1.6 Mbit/s; medians");
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

    const figures = new Figures(), drags: number[] = [];
    for (let i = 0; i < TRIES; i++) {
      if (!draw) await measureLoading(figures, storage);
      const drawing = await browser.newContext({ ...PHONE, storageState: storage });
      const page = await drawing.newPage();
      await page.goto(DOCTOR);
      await page.getByRole("heading", { name: "What do you like?" }).waitFor();
      await slowCpu(page);
      // A doctor reads the first step; meanwhile the next ones are made ready.
      await page.waitForTimeout(2_500);
      await measureDrawing(figures, page, lines);
      drags.push(...await dragWork(page));
      for (const each of PRESSES) {
        const { seen, after } = await press(page, each);
        figures.add(`${each.what}: CPU until it is seen`, each.asked ?? FRAME, seen);
        figures.add(`${each.what}: CPU of what follows in the next second`, null, after);
      }
      await drawing.close();
    }
    console.log(`\n${lines} lines`);
    figures.print();
    print("a movement while dragging: work, the longest", Math.max(...drags), FRAME);
  }
} finally {
  await browser.close();
  await stack.stop();
}
Deno.exit(0);
