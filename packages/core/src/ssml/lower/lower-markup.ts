import type { MappedText } from "../../text/mapped-text.ts";
import type { MarkupElement, MarkupPoint, MarkupRun, TextMarkup } from "../../text/text-markup.ts";
import { DocumentWriter } from "./document-writer.ts";
import { pathTo, type ElementPlan, type SsmlChange, type WrittenTag } from "./element-plan.ts";
import { loweredText, type LoweredText } from "./lowered-text.ts";
import { planElement } from "./plan-element.ts";
import type { SsmlSupport } from "./support.ts";

/** Text without its tags, with its elements. */
export type TextInElements = Pick<MappedText, "text" | "sourceAt" | "sourceStartAt" | "sourceEndAt"> & { readonly markup: TextMarkup };

/** Behind these a pause needs no punctuation of its own. */
const PUNCTUATION = /[.,;:!?…。、，！？؟،۔।]["'”’»)\]]*$/u;
const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();

/**
 * Writes text, without the white space around it, as one engine takes it: a document of its own, in which the elements that were open before it are opened again; or plain text, where
 * it takes no SSML. Elements without text (`break`, `mark`) stand only where they stood.
 */
export function lowerMarkup(text: TextInElements, support: SsmlSupport): LoweredText {
  return new Lowering(text, support).run();
}

interface OpenElement {
  readonly element: MarkupElement;
  readonly plan: ElementPlan;
  /** Its alias was written. */
  isSaid: boolean;
}

class Lowering {
  readonly #text: TextInElements;
  readonly #support: SsmlSupport;
  /** Of what is not white space around it. */
  readonly #start: number;
  readonly #end: number;
  readonly #writer: DocumentWriter;
  readonly #plans = new Map<MarkupElement, ElementPlan>();
  readonly #changes = new Map<string, SsmlChange>();
  #open: OpenElement[] = [];

  constructor(text: TextInElements, support: SsmlSupport) {
    this.#text = text;
    this.#end = text.text.trimEnd().length;
    this.#start = Math.min(this.#end, text.text.length - text.text.trimStart().length);
    this.#support = support;
    const startAt = (index: number): number => text.sourceStartAt?.(index) ?? text.sourceAt(index);
    const endAt = (index: number): number => text.sourceEndAt?.(index) ?? text.sourceAt(index);
    this.#writer = new DocumentWriter({ text: text.text, startAt, endAt }, support.takesMarkup);
  }

  run(): LoweredText {
    const { runs, points } = this.#text.markup;
    const writer = this.#writer;
    const root: WrittenTag = { name: "speak", attributes: this.#rootAttributes() };
    if (this.#support.takesMarkup) writer.open(root, this.#start, points[0]?.element.start);
    let next = 0;
    for (const run of runs) {
      for (; next < points.length && (points[next]?.at ?? 0) <= run.start; next += 1) this.#point(points[next]);
      let start = run.start;
      for (; next < points.length && (points[next]?.at ?? 0) < run.end; next += 1) {
        const at = points[next]?.at ?? start;
        this.#stretch(run, start, at);
        this.#point(points[next]);
        start = at;
      }
      this.#stretch(run, start, run.end);
    }
    for (; next < points.length; next += 1) this.#point(points[next]);
    this.#goTo([], this.#end);
    if (this.#support.takesMarkup) writer.close(root, this.#end);
    const { text, parts, marks } = writer;
    return loweredText({ text, ssml: this.#support.takesMarkup, changes: [...this.#changes.values()], parts, marks });
  }

  /** Those of the document that the text begins in. */
  #rootAttributes(): ReadonlyMap<string, string> {
    const [first] = pathTo(this.#text.markup.runs[0]?.element ?? this.#text.markup.points[0]?.element);
    if (first?.name !== "speak") return NO_ATTRIBUTES;
    return new Map([...first.attributes].filter(([name, value]) => name.startsWith("xmlns") || this.#support.value("speak", name, value)));
  }

  #stretch({ element }: MarkupRun, from: number, to: number): void {
    const [start, end] = [Math.max(from, this.#start), Math.min(to, this.#end)];
    if (start >= end) return;
    this.#goTo(pathTo(element), start);
    const speaking = this.#open.findLast(({ plan }) => plan.spoken !== undefined);
    if (speaking === undefined) return this.#writer.copy(start, end);
    const { spoken } = speaking.plan;
    if (spoken?.kind === "alias" && !speaking.isSaid) {
      speaking.isSaid = true;
      this.#writer.replace(spoken.text, start, this.#endOf(speaking.element, end));
    } else if (spoken?.kind === "letters") this.#spell(start, end);
  }

  /** Up to where the text of an element reaches that begins before `end`. */
  #endOf(element: MarkupElement, end: number): number {
    let last = end;
    for (const run of this.#text.markup.runs) {
      if (run.end <= end) continue;
      if (!pathTo(run.element).includes(element)) break;
      last = run.end;
    }
    return last;
  }

  #spell(start: number, end: number): void {
    let index = start;
    for (const letter of this.#text.text.slice(start, end)) {
      const isSpoken = /\S/u.test(letter);
      if (isSpoken) this.#writer.replace(`${index === start ? "" : " "}${letter}`, index, index + letter.length);
      index += letter.length;
    }
  }

  #point(point: MarkupPoint | undefined): void {
    if (point === undefined) return;
    const { element } = point;
    const at = Math.max(this.#start, Math.min(point.at, this.#end));
    this.#goTo(pathTo(element.parent), at, element.start);
    if (this.#open.some(({ plan }) => plan.spoken !== undefined)) return;
    const { tag, pause, spoken } = this.#planOf(element);
    if (tag !== undefined && this.#support.takesMarkup) this.#writer.empty(tag, at, { kind: "range", start: element.start, end: Math.max(element.start, element.end) });
    else if (spoken?.kind === "alias" && spoken.text !== "") this.#writer.replace(spoken.text, at, at);
    else if (pause !== undefined && this.#writer.hasWords && !PUNCTUATION.test(this.#behindWord(at))) this.#writer.punctuate(pause, at);
  }

  /** The last few units before a place, without the white space at their end. */
  #behindWord(at: number): string {
    return this.#text.text.slice(Math.max(0, at - 100), at).trimEnd().slice(-8);
  }

  /** Closes what is not open at a place, and opens what is. */
  #goTo(path: readonly MarkupElement[], at: number, before?: number): void {
    let shared = 0;
    while (shared < path.length && this.#open[shared]?.element === path[shared]) shared += 1;
    for (const { plan } of this.#open.splice(shared).reverse()) if (plan.tag !== undefined) this.#writer.close(plan.tag, at);
    for (const element of path.slice(shared)) {
      const plan = this.#planOf(element);
      const isInside = this.#open.some((open) => open.plan.spoken !== undefined);
      // What is said in another way has no elements inside.
      const written: ElementPlan = isInside ? { changes: [] } : plan;
      if (written.tag !== undefined) this.#writer.open(written.tag, at, before);
      this.#open.push({ element, plan: written, isSaid: false });
    }
  }

  #planOf(element: MarkupElement): ElementPlan {
    const known = this.#plans.get(element);
    if (known !== undefined) return known;
    const plan = planElement(element, this.#support);
    this.#plans.set(element, plan);
    for (const change of plan.changes) this.#changes.set(`${change.name} ${change.attribute ?? ""}`, change);
    return plan;
  }
}
