import type { FakeSpeech } from "../shared/fake-speech.ts";
import { normalizedCharacters, originalCharacters, type TimedCharacter } from "./alignment.ts";
import type { FakeElevenLabsSettings } from "./fake-elevenlabs-options.ts";

/** Characters with times in milliseconds from whatever the alignment counts from. */
export interface Alignment {
  characters: string[];
  startsMs: number[];
  endsMs: number[];
}

/** The two alignments of one message; undefined: `null`. */
export interface MessageAlignment {
  original: Alignment | undefined;
  normalized: Alignment | undefined;
}

/** One generation and how its alignment is told. */
export interface AlignmentSource {
  speech: FakeSpeech;
  text: string;
  settings: FakeElevenLabsSettings;
  time: "chunk" | "absolute";
  /** Whether each message tells of its own audio, or the first of a generation of all of it. */
  everyMessage: boolean;
  /** Audio of the stream before this generation. */
  beforeMs: number;
}

/** Tells the alignment of each piece of a generation's audio; pieces come in order. */
export function createAlignments(source: AlignmentSource): (fromByte: number, bytes: number) => MessageAlignment {
  const { speech, text, settings, everyMessage } = source;
  const original = originalCharacters(speech, text);
  const normalized = normalizedCharacters(speech, text, settings.normalization);
  const byteMs = 1000 / (speech.sampleRate * speech.bytesPerFrame);
  const overlapping = settings.alignmentPasses === "overlapping";
  let secondPass = false;

  return (fromByte, bytes) => {
    const toByte = fromByte + bytes;
    const messageMs = everyMessage ? fromByte * byteMs : 0;
    const beforeMs = !everyMessage || toByte >= speech.byteLength ? Infinity : toByte * byteMs;
    const sequential = toAlignment(normalized.take(beforeMs), source, messageMs);
    if (overlapping && secondPass) return { original: undefined, normalized: sequential };
    if (overlapping && toByte >= speech.byteLength / 2) {
      secondPass = true;
      return { original: toAlignment(originalCharacters(speech, text).take(Infinity), source, 0), normalized: sequential };
    }
    return { original: toAlignment(original.take(beforeMs), source, messageMs), normalized: sequential };
  };
}

function toAlignment(characters: readonly TimedCharacter[], { settings, time, beforeMs }: AlignmentSource, messageMs: number): Alignment | undefined {
  if (characters.length === 0) return undefined;
  const shiftMs = time === "absolute" ? beforeMs : -messageMs;
  const place = (ms: number): number => Math.max(0, (ms + shiftMs) * settings.alignmentStretch);
  return {
    characters: characters.map(({ text }) => text),
    startsMs: characters.map(({ startMs }) => place(startMs)),
    endsMs: characters.map(({ endMs }) => place(endMs)),
  };
}

/** As the HTTP routes write it: seconds, to the millisecond. */
export function alignmentInSeconds(alignment: Alignment | undefined): unknown {
  if (alignment === undefined) return null;
  const seconds = (ms: number): number => Math.round(ms) / 1000;
  return {
    characters: alignment.characters,
    character_start_times_seconds: alignment.startsMs.map(seconds),
    character_end_times_seconds: alignment.endsMs.map(seconds),
  };
}

/** As the sockets write it: whole milliseconds, durations in place of ends. */
export function alignmentInMs(alignment: Alignment | undefined, keys: FakeElevenLabsSettings["alignmentKeys"]): unknown {
  if (alignment === undefined) return null;
  const { characters: chars, startsMs, endsMs } = alignment;
  const starts = startsMs.map(Math.round);
  const durations = starts.map((start, index) => Math.round(endsMs[index] ?? 0) - start);
  return keys === "charStartTimesMs" ? { chars, charStartTimesMs: starts, charDurationsMs: durations } : { chars, charsStartTimesMs: starts, charsDurationsMs: durations };
}
