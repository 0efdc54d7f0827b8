import { TTSError } from "@parlando/engine";
import { createCutList } from "./cut-list.ts";
import { rulesFor } from "./language-rules.ts";
import { CLASS } from "./character-class.ts";
import { classAt, DECISION } from "./scan-state.ts";
import { createScanner } from "./scanner.ts";
import type { Cut, Segment, Segmenter } from "./segment.ts";

/** How far `cuts()` looks when it is not told: two minutes of speech. */
const DEFAULT_LIMIT = 2000;
/** `push` gives out a sentence that does not end in pieces of at most this many units. */
const LONGEST_SENTENCE = 5000;

/**
 * Splits text that comes in pieces into sentences, or tells a planner where it may be cut. The result does not depend on the
 * pieces; nothing is lost, changed or reordered.
 *
 * @example
 * ```ts
 * const segmenter = createSegmenter({ language: "en" });
 * for await (const token of tokens) for (const sentence of segmenter.push(token)) speak(sentence.text);
 * for (const sentence of segmenter.flush()) speak(sentence.text);
 * ```
 * @param options - `language` is a BCP 47 tag and chooses abbreviations; English is assumed where it is missing or unknown.
 */
export function createSegmenter(options: { language?: string | undefined } = {}): Segmenter {
  let use: "push" | "add" | undefined;
  const splitter = createSplitter(options.language);
  const cutter = createCutter(options.language);

  function claim(wanted: "push" | "add"): void {
    if (use !== undefined && use !== wanted) {
      throw new TTSError("INTERNAL", `The segmenter was used with ${use}() and then with ${wanted}(). Use push() and flush(), or add(), cuts() and take(), on one segmenter.`);
    }
    use = wanted;
  }

  return {
    push(text) {
      claim("push");
      return splitter.push(text);
    },
    flush() {
      claim("push");
      return splitter.flush();
    },
    add(text, ended = false) {
      claim("add");
      cutter.add(text, ended);
    },
    cuts: (limit = DEFAULT_LIMIT) => cutter.cuts(limit),
    take: (units) => cutter.take(units),
  };
}

const kindNames: Readonly<Record<number, Cut["kind"]>> = { [DECISION.sentence]: "sentence", [DECISION.clause]: "clause", [DECISION.word]: "word" };

function createSplitter(language: string | undefined): Pick<Segmenter, "push" | "flush"> {
  const scanner = createScanner({ rules: rulesFor(language), language, findsWords: false, onCut });
  const { state } = scanner;
  let finished: Segment[] = [];
  let start = 0;
  /** The best place to cut the sentence being read, should it become too long. */
  let fallback = { at: 0, decision: 0 };

  function onCut(at: number, decision: number): void {
    if (at - start > LONGEST_SENTENCE && fallback.at > start) give(fallback.at, fallback.decision);
    if (decision === DECISION.sentence) give(at, decision);
    else if (decision >= fallback.decision || fallback.at <= start || at - fallback.at > LONGEST_SENTENCE / 2) fallback = { at, decision };
  }

  function give(end: number, decision: number): void {
    let from = start;
    const text = state.buffer.slice(start, end);
    from += text.length - text.trimStart().length;
    start = end;
    if (from < end) finished.push({ text: text.trimStart(), start: from, end, kind: kindNames[decision] ?? "word" });
  }

  function takeFinished(): Segment[] {
    scanner.scan(Infinity);
    state.buffer.release(Math.min(start, state.lastCut));
    const taken = finished;
    finished = [];
    return taken;
  }

  return {
    push(text) {
      assertOpen(state.ended, "push");
      state.buffer.append(text);
      return takeFinished();
    },
    flush() {
      state.ended = true;
      return takeFinished();
    },
  };
}

function createCutter(language: string | undefined): Pick<Segmenter, "add" | "cuts" | "take"> {
  const list = createCutList();
  const scanner = createScanner({ rules: rulesFor(language), language, findsWords: true, onCut: (at, decision) => list.push({ at, kind: kindNames[decision] ?? "word" }) });
  const { state } = scanner;
  let contentStart = 0;

  /** White space at the head does not count as text to look at: there may be any amount of it. */
  function skipSpace(): number {
    contentStart = Math.max(contentStart, list.base);
    while (contentStart < state.buffer.end && isSpace(classAt(state, contentStart))) contentStart += 1;
    return contentStart - list.base;
  }

  return {
    add(text, ended) {
      assertOpen(state.ended, "add");
      state.buffer.append(text);
      if (ended === true) state.ended = true;
    },
    cuts(limit = DEFAULT_LIMIT) {
      const reach = skipSpace() + limit;
      scanner.scan(list.base + reach);
      return list.within(reach);
    },
    take(units) {
      const start = list.base;
      const end = start + units;
      if (!Number.isInteger(units) || units < 1 || end > state.buffer.end) {
        throw new TTSError("INTERNAL", `take() was asked for ${units} units, expected a whole number from 1 to the ${state.buffer.end - start} that are held. Ask cuts() where the text may be cut.`);
      }
      scanner.scan(end);
      const text = state.buffer.slice(start, end);
      const kind = list.take(end) ?? (state.ended && end === state.buffer.end ? "sentence" : "word");
      state.buffer.release(Math.min(end, state.lastCut));
      return { text, start, end, kind };
    },
  };
}

function isSpace(kind: number): boolean {
  return kind === CLASS.space || kind === CLASS.newline;
}

function assertOpen(ended: boolean, call: string): void {
  if (!ended) return;
  throw new TTSError("INTERNAL", `${call}() was called after the text was said to be over. Create a new segmenter for a new text.`);
}
