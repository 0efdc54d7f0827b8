import type { Mark, MarkKind } from "@parlando/engine";
import type { SpokenText } from "./spoken-text.ts";
import type { SdkBoundary } from "./synthesizer.ts";
import { createTextSearch, type TextRange } from "./text-search.ts";

/** Makes marks of what the service tells of one turn. Each method gives the marks that are ready. */
export interface MarkWriter {
  boundary(boundary: SdkBoundary): readonly Mark[];
  viseme(ticks: number, id: number): readonly Mark[];
  bookmark(ticks: number, name: string): readonly Mark[];
  /** What was held back until the end. */
  end(): readonly Mark[];
}

/** What a {@link MarkWriter} writes. */
export interface MarkWriterOptions {
  readonly spoken: SpokenText;
  readonly marks: ReadonlySet<MarkKind>;
}

interface Timed {
  readonly timeMs: number;
  readonly durationMs: number;
}

const TICKS_PER_MS = 10_000;

/**
 * Places words and sentences in the request's text. A word that is not written there as it is told (a number read out, an abbreviation) is
 * held until the next one is found: what lies between is what it was spoken for, and gets one mark.
 */
export function createMarkWriter({ spoken, marks }: MarkWriterOptions): MarkWriter {
  const tracks = { word: createTrack("word"), sentence: createTrack("sentence") };
  let bookmarksFound = 0;

  function createTrack(kind: "word" | "sentence"): { add(time: Timed, text: string): Mark[]; end(): Mark[]; last(): TextRange } {
    const search = createTextSearch(() => spoken.text);
    let held: Timed | undefined;
    let last: TextRange = { start: 0, end: 0 };

    function markAt(time: Timed, range: TextRange): Mark {
      last = range;
      const [textStart, textEnd] = [spoken.sourceStart(range.start), spoken.sourceEnd(range.end)];
      return { kind, ...time, textStart, textEnd, value: spoken.text.slice(range.start, range.end), source: "native" };
    }
    function release(gap: TextRange | undefined): Mark[] {
      const time = held;
      held = undefined;
      return time === undefined || gap === undefined ? [] : [markAt(time, gap)];
    }
    return {
      add(time, text) {
        const from = search.reached;
        const found = search.find(text);
        if (found === undefined) {
          held = held === undefined ? time : { timeMs: held.timeMs, durationMs: time.timeMs + time.durationMs - held.timeMs };
          return [];
        }
        const before = held === undefined ? [] : release(gapBetween(spoken.text, from, found.start));
        return [...before, markAt(time, found)];
      },
      end: () => release(search.gap()),
      last: () => last,
    };
  }

  function wanted(mark: Mark[]): readonly Mark[] {
    return mark.filter(({ kind }) => marks.has(kind));
  }

  return {
    boundary({ audioOffset, duration, text, boundaryType }) {
      const time = { timeMs: audioOffset / TICKS_PER_MS, durationMs: duration / TICKS_PER_MS };
      if (boundaryType === "PunctuationBoundary") return [];
      return wanted(tracks[boundaryType === "SentenceBoundary" ? "sentence" : "word"].add(time, text));
    },
    viseme(ticks, id) {
      const { start, end } = tracks.word.last();
      return wanted([{ kind: "viseme", timeMs: ticks / TICKS_PER_MS, textStart: spoken.sourceStart(start), textEnd: end === start ? spoken.sourceStart(start) : spoken.sourceEnd(end), value: String(id), source: "native" }]);
    },
    bookmark(ticks, name) {
      const index = spoken.bookmarks.findIndex((bookmark, at) => at >= bookmarksFound && bookmark.name === name);
      const place = spoken.bookmarks[index];
      if (place === undefined) return [];
      bookmarksFound = index + 1;
      return wanted([{ kind: "bookmark", timeMs: ticks / TICKS_PER_MS, textStart: place.start, textEnd: place.end, value: name, source: "native" }]);
    },
    end: () => wanted([...tracks.sentence.end(), ...tracks.word.end()]),
  };
}

function gapBetween(text: string, from: number, to: number): TextRange | undefined {
  const search = createTextSearch(() => text.slice(from, to));
  const gap = search.gap();
  return gap === undefined ? undefined : { start: from + gap.start, end: from + gap.end };
}
