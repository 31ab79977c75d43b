// What a provider of e-mail is given and answers.

/** An e-mail, ready to be sent. */
export interface Email {
  to: string;
  subject: string;
  /** Plain text. */
  text: string;
  /** The same with each attempt: a provider that knows keys delivers once. */
  idempotencyKey: string;
}

/** What became of an attempt: delivered to the provider, or not, and whether trying again can help. */
export type SendOutcome =
  | { sent: true; id: string }
  | { sent: false; error: string; final: boolean };

/** Sends e-mails. */
export interface MailProvider {
  readonly name: string;
  /** Throws nothing: whatever goes wrong is an outcome. */
  send(email: Email): Promise<SendOutcome>;
}

/** What a provider needs to know. */
export interface ProviderSettings {
  key: string;
  /** The sender, e.g. `Workforce <workforce@example.org>`. */
  from: string;
  /** Of its API, where it is not the usual one. */
  url?: string;
}

/** A provider is waited for this long, in ms. */
const PATIENCE_MS = 10_000;
/**
 * Posts an e-mail to a provider.
 * @param read what an answer of 2xx says: the provider's id of the e-mail, or what was wrong all the same
 * @param isFinal whether a refusal stands, however often one asks: the address or the text is wrong
 */
export async function post(
  url: string,
  headers: Record<string, string>,
  body: unknown,
  read: (answer: Record<string, unknown>) => string,
  isFinal: (status: number, answer: Record<string, unknown>) => boolean,
): Promise<SendOutcome> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json", ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await response.text();
    const answer = parse(text);
    if (response.ok) return { sent: true, id: read(answer) };
    const error = `${response.status} ${text.replaceAll(/\s+/g, " ")}`;
    return { sent: false, error, final: isFinal(response.status, answer) };
  } catch (error) {
    return { sent: false, error: (error as Error).message, final: false };
  }
}

function parse(text: string): Record<string, unknown> {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
