// The function mailer: empties the outbox of e-mails. At least once each: what is sent and not settled is sent again, with the
// same idempotency key.

import { keptPool, type Sql } from "../platform/database.ts";
import { createHandler } from "../platform/http.ts";
import { requireInternalKey } from "../platform/internal_key.ts";
import { log } from "../platform/log.ts";
import { consolePage, doctorsPage, mailProvider } from "./provider.ts";
import type { MailProvider, SendOutcome } from "./provider_types.ts";
import { asService } from "../platform/service.ts";

/** Claimed at a time; a mailer that ends loses these for five minutes. */
const BATCH = 10;
/** No batch is begun after this, in ms: cron comes again within a minute. */
const TIME_MS = 40_000;

/** A row of messages.claim_emails(). */
interface Claimed {
  id: string;
  claim_token: string;
  idempotency_key: string;
  kind: string;
  to_address: string;
  subject: string;
  body: string;
  attempts: number;
}

/** What a call of the mailer came to; delivery: the provider's name, or off. */
export interface MailerAnswer {
  delivery: string;
  sent: number;
  failed: number;
}

/** The fetch handler of mailer: POST with the internal key, from cron. */
export function createMailer(functionName: string): (request: Request) => Promise<Response> {
  const pool = keptPool();
  return createHandler(functionName, {
    POST: async (request) => {
      requireInternalKey(request);
      return Response.json(await deliver(pool()));
    },
  });
}

/** Sends what is due. Tells the database who delivers, so that cron need not call where nobody does. */
async function deliver(sql: Sql): Promise<MailerAnswer> {
  let provider: MailProvider | null = null, fault: string | null = null;
  try {
    provider = mailProvider();
  } catch (error) {
    fault = (error as Error).message;
    log("error", "mailer", "settings", { fault });
  }
  await asService(
    sql,
    (tx) => tx`select messages.note_delivery(${provider?.name ?? null}, ${fault})`,
  );
  const answer = { delivery: provider?.name ?? "off", sent: 0, failed: 0 };
  if (provider === null) return answer;
  const doctor = doctorsPage(), planner = consolePage();
  for (const end = Date.now() + TIME_MS; Date.now() < end;) {
    const claimed = await asService(
      sql,
      (tx) => tx<Claimed[]>`select * from messages.claim_emails(${doctor}, ${planner}, ${BATCH})`,
    );
    if (claimed.length === 0) break;
    for (const email of claimed) {
      const outcome = await send(provider, email);
      await settle(sql, email, outcome);
      answer[outcome.sent ? "sent" : "failed"] += 1;
    }
  }
  return answer;
}

function send(provider: MailProvider, email: Claimed): Promise<SendOutcome> {
  return provider.send({
    to: email.to_address,
    subject: email.subject,
    text: email.body,
    idempotencyKey: email.idempotency_key,
  });
}

async function settle(
  sql: Sql,
  { id, claim_token, kind, attempts }: Claimed,
  outcome: SendOutcome,
) {
  const [provider, error, final] = outcome.sent
    ? [outcome.id, null, false]
    : [null, outcome.error, outcome.final];
  await asService(
    sql,
    (tx) =>
      tx`select messages.settle_email(${id}, ${claim_token}, ${provider}, ${error}, ${final})`,
  );
  // Without the provider's words, which may have the address: they stand with the e-mail.
  if (error !== null) log("warn", "mailer", "not sent", { email: id, kind, attempts, final });
}
