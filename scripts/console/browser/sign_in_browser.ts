// Signing in and out, and sessions that end.

import assert from "node:assert/strict";
import { browserTest, demoUser, forbidStorage, newProfile, signedIn, signIn } from "./kit.ts";

browserTest("signing in with a wrong password says so and keeps the email", async () => {
  await using profile = await newProfile();
  const page = await profile.open();
  const { email, password } = demoUser("manager");
  await signIn(page, { email, password: "wrong" });
  await page.getByRole("alert").getByText("is not right").waitFor();
  assert.equal(await page.getByLabel("Email").inputValue(), email);
  await signIn(page, { email, password });
  await page.getByRole("heading", { name: "Generate job lines" }).waitFor();
});

browserTest(
  "a session survives a reload and reaches other tabs; signing out ends it in all",
  async () => {
    await using profile = await signedIn(demoUser("manager"));
    const { page } = profile;
    await page.reload();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    const second = await profile.open();
    const kept = () =>
      page.evaluate(() => Object.keys(sessionStorage).filter((name) => /typed/.test(name)));
    await page.evaluate(() => sessionStorage.setItem("receptor.typed.u.r.doctor", '{"name":"A"}'));
    await page.reload();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    assert.equal((await kept()).length, 1);
    await second.getByRole("button", { name: "Sign out" }).click();
    await second.getByRole("button", { name: "Sign in" }).waitFor();
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    assert.deepEqual(await kept(), [], "nor is anything left of what was typed");
    // On purpose: nothing waits behind the form.
    assert.equal(await page.locator(".shell").count(), 0);
  },
);

browserTest(
  "where storage is forbidden the form says what that means, and signing in works",
  async () => {
    await using profile = await newProfile({}, { fresh: true });
    await forbidStorage(profile.page);
    const page = await profile.open();
    await page.getByText("This browser keeps nothing for this page").waitFor();
    await signIn(page, demoUser("manager"));
    await page.getByRole("heading", { name: "Generate job lines" }).waitFor();
    await page.getByRole("link", { name: "Roster" }).click();
    await page.getByRole("heading", { name: "Roster" }).waitFor();
  },
);

browserTest(
  "a session whose token is over is renewed, and one that cannot be ends in the form, which says why",
  async () => {
    await using profile = await signedIn(demoUser("manager"));
    const { page } = profile;
    // The token is over by the server's clock alone, as where the device's was set back.
    await page.evaluate(() => {
      const key = "receptor.session", stored = JSON.parse(localStorage.getItem(key)!);
      const over = {
        access_token: `${stored.access_token}x`,
        expires_at: stored.expires_at + 86_400,
      };
      localStorage.setItem(key, JSON.stringify({ ...stored, ...over }));
    });
    await page.reload();
    await page.getByLabel("Allocation run").waitFor();
    // Before the reloaded page starts: the page at hand would notice it too, with the next thing that it reads.
    await page.addInitScript(() => {
      const key = "receptor.session", stored = localStorage.getItem(key);
      if (stored === null) return;
      const ended = { ...JSON.parse(stored), expires_at: 1, refresh_token: "revoked" };
      localStorage.setItem(key, JSON.stringify(ended));
    });
    await page.reload();
    await page.getByText("Your session has ended").waitFor();
  },
);

browserTest("the pickers change the allocation run, and a reload keeps it", async () => {
  await using profile = await signedIn(demoUser("manager"));
  const { page } = profile;
  const picker = page.getByLabel("Allocation run");
  await picker.selectOption({ label: "PGY1 2027" });
  await page.waitForURL(/#\/generate\/a0000000-0000-4000-8000-000000000031/);
  await picker.selectOption({ label: "PGY2 2027" });
  await page.waitForURL(/#\/generate\/a0000000-0000-4000-8000-000000000032/);
  await page.reload();
  await page.getByText("Terms of 13 + 13 + 13 + 13 weeks").waitFor();
  assert.match(page.url(), /000000000032/);
});

browserTest(
  "a viewer sees the form and cannot generate; a doctor is told where to rank lines",
  async () => {
    await using viewer = await signedIn(demoUser("viewer"));
    await viewer.page.getByText("but not generate them").waitFor();
    assert.equal(
      await viewer.page.getByRole("button", { name: "Generate", exact: true }).isDisabled(),
      true,
    );
    await using doctor = await newProfile();
    const page = await doctor.open();
    await signIn(page, demoUser("doctor"));
    await page.getByText("Doctors rank their lines on the doctors' page").waitFor();
  },
);

browserTest(
  "a session that ends in mid-work leads to the form, and back to what was typed, in a dialog too",
  async () => {
    const manager = demoUser("manager");
    await using profile = await signedIn(manager, "#/setup?step=service");
    const { page } = profile;
    await page.getByLabel("E-mail addresses").fill("new@northern.example");
    const { pathname, hash } = new URL(page.url());
    // What supabase-js does in every tab when a token cannot be renewed.
    const end = () =>
      page.evaluate(`
    localStorage.removeItem("receptor.session");
    new BroadcastChannel("receptor.session").postMessage({ event: "SIGNED_OUT", session: null });
  `);
    await end();
    await page.getByText("what you typed in the console was kept").waitFor();
    assert.equal(await page.getByLabel("E-mail addresses").isVisible(), false);
    await signIn(page, manager);
    await page.getByLabel("E-mail addresses").waitFor();
    assert.equal(await page.getByLabel("E-mail addresses").inputValue(), "new@northern.example");
    assert.equal(new URL(page.url()).pathname + new URL(page.url()).hash, pathname + hash);

    // Above a dialog as well; and it waits for nobody else.
    await page.getByRole("link", { name: "Preferences" }).click();
    await page.getByRole("button", { name: "Let a member read early…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Reason").fill("She plans the wards.");
    await end();
    await page.getByText("what you typed in the console was kept").waitFor();
    await signIn(page, manager);
    await dialog.getByLabel("Reason").waitFor();
    assert.equal(await dialog.getByLabel("Reason").inputValue(), "She plans the wards.");
    await end();
    await page.getByText("what you typed in the console was kept").waitFor();
    await signIn(page, demoUser("viewer"));
    await page.getByText("viewer@northern.example").waitFor();
    assert.equal(await dialog.count(), 0);
  },
);
