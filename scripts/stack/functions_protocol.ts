// What the functions host and an isolate say to each other: the request goes to the isolate's standard input, the
// answer comes back on its file descriptor 3. One line of JSON each, followed by the body.

/** First line to an isolate; `bodyBytes` bytes of body follow it. */
export interface RequestHead {
  entrypoint: string;
  method: string;
  url: string;
  headers: [string, string][];
  bodyBytes: number;
}

/** Later lines to an isolate: it is about to be ended for this reason. */
export interface Notice {
  beforeunload: "cpu" | "memory" | "wall_clock";
}

/** First frame from an isolate. Body chunks follow, an empty one ends the body, and one last frame holds the usage. */
export interface ResponseHead {
  status: number;
  headers: [string, string][];
}

/** What an isolate has used, in milliseconds of its JavaScript thread and bytes of resident memory. */
export interface Usage {
  cpuMs: number;
  peakRssBytes: number;
}

/** Reads an exact number of bytes, or lines, from a stream of chunks. Joins chunks once per read: bodies may be large. */
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

  /** @returns the next frame (four bytes of length, then the bytes), or null when the stream ends before */
  async frame(): Promise<Uint8Array | null> {
    const head = await this.bytes(4);
    return head && await this.bytes(new DataView(head.buffer, head.byteOffset).getUint32(0));
  }

  /** Lets go of the stream, which holds a file descriptor until it is read to its end. */
  async close(): Promise<void> {
    await this.#reader.cancel().catch(() => {});
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
    const all = this.#chunks.length === 1 ? this.#chunks[0] : join(this.#chunks, this.#size);
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

function join(chunks: Uint8Array[], size: number): Uint8Array {
  const joined = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += chunk.length;
  }
  return joined;
}

/** @returns bytes with their length before them */
export function frame(bytes: Uint8Array): Uint8Array {
  const framed = new Uint8Array(4 + bytes.length);
  new DataView(framed.buffer).setUint32(0, bytes.length);
  framed.set(bytes, 4);
  return framed;
}
