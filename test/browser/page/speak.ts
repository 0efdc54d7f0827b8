// What the page does. The tests run the same module in Node where they compare the two.

import { createCaptions, createSpeechStream, type AudioChunk, type SpeechStream, type StreamOptions } from "@parlando/core";
import { textForTheEar } from "@parlando/core/text";
import type { Engine, Mark } from "@parlando/engine";
import { base64Of } from "./base64.ts";
import { openEngine, type EngineOrder } from "./open-engine.ts";
import { shownError, type ShownError } from "./shown-error.ts";

/** One speech, as data: it crosses from Node into the page. */
export type SpeechOrder = EngineOrder & SpeechRequest;

/** What is asked of the engine. */
export interface SpeechRequest {
  /** Fed one after the other. */
  readonly pieces: readonly string[];
  readonly stream?: Pick<StreamOptions, "voice" | "language" | "output" | "marks" | "highWaterMs"> | undefined;
  /** Markdown, emoji and numbers are read as a person would. */
  readonly forTheEar?: boolean | undefined;
  /** Stops the speech when so much of it has come. */
  readonly stop?: { readonly by: "signal" | "interrupt" | "close"; readonly afterMs: number } | undefined;
  /** The engine stays open until {@link closeEngines}, so that what ends on the other side was ended by the stream. */
  readonly keepOpen?: boolean | undefined;
}

/** What came of it. */
export interface SpeechResult {
  /** Float32, little-endian, in base64; and the same as 16 bits. */
  readonly samples: string;
  readonly samples16: string;
  readonly sampleRate: number | undefined;
  readonly text: string;
  readonly marks: readonly Mark[];
  readonly captions: string;
  readonly warnings: readonly string[];
  readonly interrupted: boolean | undefined;
  /** Code and message of the error that the stream ended with. */
  readonly error: ShownError | undefined;
}

interface Heard {
  readonly chunks: AudioChunk[];
  readonly marks: Mark[];
  readonly warnings: string[];
}

const keptOpen: Engine[] = [];

/** Speaks by an engine of its own, which is closed behind it unless the order says otherwise. */
export async function speak(order: SpeechOrder): Promise<SpeechResult> {
  const engine = await openEngine(order);
  keptOpen.push(engine);
  try {
    return await speakBy(engine, order);
  } finally {
    if (order.keepOpen !== true) await closeEngines();
  }
}

/** Closes the engines that were kept open. */
export async function closeEngines(): Promise<void> {
  await Promise.all(keptOpen.splice(0).map((engine) => engine.close()));
}

async function speakBy(engine: Engine, order: SpeechOrder): Promise<SpeechResult> {
  const heard: Heard = { chunks: [], marks: [], warnings: [] };
  const captions = createCaptions({ format: "webvtt" });
  const written: string[] = [];
  const leave = new AbortController();
  const stream = createSpeechStream({ engines: [{ engine }] }, {
    ...order.stream,
    signal: leave.signal,
    textStages: order.forTheEar === true ? textForTheEar() : [],
    onChunk: (chunk) => {
      heard.chunks.push(chunk);
      stopWhenDue(stream, leave, chunk, order.stop);
    },
    onMark: (mark) => {
      heard.marks.push(mark);
      written.push(captions.add(mark));
    },
    onWarning: ({ code, message }) => void heard.warnings.push(`${code}: ${message}`),
    onError: () => {},
  });
  const fed = feedAll(stream, order.pieces);
  const ended = await stream.waitUntilDone().then((report) => ({ report, error: undefined }), (error: unknown) => ({ report: undefined, error }));
  await fed;
  await stream.close();
  written.push(captions.flush({ endMs: ended.report?.audioMs, interrupted: ended.report?.interrupted }));
  return {
    ...soundOf(heard.chunks),
    text: heard.chunks.map(({ text }) => text).join(""),
    marks: heard.marks,
    captions: written.join(""),
    warnings: heard.warnings,
    interrupted: ended.report?.interrupted,
    error: ended.error === undefined ? undefined : shownError(ended.error),
  };
}

/** A stream that is over refuses what is still fed: its end tells why. */
async function feedAll(stream: SpeechStream, pieces: readonly string[]): Promise<void> {
  try {
    for (const piece of pieces) await stream.feed(piece);
    stream.done();
  } catch {
    return;
  }
}

function stopWhenDue(stream: SpeechStream, leave: AbortController, chunk: AudioChunk, stop: SpeechOrder["stop"]): void {
  if (stop === undefined || (chunk.startFrame * 1000) / chunk.sampleRate + chunk.durationMs < stop.afterMs) return;
  if (stop.by === "signal") leave.abort();
  else if (stop.by === "interrupt") void stream.interrupt();
  else void stream.close();
}

function soundOf(chunks: readonly AudioChunk[]): Pick<SpeechResult, "samples" | "samples16" | "sampleRate"> {
  return {
    samples: base64Of(chunks.map((chunk) => chunk.bytes("pcm-f32le"))),
    samples16: base64Of(chunks.map((chunk) => chunk.bytes("pcm-s16le"))),
    sampleRate: chunks[0]?.sampleRate,
  };
}
