import { TTSError } from "@parlando/engine";
import { createCutList } from "./cut-list.ts";
import { rulesFor } from "./language-rules.ts";
import { CLASS } from "./character-class.ts";
import { classAt, DECISION, unitAt, type ScanState } from "./scan-state.ts";
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
  const { language } = options;
  let splitter: Splitter | undefined;
  let cutter: Cutter | undefined;

  /** Only one of the two is ever made: which one, the first call says. */
  function splitting(): Splitter {
    if (cutter !== undefined) throw misuse("push", "add");
    splitter ??= createSplitter(language);
    return splitter;
  }

  function cutting(): Cutter {
    if (splitter !== undefined) throw misuse("add", "push");
    cutter ??= createCutter(language);
    return cutter;
  }

  return {
    push: (text) => splitting().push(text),
    flush: () => splitting().flush(),
    add: (text, ended = false) => cutting().add(text, ended),
    cuts: (limit = DEFAULT_LIMIT) => cutting().cuts(limit),
    take: (units) => cutting().take(units),
  };
}

type Splitter = Pick<Segmenter, "push" | "flush">;
type Cutter = Pick<Segmenter, "add" | "cuts" | "take">;

function misuse(wanted: string, used: string): TTSError {
  return new TTSError("INTERNAL", `The segmenter was used with ${used}() and then with ${wanted}(). Use push() and flush(), or add(), cuts() and take(), on one segmenter.`);
}

const kindNames: Readonly<Record<number, Cut["kind"]>> = { [DECISION.sentence]: "sentence", [DECISION.clause]: "clause", [DECISION.word]: "word" };

function createSplitter(language: string | undefined): Splitter {
  const scanner = createScanner({ rules: rulesFor(language), findsWords: false, onCut });
  const { state } = scanner;
  let finished: Segment[] = [];
  let start = 0;
  /** The best place to cut the sentence being read, should it become too long. */
  let fallbackAt = 0;
  let fallbackDecision = 0;

  function onCut(at: number, decision: number): void {
    if (at - start > LONGEST_SENTENCE && fallbackAt > start) give(fallbackAt, fallbackDecision);
    if (decision === DECISION.sentence) give(at, decision);
    else if (decision >= fallbackDecision || fallbackAt <= start || at - fallbackAt > LONGEST_SENTENCE / 2) {
      fallbackAt = at;
      fallbackDecision = decision;
    }
  }

  function give(end: number, decision: number): void {
    let from = start;
    while (from < end && isTrimmed(state, from)) from += 1;
    start = end;
    if (from < end) finished.push({ text: state.buffer.slice(from, end), start: from, end, kind: kindNames[decision] ?? "word" });
  }

  function takeFinished(): Segment[] {
    scanner.scan(Infinity);
    const taken = finished;
    if (taken.length === 0) return taken.slice();
    state.buffer.release(Math.min(start, state.lastCut));
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

function createCutter(language: string | undefined): Cutter {
  const list = createCutList();
  const scanner = createScanner({ rules: rulesFor(language), findsWords: true, onCut: (at, decision) => list.push(at, kindNames[decision] ?? "word") });
  const { state } = scanner;
  let contentStart = 0;

  /** White space at the head does not count as text to look at: there may be any amount of it. */
  function skipSpace(): number {
    contentStart = Math.max(contentStart, list.base());
    while (contentStart < state.buffer.end && isSpace(classAt(state, contentStart))) contentStart += 1;
    return contentStart - list.base();
  }

  return {
    add(text, ended) {
      assertOpen(state.ended, "add");
      state.buffer.append(text);
      if (ended === true) state.ended = true;
    },
    cuts(limit = DEFAULT_LIMIT) {
      const reach = skipSpace() + limit;
      scanner.scan(list.base() + reach);
      return list.within(reach);
    },
    take(units) {
      const start = list.base();
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

/** What `trim()` takes away: it leaves the control character that ends a line in EBCDIC. */
function isTrimmed(state: ScanState, offset: number): boolean {
  return isSpace(classAt(state, offset)) && unitAt(state, offset) !== 0x85;
}

function assertOpen(ended: boolean, call: string): void {
  if (!ended) return;
  throw new TTSError("INTERNAL", `${call}() was called after the text was said to be over. Create a new segmenter for a new text.`);
}
