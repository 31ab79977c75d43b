/** The gap over time as a picture: a panel for each family, its median and its worst problem, in light and dark. */

/** Gaps of one family, or of one problem. */
export interface GapProfile {
  name: string;
  /** Problems that were run to an end with a plan. */
  problems: number;
  /** At each mark, as shares; null where there was no plan with a bound. */
  median: (number | null)[];
  worst: (number | null)[];
}

/** Panels in a row, and the size of each with its margins, in pixels. */
const COLUMNS = 3;
const PANEL = { width: 250, height: 190, left: 44, right: 12, top: 30, bottom: 30 };
/** The scale of gaps, in per cent: what is less is drawn at its foot. */
const LEAST = 0.01;
const MOST = 100;

const STYLE = `
  text { font: 11px system-ui, sans-serif; fill: #57606a }
  .title { font-weight: 600; fill: #1f2328 }
  .grid { stroke: #d0d7de; stroke-width: 1 }
  .median { fill: none; stroke: #0969da; stroke-width: 2 }
  .worst { fill: none; stroke: #cf222e; stroke-width: 2; stroke-dasharray: 5 3 }
  .dot-median { fill: #0969da } .dot-worst { fill: #cf222e }
  @media (prefers-color-scheme: dark) {
    text { fill: #9198a1 }
    .title { fill: #f0f6fc }
    .grid { stroke: #3d444d }
    .median { stroke: #4493f8 } .worst { stroke: #f85149 }
    .dot-median { fill: #4493f8 } .dot-worst { fill: #f85149 }
  }`;

/**
 * Draws the profiles.
 * @param marks seconds of CPU
 * @returns an SVG document
 */
export function plotProfiles(families: readonly GapProfile[], marks: readonly number[]): string {
  const rows = Math.max(1, Math.ceil(families.length / COLUMNS));
  const width = COLUMNS * PANEL.width, height = rows * PANEL.height + 24;
  const panels = families.map((family, i) => {
    const x = (i % COLUMNS) * PANEL.width, y = Math.floor(i / COLUMNS) * PANEL.height;
    return `<g transform="translate(${x} ${y})">${panel(family, marks)}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" ` +
    `height="${height}" role="img" aria-label="Gap over seconds of CPU, by family">`,
    `<style>${STYLE}\n</style>`,
    ...panels,
    legend(height - 8),
    "</svg>",
    "",
  ].join("\n");
}

function legend(y: number): string {
  return `<path class="median" d="M44 ${y - 4}h24"/><text x="74" y="${y}">median</text>` +
    `<path class="worst" d="M130 ${y - 4}h24"/><text x="160" y="${y}">worst</text>` +
    `<text x="214" y="${y}">gap in %, over seconds of CPU; both scales logarithmic</text>`;
}

function panel({ name, problems, median, worst }: GapProfile, marks: readonly number[]): string {
  const right = PANEL.width - PANEL.right, foot = PANEL.height - PANEL.bottom;
  const span = Math.log(marks.at(-1)! / marks[0]) || 1;
  const x = (s: number) => PANEL.left + (right - PANEL.left) * Math.log(s / marks[0]) / span;
  const y = (gap: number) => {
    const percent = Math.min(MOST, Math.max(LEAST, 100 * gap));
    return foot - (foot - PANEL.top) * Math.log(percent / LEAST) / Math.log(MOST / LEAST);
  };
  const parts = [`<text class="title" x="${PANEL.left}" y="18">${name} (${problems})</text>`];
  for (let percent = LEAST; percent <= MOST * 1.001; percent *= 10) {
    const at = round(y(percent / 100));
    parts.push(`<path class="grid" d="M${PANEL.left} ${at}H${right}"/>`);
    const label = percent < 1 ? percent.toFixed(percent < 0.05 ? 2 : 1) : percent.toFixed(0);
    parts.push(`<text x="${PANEL.left - 6}" y="${at + 4}" text-anchor="end">${label}</text>`);
  }
  for (const s of marks) {
    parts.push(`<text x="${round(x(s))}" y="${foot + 16}" text-anchor="middle">${s}</text>`);
  }
  for (const [kind, gaps] of [["worst", worst], ["median", median]] as const) {
    const points = gaps.flatMap((gap, i) =>
      gap === null || gap === Infinity ? [] : [[round(x(marks[i])), round(y(gap))]]
    );
    if (points.length > 1) {
      const line = points.map(([px, py], i) => `${i === 0 ? "M" : "L"}${px} ${py}`).join("");
      parts.push(`<path class="${kind}" d="${line}"/>`);
    }
    parts.push(
      ...points.map(([px, py]) => `<circle class="dot-${kind}" cx="${px}" cy="${py}" r="2.5"/>`),
    );
  }
  return parts.join("");
}

function round(x: number): number {
  return Math.round(10 * x) / 10;
}
