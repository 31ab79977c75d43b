// Resend (https://resend.com/docs/api-reference/emails/send-email). Knows idempotency keys, for 24 hours.

import { type MailProvider, post, type ProviderSettings } from "./provider_types.ts";

/** A provider of e-mail: Resend, or what speaks as it does. */
export function resend(
  { key, from, url = "https://api.resend.com" }: ProviderSettings,
): MailProvider {
  return {
    name: "resend",
    send: ({ to, subject, text, idempotencyKey }) =>
      post(
        `${url}/emails`,
        { authorization: `Bearer ${key}`, "idempotency-key": idempotencyKey },
        { from, to: [to], subject, text },
        ({ id }) => String(id ?? ""),
        // 422: the address or the text is refused. 401 and 403 are mended by an operator, 409 and 429 by waiting.
        (status) => status === 400 || status === 422,
      ),
  };
}
