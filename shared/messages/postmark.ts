// Postmark (https://postmarkapp.com/developer/api/email-api). Knows no idempotency keys: the key stands in the metadata, so that
// an e-mail that came twice is found.

import { type MailProvider, post, type ProviderSettings } from "./provider_types.ts";

/** Error codes of a recipient or text that stay wrong: invalid address, inactive recipient, invalid message. */
const FINAL = [300, 406, 402];

/** A provider of e-mail: Postmark. */
export function postmark(
  { key, from, url = "https://api.postmarkapp.com" }: ProviderSettings,
): MailProvider {
  return {
    name: "postmark",
    send: ({ to, subject, text, idempotencyKey }) =>
      post(
        `${url}/email`,
        { "x-postmark-server-token": key },
        {
          From: from,
          To: to,
          Subject: subject,
          TextBody: text,
          MessageStream: "outbound",
          Metadata: { idempotency_key: idempotencyKey.slice(0, 80) },
        },
        ({ MessageID }) => String(MessageID ?? ""),
        (status, { ErrorCode }) => status === 422 && FINAL.includes(Number(ErrorCode)),
      ),
  };
}
