import { createFakeSpeech, type FakeSpeech } from "../shared/fake-speech.ts";
import { speechMarks } from "../shared/speech-marks.ts";
import { speechParts } from "../shared/speech-parts.ts";
import type { SpeechPart } from "../shared/speech-turn-messages.ts";
import { plainText } from "../shared/ssml-text.ts";
import type { FakeEdgeOptions } from "./edge-options.ts";

const sampleRate = 24_000;
/** 48 kbit/s. */
const mp3BytesPerSecond = 6000;

/** Which entries of `audio.metadata` a client of the service gets: the one kind or the other. */
export type EdgeMarks = "words" | "sentences" | "none";

/** All that a turn sends. The audio is cut without regard to the frames of MP3. */
export async function* edgeParts(ssml: string, marks: EdgeMarks, options: FakeEdgeOptions, signal: AbortSignal): AsyncGenerator<SpeechPart, void, undefined> {
  const { text } = plainText(ssml);
  const speech = createFakeSpeech(text, { sampleRate, format: "pcm-f32le", encoding: "tones", msPerCharacter: options.msPerCharacter });
  const entries = speechMarks(text, speech, { words: marks === "words", sentences: marks === "sentences", escaped: true });
  const { blockMs = 100, raggedSeed, realTimeFactor, firstAudioMs } = options;
  const mp3 = await encode(speech, options);
  if (signal.aborted) return;
  // No SessionEnd: the service's clients cannot ask for one, and would not understand it alone in its message.
  yield* speechParts(mp3, entries, { blockMs, raggedSeed, realTimeFactor, firstAudioMs, signal });
}

async function encode(speech: FakeSpeech, { encodeMp3, trailingSilenceMs = 0 }: FakeEdgeOptions): Promise<FakeSpeech> {
  if (speech.frames === 0) return asSpeech(speech, new Uint8Array(0));
  const samples = new Float32Array(speech.frames + Math.round((trailingSilenceMs * sampleRate) / 1000));
  samples.set(new Float32Array(speech.read(0, speech.byteLength).buffer));
  return asSpeech(speech, await encodeMp3(samples, sampleRate));
}

/** MP3 of a constant bit rate, as if each byte were a sample: so it is cut and timed like any other audio. */
function asSpeech({ words }: FakeSpeech, bytes: Uint8Array): FakeSpeech {
  return {
    words,
    sampleRate: mp3BytesPerSecond,
    frames: bytes.length,
    durationMs: (bytes.length * 1000) / mp3BytesPerSecond,
    bytesPerFrame: 1,
    byteLength: bytes.length,
    read: (from, to) => bytes.slice(from, to),
  };
}
