import { TTSError, type Engine, type EngineEvent, type Mark, type SynthesisRequest } from "@parlando/engine";
import type { Clock } from "../clock.ts";
import { FairShare } from "../fair-share.ts";
import { stopWithin } from "./engine-waits.ts";
import { asEngineError, openEvents } from "./engine-events.ts";
import { EventOrder } from "./event-order.ts";
import type { TimeLimits } from "./time-limits.ts";
import { TrickleWatch } from "./trickle.ts";
import { createWatchdog, type OpenWait } from "./watchdog.ts";

/** Where the audio of an attempt goes: decoded, resampled and trimmed behind this seam. */
export interface AudioPath {
  /** The engine says what is coming. */
  start(event: Extract<EngineEvent, { type: "start" }>): Promise<void>;
  bytes(bytes: Uint8Array): void | Promise<void>;
  samples(samples: Float32Array): void | Promise<void>;
  /** Samples that were no numbers became silence before they came here. */
  replaced(): void;
  /** The engine has ended well. */
  flush(): void;
  /** The engine has failed: what was held back comes out. */
  salvage(): void;
  /** Frees what decodes, however the attempt ended. */
  close(): void;
}

/** What an attempt tells while it runs. */
export interface AttemptListener {
  /** Where its audio goes; opened when it is first asked for. */
  audio(): AudioPath;
  mark(mark: Mark): void;
  billed(characters: number): void;
  /** The engine was waited for, in milliseconds; once for each event. */
  waited(ms: number): void;
  warning(code: string, message: string): void;
  /** Resolves when the engine may be asked for its next event. */
  mayPull(): Promise<void> | undefined;
  /** Whether somebody who has heard nothing yet waits for what comes. */
  isUrgent(): boolean;
  /** How long who listens can do without what comes, in milliseconds. */
  slackMs(): number;
}

/** One try of one engine at one segment. */
export interface AttemptOptions {
  readonly engine: Engine;
  readonly request: SynthesisRequest;
  readonly listener: AttemptListener;
  readonly clock: Clock;
  readonly limits: TimeLimits;
  readonly signal: AbortSignal;
  /** Whether somebody waits for its slot. */
  readonly isAwaited?: (() => boolean) | undefined;
}

/** Times of an attempt in which the engine was waited for; those in which it was held back do not count. */
export interface AttemptTimes {
  readonly firstAudioMs: number;
  readonly totalMs: number;
}

/** Runs one attempt to its end. Rejects with a typed error; what came before the failure was passed on. */
export async function runAttempt(options: AttemptOptions): Promise<AttemptTimes> {
  const { engine, request, listener, clock } = options;
  const attempt = new AbortController();
  const { signal } = attempt;
  // Looked at for every event: a signal costs more to ask than a field.
  const call = { isOff: false };
  const abort = (reason: unknown): void => {
    call.isOff = true;
    attempt.abort(reason);
  };
  const callOff = (): void => abort(options.signal.reason);
  options.signal.addEventListener("abort", callOff, { once: true });
  if (options.signal.aborted) callOff();
  const watchdog = createWatchdog({ clock, limits: options.limits, engine: engine.id, signal });
  let iterator: AsyncIterator<EngineEvent> | undefined;
  let ended = false;
  try {
    signal.throwIfAborted();
    const events = openEvents(engine, request, signal)[Symbol.asyncIterator]();
    iterator = events;
    const times = await watchdog.follow((wait) => readEvents({ engine, listener, clock, limits: options.limits, signal, call, events, wait, begun: () => watchdog.hasBegun() }));
    ended = true;
    listener.audio().flush();
    return times;
  } catch (error) {
    if (options.signal.aborted) throw new TTSError("ABORTED", "The request was called off.", { engine: engine.id, cause: signal.reason });
    throw asEngineError(error, engine.id);
  } finally {
    if (!ended && !options.signal.aborted) listener.audio().salvage();
    listener.audio().close();
    watchdog.stop();
    options.signal.removeEventListener("abort", callOff);
    // An engine that was given up on, for whatever reason, must not go on.
    if (!ended) abort(new TTSError("ABORTED", "The attempt was given up.", { engine: engine.id }));
    if (!ended && iterator !== undefined) await stopWithin(clock, [iterator.return?.bind(iterator)], { isQuiet: options.signal.aborted && !options.isAwaited?.() });
  }
}

interface EventReader extends Pick<AttemptOptions, "engine" | "listener" | "clock" | "limits" | "signal"> {
  readonly events: AsyncIterator<EngineEvent>;
  /** Whether `signal` was aborted. */
  readonly call: { readonly isOff: boolean };
  readonly wait: OpenWait;
  readonly begun: () => void;
}

/** Passes event after event on until the engine ends. What was given up meanwhile passes nothing on. */
async function readEvents({ engine, listener, clock, limits, signal, call, events, wait, begun }: EventReader): Promise<AttemptTimes> {
  const order = new EventOrder(engine.id);
  const trickle = new TrickleWatch({ limits, engine: engine.id });
  const share = new FairShare(clock);
  let totalMs = 0;
  let firstAudioMs: number | undefined;
  let result: IteratorResult<EngineEvent> | undefined;
  for (;;) {
    const held = listener.mayPull();
    if (held !== undefined) {
      // Not kept while the engine stands still: audio that was passed on would become old memory, which is dear to collect.
      result = undefined;
      await held;
      // Called off meanwhile, and left behind: see the watchdog.
      if (call.isOff) signal.throwIfAborted();
    }
    const askedAt = clock.now();
    wait.begin(askedAt, trickle.unbegunMs);
    result = await events.next();
    wait.end();
    if (call.isOff) signal.throwIfAborted();
    const waitedMs = clock.now() - askedAt;
    totalMs += waitedMs;
    listener.waited(waitedMs);
    if (result.done === true) return { firstAudioMs: firstAudioMs ?? totalMs, totalMs };
    order.check(result.value);
    trickle.came(result.value, waitedMs);
    if (firstAudioMs === undefined && trickle.hasBegun) {
      firstAudioMs = totalMs;
      begun();
    }
    const isUrgent = listener.isUrgent();
    if (share.mustWait(isUrgent)) {
      await share.free(isUrgent, listener.slackMs());
      if (call.isOff) signal.throwIfAborted();
    }
    const delivered = deliver(result.value, listener);
    // Most is passed on at once: a turn of promises for each event would cost more than the event.
    if (delivered !== undefined) await delivered;
  }
}

function deliver(event: EngineEvent, listener: AttemptListener): void | Promise<void> {
  switch (event.type) {
    case "start":
      return listener.audio().start(event);
    case "audio":
      return listener.audio().bytes(event.bytes);
    case "pcm":
      return listener.audio().samples(event.samples);
    case "mark":
      return listener.mark(event.mark);
    case "usage":
      return listener.billed(event.characters);
    case "warning":
      return listener.warning(event.code, event.message);
  }
}
