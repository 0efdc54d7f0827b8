/**
 * What the engine and its worker say to each other. Pure: builds the messages and reads them, without any input or output.
 */

import type { EngineEvent, ErrorCode, MarkKind, Voice } from "@parlando/engine";

/** One request as the worker gets it: plain data, checked already. */
export interface SpeakJob {
  text: string;
  ssml: boolean;
  voice: string | undefined;
  language: string | undefined;
  /** A voice variant, such as `f3`. */
  variant: string | undefined;
  /** Words a minute. */
  wordsPerMinute: number;
  /** The library's scale, 0 to 99. */
  pitch: number;
  /** The library's scale, 0 to 99. */
  range: number;
  /** Linear. */
  volume: number;
  marks: readonly MarkKind[];
}

/** Text to be turned into IPA: plain data, checked already. */
export interface PhonemizeJob {
  text: string;
  /** BCP-47. */
  language: string;
  /** BCP-47, of Latin letters in a language that is written in others; undefined: what the library makes of them. */
  latinLanguage: string | undefined;
  stress: boolean;
  punctuation: "spaced" | "attached" | "none";
  languageSwitches: boolean;
}

/** To the worker. The first message is `open`; jobs are done one after the other. */
export type WorkerRequest =
  | { type: "open"; assetsUrl: string | undefined }
  | { type: "speak"; id: number; job: SpeakJob; control: SharedArrayBuffer | undefined }
  | { type: "phonemize"; id: number; job: PhonemizeJob }
  /** Answered at once, or after speaking a sentence to itself. */
  | { type: "ping" | "warmUp"; id: number };

/** From the worker. */
export type WorkerReply =
  | { type: "ready"; voices: readonly Voice[] }
  | { type: "events"; id: number; events: EngineEvent[] }
  | { type: "done"; id: number; value?: string | undefined }
  | { type: "failed"; id: number | undefined; code: ErrorCode; message: string; broken: boolean };

/** Cells of the shared memory that a speaking worker looks at, since it cannot hear messages meanwhile. */
export const controlCells = { aborted: 0, taken: 1, length: 2 } as const;

/** How many blocks of audio (of about 100 ms each) may be waiting for the reader before the worker sleeps: 1.6 s of speech. */
export const windowBlocks = 16;

/** What the library makes: 22,050 Hz, mono. It computes int16; these are handed on as floats, divided by 32,768, which is exact. */
export const espeakFormat = { encoding: "pcm-f32le", sampleRate: 22_050, channels: 1 } as const;
