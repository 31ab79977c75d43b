// What the processes of a stack say to each other: a child takes its settings on the first line of its standard input,
// calls on the lines after it, and answers on file descriptor 3; what it prints is log. The end of the input is the end of
// the child.

/** One line from a child. */
export type Message<Info> =
  /** A directory that is to be removed if the child cannot do it. */
  | { type: "home"; path: string }
  | { type: "log"; line: string }
  | { type: "ready"; info: Info }
  | { type: "failed"; message: string }
  | { type: "answer"; id: number; value?: unknown; error?: string };

/** One line to it, after the settings. */
export interface Call {
  id: number;
  name: string;
  args: unknown[];
}
