// Providers of e-mail: what they are sent, and what their answers mean. Against a server of the test's own.

import assert from "node:assert/strict";
import { consolePage, doctorsPage, mailProvider } from "./provider.ts";

const EMAIL = { to: "a@b.example", subject: "S", text: "T", idempotencyKey: "released:1:2" };

/** A provider by settings, in front of a server that answers as it is told. */
async function asked(name: string, status: number, answer: unknown) {
  const requests: { path: string; headers: Headers; body: Record<string, unknown> }[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const { pathname: path } = new URL(request.url);
      requests.push({ path, headers: request.headers, body: await request.json() });
      return typeof answer === "string"
        ? new Response(answer, { status })
        : Response.json(answer, { status });
    },
  );
  const settings: Record<string, string> = {
    RECEPTOR_MAIL_PROVIDER: name,
    RECEPTOR_MAIL_KEY: "the key",
    RECEPTOR_MAIL_FROM: "Us <us@b.example>",
    RECEPTOR_MAIL_URL: `http://127.0.0.1:${server.addr.port}`,
  };
  const outcome = await mailProvider((setting) => settings[setting])!.send(EMAIL);
  await server.shutdown();
  return { outcome, request: requests[0] };
}

Deno.test("Resend gets the e-mail with its key", async () => {
  const { outcome, request } = await asked("resend", 200, { id: "r1" });
  assert.deepEqual(outcome, { sent: true, id: "r1" });
  assert.equal(request.path, "/emails");
  assert.equal(request.headers.get("authorization"), "Bearer the key");
  assert.equal(request.headers.get("idempotency-key"), EMAIL.idempotencyKey);
  const { from, to, subject, text } = request.body;
  assert.deepEqual([from, to, subject, text], ["Us <us@b.example>", ["a@b.example"], "S", "T"]);
});

Deno.test("Postmark gets the e-mail, the key among its metadata", async () => {
  const { outcome, request } = await asked("postmark", 200, { MessageID: "p1", ErrorCode: 0 });
  assert.deepEqual(outcome, { sent: true, id: "p1" });
  assert.equal(request.path, "/email");
  assert.equal(request.headers.get("x-postmark-server-token"), "the key");
  assert.deepEqual(request.body.Metadata, { idempotency_key: EMAIL.idempotencyKey });
  assert.deepEqual([request.body.To, request.body.TextBody], ["a@b.example", "T"]);
});

Deno.test("what stands is final, what passes is tried again", async () => {
  const cases: [provider: string, status: number, answer: unknown, final: boolean][] = [
    ["resend", 422, { name: "validation_error" }, true],
    ["resend", 429, { name: "rate_limit_exceeded" }, false],
    ["resend", 401, { name: "missing_api_key" }, false],
    ["resend", 409, { name: "concurrent_idempotent_requests" }, false],
    ["resend", 502, "<html>Bad gateway</html>", false],
    ["postmark", 422, { ErrorCode: 406, Message: "Inactive recipient" }, true],
    ["postmark", 422, { ErrorCode: 10, Message: "Bad token" }, false],
    ["postmark", 500, {}, false],
  ];
  for (const [provider, status, answer, final] of cases) {
    const { outcome } = await asked(provider, status, answer);
    assert.ok(!outcome.sent && outcome.final === final, `${provider} ${status}`);
    assert.match((outcome as { error: string }).error, new RegExp(`^${status} `));
  }
});

Deno.test("a provider that does not answer is an outcome, too", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const settings: Record<string, string> = {
    RECEPTOR_MAIL_PROVIDER: "resend",
    RECEPTOR_MAIL_KEY: "k",
    RECEPTOR_MAIL_FROM: "f",
    RECEPTOR_MAIL_URL: `http://127.0.0.1:${port}`,
  };
  const outcome = await mailProvider((name) => settings[name])!.send(EMAIL);
  assert.ok(!outcome.sent && !outcome.final);
});

Deno.test("settings: off without a provider, and a word for what is wrong", () => {
  assert.equal(mailProvider(() => undefined), null);
  const read = (settings: Record<string, string>) => (name: string) => settings[name];
  assert.throws(
    () => mailProvider(read({ RECEPTOR_MAIL_PROVIDER: "pigeon" })),
    /^Error: RECEPTOR_MAIL_PROVIDER is none of resend, postmark/,
  );
  assert.throws(() => mailProvider(read({ RECEPTOR_MAIL_PROVIDER: "toString" })), /is none of/);
  assert.throws(
    () => mailProvider(read({ RECEPTOR_MAIL_PROVIDER: "resend" })),
    /RECEPTOR_MAIL_KEY/,
  );
  assert.equal(
    doctorsPage(read({ SUPABASE_URL: "https://p.example/" })),
    "https://p.example/functions/v1/doctor",
  );
  assert.equal(
    doctorsPage(read({ RECEPTOR_DOCTOR_URL: "https://d.example" })),
    "https://d.example",
  );
  assert.equal(
    consolePage(read({ SUPABASE_URL: "https://p.example" })),
    "https://p.example/functions/v1/console",
  );
  assert.equal(
    consolePage(read({ RECEPTOR_CONSOLE_URL: "https://c.example" })),
    "https://c.example",
  );
});

Deno.test("no error tells the key, whatever setting it stands in and whatever is answered", async () => {
  const { outcome } = await asked("resend", 401, `${"x".repeat(295)} Bearer the key is wrong`);
  assert.ok(!outcome.sent && !outcome.error.includes("the k"), JSON.stringify(outcome));
  const settings = {
    RECEPTOR_MAIL_PROVIDER: "resend",
    RECEPTOR_MAIL_KEY: "re_secret",
    RECEPTOR_MAIL_FROM: "f",
  };
  for (
    const [name, value] of [
      ["RECEPTOR_MAIL_PROVIDER", "re_secret"],
      ["RECEPTOR_MAIL_KEY", "re_\nsecret"],
      ["RECEPTOR_MAIL_KEY", "re_secret\u{1f600}"],
      ["RECEPTOR_MAIL_URL", "re_secret"],
      ["RECEPTOR_MAIL_URL", "https://us:re_secret@b.example"],
    ]
  ) {
    const read = (setting: string) =>
      ({ ...settings, [name]: value } as Record<string, string>)[setting];
    assert.throws(
      () => mailProvider(read),
      (error: Error) => error.message.startsWith(name) && !error.message.includes("secret"),
    );
  }
});
