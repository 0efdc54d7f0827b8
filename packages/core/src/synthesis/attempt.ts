import { TTSError, type Engine, type EngineEvent, type Mark, type SynthesisRequest } from "@parlando/engine";
import { rest, type Clock } from "../clock.ts";
import { asEngineError, openEvents } from "./engine-events.ts";
import { createWatchdog } from "./watchdog.ts";

/** Where the audio of an attempt goes: decoded, resampled and trimmed behind this seam. */
export interface AudioPath {
  /** The engine says what is coming. */
  start(event: Extract<EngineEvent, { type: "start" }>): Promise<void>;
  bytes(bytes: Uint8Array): void | Promise<void>;
  samples(samples: Float32Array): void | Promise<void>;
  /** The engine has ended well. */
  flush(): void;
}

/** What an attempt tells while it runs. */
export interface AttemptListener {
  readonly audio: AudioPath;
  mark(mark: Mark): void;
  billed(characters: number): void;
  /** The engine was waited for, in milliseconds; once for each event. */
  waited(ms: number): void;
  warning(code: string, message: string): void;
  /** Resolves when the engine may be asked for its next event. */
  mayPull(): Promise<void> | undefined;
}

/** One try of one engine at one segment. */
export interface AttemptOptions {
  readonly engine: Engine;
  readonly request: SynthesisRequest;
  readonly listener: AttemptListener;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Times of an attempt in which the engine was waited for; those in which it was held back do not count. */
export interface AttemptTimes {
  readonly firstAudioMs: number;
  readonly totalMs: number;
}

/** How long an engine may send nothing while it is waited for. */
const INACTIVITY_LIMIT_MS = 30_000;
/** How long an engine may take to stop before its slot is given to others. */
const STOP_LIMIT_MS = 1_000;

/** Runs one attempt to its end. Rejects with a typed error; what came before the failure was passed on. */
export async function runAttempt(options: AttemptOptions): Promise<AttemptTimes> {
  const { engine, request, listener, clock } = options;
  const attempt = new AbortController();
  const { signal } = attempt;
  const callOff = (): void => attempt.abort(options.signal.reason);
  options.signal.addEventListener("abort", callOff, { once: true });
  if (options.signal.aborted) callOff();
  const watchdog = createWatchdog({ clock, limitMs: INACTIVITY_LIMIT_MS, engine: engine.id, signal });
  let iterator: AsyncIterator<EngineEvent> | undefined;
  let ended = false;
  let totalMs = 0;
  let firstAudioMs: number | undefined;
  try {
    signal.throwIfAborted();
    iterator = openEvents(engine, request, signal)[Symbol.asyncIterator]();
    const order = createOrderCheck(engine.id);
    for (;;) {
      const held = listener.mayPull();
      if (held !== undefined) await untilAllowed(held, signal);
      const askedAt = clock.now();
      const result = await watchdog.guard(iterator.next());
      const waitedMs = clock.now() - askedAt;
      totalMs += waitedMs;
      listener.waited(waitedMs);
      ended = result.done === true;
      if (result.done === true) break;
      order(result.value);
      if (result.value.type === "audio" || result.value.type === "pcm") firstAudioMs ??= totalMs;
      await deliver(result.value, listener);
    }
    listener.audio.flush();
    return { firstAudioMs: firstAudioMs ?? totalMs, totalMs };
  } catch (error) {
    if (options.signal.aborted) throw new TTSError("ABORTED", "The request was called off.", { engine: engine.id, cause: signal.reason });
    throw asEngineError(error, engine.id);
  } finally {
    watchdog.stop();
    options.signal.removeEventListener("abort", callOff);
    // An engine that was given up on, for whatever reason, must not go on.
    if (!ended) attempt.abort(new TTSError("ABORTED", "The attempt was given up.", { engine: engine.id }));
    if (!ended && iterator !== undefined) await stopIterator(iterator, clock);
  }
}

/** A held stream may stand still for ever, so only the signal ends this wait. */
async function untilAllowed(held: Promise<void>, signal: AbortSignal): Promise<void> {
  let leave = (): void => undefined;
  const aborted = new Promise<void>((resolve) => {
    leave = resolve;
    signal.addEventListener("abort", leave, { once: true });
    if (signal.aborted) resolve();
  });
  await Promise.race([held, aborted]);
  signal.removeEventListener("abort", leave);
  signal.throwIfAborted();
}

async function deliver(event: EngineEvent, listener: AttemptListener): Promise<void> {
  switch (event.type) {
    case "start":
      return listener.audio.start(event);
    case "audio":
      return listener.audio.bytes(event.bytes);
    case "pcm":
      return listener.audio.samples(event.samples);
    case "mark":
      return listener.mark(event.mark);
    case "usage":
      return listener.billed(event.characters);
    case "warning":
      return listener.warning(event.code, event.message);
  }
}

/** `start` comes first and once. */
function createOrderCheck(engine: string): (event: EngineEvent) => void {
  let started = false;
  return (event) => {
    if ((event.type === "start") === started && event.type !== "warning" && event.type !== "usage" && event.type !== "mark") {
      const found = started ? "a second start event" : `the event "${event.type}" before its start event`;
      throw new TTSError("PROTOCOL", `The engine "${engine}" sent ${found}; the start event comes first, once, and tells the format.`, { engine });
    }
    started ||= event.type === "start";
  };
}

async function stopIterator(iterator: AsyncIterator<EngineEvent>, clock: Clock): Promise<void> {
  const stopped = new AbortController();
  const returned = (async () => {
    await iterator.return?.();
  })().catch(() => undefined);
  await Promise.race([returned, rest(clock, STOP_LIMIT_MS, stopped.signal)]);
  stopped.abort();
}
