// What the end of the demo prints: who submitted, and one doctor's result with its reasons, in the words of the doctors' page.

import { whySentence } from "../../functions/doctor/app/model/why.ts";
import { toSnake } from "../../shared/platform/spelling.ts";
import { hang, type ReportLayout } from "./report.ts";

import type { Published } from "./window.ts";

/** Reasons that are shown at most. */
const MOST_REASONS = 5;

/** See above. */
export function reportPublished(
  { submitted, doctors, read }: Published,
  { width, paint }: ReportLayout,
): string[] {
  const lines = [
    paint.bold("The window"),
    ...submitted.flatMap(({ name, receipt }) =>
      hang(`${name} said what they want and submitted, receipt ${receipt}`, "  ", width)
    ),
  ];
  if (read === null) return lines;
  const { name, result } = read;
  const got = result.line === null
    ? "no line"
    : `${result.line.name}, ${
      result.preferenceNumber === null
        ? "which they had not ranked"
        : `their choice ${result.preferenceNumber}`
    }`;
  const hospitals = new Map(result.positions.map((p) => [p.id, `${p.name}, ${p.hospitalName}`]));
  return [
    ...lines,
    "",
    paint.bold(`Released to ${doctors} doctors at one moment; ${name} reads`),
    ...hang(`${got}, from ${result.startDate} to ${result.endDate}`, "  ", width),
    ...(result.line?.rotations ?? []).flatMap((rotation) =>
      hang(`${rotation.startsOn} ${hospitals.get(rotation.position)}`, "    ", width)
    ),
    ...(result.why.length > 0 ? [paint.bold("Why not a better one")] : []),
    ...result.why.slice(0, MOST_REASONS).flatMap(({ name: line, rank, sentenceCode, values }) => {
      const code = sentenceCode as Parameters<typeof whySentence>[0]["code"];
      const known = toSnake(values) as Parameters<typeof whySentence>[0]["values"];
      const which = rank === null ? line : `${line} (ranked ${rank})`;
      return hang(`${which}: ${whySentence({ code, values: known })}`, "  ", width);
    }),
    ...(result.why.length > MOST_REASONS ? [`  and ${result.why.length - MOST_REASONS} more`] : []),
  ];
}
