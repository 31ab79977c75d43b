// Colours of a terminal: as many as it has, none where it has none or none are wanted.

/** How many colours there are: none, the 256 of xterm, or 24 bits. */
export type ColourDepth = "none" | "256" | "24bit";

/** Ways to mark text. Where there are no colours, each answers its text as it is. */
export interface Paint {
  depth: ColourDepth;
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  /** Text in a colour (`#rrggbb`). */
  ink(colour: string, text: string): string;
  /** Text on a ground of a colour (`#rrggbb`), black or white, whichever is easier to read. */
  ground(colour: string, text: string): string;
}

/**
 * Finds out how many colours may be used, by the conventions of terminals.
 * @param wanted False where the user asked for none.
 */
export function colourDepth(
  wanted: boolean,
  isTerminal: boolean,
  env: Record<string, string | undefined>,
): ColourDepth {
  if (!wanted || !isTerminal || env.NO_COLOR || env.TERM === "dumb") return "none";
  if (/truecolor|24bit/i.test(env.COLORTERM ?? "") || env.WT_SESSION) return "24bit";
  if (/direct|kitty|alacritty|ghostty|wezterm/.test(env.TERM ?? "")) return "24bit";
  return "256";
}

/** The paint for a number of colours. */
export function createPaint(depth: ColourDepth): Paint {
  const style = (on: string) => (text: string) =>
    depth === "none" || text === "" ? text : `\x1b[${on}m${text}\x1b[0m`;
  const index = (colour: string) =>
    depth === "24bit" ? `2;${rgb(colour).join(";")}` : `5;${xterm256(colour)}`;
  return {
    depth,
    bold: style("1"),
    dim: style("2"),
    good: style("32"),
    bad: style("31"),
    ink: (colour, text) => style(`38;${index(colour)}`)(text),
    ground: (colour, text) =>
      style(`${luminance(colour) > 0.3 ? "30" : "97"};48;${index(colour)}`)(text),
  };
}

/** The text without its marks, e.g. to measure it. */
export function unpainted(text: string): string {
  // deno-lint-ignore no-control-regex -- that is what marks are made of
  return text.replaceAll(/\x1b\[[0-9;]*m/g, "");
}

function rgb(colour: string): [number, number, number] {
  const value = parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** The nearest of xterm's colour cube (16..231). */
function xterm256(colour: string): number {
  const [r, g, b] = rgb(colour).map((channel) => Math.round(channel / 51));
  return 16 + 36 * r + 6 * g + b;
}

/** Relative luminance, 0 (black) to 1 (white): WCAG 2, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(colour: string): number {
  const [r, g, b] = rgb(colour).map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
