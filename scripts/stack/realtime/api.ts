// Broadcasts over HTTP, for who has no channel open: one message, or several at once.

/** A message for everybody who listens to a topic, as its users name it. */
export interface Broadcast {
  topic: string;
  event: string;
  payload: unknown;
  /** Private channels have topics of their own. */
  private: boolean;
}

/** `/realtime/v1/api/broadcast/<topic>/events/<event>` */
const SINGLE = /^\/realtime\/v1\/api\/broadcast\/([^/]+)\/events\/([^/]+)$/;
const BATCH = "/realtime/v1/api/broadcast";

/** @returns the messages that a request sends, or what is wrong with it */
export async function readBroadcasts(request: Request): Promise<Broadcast[] | Response> {
  const { pathname, searchParams } = new URL(request.url);
  const single = SINGLE.exec(pathname);
  if (request.method !== "POST" || (!single && pathname !== BATCH)) {
    return Response.json({ message: "no such service" }, { status: 404 });
  }
  if (single && request.headers.get("content-type") === "application/octet-stream") {
    return [{ ...address(single), payload: await request.bytes() }];
  }
  const body = await request.json().catch(() => null);
  if (typeof body !== "object" || body === null) return unprocessable("payload", "is invalid");
  if (single) return [{ ...address(single), payload: body }];
  const messages: unknown[] = Array.isArray(body.messages) ? body.messages : [];
  if (messages.length === 0 || !messages.every(isMessage)) {
    return unprocessable("messages", "each needs a topic, an event and a payload");
  }
  return messages.map(({ topic, event, payload, private: isPrivate }) => ({
    topic,
    event,
    payload,
    private: isPrivate === true,
  }));

  function address([, topic, event]: RegExpExecArray) {
    return {
      topic: decodeURIComponent(topic),
      event: decodeURIComponent(event),
      private: searchParams.get("private") === "true",
    };
  }
}

function isMessage(value: unknown): value is Broadcast {
  const { topic, event, payload } = (value ?? {}) as Record<string, unknown>;
  return typeof topic === "string" && typeof event === "string" && typeof payload === "object";
}

function unprocessable(field: string, fault: string): Response {
  return Response.json({ errors: { [field]: [fault] } }, { status: 422 });
}
