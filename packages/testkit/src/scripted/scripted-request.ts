import { TTSError, type EngineEvent, type SynthesisRequest } from "@parlando/engine";
import { createAudioEvents } from "./audio-events.ts";
import type { Caller } from "./caller.ts";
import type { Script } from "./read-script.ts";
import { abortedError, faultFor, formatFor, validateRequest, type ScriptedSettings } from "./scripted-settings.ts";
import { handOn, layOutSpeech, speakText, strike, waitUntil, type Delivery, type Speech } from "./speak-text.ts";

/** Speaks one request from its first check to its last event. */
export function* speakRequest(settings: ScriptedSettings, request: SynthesisRequest, caller: Caller): Script<EngineEvent> {
  const { clock, log, options } = settings;
  if (caller.isGone) throw abortedError(settings, caller.reason);
  validateRequest(settings, request);
  checkConcurrency(settings);
  const fault = faultFor(settings, request);
  const entry = log.start(request, clock.now());
  try {
    // Faults that come before the start event; those that need audio wait for its first sample.
    const isFirst = fault?.kind === "error" || fault?.kind === "throw" || fault?.kind === "stall";
    if (isFirst && fault.afterMs === undefined) yield* strike(settings, { fault, caller });
    const startMs = (options.startMs ?? 0) * Math.exp((options.startJitter ?? 0) * settings.random.normal());
    const madeFromMs = clock.now() + startMs;
    yield* waitUntil(settings, madeFromMs, { caller, fault });
    const format = formatFor(settings, request.format);
    const speech = layOutSpeech(settings, request, format);
    yield* deliver(settings, speech, { entry, events: eventsFor(settings, speech, speech.frames), caller, fault, madeFromMs, textBase: 0, frameBase: 0 });
    log.end(entry, "finished", clock.now());
  } catch (error) {
    log.end(entry, caller.isGone ? "aborted" : "failed", clock.now());
    throw error;
  } finally {
    log.end(entry, caller.isGone ? "aborted" : "returned", clock.now());
  }
}

function* deliver(settings: ScriptedSettings, speech: Speech, delivery: Delivery): Script<EngineEvent> {
  const first: EngineEvent = { type: "start", format: speech.format, requestId: `${settings.id}-${delivery.entry.index}` };
  yield* handOn(settings, delivery, [first, ...unsupportedWarnings(settings, speech.request)]);
  yield* speakText(settings, speech, delivery);
  const usage: EngineEvent = { type: "usage", characters: speech.request.text.length };
  yield* handOn(settings, delivery, [...delivery.events.flush(), usage]);
}

/** What turns the samples of a speech into events. */
export function eventsFor(settings: ScriptedSettings, { format }: Pick<Speech, "format">, totalFrames: number | undefined): Delivery["events"] {
  const { delivery = "pcm", chunkBytes, wavLength = "right" } = settings.options;
  return createAudioEvents({ delivery, format, chunkBytes, wavLength, totalFrames, random: settings.random });
}

/** A warning for each thing asked for that is not honoured. */
export function unsupportedWarnings({ capabilities, id }: ScriptedSettings, request: Pick<SynthesisRequest, "rate" | "pitch" | "volume">): EngineEvent[] {
  const asked = { rate: request.rate ?? 1, pitch: request.pitch ?? 0, volume: request.volume ?? 1 };
  const names = (["rate", "pitch", "volume"] as const).filter((name) => asked[name] !== (name === "pitch" ? 0 : 1) && !capabilities.prosody.includes(name));
  return names.map((name) => ({ type: "warning", code: "UNSUPPORTED", message: `Engine "${id}" cannot change the ${name}; ${asked[name]} was asked for and is left out.` }));
}

function checkConcurrency({ capabilities, log, id }: ScriptedSettings): void {
  const { concurrency = Infinity } = capabilities.limits;
  if (log.active < concurrency) return;
  throw new TTSError("CONCURRENCY_LIMIT", `While starting a request: ${log.active} are running and engine "${id}" allows ${concurrency}. Wait until one has ended.`, { engine: id });
}
