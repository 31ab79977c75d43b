// Where the demo writes: lines that stay, and on a terminal one line at the bottom that is drawn over.

import { colourDepth, createPaint, type Paint } from "./paint.ts";
import { duration } from "./text.ts";

type Stream = typeof Deno.stdout | typeof Deno.stderr;

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME_MS = 100;
const HIDE_CURSOR = "\x1b[?25l", SHOW_CURSOR = "\x1b[?25h", CLEAR_LINE = "\r\x1b[K";
/** Rows of a terminal do not wrap while they are drawn over: a narrower window must not smear. */
const NO_WRAP = "\x1b[?7l", WRAP = "\x1b[?7h";

/** The demo's output on a stream. */
export class Screen {
  readonly paint: Paint;
  readonly isTerminal: boolean;
  readonly #encoder = new TextEncoder();
  #status: (() => string) | null = null;
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(private readonly stream: Stream, color: boolean) {
    this.isTerminal = stream.isTerminal();
    this.paint = createPaint(colourDepth(color, this.isTerminal, Deno.env.toObject()));
  }

  /** Columns that a row may take; Infinity where the output is not a terminal. */
  get width(): number {
    if (!this.isTerminal) return Infinity;
    try {
      return Deno.consoleSize().columns;
    } catch {
      return 80; // standard input and output are elsewhere
    }
  }

  /** Writes lines that stay. */
  print(...lines: string[]): void {
    const clear = this.#status ? CLEAR_LINE : "";
    this.#write(clear + lines.map((line) => line + "\n").join(""));
    this.#draw();
  }

  /** Shows a line at the bottom until `settle()`, drawn anew ten times a second; nothing where there is no terminal. */
  show(line: () => string): void {
    this.#status = line;
    if (!this.isTerminal) return;
    if (this.#timer === null) {
      this.#write(HIDE_CURSOR + NO_WRAP);
      this.#timer = setInterval(() => this.#draw(), FRAME_MS);
    }
    this.#draw();
  }

  /** Takes the line at the bottom away. */
  settle(): void {
    this.#status = null;
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    this.#write(CLEAR_LINE + WRAP + SHOW_CURSOR);
  }

  /** Does some work under a line that says what it is and for how long; elsewhere the line is printed once. */
  async during<Result>(what: string, work: Promise<Result>): Promise<Result> {
    const started = performance.now();
    if (!this.isTerminal) this.print(`${what}...`);
    this.show(() => {
      const elapsed = performance.now() - started;
      const frame = FRAMES[Math.floor(elapsed / FRAME_MS) % FRAMES.length];
      return `${this.paint.good(frame)} ${what} ${this.paint.dim(duration(elapsed))}`;
    });
    try {
      return await work;
    } finally {
      this.settle();
    }
  }

  #draw(): void {
    if (this.#status && this.isTerminal) this.#write(CLEAR_LINE + this.#status());
  }

  #write(text: string): void {
    let bytes = this.#encoder.encode(text);
    try {
      while (bytes.length > 0) bytes = bytes.subarray(this.stream.writeSync(bytes));
    } catch (error) {
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error; // whoever read has left: `| head`
    }
  }
}
