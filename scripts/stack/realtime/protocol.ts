// The messages of Realtime as supabase-js speaks them: Phoenix channels, protocol versions 1.0.0 and 2.0.0. Pure.
// https://github.com/supabase/realtime, RealtimeWeb.Socket.V2Serializer, for the binary frames of broadcasts.

/** A frame: join reference, message reference, topic, event, payload. */
export interface Frame {
  joinRef: string | null;
  ref: string | null;
  topic: string;
  event: string;
  payload: Record<string, unknown>;
}

/** What a client asks for on joining; sent back to it with an id, which later messages name. */
export interface RequestedChange {
  event: string;
  schema?: string;
  table?: string;
  filter?: string;
}

/** How a version of the protocol writes frames. */
export interface Codec {
  /** @returns the frame in a message, null when it is none */
  parse(data: unknown): Frame | null;
  /** @returns the message that carries a frame, null where this version cannot carry it */
  serialise(frame: Frame): string | Uint8Array<ArrayBuffer> | null;
}

/** The event of messages that clients send each other. Its payload: `{type, event, payload}`. */
export const BROADCAST = "broadcast";

/** Frames are objects. What is binary cannot be told. */
const VERSION_1: Codec = {
  parse: (data) => {
    const message = parseJson(data);
    if (typeof message !== "object" || message === null || Array.isArray(message)) return null;
    const { topic, event, payload, ref, join_ref } = message as Record<string, unknown>;
    return frame(join_ref, ref, topic, event, payload);
  },
  serialise: ({ ref, topic, event, payload }) =>
    payload.payload instanceof Uint8Array ? null : JSON.stringify({ topic, event, payload, ref }),
};

/** Frames are arrays, and those of broadcasts are binary. */
const VERSION_2: Codec = {
  parse: (data) => {
    if (data instanceof ArrayBuffer) return parseBroadcast(new Uint8Array(data));
    const parts = parseJson(data);
    if (!Array.isArray(parts) || parts.length !== 5) return null;
    const [joinRef, ref, topic, event, payload] = parts;
    return frame(joinRef, ref, topic, event, payload);
  },
  serialise: (frame) => {
    if (frame.event === BROADCAST && typeof frame.payload.event === "string") {
      return broadcastFrame(frame.topic, frame.payload.event, frame.payload.payload);
    }
    const { joinRef, ref, topic, event, payload } = frame;
    return JSON.stringify([joinRef, ref, topic, event, payload]);
  },
};

/** The codec of a version, null where there is none; older clients name no version. */
export function codecOf(version: string | null): Codec | null {
  if (version === null || version.startsWith("1.0.")) return VERSION_1;
  return version.startsWith("2.0.") ? VERSION_2 : null;
}

function frame(
  joinRef: unknown,
  ref: unknown,
  topic: unknown,
  event: unknown,
  payload: unknown,
): Frame | null {
  if (typeof topic !== "string" || typeof event !== "string") return null;
  const reference = (value: unknown) => typeof value === "string" ? value : null;
  const known = typeof payload === "object" && payload !== null && !Array.isArray(payload);
  return {
    joinRef: reference(joinRef),
    ref: reference(ref),
    topic,
    event,
    payload: known ? payload as Record<string, unknown> : {},
  };
}

function parseJson(data: unknown): unknown {
  if (typeof data !== "string") return null;
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}

/** First bytes of binary frames: what a client sends to others, and what the others get. */
const USER_BROADCAST_PUSH = 3;
const USER_BROADCAST = 4;
/** How the message in them is written; anything else is bytes. */
const JSON_ENCODING = 1;

/** Kind; lengths of join reference, reference, topic, event, metadata; encoding; then these, and the message. */
function parseBroadcast(bytes: Uint8Array): Frame | null {
  const [kind, ...sizes] = bytes.slice(0, 6);
  if (kind !== USER_BROADCAST_PUSH || bytes.length < 7) return null;
  const encoding = bytes[6];
  let at = 7;
  const [joinRef, ref, topic, event] = sizes.map((size) =>
    decoder.decode(bytes.subarray(at, at += size))
  );
  if (at > bytes.length) return null;
  const message = bytes.slice(at);
  const payload = encoding === JSON_ENCODING ? parseJson(decoder.decode(message)) : message;
  return frame(joinRef, ref, topic, BROADCAST, { type: BROADCAST, event, payload });
}

/** Kind; lengths of topic, event, metadata; encoding; then these, and the message. */
function broadcastFrame(topic: string, event: string, message: unknown): Uint8Array<ArrayBuffer> {
  const binary = message instanceof Uint8Array;
  const parts = [topic, event].map((text) => encoder.encode(text));
  const body = binary ? message : encoder.encode(JSON.stringify(message ?? {}));
  const head = [USER_BROADCAST, ...parts.map((part) => part.length), 0];
  return Uint8Array.from([
    ...head,
    binary ? 0 : JSON_ENCODING,
    ...parts.flatMap((part) => [...part]),
    ...body,
  ]);
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The answer to a frame. */
export function reply(
  to: Frame,
  status: "ok" | "error",
  response: Record<string, unknown> = {},
): Frame {
  return {
    joinRef: to.joinRef,
    ref: to.ref,
    topic: to.topic,
    event: "phx_reply",
    payload: { status, response },
  };
}

/** A message that nobody asked for, to the channel that a join opened. */
export function push(join: Frame, event: string, payload: Record<string, unknown>): Frame {
  return { joinRef: join.joinRef, ref: null, topic: join.topic, event, payload };
}

/** What Realtime says about a channel's subscription to changes. */
export function systemMessage(join: Frame, status: "ok" | "error", message: string): Frame {
  const payload = { status, channel: subTopic(join), extension: "postgres_changes", message };
  return push(join, "system", payload);
}

/** The topic as its users name it. */
export function subTopic({ topic }: Pick<Frame, "topic">): string {
  return topic.replace(/^realtime:/, "");
}

/** What a join asks for. */
export interface JoinConfig {
  changes: RequestedChange[];
  /** The channel is for those whom policies on realtime.messages let in. */
  private: boolean;
  /** Broadcasts come back to who sends them; they are acknowledged. */
  self: boolean;
  ack: boolean;
}

/** Reads what a join asks for; what it does not say is as supabase-js has it. */
export function joinConfig(join: Frame): JoinConfig {
  const config = (join.payload.config ?? {}) as {
    postgres_changes?: RequestedChange[];
    private?: boolean;
    broadcast?: { self?: boolean; ack?: boolean };
  };
  return {
    changes: config.postgres_changes ?? [],
    private: config.private === true,
    self: config.broadcast?.self === true,
    ack: config.broadcast?.ack === true,
  };
}
