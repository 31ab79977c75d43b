// Where e-mail of a stack goes: it is kept in memory and shown on a page, `/mail`; nothing leaves this machine. It takes e-mails as
// the provider Resend does, so that the mailer runs as it does on a project that sends some.

/** An e-mail that was caught. */
export interface CaughtMail {
  id: string;
  at: string;
  from: string;
  to: string[];
  subject: string;
  text: string;
}

/** How many are kept, the latest. */
const KEPT = 500;

/** The sender, where a stack's functions send mail. */
const FROM = "Receptor <receptor@stack.example>";

/** What the functions of a stack are told, so that their e-mail comes here. */
export function mailEnvironment(url: string): Record<string, string> {
  return {
    RECEPTOR_MAIL_PROVIDER: "resend",
    RECEPTOR_MAIL_KEY: "stack",
    RECEPTOR_MAIL_FROM: FROM,
    RECEPTOR_MAIL_URL: `${url}/mail`,
  };
}

/** Catches e-mails: the service behind `/mail`. GET shows them, as a page or (`/mail.json`) as JSON. */
export function catchMail(): (request: Request) => Promise<Response> {
  const caught: CaughtMail[] = [];
  /** Ids by idempotency key: what comes again is not delivered again. */
  const keys = new Map<string, string>();
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (request.method === "POST" && pathname === "/mail/emails") {
      const key = request.headers.get("idempotency-key") ?? crypto.randomUUID();
      const known = keys.get(key);
      if (known) return Response.json({ id: known });
      const { from, to, subject, text } = await request.json();
      if (!Array.isArray(to) || typeof text !== "string") {
        return Response.json({ name: "validation_error" }, { status: 422 });
      }
      const id = crypto.randomUUID();
      keys.set(key, id);
      caught.push({ id, at: new Date().toISOString(), from, to, subject, text });
      caught.splice(0, caught.length - KEPT);
      return Response.json({ id });
    }
    if (request.method !== "GET") return new Response(null, { status: 405 });
    if (pathname === "/mail.json") return Response.json(caught);
    return new Response(pageOf(caught), {
      headers: {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
      },
    });
  };
}

function pageOf(caught: readonly CaughtMail[]): string {
  const mails = caught.toReversed().map(({ at, to, subject, text }) =>
    `<article><h2>${escape(subject)}</h2><p>To ${escape(to.join(", "))}, ${at}</p><pre>${
      linked(escape(text))
    }</pre></article>`
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Mail of the local stack</title>
<style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui;max-width:44rem;margin:2rem auto;padding:0 1rem}
article{border-top:1px solid;margin:1.5rem 0}pre{white-space:pre-wrap;font:inherit}</style>
<h1>Mail of the local stack</h1><p>${caught.length} caught; nothing leaves this machine.</p>${
    mails.join("")
  }</html>`;
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escape(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character]);
}

function linked(escaped: string): string {
  return escaped.replaceAll(/https?:\/\/[^\s<]+/g, '<a href="$&">$&</a>');
}
