import type { Mark } from "@parlando/engine";
import type { TextSpan } from "../text/spoken-text.ts";
import { silentViseme, visemeOf } from "./viseme-table.ts";

/** Follows phonemes and the visemes they are seen as; neighbours with the same viseme are one. */
export interface PhonemeTracker {
  /** A phoneme begins; the empty one is silence. `span` is the word it belongs to. */
  begin(phoneme: string, span: TextSpan, timeMs: number): void;
  end(timeMs: number): void;
  /** The time before which every mark is known. */
  settledMs(): number;
}

interface Open {
  value: string;
  timeMs: number;
  span: TextSpan;
}

/** A tracker that hands its marks to `add`. */
export function createPhonemeTracker(add: (mark: Mark) => void): PhonemeTracker {
  let phoneme: Open | undefined;
  let viseme: Open | undefined;
  const close = (kind: "phoneme" | "viseme", open: Open | undefined, timeMs: number): void => {
    if (open === undefined || open.value === "") return;
    const durationMs = Math.max(0, timeMs - open.timeMs);
    add({ kind, timeMs: open.timeMs, durationMs, textStart: open.span.start, textEnd: open.span.end, value: open.value, source: "native" });
  };
  return {
    begin(value, span, timeMs) {
      close("phoneme", phoneme, timeMs);
      phoneme = { value, timeMs, span };
      const seen = value === "" ? silentViseme : visemeOf(value);
      if (viseme?.value === seen) return;
      close("viseme", viseme, timeMs);
      viseme = { value: seen, timeMs, span: seen === silentViseme ? { start: span.end, end: span.end } : span };
    },
    end(timeMs) {
      close("phoneme", phoneme, timeMs);
      close("viseme", viseme, timeMs);
      phoneme = undefined;
      viseme = undefined;
    },
    settledMs: () => viseme?.timeMs ?? Number.POSITIVE_INFINITY,
  };
}
