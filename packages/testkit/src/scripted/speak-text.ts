import { TTSError, type AudioFormat, type EngineEvent, type SynthesisRequest } from "@parlando/engine";
import { createWordAudio, type WordAudio } from "../words/word-audio.ts";
import { drawSize, type AudioEvents } from "./audio-events.ts";
import { plainTextOf } from "./plain-text.ts";
import type { ScriptedRequest } from "./request-log.ts";
import type { ScriptedFault } from "./scripted-fault.ts";
import { scriptedMarks } from "./scripted-marks.ts";
import { abortedError, type ScriptedSettings } from "./scripted-settings.ts";

/** A text with its audio, laid out but not made. */
export interface Speech {
  request: SynthesisRequest;
  format: AudioFormat;
  audio: WordAudio;
  leadFrames: number;
  /** Words and the silence around them. */
  frames: number;
}

/** Where and when a speech takes place. */
export interface Delivery {
  entry: ScriptedRequest;
  events: AudioEvents;
  signal: AbortSignal;
  fault: ScriptedFault | undefined;
  /** When the making of audio begins. */
  madeFromMs: number;
  /** Characters and frames of the turn before this text. */
  textBase: number;
  frameBase: number;
}

/** Lays out the audio of a request. */
export function layOutSpeech(settings: ScriptedSettings, request: SynthesisRequest, format: AudioFormat): Speech {
  const { options, capabilities } = settings;
  const pace = capabilities.prosody.includes("rate") ? (request.rate ?? 1) : 1;
  const { sampleRate } = format;
  const audio = createWordAudio(plainTextOf(request.text, request.ssml).text, {
    ...options,
    sampleRate,
    msPerCharacter: (options.msPerCharacter ?? 1000 / 15) / pace,
    wordMs: options.wordMs === undefined ? undefined : options.wordMs / pace,
  });
  const leadFrames = Math.round(((options.leadMs ?? 0) * sampleRate) / 1000);
  const tailFrames = Math.round(((options.tailMs ?? 0) * sampleRate) / 1000);
  return { request, format, audio, leadFrames, frames: leadFrames + audio.frames + tailFrames };
}

/** Delivers a speech: blocks of audio when they are made, marks around them, faults where they belong. */
export async function* speakText(settings: ScriptedSettings, speech: Speech, delivery: Delivery): AsyncGenerator<EngineEvent, void, undefined> {
  const { entry, events, fault } = delivery;
  const { sampleRate } = speech.format;
  const marks = createMarkQueue(settings, speech, delivery);
  entry.totalMs = (speech.frames * 1000) / sampleRate;
  if (fault?.kind === "no-audio") return;
  yield* marks.before();
  const faultFrame = faultFrameOf(fault, sampleRate);
  let latestMs = 0;

  for (let from = 0; from < speech.frames;) {
    if (from === faultFrame && (await strike(settings, delivery)) === "end") return;
    const block = Math.max(1, Math.round((drawSize(settings.options.chunkMs ?? 20, settings.random) * sampleRate) / 1000));
    const to = Math.min(speech.frames, from + block, from < (faultFrame ?? 0) ? (faultFrame ?? Infinity) : Infinity);
    latestMs = Math.max(latestMs, madeAtMs(settings, speech, delivery, to));
    await waitUntil(settings, latestMs, delivery);
    yield* marks.until(to);
    const made = events.push(readBlock(settings, speech, { from, to, fault, faultFrame }));
    from = to;
    entry.firstAudioAtMs ??= settings.clock.now();
    entry.audioMs = (from * 1000) / sampleRate;
    yield* made;
  }
  if (faultFrame !== undefined && faultFrame >= speech.frames && (await strike(settings, delivery)) === "end") return;
  yield* marks.rest();
}

function faultFrameOf(fault: ScriptedFault | undefined, sampleRate: number): number | undefined {
  if (fault === undefined || fault.kind === "no-audio" || fault.kind === "ignore-abort") return undefined;
  return Math.round(((fault.afterMs ?? 0) * sampleRate) / 1000);
}

/** Hands events on, and stops after the first that comes once the request was called off. */
export async function* untilCalledOff<Event>(
  settings: ScriptedSettings,
  events: AsyncIterable<Event>,
  { signal, fault }: { signal: AbortSignal; fault?: ScriptedFault | undefined },
): AsyncGenerator<Event, void, undefined> {
  for await (const event of events) {
    yield event;
    if (signal.aborted && fault?.kind !== "ignore-abort") throw abortedError(settings, signal);
  }
}

/** Lets a fault happen when its place is reached. */
export async function strike(settings: ScriptedSettings, { fault, signal }: Pick<Delivery, "fault" | "signal">): Promise<"end" | "go-on"> {
  switch (fault?.kind) {
    case "error": {
      const { code, retryable, retryAfterMs } = fault;
      throw new TTSError(code, `While speaking a request: the script of engine "${settings.id}" says that it fails with ${code}.`, { engine: settings.id, retryable, retryAfterMs });
    }
    case "throw":
      throw fault.value;
    case "stall":
      await untilAborted(fault.deaf === true ? new AbortController().signal : signal);
      throw abortedError(settings, signal);
    case "end":
      return "end";
    default:
      return "go-on";
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function madeAtMs(settings: ScriptedSettings, speech: Speech, { madeFromMs }: Delivery, frame: number): number {
  const { options, capabilities, random } = settings;
  const whole = (speech.frames * 1000) / speech.format.sampleRate;
  const factor = options.perCharacterMs === undefined ? (options.realTimeFactor ?? 0) : (options.perCharacterMs * speech.request.text.length) / Math.max(1, whole);
  const madeMs = capabilities.output === "whole" ? whole : (frame * 1000) / speech.format.sampleRate;
  const late = options.chunkJitterMs === undefined ? 0 : random.next() * options.chunkJitterMs;
  return madeFromMs + madeMs * factor + late;
}

/** Waits for a time of the clock, unless the request is called off. */
export async function waitUntil(settings: ScriptedSettings, timeMs: number, { signal, fault }: Pick<Delivery, "signal" | "fault">): Promise<void> {
  const deaf = fault?.kind === "ignore-abort";
  const leftMs = timeMs - settings.clock.now();
  if (leftMs > 0) await settings.clock.sleep(leftMs, deaf ? undefined : signal);
  if (signal.aborted && !deaf) throw abortedError(settings, signal);
}

function readBlock(
  settings: ScriptedSettings,
  { audio, leadFrames, request }: Speech,
  { from, to, fault, faultFrame = Infinity }: { from: number; to: number; fault: ScriptedFault | undefined; faultFrame: number | undefined },
): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(to - from);
  if (fault?.kind === "not-a-number" && from === faultFrame) return samples.fill(Number.NaN);
  if (fault?.kind === "silence" && from >= faultFrame) return samples;
  const spoken = audio.read(Math.max(0, from - leadFrames), Math.max(0, to - leadFrames));
  if (spoken.length > 0) samples.set(spoken, Math.max(0, leadFrames - from));
  const volume = settings.capabilities.prosody.includes("volume") ? (request.volume ?? 1) : 1;
  return volume === 1 ? samples : samples.map((sample) => Math.max(-1, Math.min(1, sample * volume)));
}

/** Marks of a speech in the turn's times and offsets, handed out when the options say. */
function createMarkQueue(settings: ScriptedSettings, speech: Speech, { textBase, frameBase }: Delivery) {
  const { request, audio, leadFrames, format } = speech;
  const kinds = request.marks.filter((kind) => settings.capabilities.marks.includes(kind));
  const { text, bookmarks } = plainTextOf(request.text, request.ssml);
  const words = audio.words.map((word) => ({ ...word, startFrame: word.startFrame + leadFrames }));
  const baseMs = (frameBase * 1000) / format.sampleRate;
  const marks = scriptedMarks({ text, words, sampleRate: format.sampleRate, kinds, bookmarks });
  const queue = marks.map((mark): EngineEvent => ({ type: "mark", mark: { ...mark, timeMs: mark.timeMs + baseMs, textStart: mark.textStart + textBase, textEnd: mark.textEnd + textBase } }));
  const order = settings.options.markOrder ?? "with";
  let next = 0;
  return {
    before: (): EngineEvent[] => (order === "before" ? queue.splice(0) : []),
    until(frame: number): EngineEvent[] {
      if (order !== "with") return [];
      const from = next;
      while (next < marks.length && (marks[next]?.timeMs ?? 0) < (frame * 1000) / format.sampleRate) next += 1;
      return queue.slice(from, next);
    },
    rest: (): EngineEvent[] => queue.slice(next),
  };
}
