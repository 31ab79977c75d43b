// The messages of Realtime as supabase-js speaks them: Phoenix channels, protocol version 2.0.0. Pure.

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

/** @returns the frame in a message, null when it is none (binary broadcasts, other protocol versions) */
export function parseFrame(data: unknown): Frame | null {
  if (typeof data !== "string") return null;
  const parts = parse(data);
  if (!Array.isArray(parts) || parts.length !== 5 || typeof parts[2] !== "string") return null;
  const [joinRef, ref, topic, event, payload] = parts;
  return { joinRef, ref, topic, event, payload: payload ?? {} };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @returns the message that carries a frame */
export function serialise({ joinRef, ref, topic, event, payload }: Frame): string {
  return JSON.stringify([joinRef, ref, topic, event, payload]);
}

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
  const channel = join.topic.replace(/^realtime:/, "");
  return push(join, "system", { status, channel, extension: "postgres_changes", message });
}

/** The changes that a join asks for. */
export function requestedChanges(join: Frame): RequestedChange[] {
  const config = (join.payload.config ?? {}) as { postgres_changes?: RequestedChange[] };
  return config.postgres_changes ?? [];
}
