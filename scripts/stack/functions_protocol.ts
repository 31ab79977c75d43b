// What the functions host and an isolate say to each other: the request goes to the isolate's standard input, the
// answer comes back on its standard output. One line of JSON each, followed by the body.

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

/** Reads an exact number of bytes, or lines, from a stream of chunks. */
export class ByteReader {
  #buffer: Uint8Array = new Uint8Array();
  #reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /** @returns `count` bytes, or null when the stream ends before */
  async bytes(count: number): Promise<Uint8Array | null> {
    while (this.#buffer.length < count) if (!await this.#more()) return null;
    return this.#take(count);
  }

  /** @returns the next line without its end, or null when the stream ends before */
  async line(): Promise<string | null> {
    let end: number;
    while ((end = this.#buffer.indexOf(10)) < 0) if (!await this.#more()) return null;
    return new TextDecoder().decode(this.#take(end + 1)).slice(0, -1);
  }

  /** @returns the next frame (four bytes of length, then the bytes), or null when the stream ends before */
  async frame(): Promise<Uint8Array | null> {
    const head = await this.bytes(4);
    return head && await this.bytes(new DataView(head.buffer, head.byteOffset).getUint32(0));
  }

  #take(count: number): Uint8Array {
    const taken = this.#buffer.slice(0, count);
    this.#buffer = this.#buffer.subarray(count);
    return taken;
  }

  async #more(): Promise<boolean> {
    const { value, done } = await this.#reader.read();
    if (done) return false;
    const joined = new Uint8Array(this.#buffer.length + value.length);
    joined.set(this.#buffer);
    joined.set(value, this.#buffer.length);
    this.#buffer = joined;
    return true;
  }
}

/** @returns bytes with their length before them */
export function frame(bytes: Uint8Array): Uint8Array {
  const framed = new Uint8Array(4 + bytes.length);
  new DataView(framed.buffer).setUint32(0, bytes.length);
  framed.set(bytes, 4);
  return framed;
}
