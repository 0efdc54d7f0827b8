import { TTSError, type AudioFormat, type EngineEvent, type SynthesisRequest } from "@parlando/engine";
import { createWordAudio, type WordAudio } from "../words/word-audio.ts";
import { drawSize, type AudioEvents } from "./audio-events.ts";
import type { Caller } from "./caller.ts";
import { plainTextOf } from "./plain-text.ts";
import type { Rest, Script } from "./read-script.ts";
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
  caller: Caller;
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
export function* speakText(settings: ScriptedSettings, speech: Speech, delivery: Delivery): Script<EngineEvent> {
  const { entry, events, fault } = delivery;
  const { sampleRate } = speech.format;
  const marks = createMarkQueue(settings, speech, delivery);
  entry.totalMs = (speech.frames * 1000) / sampleRate;
  if (fault?.kind === "no-audio") return;
  yield* handOn(settings, delivery, marks.before());
  const faultFrame = faultFrameOf(fault, sampleRate);
  let latestMs = 0;

  for (let from = 0; from < speech.frames;) {
    if (from === faultFrame && (yield* strike(settings, delivery)) === "end") return;
    const block = Math.max(1, Math.round((drawSize(settings.options.chunkMs ?? 20, settings.random) * sampleRate) / 1000));
    const to = Math.min(speech.frames, from + block, from < (faultFrame ?? 0) ? (faultFrame ?? Infinity) : Infinity);
    latestMs = Math.max(latestMs, madeAtMs(settings, speech, delivery, to));
    yield* waitUntil(settings, latestMs, delivery);
    const due = marks.until(to);
    if (due.length > 0) yield* handOn(settings, delivery, due);
    entry.firstAudioAtMs ??= settings.clock.now();
    entry.audioMs = (to * 1000) / sampleRate;
    const start = from;
    from = to;
    yield* handOn(settings, delivery, events.push(readBlock(settings, speech, { from: start, to, fault, faultFrame })));
  }
  if (faultFrame !== undefined && faultFrame >= speech.frames && (yield* strike(settings, delivery)) === "end") return;
  yield* handOn(settings, delivery, marks.rest());
}

function faultFrameOf(fault: ScriptedFault | undefined, sampleRate: number): number | undefined {
  if (fault === undefined || fault.kind === "no-audio" || fault.kind === "ignore-abort") return undefined;
  return Math.round(((fault.afterMs ?? 0) * sampleRate) / 1000);
}

/**
 * Hands events on, and keeps none of them: `events` is empty then. Stops after the first that is read too late, as a server would that has an idle limit; and, of a delivery, after the
 * first that is read once it was called off.
 */
export function* handOn<Event>(settings: ScriptedSettings, delivery: Pick<Delivery, "caller" | "fault"> | undefined, events: Event[]): Generator<Event, void, undefined> {
  const { clock, capabilities } = settings;
  const { idleMs = Infinity } = capabilities.limits;
  while (events.length > 0) {
    const handedAtMs = idleMs === Infinity ? 0 : clock.now();
    yield events.shift() as Event;
    if (idleMs !== Infinity && clock.now() - handedAtMs > idleMs) throw readTooLate(settings, clock.now() - handedAtMs);
    if (delivery !== undefined) stopWhenCalledOff(settings, delivery);
  }
}

function readTooLate({ id, capabilities }: ScriptedSettings, idleMs: number): TTSError {
  return new TTSError("CONNECTION", `While speaking a request: nothing was read for ${Math.round(idleMs)} ms and engine "${id}" waits ${capabilities.limits.idleMs} ms. Read its events in time.`, { engine: id });
}

function stopWhenCalledOff(settings: ScriptedSettings, { caller, fault }: Pick<Delivery, "caller" | "fault">): void {
  if (caller.isGone && fault?.kind !== "ignore-abort") throw abortedError(settings, caller.reason);
}

/** Lets a fault happen when its place is reached. */
export function* strike(settings: ScriptedSettings, { fault, caller }: Pick<Delivery, "fault" | "caller">): Generator<Rest, "end" | "go-on", undefined> {
  switch (fault?.kind) {
    case "error": {
      const { code, retryable, retryAfterMs } = fault;
      throw new TTSError(code, `While speaking a request: the script of engine "${settings.id}" says that it fails with ${code}.`, { engine: settings.id, retryable, retryAfterMs });
    }
    case "throw":
      throw fault.value;
    case "stall":
      yield { type: "rest", ms: Infinity, isDeaf: fault.deaf === true };
      throw abortedError(settings, caller.reason);
    case "end":
      return "end";
    default:
      return "go-on";
  }
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
export function* waitUntil(settings: ScriptedSettings, timeMs: number, delivery: Pick<Delivery, "caller" | "fault">): Generator<Rest, void, undefined> {
  const ms = timeMs - settings.clock.now();
  if (ms > 0) yield { type: "rest", ms, isDeaf: delivery.fault?.kind === "ignore-abort" };
  stopWhenCalledOff(settings, delivery);
}

function readBlock(
  settings: ScriptedSettings,
  { audio, leadFrames, request }: Speech,
  { from, to, fault, faultFrame = Infinity }: { from: number; to: number; fault: ScriptedFault | undefined; faultFrame: number | undefined },
): Float32Array<ArrayBuffer> {
  if (fault?.kind === "not-a-number" && from === faultFrame) return new Float32Array(to - from).fill(Number.NaN);
  if (fault?.kind === "silence" && from >= faultFrame) return new Float32Array(to - from);
  const spoken = audio.read(Math.max(0, from - leadFrames), Math.max(0, to - leadFrames));
  const samples = spoken.length === to - from ? spoken : padded(spoken, Math.max(0, leadFrames - from), to - from);
  const volume = request.volume === undefined || !settings.capabilities.prosody.includes("volume") ? 1 : request.volume;
  return volume === 1 ? samples : samples.map((sample) => Math.max(-1, Math.min(1, sample * volume)));
}

/** Samples with silence around them. */
function padded(samples: Float32Array, at: number, frames: number): Float32Array<ArrayBuffer> {
  const all = new Float32Array(frames);
  if (samples.length > 0) all.set(samples, at);
  return all;
}

/** Marks of a speech, handed out when they are due. */
interface MarkQueue {
  before(): EngineEvent[];
  until(frame: number): EngineEvent[];
  rest(): EngineEvent[];
}

const noMarks: MarkQueue = { before: () => [], until: () => [], rest: () => [] };

/** Marks of a speech in the turn's times and offsets, handed out when the options say. */
function createMarkQueue(settings: ScriptedSettings, speech: Speech, { textBase, frameBase }: Delivery): MarkQueue {
  const { request, audio, leadFrames, format } = speech;
  const kinds = request.marks.filter((kind) => settings.capabilities.marks.includes(kind));
  if (kinds.length === 0) return noMarks;
  const { text, bookmarks } = plainTextOf(request.text, request.ssml);
  const words = audio.words.map((word) => ({ ...word, startFrame: word.startFrame + leadFrames }));
  const baseMs = (frameBase * 1000) / format.sampleRate;
  const marks = scriptedMarks({ text, words, sampleRate: format.sampleRate, kinds, bookmarks });
  const queue = marks.map((mark): EngineEvent => ({ type: "mark", mark: { ...mark, timeMs: mark.timeMs + baseMs, textStart: mark.textStart + textBase, textEnd: mark.textEnd + textBase } }));
  const order = settings.options.markOrder ?? "with";
  let next = 0;
  return {
    before: () => (order === "before" ? queue.splice(0) : []),
    until(frame) {
      if (order !== "with") return [];
      const from = next;
      while (next < marks.length && (marks[next]?.timeMs ?? 0) < (frame * 1000) / format.sampleRate) next += 1;
      return from === next ? [] : queue.slice(from, next);
    },
    rest: () => queue.slice(next),
  };
}
