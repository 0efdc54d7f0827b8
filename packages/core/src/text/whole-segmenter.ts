import type { Cut, Segment, Segmenter } from "../segments/segment.ts";

/** A segmenter that never cuts: the text up to a flush or the end is one piece. For SSML, whose tags span sentences. */
export function createWholeSegmenter(): Segmenter {
  let text = "";
  let ended = false;
  let taken = 0;
  const take = (units: number): Segment => {
    const segment: Segment = { text: text.slice(0, units), start: taken, end: taken + Math.min(units, text.length), kind: "sentence" };
    text = text.slice(units);
    taken = segment.end;
    return segment;
  };
  return {
    push(more) {
      text += more;
      return [];
    },
    flush: () => (text.trim() === "" ? [] : [take(text.length)]),
    add(more, isEnded = false) {
      text += more;
      ended ||= isEnded;
    },
    cuts: (): readonly Cut[] => (ended && text.trim() !== "" ? [{ at: text.trimEnd().length, kind: "sentence" }] : []),
    take,
  };
}
