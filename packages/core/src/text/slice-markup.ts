import type { MarkupPoint, MarkupRun, TextMarkup } from "./text-markup.ts";

/** The elements of a part of a text, offsets from the start of the part. Of what stands at the two edges only what `keepsPoint` says is in it. */
export function sliceMarkup({ runs, points }: TextMarkup, start: number, end: number, keepsPoint: (point: MarkupPoint) => boolean): TextMarkup {
  const inside: MarkupRun[] = [];
  for (const run of runs) {
    if (run.end <= start || run.start >= end) continue;
    inside.push({ start: Math.max(run.start, start) - start, end: Math.min(run.end, end) - start, element: run.element });
  }
  return { runs: inside, points: points.filter(keepsPoint).map(({ at, element }) => ({ at: Math.max(0, Math.min(at, end) - start), element })) };
}
