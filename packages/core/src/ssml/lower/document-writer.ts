import { cleanText, escapeOf, escapeValue } from "../escape.ts";
import type { WrittenTag } from "./element-plan.ts";
import type { Part, WrittenMark } from "./lowered-text.ts";
import type { Origin } from "./origin.ts";

/** The text without tags, as far as a writer asks. */
export interface WrittenSource {
  readonly text: string;
  startAt(index: number): number;
  endAt(index: number): number;
}

/** Writes a document, or plain text, and remembers where everything comes from. */
export class DocumentWriter {
  readonly #source: WrittenSource;
  readonly #isMarkup: boolean;
  readonly parts: Part[] = [];
  readonly marks: WrittenMark[] = [];
  text = "";
  /** Where the last unit that was written begins in the text that was fed. */
  #reached = 0;
  /** Something was said. */
  hasWords = false;

  constructor(source: WrittenSource, isMarkup: boolean) {
    this.#source = source;
    this.#isMarkup = isMarkup;
  }

  /** A stretch of the source as it stands. */
  copy(start: number, end: number): void {
    const { text } = this.#source;
    let from = start;
    for (let index = start; this.#isMarkup && index < end; index += 1) {
      const escaped = escapeOf(text.charAt(index));
      if (escaped.length === 1) continue;
      this.#literal(from, index);
      this.#write(escaped, this.#rangeOf(index, index + 1), index, index + 1);
      from = index + 1;
    }
    this.#literal(from, end);
    this.hasWords ||= /\S/u.test(text.slice(start, end));
  }

  /** Something else in place of a stretch of the source. */
  replace(text: string, start: number, end: number): void {
    const written = this.#isMarkup ? [...cleanText(text)].map(escapeOf).join("") : text;
    this.#write(written, this.#rangeOf(start, end), start, end);
    this.hasWords ||= /\S/u.test(text);
  }

  /** Punctuation behind the last word, before the white space that follows it. */
  punctuate(sign: string, at: number): void {
    const last = this.parts.at(-1);
    const blanks = this.text.length - this.text.trimEnd().length;
    const start = this.text.length - blanks;
    if (last === undefined || last.from.kind !== "text" || blanks === 0 || start <= last.start) return this.replace(sign, at, at);
    const from = last.from.from + start - last.start;
    const place = this.#source.endAt(from);
    this.text = this.text.slice(0, start);
    this.#reached = this.#source.startAt(from - 1);
    this.#write(sign, { kind: "range", start: place, end: place }, from);
    this.#literal(from, from + blanks);
  }

  /** A tag in front of a text, or in front of an element without text that stands before it, at `before` in the text that was fed. */
  open({ name, attributes }: WrittenTag, at: number, before: number = Infinity): void {
    const place = Math.min(this.#source.startAt(at), before);
    this.#write(`<${name}${attributeText(attributes)}>`, { kind: "range", start: place, end: place }, at);
  }

  close({ name }: WrittenTag, at: number): void {
    const end = this.#source.endAt(at);
    this.#write(`</${name}>`, { kind: "range", start: end, end }, at);
  }

  /** An element without text, which has a place of its own. */
  empty({ name, attributes }: WrittenTag, at: number, origin: Extract<Origin, { kind: "range" }>): void {
    const start = this.text.length;
    this.#write(`<${name}${attributeText(attributes)}/>`, origin, at);
    const bookmark = attributes.get("name");
    if (name === "mark" && bookmark !== undefined) this.marks.push({ name: bookmark, start, end: this.text.length });
  }

  #literal(from: number, to: number): void {
    if (to <= from) return;
    const text = this.#source.text.slice(from, to);
    this.#write(this.#isMarkup ? cleanText(text) : text, { kind: "text", startAt: (index) => this.#source.startAt(index), endAt: (index) => this.#source.endAt(index), from }, from, to);
  }

  #rangeOf(start: number, end: number): Origin {
    const from = this.#source.startAt(start);
    return { kind: "range", start: from, end: Math.max(from, end > start ? this.#source.endAt(end) : from) };
  }

  #write(text: string, from: Origin, textStart: number, textEnd: number = textStart): void {
    if (text === "") return;
    this.parts.push({ start: this.text.length, from: this.#forward(from), textStart, textEnd });
    this.text += text;
    this.#reached = from.kind === "text" ? from.startAt(from.from + text.length - 1) : Math.max(this.#reached, from.start);
  }

  /** The way back never turns around, whatever is written between. */
  #forward(from: Origin): Origin {
    if (from.kind === "text") return from;
    const start = Math.max(this.#reached, from.start);
    return { kind: "range", start, end: Math.max(start, from.end) };
  }
}

function attributeText(attributes: ReadonlyMap<string, string>): string {
  return [...attributes].map(([name, value]) => ` ${name}="${escapeValue(value)}"`).join("");
}
