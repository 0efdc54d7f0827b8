import { TTSError, type EngineEvent, type SynthesisRequest } from "@parlando/engine";
import { createAudioEvents } from "./audio-events.ts";
import { abortedError, faultFor, formatFor, validateRequest, type ScriptedSettings } from "./scripted-settings.ts";
import { layOutSpeech, speakText, strike, untilCalledOff, waitUntil, type Delivery, type Speech } from "./speak-text.ts";

/** Speaks one request from its first check to its last event. */
export async function* speakRequest(settings: ScriptedSettings, request: SynthesisRequest, signal: AbortSignal): AsyncGenerator<EngineEvent, void, undefined> {
  const { clock, log, options } = settings;
  if (signal.aborted) throw abortedError(settings, signal);
  validateRequest(settings, request);
  checkConcurrency(settings);
  const fault = faultFor(settings, request);
  const entry = log.start(request, clock.now());
  try {
    if (fault !== undefined && !("afterMs" in fault && fault.afterMs !== undefined)) await strikeFirst(settings, fault, signal);
    const startMs = (options.startMs ?? 0) * Math.exp((options.startJitter ?? 0) * settings.random.normal());
    const madeFromMs = clock.now() + startMs;
    await waitUntil(settings, madeFromMs, { signal, fault });
    const format = formatFor(settings, request.format);
    const speech = layOutSpeech(settings, request, format);
    const delivery = { entry, events: eventsFor(settings, speech, speech.frames), signal, fault, madeFromMs, textBase: 0, frameBase: 0 };
    yield* inTime(settings, untilCalledOff(settings, deliver(settings, speech, delivery), delivery));
    log.end(entry, "finished", clock.now());
  } catch (error) {
    log.end(entry, signal.aborted ? "aborted" : "failed", clock.now());
    throw error;
  } finally {
    log.end(entry, signal.aborted ? "aborted" : "returned", clock.now());
  }
}

async function* deliver(settings: ScriptedSettings, speech: Speech, delivery: Delivery): AsyncGenerator<EngineEvent, void, undefined> {
  yield { type: "start", format: speech.format, requestId: `${settings.id}-${delivery.entry.index}` };
  yield* unsupportedWarnings(settings, speech.request);
  yield* speakText(settings, speech, delivery);
  yield* delivery.events.flush();
  yield { type: "usage", characters: speech.request.text.length };
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

/** Faults that come before the start event; those that need audio wait for its first sample. */
async function strikeFirst(settings: ScriptedSettings, fault: NonNullable<Delivery["fault"]>, signal: AbortSignal): Promise<void> {
  if (fault.kind === "error" || fault.kind === "throw" || fault.kind === "stall") await strike(settings, { fault, signal });
}

/** Ends a request or session that nobody reads for longer than the engine's idle limit, as a server would. */
export async function* inTime<Event>(settings: ScriptedSettings, events: AsyncIterable<Event>): AsyncGenerator<Event, void, undefined> {
  const { idleMs = Infinity } = settings.capabilities.limits;
  for await (const event of events) {
    const handedAtMs = settings.clock.now();
    yield event;
    const idle = settings.clock.now() - handedAtMs;
    if (idle > idleMs) throw new TTSError("CONNECTION", `While speaking a request: nothing was read for ${Math.round(idle)} ms and engine "${settings.id}" waits ${idleMs} ms. Read its events in time.`, { engine: settings.id });
  }
}
