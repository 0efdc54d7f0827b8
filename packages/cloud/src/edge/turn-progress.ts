import { TTSError, type Mark } from "@parlando/engine";
import { speaking } from "./edge-call.ts";
import type { EdgeTurn } from "./edge-turns.ts";
import type { Boundary } from "./edge-wire.ts";
import { createMp3FrameCounter, frameMs } from "./mp3-frames.ts";
import { createWordPlacer } from "./place-words.ts";

/** How far one piece has been spoken. */
export interface TurnProgress {
  /** Audio came. */
  count(bytes: Uint8Array): void;
  /** The mark of a word, in the text and the time of the whole request; undefined where no text is left for it. */
  place(word: Boundary): Mark | undefined;
  readonly hasAudio: boolean;
  /** The words have come near the end of the piece. */
  readonly isNearEnd: boolean;
  /** Where the next piece begins in the audio of the request. */
  readonly endMs: number;
  /**
   * To be called when the service has told the end.
   *
   * @throws TTSError `NO_AUDIO` where there should have been some, `TRUNCATED` where some is missing.
   */
  checkEnd(): void;
}

/** Units of text before the end of a piece at which it is near: some eight seconds of speech. */
const NEAR_UNITS = 120;
/** A word that begins so far behind the end of the audio, in milliseconds, says that audio is missing. */
const SLACK_MS = 150;
const hasWords = /[\p{L}\p{N}]/u;

/**
 * Follows one piece.
 *
 * Its audio begins in that of the request where the frames of MP3 before it end: pieces follow each other without a tag, so a decoder takes
 * them for one file and cuts what encoder and decoder put before the audio from the first only.
 *
 * @param baseMs Where that is, in milliseconds.
 */
export function createTurnProgress({ piece, requestId }: EdgeTurn, baseMs: number): TurnProgress {
  const counter = createMp3FrameCounter();
  const placer = createWordPlacer(piece.text);
  let bytesCounted = 0;
  let lastWordMs = 0;

  const error = (code: "NO_AUDIO" | "TRUNCATED", says: string): TTSError => new TTSError(code, `${speaking.doing}: ${says}`, { engine: "edge", requestId, retryable: true });

  return {
    count(bytes) {
      bytesCounted += bytes.length;
      counter.push(bytes);
    },
    place({ text, timeMs, durationMs }) {
      lastWordMs = Math.max(lastWordMs, timeMs);
      const found = placer.place(text);
      if (found === undefined) return undefined;
      return { kind: "word", timeMs: baseMs + timeMs, durationMs, textStart: piece.start + found.start, textEnd: piece.start + found.end, value: piece.text.slice(found.start, found.end), source: "native" };
    },
    get hasAudio() {
      return bytesCounted > 0;
    },
    get isNearEnd() {
      return placer.reached >= piece.text.length - NEAR_UNITS;
    },
    get endMs() {
      return baseMs + counter.frames * frameMs;
    },
    checkEnd() {
      if (bytesCounted === 0 && hasWords.test(piece.text)) throw error("NO_AUDIO", "the answer ended without any audio. The service does that now and then, and for voices that it does not have; try again.");
      if (counter.isCut) throw error("TRUNCATED", "the service told the end of its answer inside a frame of MP3. What was delivered is real; try again.");
      if (counter.frames > 0 && lastWordMs > counter.frames * frameMs + SLACK_MS) throw error("TRUNCATED", "the service told of words behind the end of its audio. What was delivered is real; try again.");
    },
  };
}
