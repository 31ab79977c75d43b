// The doctors' page: signing in and claiming, the three steps, offline, two devices, keys, touch, files, departments.

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Locator, Page, Route } from "playwright-core";
import { sql } from "../../../functions/tests/fixture.ts";
import { eventually } from "../../../shared/platform/testing/eventually.ts";
import {
  accessibilityFaults,
  browserTest,
  CONSOLE,
  cutOffOnPhones,
  login,
  newProfile,
  signIn,
  takesFocus,
} from "./kit.ts";
import {
  clientOf,
  comeBack,
  createYear,
  DOCTOR,
  doctorAt,
  keptForOffline,
  openWindow,
  PHONE,
  saved,
  signInDoctor,
  type Year,
} from "./doctor_kit.ts";

/** Scrolls to a row; one that is drawn anew meanwhile, since the page has read what is there now, is found again. */
async function scrollTo(row: Locator): Promise<void> {
  await eventually(
    "the row stays where it is",
    () =>
      row.scrollIntoViewIfNeeded().then(() => true, (error: Error) => {
        if (!error.message.includes("not attached")) throw error;
        return false;
      }),
  );
}

/** Goes to a step. */
async function step(page: Page, name: string): Promise<void> {
  await page.getByRole("navigation", { name: "Steps" }).getByRole("link", { name, exact: true })
    .click();
  const heading = {
    Likes: "What do you like?",
    Lines: "Lines",
    Order: "Your order",
    Submit: "Submit",
  }[name]!;
  await page.getByRole("heading", { level: 1, name: heading }).waitFor();
}

/** Puts a specialty into a bucket. */
function feel(page: Page, specialty: string, bucket: string): Promise<void> {
  return page.getByRole("radiogroup", { name: specialty, exact: true })
    .getByRole("radio", { name: bucket, exact: true }).click();
}

/** Names of the lines of a bucket, in order: what was pressed last has been seen, and what follows from it done. */
async function order(page: Page, bucket: number): Promise<string[]> {
  // The page does it behind its next frame (afterPaint); frames and timers that are asked for later come later.
  await page.evaluate(
    "new Promise((done) => requestAnimationFrame(() => setTimeout(() => setTimeout(done))))",
  );
  return await page.locator(`ol[data-bucket="${bucket}"] .name`).allTextContents();
}

/** Ranks as the database has them: names, the best first. */
async function ranked(year: Year, at = 0): Promise<string[]> {
  const rows = await sql`
    select l.name from public.preference_worker_job_lines p join public.job_lines l on l.id = p.job_line
    where p.worker_mapping = ${year.doctors[at].mapping} and p.order_preference is not null
    order by p.order_preference, l.sort_order`;
  return rows.map(({ name }) => name);
}

browserTest(
  "a doctor signs in, becomes who they are by their address, and nobody else",
  async () => {
    await using year = await createYear({ doctors: 2, claimed: false });
    await openWindow(year);
    await using profile = await newProfile();
    const { page } = profile;
    await page.goto(DOCTOR);
    await signInDoctor(page, login(year.doctors[0].user));
    await page.getByRole("heading", { name: "What do you like?" }).waitFor();
    const users = await sql`
    select user_id from public.workers where org_id = ${year.id} order by name`;
    assert.deepEqual(users.map(({ user_id }) => user_id), [year.doctors[0].user.id, null]);
  },
);

browserTest(
  "a wrong password is told and the address kept; a link is asked for and its code refused when wrong",
  async () => {
    await using year = await createYear();
    await using profile = await newProfile();
    const { page } = profile;
    await page.goto(DOCTOR);
    const { email } = year.doctors[0].user;
    await signInDoctor(page, { email, password: "wrong" });
    await page.getByRole("alert").getByText("is not right").waitFor();
    assert.equal(await page.getByLabel("Email").inputValue(), email);
    await page.getByRole("button", { name: "Send me a link instead" }).click();
    await page.getByText("We sent an e-mail").waitFor();
    await page.getByLabel("Code").fill("000000");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").getByText("That code is not right").waitFor();
  },
);

browserTest(
  "likes become scores, buckets and an order; mixed signals are shown; notes are private",
  async () => {
    await using year = await createYear();
    await openWindow(year);
    await using doctor = await doctorAt(year.doctors[0].user, "", PHONE);
    const { page } = doctor;
    await feel(page, "Cardiology", "Love");
    await feel(page, "Emergency", "Dislike");
    await saved(page);
    await step(page, "Lines");
    const cards = page.locator(".line");
    assert.equal(await cards.count(), 12);
    const scores = await page.locator(".line .score").evaluateAll((all) =>
      all.map((each) => Number(each.textContent!.replace(/\D/g, "")))
    );
    assert.deepEqual(scores, scores.toSorted((a, b) => b - a));
    assert.ok(scores[0] > 50 && scores.at(-1)! < 50, String(scores));
    const loved = cards.filter({ hasText: "Cardiology" }).first();
    const name = await loved.getByRole("heading").textContent();
    await loved.getByRole("combobox", { name: /Bucket of/ }).selectOption("Dislike");
    await loved.getByText("Mixed signals: you put Cardiology under love").waitFor();
    await loved.getByText("My notes").click();
    await loved.getByRole("textbox", { name: `Note on ${name}` }).fill("near my sister");
    await saved(page);
    await page.reload();
    await page.getByRole("searchbox", { name: "Search" }).fill("sister");
    await page.getByText("1 of 12 lines").waitFor();
    const notes = await year.manager.client.from("preference_line_notes").select("*");
    assert.deepEqual(notes.data, []);
    const wishes = await year.manager.client.from("preference_worker_job_lines").select("*");
    assert.deepEqual(wishes.data, [], "nobody else reads wishes while the window is open");
  },
);

browserTest("a part-time line says so, to who may have it and to who works more", async () => {
  await using year = await createYear({ doctors: 2 });
  const [part, full] = year.doctors;
  const [{ name }] = await sql`
    with half as (
      update public.positions set fte = 0.6
      where id = (select position from public.rotations where job_line = ${
    year.lines[0]
  } and term = 1)
      returning id)
    select l.name from public.job_lines l where l.id = ${year.lines[0]}`;
  await sql`
    update public.allocation_run_worker_mappings set fte = 0.6 where id = ${part.mapping}`;
  await openWindow(year);
  await using first = await doctorAt(part.user, "", PHONE);
  await step(first.page, "Lines");
  await first.page.getByText("You work 60 % of full time.").waitFor();
  const cardOf = (page: Page) =>
    page.locator(".line").filter({ has: page.getByRole("heading", { name, exact: true }) });
  await cardOf(first.page).getByText("Part-time, 60 % of full time").waitFor();
  await step(first.page, "Order");
  await first.page.getByText(/^60 % · /).first().waitFor();
  const width = await first.page.evaluate<number>("document.documentElement.scrollWidth");
  assert.ok(width <= 390, `nothing is wider than the phone: ${width}`);
  await using second = await doctorAt(full.user, "", PHONE);
  await step(second.page, "Lines");
  await second.page.getByRole("checkbox", { name: /not open to you/ }).check();
  await cardOf(second.page).getByText("Part-time, 60 % of full time: you work full time").waitFor();
  await step(second.page, "Order");
  await second.page.getByText(/not open to you$/).click();
  await second.page.getByText(`${name}: Part-time, 60 % of full time: you work full time`)
    .waitFor();
});

browserTest("two or three lines are compared side by side", async () => {
  await using year = await createYear();
  await openWindow(year);
  await using doctor = await doctorAt(year.doctors[0].user);
  const { page } = doctor;
  await step(page, "Lines");
  for (const index of [0, 1, 2]) {
    await page.getByRole("checkbox", { name: /Compare/ }).nth(index).check();
  }
  await page.getByRole("button", { name: "Compare", exact: true }).click();
  const table = page.getByRole("dialog").getByRole("table");
  await table.getByRole("columnheader").first().waitFor();
  assert.equal(await table.getByRole("columnheader").count(), 3);
  assert.equal(await page.getByRole("dialog").getByText(/^Term \d/).count(), 4);
});

browserTest("the link of an e-mail signs in, and leaves nothing of it in the address", async () => {
  await using year = await createYear({ claimed: false });
  await openWindow(year);
  const client = await clientOf(year.doctors[0].user);
  const { session } = (await client.auth.getSession()).data;
  await using profile = await newProfile();
  const { page } = profile;
  // What Auth appends to the page's address once it has seen the link's token.
  const { access_token, refresh_token, expires_in, expires_at } = session!;
  const values = {
    access_token,
    refresh_token,
    expires_in,
    expires_at,
    token_type: "bearer",
    type: "magiclink",
  };
  await page.goto(`${DOCTOR}#${new URLSearchParams(values as never)}`);
  await page.getByRole("heading", { name: "What do you like?" }).waitFor();
  assert.doesNotMatch(page.url(), /token/);
});

browserTest("keys alone: likes, order and submitting", async () => {
  await using year = await createYear({ lines: 4 });
  await openWindow(year, { settings: { minimum_lines: 3 } });
  await using doctor = await doctorAt(year.doctors[0].user);
  const { page } = doctor;
  await page.getByRole("radiogroup", { name: "Anaesthesia" }).getByRole("radio", { name: "Love" })
    .focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  assert.equal(
    await page.getByRole("radiogroup", { name: "Anaesthesia" }).getByRole("radio", {
      name: "Neutral",
    })
      .getAttribute("aria-checked"),
    "true",
  );
  await page.getByRole("link", { name: "Order" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Your order" }).waitFor();
  const before = await order(page, 0);
  await page.getByRole("button", { name: `Move ${before[0]}`, exact: true }).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  const after = [before[1], before[2], before[0], before[3]];
  assert.deepEqual(await order(page, 0), after);
  await takesFocus(page.getByRole("button", { name: `Move ${before[0]}`, exact: true }));
  await page.keyboard.press("Home");
  assert.deepEqual(await order(page, 0), before);
  await page.keyboard.press("ArrowUp");
  assert.deepEqual(await order(page, 1), [before[0]], "over the edge comes the better bucket");
  await saved(page);
  // And the next key is for it.
  await takesFocus(page.getByRole("button", { name: `Move ${before[0]}`, exact: true }));
  const opener = page.locator(".rank", { hasText: before[1] }).locator(".open");
  await opener.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: before[1] }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  // A dialog gives the focus back.
  await takesFocus(opener);
  await page.getByRole("link", { name: "Submit", exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Submit my order" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("article", { name: "Receipt" }).waitFor();
  assert.deepEqual(await ranked(year), before);
  const ranks = await sql`
    select order_preference from public.preference_worker_job_lines
    where worker_mapping = ${year.doctors[0].mapping} order by order_preference`;
  assert.deepEqual(ranks.map((row) => row.order_preference), [1, 2, 3, 4]);
});

browserTest(
  "a mouse and a finger drag a line to another place; equals; never is kept apart",
  async () => {
    await using year = await createYear({ lines: 6 });
    await openWindow(year);
    await using doctor = await doctorAt(year.doctors[0].user, "", {
      viewport: { width: 900, height: 1200 },
    });
    const { page } = doctor;
    await step(page, "Order");
    const [first, second, third] = await order(page, 0);
    await drag(page, third, first);
    assert.deepEqual((await order(page, 0)).slice(0, 3), [third, first, second]);
    await page.locator(".rank", { hasText: second }).locator(".open").click();
    await page.getByRole("button", { name: "Equal with the one before" }).click();
    await page.getByText("equal with the one before").first().waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Never" }).click();
    assert.deepEqual(await order(page, -2), [second]);
    await saved(page);
    const [row] = await sql`
    select p.order_preference, p.like_dislike_preference from public.preference_worker_job_lines p
    join public.job_lines l on l.id = p.job_line
    where p.worker_mapping = ${year.doctors[0].mapping} and l.name = ${second}`;
    assert.deepEqual({ ...row }, { order_preference: null, like_dislike_preference: -2 });

    await using phone = await doctorAt(year.doctors[0].user, "", PHONE);
    await step(phone.page, "Order");
    const now = await order(phone.page, 0);
    await touchDrag(phone.page, now[1], now[0]);
    assert.deepEqual((await order(phone.page, 0)).slice(0, 2), [now[1], now[0]]);
  },
);

/** Drags a row by its handle above another, with a mouse. */
async function drag(page: Page, name: string, before: string): Promise<void> {
  const handle = page.getByRole("button", { name: `Move ${name}`, exact: true });
  await scrollTo(handle);
  const from = (await handle.boundingBox())!;
  const to =
    (await page.getByRole("button", { name: `Move ${before}`, exact: true }).boundingBox())!;
  await page.mouse.move(from.x + 10, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(from.x + 10, from.y, { steps: 3 });
  await page.mouse.move(to.x + 10, to.y + 4, { steps: 5 });
  await page.mouse.up();
}

/** The same with a finger, as the browser's own events. */
async function touchDrag(page: Page, name: string, before: string): Promise<void> {
  const handle = page.getByRole("button", { name: `Move ${name}`, exact: true });
  await scrollTo(handle);
  const from = (await handle.boundingBox())!;
  const to =
    (await page.getByRole("button", { name: `Move ${before}`, exact: true }).boundingBox())!;
  const session = await page.context().newCDPSession(page);
  const touch = (type: string, points: { x: number; y: number }[]) =>
    session.send("Input.dispatchTouchEvent", { type: type as "touchStart", touchPoints: points });
  const x = from.x + 15, start = from.y + from.height / 2, end = to.y + 4;
  await touch("touchStart", [{ x, y: start }]);
  for (const part of [0.2, 0.5, 0.8, 1]) {
    await touch("touchMove", [{ x, y: start + (end - start) * part }]);
  }
  await touch("touchEnd", []);
}

browserTest(
  "offline for a while: typing goes on, survives a closed tab, and is saved with the network",
  async () => {
    await using year = await createYear({ lines: 5 });
    await openWindow(year);
    await using doctor = await doctorAt(year.doctors[0].user, "", PHONE, { fresh: true });
    const { page } = doctor;
    await step(page, "Order");
    await doctor.context.setOffline(true);
    const [first, second] = await order(page, 0);
    await page.locator(".rank", { hasText: second }).locator(".open").click();
    await page.getByRole("button", { name: "To the top" }).click();
    await page.keyboard.press("Escape");
    await page.locator("[data-saving=offline]").getByText(/kept on this device/).waitFor();
    const cut = "(at => at.scrollWidth > at.clientWidth)(document.querySelector('[data-saving]'))";
    assert.equal(await page.evaluate(cut), false, "all of it is seen");
    assert.deepEqual(await ranked(year), []);
    await page.close();
    await doctor.context.setOffline(false);
    const next = await doctor.context.newPage();
    await next.goto(DOCTOR);
    await saved(next);
    await step(next, "Order");
    assert.deepEqual((await order(next, 0)).slice(0, 2), [second, first]);
    assert.deepEqual((await ranked(year))[0], second);
  },
);

/** Addresses of all that the service worker keeps. */
function keptFiles(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const shelves = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
    const requests = await Promise.all(shelves.map((shelf) => shelf.keys()));
    return requests.flat().map(({ url }) => url);
  });
}

browserTest(
  "reloaded without a network the page opens, shows what was typed, takes more, and saves it all with the network",
  async () => {
    await using year = await createYear({ lines: 5 });
    await openWindow(year);
    await using doctor = await doctorAt(year.doctors[0].user, "", PHONE, { fresh: true });
    const { page } = doctor;
    await page.getByRole("heading", { name: "What do you like?" }).waitFor();
    await keptForOffline(page);
    await doctor.context.setOffline(true);
    await feel(page, "Cardiology", "Love");
    await page.locator("[data-saving=offline]").waitFor();
    await page.reload();
    const loved = page.getByRole("radiogroup", { name: "Cardiology" })
      .getByRole("radio", { name: "Love" });
    await loved.waitFor();
    assert.equal(await loved.getAttribute("aria-checked"), "true");
    await page.locator("[data-saving=offline]").getByText(/1 kept on this device/).waitFor();
    await feel(page, "Emergency", "Dislike");
    await step(page, "Order");
    const [first, second] = await order(page, 0);
    await page.locator(".rank", { hasText: second }).locator(".open").click();
    await page.getByRole("button", { name: "To the top" }).click();
    await page.keyboard.press("Escape");
    await page.reload();
    await page.getByRole("heading", { name: "Your order" }).waitFor();
    assert.deepEqual((await order(page, 0)).slice(0, 2), [second, first]);
    await doctor.context.setOffline(false);
    await saved(page);
    assert.equal((await ranked(year))[0], second);
    const said = await sql`
      select specialty, sentiment from public.worker_specialty_sentiments
      where worker_mapping = ${year.doctors[0].mapping} order by specialty`;
    assert.deepEqual(said.map((row) => [row.specialty, row.sentiment]), [
      ["Cardiology", 2],
      ["Emergency", -1],
    ]);
  },
);

browserTest(
  "what is kept to open the page without a network is the page alone; signing out leaves nothing of a doctor",
  async () => {
    await using year = await createYear({ lines: 4 });
    await openWindow(year);
    await using doctor = await doctorAt(year.doctors[0].user, "", {}, { fresh: true });
    const { page } = doctor;
    await page.getByRole("heading", { name: "What do you like?" }).waitFor();
    await keptForOffline(page);
    await page.reload();
    await feel(page, "Cardiology", "Love");
    await saved(page);
    const files = (await keptFiles(page)).map((url) => url.replace(/^.*\/functions\/v1/, ""));
    assert.ok(files.length >= 7, String(files));
    for (const file of files) {
      assert.match(file, /^\/doctor(\/([\w-]+\.(js|css|svg)|config\.json))?$/);
    }
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Password").waitFor();
    const left = await page.evaluate(() => JSON.stringify({ ...localStorage }));
    assert.doesNotMatch(left, new RegExp(year.doctors[0].user.id));
    assert.doesNotMatch(left, /Cardiology|access_token/);
    // The next person on this device, without a network: the form, and nothing of who was here.
    await doctor.context.setOffline(true);
    await page.reload();
    await page.getByLabel("Password").waitFor();
    await signInDoctor(page, login(year.doctors[0].user));
    await page.getByRole("alert").getByText("could not be reached").waitFor();
  },
);

browserTest(
  "hundreds of lines: all have their text soon, so that the browser finds it; printing waits for none",
  async () => {
    await using year = await createYear({ lines: 60 });
    await openWindow(year);
    await using doctor = await doctorAt(year.doctors[0].user, "", PHONE);
    const { page } = doctor;
    await page.getByRole("heading", { name: "What do you like?" }).waitFor();
    // No time for anything that can wait: only what is near is drawn, until it is to be printed.
    await page.evaluate("globalThis.requestIdleCallback = () => 0");
    await step(page, "Lines");
    await page.locator(".line").nth(59).waitFor({ state: "attached" });
    assert.ok(await page.locator(".line .terms").count() < 30);
    await page.evaluate('dispatchEvent(new Event("beforeprint"))');
    assert.equal(await page.locator(".line .terms").count(), 60);
    await page.reload();
    const last = page.locator(".line").nth(59);
    await last.getByText(/Term 1 · .* Leave .* Term 4 · .* JMO /).waitFor({ state: "attached" });
    assert.equal(await last.locator(".terms").count(), 0, "what can be used comes when it is near");
    await scrollTo(last);
    await last.getByRole("combobox", { name: /Bucket of/ }).waitFor();
    assert.equal(await last.locator(".terms > li").count(), 4);
  },
);

browserTest(
  "whatever card is looked at can be used, at once and when the list has come again",
  async () => {
    await using year = await createYear({ lines: 20 });
    await openWindow(year);
    await using doctor = await doctorAt(year.doctors[0].user, "", PHONE);
    const { page } = doctor;
    for (const other of ["Order", "Submit"]) {
      await step(page, other);
      await step(page, "Lines");
      for (const line of [0, 1, 2, 3, 4, 7, 19]) {
        const card = page.locator(".line").nth(line);
        await scrollTo(card);
        await card.getByRole("combobox", { name: /Bucket of/ }).waitFor();
      }
    }
  },
);

browserTest(
  "two doctors agree to be placed together, by pairs of lines; the match goes by what both ranked",
  async () => {
    await using year = await createYear({ lines: 4, doctors: 2 });
    await openWindow(year, { settings: { minimum_lines: 1 } });
    const [ann, bob] = year.doctors;
    await using first = await doctorAt(ann.user, "", PHONE);
    await using second = await doctorAt(bob.user);
    const { page } = first;
    await page.getByRole("link", { name: "Together with another doctor" }).click();
    const ask = page.getByRole("article", { name: "Ask another doctor" });
    await ask.getByLabel("Their email").fill(bob.user.email.toUpperCase());
    await ask.getByLabel("What we ask for").selectOption("One of some pairs of lines");
    assert.equal(await ask.getByRole("button", { name: "Ask", exact: true }).isDisabled(), true);
    for (const [own, other] of [["JL 1", "JL 2"], ["JL 3", "JL 4"]]) {
      await ask.getByLabel("For me").selectOption(own);
      await ask.getByLabel("For the other").selectOption(other);
      await ask.getByRole("button", { name: "Add pair" }).click();
    }
    assert.deepEqual(await accessibilityFaults(page), []);
    // What is typed is there again, whatever took the page away: a reload, or the end of the session.
    await page.reload();
    await ask.getByText("JL 3 for me, JL 4 for the other").waitFor();
    assert.equal(await ask.getByLabel("Their email").inputValue(), bob.user.email.toUpperCase());
    await ask.getByRole("button", { name: "Ask", exact: true }).click();
    await page.getByText("Waits for the other").waitFor();
    assert.equal(await ask.count(), 0, "one is asked at a time");

    await second.page.getByRole("link", { name: "Together with another doctor" }).click();
    const asked = second.page.getByRole("article", { name: "With Doctor 1" });
    await asked.getByText("JL 2 for you, JL 1 for the other").waitFor();
    await asked.getByRole("button", { name: "Agree" }).click();
    await asked.getByText("You both agreed", { exact: true }).waitFor();
    await page.reload();
    await page.getByText("You both agreed", { exact: true }).waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);

    // Only JL 3 and JL 4 are ranked by both, though both like others better.
    const say = (mapping: string, ranks: [number, number][]) =>
      sql`insert into public.preference_worker_job_lines ${
        sql(ranks.map(([line, order_preference]) => ({
          org_id: year.id,
          allocation_run: year.allocationRun,
          worker_mapping: mapping,
          job_line: year.lines[line - 1],
          order_preference,
        })))
      }`;
    await say(ann.mapping, [[2, 1], [3, 2]]);
    await say(bob.mapping, [[1, 1], [4, 2]]);
    const sealed = await year.manager.client.rpc("agreed_links", {
      p_allocation_run: year.allocationRun,
    });
    assert.deepEqual(sealed.data, [], "managers see it when the window has closed");
    await year.manager.client.rpc("close_window", { p_allocation_run: year.allocationRun });
    await using desk = await newProfile();
    const { page: console } = desk;
    await console.goto(`${CONSOLE}#/match/${year.allocationRun}`);
    await signIn(console, login(year.manager));
    await console.getByText("1 couple agreed to be placed together: Doctor 1 and Doctor 2")
      .waitFor();
    await console.getByRole("button", { name: "Link them in this match" }).click();
    await console.getByText("Doctor 1 and Doctor 2: one of their pairs of lines").waitFor();
    await console.getByRole("button", { name: "Run the match" }).click();
    await console.getByRole("list", { name: "Doctors by the choice they got" }).waitFor();
    const got = await sql`
      select w.name, l.name as line from public.allocator_py_allocations a
      join public.allocation_run_worker_mappings m on m.id = a.worker_mapping
      join public.workers w on w.id = m.worker join public.job_lines l on l.id = a.job_line
      where a.allocation_run = ${year.allocationRun} order by 1`;
    assert.deepEqual(got.map(({ name, line }) => [name, line]), [
      ["Doctor 1", "JL 3"],
      ["Doctor 2", "JL 4"],
    ]);
  },
);

browserTest("two devices at once: each line is where it was put last, on both", async () => {
  await using year = await createYear({ lines: 6 });
  await openWindow(year);
  const { user } = year.doctors[0];
  await using phone = await doctorAt(user, "", PHONE);
  await using desktop = await doctorAt(user);
  await step(phone.page, "Order");
  await step(desktop.page, "Order");
  const before = await order(phone.page, 0);
  await phone.context.setOffline(true);
  const put = async (page: Page, name: string, where: string) => {
    await page.locator(".rank", { hasText: name }).first().locator(".open").click();
    await page.getByRole("dialog").getByRole("button", { name: where }).click();
    if (await page.getByRole("dialog").count() > 0) await page.keyboard.press("Escape");
  };
  await put(phone.page, before[5], "To the top");
  await put(desktop.page, before[0], "Love");
  await saved(desktop.page);
  await phone.context.setOffline(false);
  await saved(phone.page);
  await desktop.page.reload();
  await desktop.page.getByRole("heading", { name: "Your order" }).waitFor();
  await saved(desktop.page);
  for (const { page } of [phone, desktop]) {
    await page.locator(`ol[data-bucket="2"] .name`).getByText(before[0]).waitFor();
    await page.locator(`ol[data-bucket="0"] > .rank`).first().getByText(before[5]).waitFor();
  }
  const [{ n }] = await sql`
    select count(distinct device)::int as n from public.preference_history
    where worker_mapping = ${year.doctors[0].mapping}`;
  assert.equal(n, 2, "both are in the history");
});

browserTest(
  "a token that is refused is renewed; a session that ends asks for signing in, and goes on with what was typed",
  async () => {
    await using year = await createYear({ lines: 5 });
    await openWindow(year);
    await using doctor = await doctorAt(year.doctors[0].user);
    const { page } = doctor;
    await step(page, "Order");
    // What the server says of a token that it does not take any more.
    const refuse = (route: Route) =>
      route.fulfill({ status: 401, json: { code: "PGRST301", message: "JWT expired" } });
    // Once: the device's clock was set back, say. The session is renewed, and nobody is asked.
    const [, first] = await order(page, 0);
    await page.route("**/rest/v1/rpc/save_wishes", refuse, { times: 1 });
    await page.getByRole("button", { name: `Move ${first}`, exact: true }).press("Home");
    await saved(page);
    assert.equal((await ranked(year))[0], first);
    const [, second] = await order(page, 0);
    await page.route("**/rest/v1/rpc/save_wishes", refuse);
    await page.getByRole("button", { name: `Move ${second}`, exact: true }).press("Home");
    await page.getByText("Your session has ended").waitFor();
    await page.unroute("**/rest/v1/rpc/save_wishes");
    await signInDoctor(page, login(year.doctors[0].user));
    await page.getByRole("heading", { name: "Your order" }).waitFor();
    await saved(page);
    assert.equal((await order(page, 0))[0], second);
    assert.equal((await ranked(year))[0], second);
  },
);

browserTest(
  "the window closes under a doctor: the page says so, and loses nothing by itself",
  async () => {
    await using year = await createYear({ lines: 5 });
    await openWindow(year);
    await using doctor = await doctorAt(year.doctors[0].user);
    const { page } = doctor;
    await step(page, "Order");
    const before = await order(page, 0);
    const { error } = await year.manager.client.rpc("close_window", {
      p_allocation_run: year.allocationRun,
    });
    assert.equal(error, null);
    await page.getByRole("button", { name: `Move ${before[1]}`, exact: true }).press("Home");
    await page.getByRole("alert").getByText("was not saved").or(page.getByText("were not saved"))
      .first().waitFor();
    await page.getByText("Closed", { exact: true }).waitFor();
    assert.equal(
      await page.getByRole("button", { name: /^Move / }).count(),
      0,
      "nothing can be moved any more",
    );
    await page.getByRole("button", { name: "Show what is saved instead" }).click();
    await page.getByRole("button", { name: "Yes, give them up" }).click();
    await page.getByRole("alert").waitFor({ state: "hidden" });
    assert.deepEqual(await order(page, 0), before);
    assert.deepEqual(await ranked(year), []);
    // It was closed by hand, days before its end: no day to come is told as that of its closing.
    await step(page, "Submit");
    await page.getByText("The window has closed. Nothing can be changed any more.").waitFor({
      timeout: 15_000,
    });
    // Whoever did not submit reads what counts; and nothing asks for what cannot be done any more.
    await page.getByText("You put no line in order yourself").waitFor();
    for (const name of ["Likes", "Lines", "Order", "Submit"]) {
      await step(page, name);
      assert.doesNotMatch(
        (await page.getByRole("main").textContent())!,
        /\b(drag|tap|arrow|put each|you can|choose another|upload|submit again|move \d)\b/i,
        name,
      );
    }
    // Opened again for a reason: what was refused is saved when somebody looks.
    await step(page, "Likes");
    const reopened = await year.manager.client.rpc("reopen_window", {
      p_allocation_run: year.allocationRun,
      p_reason: "Some were on leave.",
    });
    assert.equal(reopened.error, null);
    await comeBack(page);
    await feel(page, "Cardiology", "Love");
    await saved(page);
  },
);

browserTest("the minimum, submitting, the receipt, a change since, taking it back", async () => {
  await using year = await createYear({ lines: 6 });
  await openWindow(year, { settings: { minimum_lines: 6 } });
  await using doctor = await doctorAt(year.doctors[0].user, "", PHONE);
  const { page } = doctor;
  await step(page, "Order");
  const [first] = await order(page, 0);
  await page.locator(".rank", { hasText: first }).locator(".open").click();
  await page.getByRole("dialog").getByRole("button", { name: "Dislike" }).click();
  await step(page, "Submit");
  await page.getByText("Move 1 more up").waitFor();
  assert.equal(await page.getByRole("button", { name: "Submit my order" }).isDisabled(), true);
  await step(page, "Order");
  await page.locator(".rank", { hasText: first }).locator(".open").click();
  await page.getByRole("dialog").getByRole("button", { name: "Like" }).click();
  await step(page, "Submit");
  await page.getByRole("button", { name: "Submit my order" }).click();
  const receipt = page.getByRole("article", { name: "Receipt" });
  await receipt.getByText(/6 lines ranked/).waitFor();
  assert.match((await receipt.textContent())!, /[0-9A-F]{12}/);
  await step(page, "Likes");
  await step(page, "Order");
  await page.locator(".rank", { hasText: first }).locator(".open").click();
  await page.getByRole("dialog").getByRole("button", { name: "Love" }).click();
  await saved(page);
  await step(page, "Submit");
  await page.getByText("You changed something since").waitFor();
  await page.getByRole("button", { name: "Take it back" }).click();
  await page.getByRole("button", { name: "Submit my order" }).waitFor();
  const [{ submitted_at }] = await sql`
    select submitted_at from public.allocation_run_worker_mappings where id = ${
    year.doctors[0].mapping
  }`;
  assert.equal(submitted_at, null);
});

browserTest(
  "the order goes out as a spreadsheet and comes back; a fault names its cell",
  async () => {
    await using year = await createYear({ lines: 4 });
    await openWindow(year);
    await using doctor = await doctorAt(year.doctors[0].user);
    const { page } = doctor;
    await step(page, "Order");
    await page.getByText("As a spreadsheet").click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download CSV" }).click(),
    ]);
    assert.equal(download.suggestedFilename(), "ranking.csv");
    const upload = (text: string) =>
      page.locator("input[type=file]").setInputFiles({
        name: "x.csv",
        mimeType: "text/csv",
        buffer: Buffer.from(text),
      });
    await upload("Rank,Line\n1,JL 3\n1,JL 9\n");
    await page.getByRole("alert").getByText("B3").waitFor();
    await upload("Rank,Bucket,Line\n1,Love,JL 3\n2,Like,JL 1\n");
    await page.getByRole("dialog").getByText("2 lines").waitFor();
    await page.getByRole("button", { name: "Take it", exact: true }).click();
    await saved(page);
    assert.deepEqual(await order(page, 2), ["JL 3"]);
    assert.deepEqual(await order(page, 1), ["JL 1"]);
    assert.deepEqual(await ranked(year), ["JL 3", "JL 1"]);
  },
);

browserTest(
  "a department's person ranks the doctors for its lines, and sees nothing of wishes",
  async () => {
    await using year = await createYear({ lines: 4, doctors: 3 });
    const email = year.doctors[2].user.email;
    const [{ id: preferencer }] = await sql`
    insert into public.preferencers (org_id, allocation_run, name, email)
    values (${year.id}, ${year.allocationRun}, 'Cardiology department', ${`head-${email}`}) returning id`;
    await sql`
    insert into public.preferencer_job_lines (org_id, allocation_run, preferencer, job_line)
    values (${year.id}, ${year.allocationRun}, ${preferencer}, ${year.lines[0]})`;
    await sql`update auth.users set email = ${`head-${email}`} where id = ${
      year.doctors[2].user.id
    }`;
    await sql`delete from public.workers where user_id = ${year.doctors[2].user.id}`;
    await openWindow(year);
    await using head = await doctorAt({ email: `head-${email}` }, "", PHONE);
    const { page } = head;
    await page.getByRole("heading", { name: "Rank the doctors" }).waitFor();
    await page.locator(".rank", { hasText: "Doctor 2" }).locator(".open").click();
    await page.getByRole("dialog").getByRole("button", { name: "In this order" }).click();
    await page.locator(".rank", { hasText: "Doctor 1" }).locator(".open").click();
    await page.getByRole("dialog").getByRole("button", { name: "In this order" }).click();
    await saved(page);
    const rows = await sql`
    select w.name, r.order_preference from public.preferencer_worker_ranks r
    join public.allocation_run_worker_mappings m on m.id = r.worker_mapping join public.workers w on w.id = m.worker
    where r.preferencer = ${preferencer} order by r.order_preference`;
    assert.deepEqual(rows.map((row) => [row.name, row.order_preference]), [["Doctor 2", 1], [
      "Doctor 1",
      2,
    ]]);
    assert.deepEqual(await accessibilityFaults(page), []);

    // By spreadsheet: out, back with a fault at its cell, and back in another order.
    await page.getByText("As a spreadsheet").click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download CSV" }).click(),
    ]);
    const text = await Deno.readTextFile((await download.path())!);
    assert.match(text, /1,Doctor 2,yes,[0-9a-f-]{36}\r?\n2,Doctor 1,yes/);
    const upload = (text: string) =>
      page.locator("input[type=file]").setInputFiles({
        name: "x.csv",
        mimeType: "text/csv",
        buffer: Buffer.from(text),
      });
    await upload("Rank,Doctor\n1,Doctor 1\nlast,Doctor 2\n");
    await page.getByRole("alert").getByText("A3").waitFor();
    await upload("Rank,Doctor\n1,Doctor 1\n");
    await page.getByRole("dialog").getByText("The file has 1 doctor, 1 of them ranked.")
      .waitFor();
    await page.getByRole("button", { name: "Take it", exact: true }).click();
    await saved(page);
    assert.deepEqual(await order(page, 1), ["Doctor 1"]);
    const [left] = await sql`
      select count(*)::int as n from public.preferencer_worker_ranks where preferencer = ${preferencer}`;
    assert.equal(left.n, 1);

    // It closes, and somebody else ranks for the department: neither is told by a page that goes on as if it were not so.
    await year.manager.client.rpc("close_window", { p_allocation_run: year.allocationRun });
    await comeBack(page);
    await page.getByText("The window has closed; nothing can be changed any more.").waitFor();
    assert.equal(await page.getByRole("button", { name: /^Move / }).count(), 0);
    assert.doesNotMatch((await page.getByRole("main").textContent())!, /\b(drag|tap|upload)\b/i);
    await year.manager.client.rpc("assign_preferencer", {
      p_preferencer: preferencer,
      p_email: `next-${email}`,
    });
    await comeBack(page);
    await page.getByRole("alert").getByText("You do not rank doctors for this department.")
      .waitFor();
    assert.equal(await page.getByText("Doctor 2").count(), 0);
  },
);

browserTest(
  "axe-core finds no serious fault on any step, no step is wider than a phone",
  async () => {
    await using year = await createYear({ lines: 8 });
    // Some names have no place to break.
    await sql`update public.job_lines set name = repeat('Donaudampfschiff', 5) where id = ${
      year.lines[0]
    }`;
    await openWindow(year);
    await using doctor = await doctorAt(year.doctors[0].user, "", PHONE);
    const { page } = doctor;
    await page.getByRole("heading", { name: "What do you like?" }).waitFor();
    await feel(page, "Cardiology", "Love");
    await feel(page, "Emergency", "Never");
    // Where colours are the reader's own, what is chosen and where one is stand out.
    await page.emulateMedia({ forcedColors: "active" });
    for (
      const [one, other, property] of [
        ['.choice[aria-checked="true"]', '.choice[aria-checked="false"]', "backgroundColor"],
        [".steps a[aria-current]", ".steps a:not([aria-current])", "borderBottomColor"],
      ]
    ) {
      assert.notEqual(
        ...await page.evaluate<[string, string]>(
          `${
            JSON.stringify([one, other])
          }.map((at) => getComputedStyle(document.querySelector(at)).${property})`,
        ),
      );
    }
    await page.emulateMedia({ forcedColors: "none" });
    for (const name of ["Likes", "Lines", "Order", "Submit"]) {
      await step(page, name);
      assert.deepEqual(await accessibilityFaults(page), [], name);
      assert.deepEqual(await cutOffOnPhones(page), [], name);
    }
    await step(page, "Order");
    await page.locator(".rank .open").first().click();
    assert.deepEqual(await accessibilityFaults(page), [], "actions");
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "How the match works" }).click();
    await page.getByRole("heading", { name: "How the match works" }).waitFor();
    assert.deepEqual(await accessibilityFaults(page), [], "how");
    assert.deepEqual(await cutOffOnPhones(page), [], "how");
  },
);

browserTest("axe-core finds no serious fault on the doctors' sign-in form", async () => {
  await using profile = await newProfile({ ...PHONE });
  const { page } = profile;
  await page.goto(DOCTOR);
  await page.getByLabel("Email").waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
  // The name is whole where letters are twice as large.
  const { lines, beyond } = await page.evaluate<{ lines: number; beyond: boolean }>(`(() => {
    document.documentElement.style.fontSize = "200%";
    const range = document.createRange();
    range.selectNodeContents(document.querySelector("h1.brand"));
    range.setStartAfter(document.querySelector("h1.brand svg"));
    const { scrollWidth, clientWidth } = document.documentElement;
    return { lines: new Set([...range.getClientRects()].map((at) => at.top)).size, beyond: scrollWidth > clientWidth };
  })()`);
  assert.deepEqual([lines, beyond], [1, false]);
});
