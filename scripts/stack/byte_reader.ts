// Byte streams between processes, read in lines or in messages: a message is a frame of JSON and a frame of bytes, which may be
// empty.

import { joined } from "../../shared/platform/bytes.ts";

/** A message with its bytes. */
export interface Packet<Message> {
  message: Message;
  bytes: Uint8Array;
}

/** @returns a message and its bytes, ready to be written at once */
export function pack(message: unknown, bytes: Uint8Array = new Uint8Array()): Uint8Array {
  const head = new TextEncoder().encode(JSON.stringify(message));
  const packed = new Uint8Array(8 + head.length + bytes.length);
  const view = new DataView(packed.buffer);
  view.setUint32(0, head.length);
  packed.set(head, 4);
  view.setUint32(4 + head.length, bytes.length);
  packed.set(bytes, 8 + head.length);
  return packed;
}

/** Reads an exact number of bytes, lines or messages from a stream of chunks. Joins chunks once per read: bodies may be large. */
export class ByteReader {
  #chunks: Uint8Array[] = [];
  #size = 0;
  #reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /** @returns `count` bytes, or null when the stream ends before */
  async bytes(count: number): Promise<Uint8Array | null> {
    while (this.#size < count) if (!await this.#more()) return null;
    return this.#take(count);
  }

  /** @returns the next line without its end, or null when the stream ends before */
  async line(): Promise<string | null> {
    let length: number;
    while ((length = this.#lineLength()) < 0) if (!await this.#more()) return null;
    return new TextDecoder().decode(this.#take(length)).slice(0, -1);
  }

  /** @returns the next message, or null when the stream ends before */
  async packet<Message>(): Promise<Packet<Message> | null> {
    const head = await this.#frame();
    const bytes = head && await this.#frame();
    return bytes && { message: JSON.parse(new TextDecoder().decode(head)) as Message, bytes };
  }

  /** Lets go of the stream, which holds a file descriptor until it is read to its end. */
  async close(): Promise<void> {
    await this.#reader.cancel().catch(() => {});
  }

  /** Four bytes of length, then the bytes. */
  async #frame(): Promise<Uint8Array | null> {
    const head = await this.bytes(4);
    return head && await this.bytes(new DataView(head.buffer, head.byteOffset).getUint32(0));
  }

  /** Up to and with the next line feed, -1 when there is none yet. */
  #lineLength(): number {
    let before = 0;
    for (const chunk of this.#chunks) {
      const at = chunk.indexOf(10);
      if (at >= 0) return before + at + 1;
      before += chunk.length;
    }
    return -1;
  }

  #take(count: number): Uint8Array {
    const all = this.#chunks.length === 1 ? this.#chunks[0] : joined(this.#chunks);
    this.#chunks = [all.subarray(count)];
    this.#size -= count;
    return all.subarray(0, count);
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#reader.read();
    if (done) return false;
    this.#chunks.push(value);
    this.#size += value.length;
    return true;
  }
}
