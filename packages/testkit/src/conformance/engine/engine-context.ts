import type { Capabilities, Engine, EngineEvent, SynthesisRequest } from "@parlando/engine";
import { check, fail, rethrow } from "../../fail.ts";
import { within } from "../within.ts";
import type { ConformanceTexts, EngineCheckContext, EngineCheckOptions, ReadOptions, Reading, Spoken } from "./engine-check.ts";
import { isReadable, readAudio } from "./read-audio.ts";

const defaultTexts: ConformanceTexts = {
  short: "Hello there, my old friend.",
  sentences: "The quick brown fox jumps over the lazy dog near the river. Then it rests in the warm sun for a while.",
  unusual: "Hi 😀 there, naïve 𝒳 friend — don’t go 👩‍👩‍👧 away.",
};

/** More events than any request has: an engine that never ends and never waits must not keep the suite. */
const maxEvents = 1_000_000;

/** The capabilities that count: those of the voice, where the engine tells them. */
export function capabilitiesFor(engine: Engine, voice: string | undefined): Capabilities {
  return voice === undefined ? engine.capabilities : (engine.capabilitiesOf?.(voice) ?? engine.capabilities);
}

/** Makes what one check works with. */
export function createEngineContext(engine: Engine, options: EngineCheckOptions, createAnother: () => Promise<Engine>): EngineCheckContext {
  const { voice, timeoutMs = 20_000, stopMs = 1000 } = options;
  const capabilities = capabilitiesFor(engine, voice);
  const texts = { ...defaultTexts, ...options.texts };
  const format = capabilities.formats.find(isReadable) ?? capabilities.formats[0] ?? { encoding: "pcm-s16le", sampleRate: 24_000, channels: 1 };

  const request = (change: Partial<SynthesisRequest> = {}): SynthesisRequest => ({
    text: texts.sentences,
    ssml: false,
    voice,
    language: options.language,
    format,
    marks: capabilities.marks,
    engineOptions: options.engineOptions,
    ...change,
  });
  const read = (change?: Partial<SynthesisRequest>, how?: ReadOptions): Promise<Reading> => readRequest(engine, request(change), timeoutMs, how);

  async function speak(change?: Partial<SynthesisRequest>, how?: ReadOptions): Promise<Spoken> {
    const { events, error } = await read(change, how);
    if (error !== undefined) rethrow(error, "A request");
    return spokenFrom(request(change).text, events);
  }
  return { engine, capabilities, voice, texts, timeoutMs, stopMs, request, read, speak, createAnother };
}

async function readRequest(engine: Engine, request: SynthesisRequest, timeoutMs: number, options: ReadOptions = {}): Promise<Reading> {
  const { signal = new AbortController().signal, delayMs = 0, onEvent } = options;
  const events: EngineEvent[] = [];
  const endsAt = performance.now() + timeoutMs;
  let iterator: AsyncIterator<EngineEvent> | undefined;
  const what = "The end of a request";
  try {
    const asked = engine.synthesize?.(request, signal);
    check(asked !== undefined, "The engine declares segments but has no `synthesize`.");
    iterator = asked[Symbol.asyncIterator]();
  } catch (error) {
    return { events, error };
  }
  for (;;) {
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    if (performance.now() > endsAt || events.length > maxEvents) {
      leave(iterator);
      fail(`${what} did not come about within ${timeoutMs} ms; ${events.length} events came.`);
    }
    const step = await nextOf(iterator, endsAt - performance.now(), `${what}, after ${events.length} events,`);
    if ("error" in step) return { events, error: step.error };
    if (step.done === true) return { events, error: undefined };
    events.push(step.value);
    if (onEvent?.(step.value, events.length - 1) !== "leave") continue;
    await within(Promise.resolve(iterator.return?.()), timeoutMs, "The answer of the iterator to `return()`");
    return { events, error: undefined };
  }
}

async function nextOf(iterator: AsyncIterator<EngineEvent>, ms: number, what: string): Promise<IteratorResult<EngineEvent> | { error: unknown }> {
  const step = iterator.next().then((result) => result, (error: unknown) => ({ error: error ?? "nothing" }));
  try {
    return await within(step, Math.max(1, ms), what);
  } catch (error) {
    leave(iterator);
    throw error;
  }
}

/** Lets go of an engine that hangs; its answer is not waited for. */
function leave(iterator: AsyncIterator<EngineEvent>): void {
  Promise.resolve(iterator.return?.()).catch(() => {});
}

function spokenFrom(text: string, events: readonly EngineEvent[]): Spoken {
  const first = events[0];
  check(first?.type === "start", `The first event is ${first === undefined ? "missing" : `"${first.type}"`}; it must be "start".`);
  return {
    ...readAudio(events, first.format),
    text,
    events,
    format: first.format,
    marks: events.flatMap((event) => (event.type === "mark" ? [event.mark] : [])),
    warnings: events.flatMap((event) => (event.type === "warning" ? [event] : [])),
  };
}
