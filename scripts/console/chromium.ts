// A real Chromium for the tests and pictures of the console.

import { type Browser, chromium, type Page } from "playwright-core";

/**
 * Where Linux distributions and macOS put it. First the one without a window and the menus around it: the same engine at
 * two thirds of the CPU.
 */
const USUAL_PLACES = [
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/snap/bin/chromium",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The browser's program: that of CHROMIUM_PATH, or one at a usual place; null: there is none. */
export function findChromium(): string | null {
  const named = Deno.env.get("CHROMIUM_PATH");
  return (named ? [named] : USUAL_PLACES).find(exists) ?? null;
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** What to do without one. */
export const NO_CHROMIUM =
  "There is no Chromium. Install one (Debian: apt-get install chromium-headless-shell), or name it in CHROMIUM_PATH.";

/**
 * Starts it without a window.
 * @param flags for it beside those that it needs here
 * @throws Error when there is none
 */
export async function launchChromium(flags: readonly string[] = []): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error(NO_CHROMIUM);
  // Its sandbox needs rights, and its shared memory a size, that containers do not give; it opens no page but ours.
  const args = ["--no-sandbox", "--disable-dev-shm-usage", ...flags];
  return await chromium.launch({ executablePath, args });
}

/** Waits until the page of the console that is open has loaded what it shows. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole("main").getByRole("heading").first().waitFor();
  const loading = page.getByText(/^(Loading|Looking for)\b.*…$/);
  while (await loading.count() > 0) await loading.first().waitFor({ state: "hidden" });
}
