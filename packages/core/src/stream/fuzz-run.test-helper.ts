import { getEventListeners } from "node:events";
import { TTSError, type Mark } from "@parlando/engine";
import { createFakeClock, createPacedSink, createScriptedEngine, type FakeClock, type PacedSink, type ScriptedEngine } from "@parlando/testkit";
import type { AudioChunk } from "../audio/audio-chunk.ts";
import { createSpeechStream } from "./create-speech-stream.ts";
import type { FuzzAction, FuzzScenario } from "./fuzz-scenario.test-helper.ts";
import type { SpeechStream } from "./speech-stream.ts";
import type { SentSegment } from "./stream-events.ts";
import type { StreamOptions } from "./stream-options.ts";
import type { Interruption, StreamReport } from "./stream-report.ts";

/** What was seen of a stream. */
export interface FuzzObservation {
  /** What was taken by `feed`. */
  fed: string;
  readonly chunks: AudioChunk[];
  readonly marks: Mark[];
  readonly spoken: Mark[];
  readonly segments: SentSegment[];
  readonly interruptions: Interruption[];
  report: StreamReport | undefined;
  error: unknown;
  /** Errors that are not of the kind that is promised. */
  readonly oddErrors: unknown[];
  encodedBytes: number;
  /** Texts that an engine has taken and, as its script says, not spoken. */
  unspoken: readonly string[];
  readonly times: { done: number; error: number };
  /** Left after the end. */
  left: { sleepers: number; requests: number; listeners: number; states: string[] };
  sink: PacedSink | undefined;
}

interface Running {
  readonly scenario: FuzzScenario;
  readonly clock: FakeClock;
  readonly stream: SpeechStream;
  readonly abort: AbortController;
  readonly seen: FuzzObservation;
}

/** Longest life of a stream, in fake milliseconds: retries of an engine that hangs, and a taker of 1.5 ms in each 150 ms, included. */
const LONGEST_LIFE_MS = 4 * 3_600_000;

/** Lives through a scenario. Throws when anything hangs. */
export async function runScenario(scenario: FuzzScenario): Promise<FuzzObservation> {
  const clock = createFakeClock();
  const seen = newObservation();
  const abort = new AbortController();
  const engines = scenario.engines.map((options) => createScriptedEngine({ ...options, clock }));
  if (scenario.taker.kind === "sink") seen.sink = createPacedSink({ ...scenario.taker.sink, clock });
  const stream = createSpeechStream({ engines: engines.map((engine) => ({ engine })), clock }, { ...scenario.options, ...watching(seen), ...takerOptions(scenario, clock, seen), signal: abort.signal });
  stream.on("chunk", (chunk) => seen.chunks.push(chunk));
  const running: Running = { scenario, clock, stream, abort, seen };
  const open = new Set<string>();
  const all = Promise.all(
    Object.entries({ take, feed, act, outcomeOf }).map(async ([name, live]) => {
      open.add(name);
      await live(running);
      open.delete(name);
    }),
  );
  try {
    await clock.runUntil(all, { maxMs: LONGEST_LIFE_MS });
  } catch (error) {
    throw new Error(`The stream hangs in ${[...open].join(", ")}.`, { cause: error });
  }
  await endLife(running, engines);
  return seen;
}

function newObservation(): FuzzObservation {
  return { fed: "", chunks: [], marks: [], spoken: [], segments: [], interruptions: [], report: undefined, error: undefined, oddErrors: [], encodedBytes: 0, unspoken: [], times: { done: 0, error: 0 }, left: { sleepers: 0, requests: 0, listeners: 0, states: [] }, sink: undefined };
}

function watching(seen: FuzzObservation): StreamOptions {
  return {
    onMark: (mark) => void seen.marks.push(mark),
    onSpoken: (mark) => void seen.spoken.push(mark),
    onSegment: (segment) => void seen.segments.push(segment),
    onDone: () => void (seen.times.done += 1),
  };
}

function takerOptions({ taker }: FuzzScenario, clock: FakeClock, seen: FuzzObservation): StreamOptions {
  if (taker.kind === "sink") return { sink: seen.sink };
  if (taker.kind !== "callback") return { sink: "pull" };
  let count = 0;
  return {
    onChunk: async () => {
      count += 1;
      if (taker.takeMs > 0) await clock.sleep(taker.takeMs);
      if (count === taker.rejectAt) throw new RangeError("The taker has had enough.");
    },
  };
}

async function outcomeOf({ stream, seen }: Running): Promise<void> {
  try {
    seen.report = await stream.waitUntilDone();
  } catch (error) {
    seen.error = error;
    if (!TTSError.isInstance(error)) seen.oddErrors.push(error);
  }
}

async function feed({ scenario, clock, stream, seen }: Running): Promise<void> {
  const feeding: Promise<unknown>[] = [];
  for (const [index, piece] of scenario.pieces.entries()) {
    const gapMs = scenario.gapsMs[index] ?? 0;
    if (gapMs > 0) await clock.sleep(gapMs);
    let refusal: unknown;
    const fed = stream.feed(piece).catch((error: unknown) => {
      refusal = error;
      if (!TTSError.isInstance(error)) seen.oddErrors.push(error);
    });
    feeding.push(fed);
    // A refusal comes at once, the end of a wait later.
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    if (refusal === undefined) seen.fed += piece;
    if (scenario.isPatient) await fed;
  }
  stream.done();
  await stream.feed("Too late.").then(() => seen.oddErrors.push("A feed after done() was taken."), () => undefined);
  await Promise.all(feeding);
}

async function act(running: Running): Promise<void> {
  const { scenario, clock } = running;
  const acting: Promise<void>[] = [];
  for (const action of scenario.actions) {
    if (action.atMs > clock.now()) await clock.sleep(action.atMs - clock.now());
    acting.push(actOnce(running, action));
  }
  await Promise.all(acting);
}

async function actOnce({ stream, abort, seen }: Running, { kind, frame }: FuzzAction): Promise<void> {
  try {
    if (kind === "flush" || kind === "done") stream[kind]();
    else if (kind === "report") stream.reportPlayed(frame ?? 0);
    else if (kind === "abort") abort.abort();
    else if (kind === "interrupt") seen.interruptions.push(await stream.interrupt(frame === undefined ? undefined : { playedFrame: frame }));
    else await stream[kind]();
  } catch (error) {
    seen.oddErrors.push(error);
  }
}

async function take({ scenario: { taker }, clock, stream, seen }: Running): Promise<void> {
  try {
    if (taker.kind === "iterator") {
      let count = 0;
      for await (const _ of stream) {
        if (count++ === taker.leaveAt) break;
        if (taker.takeMs > 0) await clock.sleep(taker.takeMs);
      }
    } else if (taker.kind === "readable") await read(stream.readable, { clock, ...taker, onValue: () => undefined });
    else if (taker.kind === "encoded") {
      const { encoding, frameBytes } = taker;
      const encoded = stream.encoded({ encoding }, frameBytes === undefined ? {} : { frameBytes });
      await read(encoded, { clock, ...taker, onValue: (bytes) => void (seen.encodedBytes += bytes.length) });
    }
  } catch (error) {
    if (!TTSError.isInstance(error)) seen.oddErrors.push(error);
  }
}

async function read<Value>(readable: ReadableStream<Value>, { clock, takeMs, leaveAt, onValue }: { clock: FakeClock; takeMs: number; leaveAt: number | undefined; onValue: (value: Value) => void }): Promise<void> {
  const reader = readable.getReader();
  for (let count = 0; ; count += 1) {
    if (count === leaveAt) return reader.cancel();
    const result = await reader.read();
    if (result.done) return;
    onValue(result.value);
    if (takeMs > 0) await clock.sleep(takeMs);
  }
}

async function endLife({ clock, stream, abort, seen, scenario }: Running, engines: readonly ScriptedEngine[]): Promise<void> {
  if (scenario.taker.kind === "sink" && seen.error === undefined && seen.report?.interrupted === false) await clock.runUntil(Promise.resolve());
  await clock.runUntil(Promise.all([stream.close(), stream.close(), stream.interrupt().then((interruption) => seen.interruptions.push(interruption))]));
  await seen.sink?.close();
  await clock.advance(5000);
  seen.left = {
    sleepers: clock.pending,
    requests: engines.reduce((sum, engine) => sum + engine.activeRequests, 0),
    listeners: getEventListeners(abort.signal, "abort").length,
    states: engines.flatMap((engine) => engine.requests.filter(({ state }) => state === "active").map(({ state }) => state)),
  };
  seen.unspoken = engines.flatMap((engine) => engine.requests.filter(({ state, audioMs }) => state === "finished" && audioMs === 0).map(({ text }) => text));
  await Promise.all(engines.map((engine) => engine.close()));
}
