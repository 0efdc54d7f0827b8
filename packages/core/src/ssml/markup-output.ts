import type { MappedText } from "../text/mapped-text.ts";
import type { MarkupElement, MarkupPoint, MarkupRun, TextMarkup } from "../text/text-markup.ts";

/** A text without tags that knows its elements and where each unit comes from. */
export interface MarkedText extends MappedText {
  /** As long as `text`: what decides where it may be cut. A word stands for what is never cut inside. */
  readonly cutText: string;
  markup: TextMarkup;
}

/** Collects text and elements until they are taken. */
export class MarkupOutput {
  #text = "";
  #cutText = "";
  #starts: number[] = [];
  #ends: number[] = [];
  #runs: MarkupRun[] = [];
  #points: MarkupPoint[] = [];
  /** Where all that was taken ends. */
  #lastEnd = 0;

  add(text: string, cutText: string, element: MarkupElement | undefined, sourceOf: (index: number) => readonly [start: number, end: number]): void {
    const start = this.#text.length;
    for (let index = 0; index < text.length; index += 1) {
      const [from, to] = sourceOf(index);
      this.#starts.push(from);
      this.#ends.push(to);
    }
    this.#text += text;
    this.#cutText += cutText;
    const last = this.#runs.at(-1);
    if (last !== undefined && last.element === element) this.#runs[this.#runs.length - 1] = { start: last.start, end: this.#text.length, element };
    else this.#runs.push({ start, end: this.#text.length, element });
  }

  addPoint(element: MarkupElement): void {
    this.#points.push({ at: this.#text.length, element });
  }

  take(): MarkedText {
    const text = this.#text;
    const [starts, ends, runs, points, lastEnd] = [this.#starts, this.#ends, this.#runs, this.#points, this.#lastEnd];
    const taken: MarkedText = {
      text,
      cutText: this.#cutText,
      markup: { runs, points },
      sourceAt: (index) => (index < text.length ? starts[Math.max(0, index)] : ends.at(-1)) ?? lastEnd,
      sourceStartAt: (index) => (index < text.length ? starts[Math.max(0, index)] : ends.at(-1)) ?? lastEnd,
      sourceEndAt: (index) => (index > 0 ? ends[Math.min(index, text.length) - 1] : starts[0]) ?? lastEnd,
    };
    this.#lastEnd = ends.at(-1) ?? lastEnd;
    [this.#text, this.#cutText, this.#starts, this.#ends, this.#runs, this.#points] = ["", "", [], [], [], []];
    return taken;
  }
}
