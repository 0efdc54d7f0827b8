import { inspect } from "node:util";
import { TTSError, type EngineEvent, type SynthesisRequest } from "@parlando/engine";
import { createFakeElevenLabs, type FakeElevenLabs, type FakeElevenLabsOptions, type FakeFault } from "@parlando/testkit/fakes";
import { afterEach, describe, expect, it } from "vitest";
import { createElevenLabsEngine } from "./elevenlabs-engine.ts";
import type { ElevenLabsOptions } from "./elevenlabs-options.ts";

const text = "The quick brown fox jumps over the lazy dog near the river.";
const format = { encoding: "pcm-s16le", sampleRate: 24_000, channels: 1 } as const;
const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function setUp(fake: FakeElevenLabsOptions = {}, options: ElevenLabsOptions = {}): Promise<{ fake: FakeElevenLabs; engine: ReturnType<typeof createElevenLabsEngine> }> {
  const server = await createFakeElevenLabs(fake);
  const engine = createElevenLabsEngine({ apiKey: "el-canary-key", baseURL: server.url, firstByteMs: 800, idleMs: 500, ...options });
  cleanups.push(() => server.close(), () => engine.close());
  return { fake: server, engine };
}

interface Outcome {
  readonly bytes: number;
  readonly error: unknown;
}

async function drain(events: AsyncIterable<EngineEvent | { type: "flushed"; through: number }>): Promise<Outcome> {
  let bytes = 0;
  try {
    for await (const event of events) if (event.type === "audio") bytes += event.bytes.length;
    return { bytes, error: undefined };
  } catch (error) {
    return { bytes, error };
  }
}

const request = (change: Partial<SynthesisRequest> = {}): SynthesisRequest => ({ text, ssml: false, format, marks: [], ...change });
const never = (): AbortSignal => new AbortController().signal;

const noEvents = { [Symbol.asyncIterator]: (): never => { throw new Error("There is no session."); } };

type Way = "bytes" | "lines" | "contexts" | "sockets";

async function speak(way: Way, fake: FakeElevenLabsOptions): Promise<Outcome & { server: FakeElevenLabs }> {
  const { fake: server, engine } = await setUp(fake, way === "sockets" ? { transport: "socket" } : {});
  if (way === "bytes" || way === "lines") {
    return { server, ...(await drain(engine.synthesize(request({ marks: way === "lines" ? ["word"] : [] }), never()))) };
  }
  const { text: _, ...rest } = request({ marks: ["word"] });
  try {
    const session = await engine.openSession?.(rest, never());
    if (session === undefined) throw new Error("no session");
    const reading = drain(session.events);
    await session.write(text).then(() => session.end()).catch(() => undefined);
    const outcome = await reading;
    await session.close();
    return { server, ...outcome };
  } catch (error) {
    return { server, bytes: 0, error };
  }
}

const codeOf = ({ error }: Outcome): string => (TTSError.isInstance(error) ? error.code : error === undefined ? "ended" : "untyped");
const at = 4801;

/** Codes by way: bytes, lines, contexts, sockets. What ends well here although it is wrong, core finds by its length. */
const table: readonly (readonly [name: string, fault: FakeFault, codes: readonly [string, string, string, string]])[] = [
  ["cut inside a chunk at a byte", { kind: "cut", afterBytes: at }, ["CONNECTION", "CONNECTION", "CONNECTION", "CONNECTION"]],
  ["reset", { kind: "reset", afterBytes: at }, ["CONNECTION", "CONNECTION", "SERVICE", "SERVICE"]],
  ["clean early end", { kind: "early-end", afterBytes: at }, ["ended", "ended", "TRUNCATED", "TRUNCATED"]],
  ["stall after audio", { kind: "stall", afterBytes: at }, ["TIMEOUT", "TIMEOUT", "TIMEOUT", "TIMEOUT"]],
  ["no answer", { kind: "no-answer" }, ["TIMEOUT", "TIMEOUT", "TIMEOUT", "TIMEOUT"]],
  ["429", { kind: "status", status: 429 }, ["CONCURRENCY_LIMIT", "CONCURRENCY_LIMIT", "CONCURRENCY_LIMIT", "CONCURRENCY_LIMIT"]],
  ["500", { kind: "status", status: 500 }, ["SERVICE", "SERVICE", "SERVICE", "SERVICE"]],
  ["401", { kind: "status", status: 401 }, ["AUTHENTICATION", "AUTHENTICATION", "AUTHENTICATION", "AUTHENTICATION"]],
  ["JSON in a 200", { kind: "wrong-body", content: "json" }, ["SERVICE", "SERVICE", "INVALID_CONFIG", "INVALID_CONFIG"]],
  ["HTML in a 200", { kind: "wrong-body", content: "html" }, ["PROTOCOL", "PROTOCOL", "INVALID_CONFIG", "INVALID_CONFIG"]],
  ["an event in a 200", { kind: "wrong-body", content: "sse-error" }, ["SERVICE", "SERVICE", "INVALID_CONFIG", "INVALID_CONFIG"]],
  ["empty 200", { kind: "empty" }, ["NO_AUDIO", "NO_AUDIO", "ended", "ended"]],
  ["malformed event", { kind: "malformed", afterBytes: at }, ["PROTOCOL", "PROTOCOL", "PROTOCOL", "PROTOCOL"]],
  ["end marker missing", { kind: "no-end-marker" }, ["TIMEOUT", "TIMEOUT", "TIMEOUT", "TIMEOUT"]],
  ["connection dropped", { kind: "vendor", name: "drop", afterBytes: at }, ["", "", "CONNECTION", "CONNECTION"]],
  ["quota", { kind: "vendor", name: "quota_exceeded" }, ["QUOTA_EXCEEDED", "QUOTA_EXCEEDED", "QUOTA_EXCEEDED", "QUOTA_EXCEEDED"]],
  ["busy", { kind: "vendor", name: "system_busy" }, ["SERVICE", "SERVICE", "SERVICE", "SERVICE"]],
  ["unusual activity", { kind: "vendor", name: "detected_unusual_activity" }, ["PERMISSION", "PERMISSION", "PERMISSION", "PERMISSION"]],
  ["a higher tier's", { kind: "vendor", name: "only_for_creator+" }, ["PERMISSION", "PERMISSION", "PERMISSION", "PERMISSION"]],
  ["too long", { kind: "vendor", name: "max_character_limit_exceeded" }, ["TEXT_TOO_LONG", "TEXT_TOO_LONG", "TEXT_TOO_LONG", "TEXT_TOO_LONG"]],
  ["validation", { kind: "vendor", name: "validation" }, ["INVALID_INPUT", "INVALID_INPUT", "SERVICE", "SERVICE"]],
  ["time-out of text", { kind: "vendor", name: "input_timeout_exceeded" }, ["", "", "TIMEOUT", "TIMEOUT"]],
  ["a context's error", { kind: "vendor", name: "context-error" }, ["", "", "SERVICE", "SERVICE"]],
  ["no alignment", { kind: "vendor", name: "alignment-null" }, ["ended", "ended", "ended", "ended"]],
  ["a message without audio", { kind: "vendor", name: "audio-null" }, ["ended", "ended", "ended", "ended"]],
  ["an unknown message", { kind: "vendor", name: "unknown-message" }, ["ended", "ended", "ended", "ended"]],
  ["another's context", { kind: "vendor", name: "foreign-context", afterBytes: at }, ["", "", "ended", ""]],
  ["late audio", { kind: "vendor", name: "late-audio" }, ["", "", "ended", "ended"]],
];

describe("faults", () => {
  const ways: readonly Way[] = ["bytes", "lines", "contexts", "sockets"];
  for (const [index, way] of ways.entries()) {
    describe(way, () => {
      for (const [name, fault, codes] of table) {
        const code = codes[index] ?? "";
        if (code === "") continue;
        it(`${name}: ${code}`, async () => {
          const outcome = await speak(way, { fault: () => fault });
          expect(codeOf(outcome)).toBe(code);
          if (code !== "ended") expect(inspect(outcome.error, { depth: 8 })).not.toMatch(/canary|quick|jumps/);
          if (code === "ended" && fault.kind === "vendor") expect(outcome.bytes).toBe(outcome.server.requests[0]?.audioBytes);
        });
      }

      it("one byte every 200 ms: goes on as slowly", async () => {
        const { fake, engine } = await setUp({ fault: () => ({ kind: "drip", everyMs: 200 }) }, way === "sockets" ? { transport: "socket" } : {});
        const controller = new AbortController();
        let bytes = 0;
        const count = (event: EngineEvent | { type: "flushed"; through: number }): void => {
          if (event.type === "audio" && (bytes += event.bytes.length) >= 2) controller.abort();
        };
        const listen = async (events: AsyncIterable<EngineEvent | { type: "flushed"; through: number }>): Promise<void> => {
          for await (const event of events) count(event);
        };
        if (way === "bytes" || way === "lines") {
          // A line of JSON takes minutes at this pace, and what is not wanted any more ends all the same.
          if (way === "lines") setTimeout(() => controller.abort(), 500);
          await expect(listen(engine.synthesize(request({ marks: way === "lines" ? ["word"] : [] }), controller.signal))).rejects.toMatchObject({ code: "ABORTED" });
        } else {
          const { text: _, ...rest } = request();
          const session = await engine.openSession?.(rest, controller.signal);
          const reading = listen(session?.events ?? noEvents);
          await session?.write(text);
          await session?.end();
          await expect(reading).rejects.toMatchObject({ code: "ABORTED" });
          await session?.close();
        }
        expect(bytes).toBe(way === "lines" ? 0 : 2);
        expect(fake.requests).toHaveLength(1);
      });
    });
  }
});

describe("called off", () => {
  const paced: FakeElevenLabsOptions = { firstAudioMs: 60, realTimeFactor: 0.2 };

  async function callOff(way: Way, when: "before" | "connecting" | "before the first byte" | "amid audio" | "after the end"): Promise<{ outcome: Outcome; fake: FakeElevenLabs; close: () => Promise<void> }> {
    const { fake, engine } = await setUp(when === "after the end" ? {} : paced, way === "sockets" ? { transport: "socket" } : {});
    const controller = new AbortController();
    const abort = (): void => controller.abort(new Error("enough"));
    if (when === "before") abort();
    if (when === "connecting") queueMicrotask(abort);
    if (when === "before the first byte") setTimeout(abort, 40);
    const watched = async function* <Event extends EngineEvent | { type: "flushed"; through: number }>(events: AsyncIterable<Event>): AsyncGenerator<Event, void> {
      for await (const event of events) {
        if (event.type === "audio" && when === "amid audio") abort();
        yield event;
      }
    };
    const outcome = await speakWith(way, { engine, signal: controller.signal, watched });
    if (when === "after the end") abort();
    return { outcome, fake, close: () => engine.close() };
  }

  interface SpeakWith {
    engine: ReturnType<typeof createElevenLabsEngine>;
    signal: AbortSignal;
    watched: <Event extends EngineEvent | { type: "flushed"; through: number }>(events: AsyncIterable<Event>) => AsyncIterable<Event>;
  }

  async function speakWith(way: Way, { engine, signal, watched }: SpeakWith): Promise<Outcome> {
    if (way === "bytes" || way === "lines") return drain(watched(engine.synthesize(request({ marks: way === "lines" ? ["word"] : [] }), signal)));
    const { text: _, ...rest } = request();
    try {
      const session = await engine.openSession?.(rest, signal);
      const reading = drain(watched(session?.events ?? noEvents));
      await session?.write(`${text} ${text} ${text}`).then(() => session.end()).catch(() => undefined);
      const outcome = await reading;
      await session?.close();
      await session?.close();
      return outcome;
    } catch (error) {
      return { bytes: 0, error };
    }
  }

  for (const way of ["bytes", "lines", "contexts", "sockets"] as const) {
    for (const when of ["before", "connecting", "before the first byte", "amid audio", "after the end"] as const) {
      it(`${way}, ${when}: nothing stays behind`, async () => {
        const { outcome, fake, close } = await callOff(way, when);
        expect(codeOf(outcome)).toBe(when === "after the end" ? "ended" : "ABORTED");
        if (when === "before") expect(fake.requests).toHaveLength(0);
        await close();
        await close();
        for (let waited = 0; fake.openConnections > 0 && waited < 1000; waited += 5) await new Promise((resolve) => setTimeout(resolve, 5));
        expect(fake.openConnections).toBe(0);
        for (const { state } of fake.requests) expect(state).toBe(when === "after the end" ? "finished" : "called-off");
      });
    }
  }
});
