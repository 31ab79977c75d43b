// Every page, light and dark, wide and narrow: no serious fault that axe-core finds, nothing outside of the window or cut off.

import assert from "node:assert/strict";
import { settled } from "../chromium.ts";
import { PAGES } from "../page_paths.ts";
import {
  accessibilityFaults,
  browserTest,
  cutOffOnPhones,
  cutOffWithLongNames,
  demoUser,
  newProfile,
  signedIn,
  takesFocus,
} from "./kit.ts";

const PGY1 = "a0000000-0000-4000-8000-000000000031";

browserTest("axe-core finds no serious fault on the sign-in form", async () => {
  await using profile = await newProfile();
  const page = await profile.open();
  await page.getByLabel("Email").waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
});

const PHONE_WINDOW = { width: 320, height: 740 };
const DESKTOP_WINDOW = { width: 1280, height: 720 };

// Each page is opened once, in the narrowest window.
browserTest(
  "no page has a serious fault that axe-core finds, or is wider than a phone's window, or cuts anything off",
  async () => {
    await using profile = await signedIn(demoUser("manager"), `#/generate/${PGY1}`, {
      viewport: PHONE_WINDOW,
    });
    const { page } = profile;
    const found: string[] = [];
    for (const path of PAGES) {
      await page.goto(page.url().replace(/#.*/, `#/${path}/${PGY1}`));
      await settled(page);
      // The row of pages scrolls, and the current one is in sight.
      const item = (await page.locator(".nav [aria-current]").boundingBox())!;
      // The last one ends where the window does, but for a part of a pixel.
      assert.ok(item.x > -1 && item.x + item.width < 321, `${path}: ${item.x}, ${item.width}`);
      found.push(...(await cutOffOnPhones(page)).map((what) => `${path}: ${what}`));
      await page.setViewportSize(DESKTOP_WINDOW);
      found.push(...(await accessibilityFaults(page)).map((what) => `${path}: ${what}`));
      await page.setViewportSize(PHONE_WINDOW);
      found.push(...(await cutOffWithLongNames(page)).map((what) => `${path}: ${what}`));
    }
    assert.deepEqual(found, []);
    // The frame around the pages clips: no document becomes wider by it.
    await page.evaluate("document.querySelector('main h1').style.width = '500px'");
    assert.match((await cutOffOnPhones(page)).join("\n"), /^320 px: h1\b/m);
  },
);

/** In the page: what of its main part Tab stops at. */
const STOPS =
  `[...document.querySelectorAll("main a[href], main button, main input, main select, main textarea, main summary")]
  .filter((at) => !at.disabled && at.tabIndex >= 0 && at.checkVisibility())`;
const REACHABLE = `${STOPS}.length`;
const PLACE_OF_FOCUS = `${STOPS}.indexOf(document.activeElement)`;

browserTest("the keyboard reaches the form, the navigation and the page", async () => {
  await using profile = await signedIn(demoUser("manager"), `#/generate/${PGY1}`);
  const { page } = profile;
  await page.getByLabel("Number of lines").waitFor();
  await page.evaluate("document.activeElement.blur()");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate("document.activeElement.textContent"), "Skip to the page");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate("document.activeElement.tagName"), "MAIN");
  await page.keyboard.press("Tab");
  assert.equal(
    await page.getByLabel("Number of lines").evaluate((input) => input.matches(":focus")),
    true,
  );
  // Then on through all the rest, one after the other, and out of the page.
  const met = await page.evaluate<number>(REACHABLE);
  assert.ok(met > 10, `${met}`);
  for (let left = met; left > 1; left--) {
    const before = await page.evaluate<number>(PLACE_OF_FOCUS);
    await page.keyboard.press("Tab");
    const now = await page.evaluate<number>(PLACE_OF_FOCUS);
    if (now === -1) break;
    assert.ok(now > before, `the focus went from ${before} to ${now}`);
  }
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(PLACE_OF_FOCUS), -1);

  // What has the focus cannot be used for a while, and goes: the focus stays beside it.
  const button = page.getByRole("button", { name: "Generate", exact: true });
  const beside = page.locator("main [data-holds-focus]");
  await button.focus();
  await button.evaluate((at: HTMLButtonElement) => at.disabled = true);
  await takesFocus(beside.filter({ has: button }));
  await button.evaluate((at: HTMLButtonElement) => at.disabled = false);
  await takesFocus(button);
  await button.evaluate((at) => at.remove());
  await takesFocus(beside);
  await page.keyboard.press("Tab");
  assert.notEqual(await page.evaluate(PLACE_OF_FOCUS), -1);
  assert.equal(await beside.count(), 0);
});
