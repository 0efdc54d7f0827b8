import { TTSError } from "@parlando/engine";
import { ContextRest } from "./context-rest.ts";
import { LevelListeners, type Level } from "./level-listeners.ts";
import { MediaSessionNotice } from "./media-session.ts";
import { PlayerNumbers } from "./player-numbers.ts";
import { LinePlayerSink } from "./player-sink.ts";
import type { Player, PlayerOptions, PlayerSink, PlayerSinkOptions, PlayerStatistics } from "./player.ts";
import { WorkletLine } from "./worklet-line.ts";
import type { StreamState } from "./worklet-messages.ts";

const usualSampleRate = 24_000;
const usualAheadMs = 1_000;
const usualFadeMs = 5;
const usualIdleMs = 5_000;

/** So long the last sound may still be on its way to the ear. */
const leastIdleMs = 1_000;

/** How often listeners are told of numbers that change all the time. */
const toldEveryMs = 250;

/**
 * Makes a player. To be made in a page; its context waits for a gesture until {@link Player.unlock} is called inside one.
 *
 * @throws TTSError `UNSUPPORTED` where there is no `AudioContext` with worklets: outside of browsers, and in pages that are not served by
 * https or from localhost. `INVALID_INPUT` for an option that cannot be. Where the worklet cannot be loaded, `write` and `end` of its sinks
 * reject with `NO_AUDIO_DEVICE`.
 * @example
 * ```ts
 * const player = createPlayer();
 * button.onclick = () => {
 *   player.unlock();
 *   const stream = client.createStream({ sink: player.createSink() });
 *   void stream.feed("Hello.");
 *   stream.done();
 * };
 * ```
 */
export function createPlayer(options: PlayerOptions = {}): Player {
  return new WorkletPlayer(options);
}

class WorkletPlayer implements Player {
  readonly context: AudioContext;
  readonly output: GainNode;
  readonly #aheadMs: number;
  readonly #isOwnContext: boolean;
  readonly #rest: ContextRest;
  readonly #line: WorkletLine;
  readonly #numbers: PlayerNumbers;
  readonly #levels: LevelListeners;
  readonly #mediaSession: MediaSessionNotice;
  readonly #sinks = new Set<LinePlayerSink>();
  /** Streams whose prebuffer the app has chosen. */
  readonly #ownPrebuffer = new Set<number>();
  readonly #listeners = new Set<() => void>();
  readonly #onStateChange = (): void => this.#followContext();
  #toldAtMs = Number.NEGATIVE_INFINITY;
  #isClosed = false;
  #closing: Promise<void> | undefined;

  constructor(options: PlayerOptions) {
    const { sampleRate = usualSampleRate, aheadMs = usualAheadMs, fadeMs = usualFadeMs, idleMs = usualIdleMs } = options;
    this.#aheadMs = numberIn("aheadMs", aheadMs, { least: 100, most: 60_000 });
    numberIn("fadeMs", fadeMs, { least: 0, most: 20 });
    if (idleMs !== 0) numberIn("idleMs", idleMs, { least: leastIdleMs, most: 3_600_000 });
    this.#isOwnContext = options.context === undefined;
    this.context = options.context ?? openContext(sampleRate);
    // What else a context of the app's plays is not known here.
    this.#rest = new ContextRest({ context: this.context, idleMs: this.#isOwnContext ? idleMs : 0, onChange: () => this.#tell() });
    this.output = new GainNode(this.context, { channelCount: 1, channelCountMode: "explicit" });
    this.output.connect(this.context.destination);
    this.#numbers = new PlayerNumbers(this.context.sampleRate);
    this.#line = new WorkletLine({
      context: this.context,
      output: this.output,
      workletUrl: options.workletUrl,
      fadeMs,
      onState: (state) => this.#note(state),
      onLevel: (level) => this.#levels.tell(level),
    });
    this.#levels = new LevelListeners((everyMs) => this.#line.post({ type: "level", everyFrames: (everyMs * this.context.sampleRate) / 1000 }));
    this.#mediaSession = new MediaSessionNotice(options.mediaSession, { pause: () => this.#holdAll(true), play: () => this.#holdAll(false) });
    this.context.addEventListener("statechange", this.#onStateChange);
  }

  get sampleRate(): number {
    return this.context.sampleRate;
  }

  get state(): Player["state"] {
    if (this.#isClosed || this.context.state === "closed") return "closed";
    return this.#rest.isOpen ? "running" : "locked";
  }

  unlock(): void {
    if (this.state === "closed") return;
    playThroughSilentSwitch();
    this.#rest.wake();
    // Where it is not inside a gesture some browsers never settle this, others reject: the state tells.
    if (this.context.state !== "running") this.context.resume().catch(() => undefined);
  }

  createSink({ gain = 1, prebufferMs }: PlayerSinkOptions = {}): PlayerSink {
    if (this.state === "closed") throw new TTSError("NO_AUDIO_DEVICE", "Making a sink: the player is closed. Make another player with `createPlayer()`.");
    numberIn("gain", gain, { least: 0, most: 1 });
    if (prebufferMs !== undefined) numberIn("prebufferMs", prebufferMs, { least: 0, most: 10_000 });
    const wantedMs = prebufferMs ?? this.#numbers.wantedPrebufferMs(performance.now());
    // Before its first samples come: a device takes a moment to begin.
    this.#rest.wake();
    const sink = new LinePlayerSink({ line: this.#line, gain, prebufferMs: wantedMs, aheadMs: this.#aheadMs, onChange: (changed) => this.#follow(changed) });
    if (prebufferMs !== undefined) this.#ownPrebuffer.add(sink.stream);
    return sink;
  }

  statistics(): PlayerStatistics {
    const sinks = [...this.#sinks];
    const playing = sinks.findLast((sink) => sink.isSounding) ?? sinks.at(-1);
    const { underruns, underrunMs } = this.#numbers;
    return { underruns, underrunMs, bufferedMs: playing?.bufferedMs ?? 0, prebufferMs: this.#numbers.wantedPrebufferMs(performance.now()) };
  }

  subscribeLevel(listener: (level: Level) => void, everyMs = 33): () => void {
    return this.#levels.add(listener, everyMs);
  }

  subscribe(listener: () => void): () => void {
    const own = (): void => listener();
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#sinks].map((sink) => sink.close()));
    this.context.removeEventListener("statechange", this.#onStateChange);
    this.#rest.close();
    this.#levels.clear();
    this.#mediaSession.close();
    this.#line.close();
    this.output.disconnect();
    if (this.#isOwnContext && this.context.state !== "closed") await this.context.close();
    this.#tell();
    this.#listeners.clear();
  }

  #note(state: StreamState): void {
    this.#numbers.note(state, { nowMs: performance.now(), isTeaching: !this.#ownPrebuffer.has(state.stream) });
    if (state.isOver) this.#ownPrebuffer.delete(state.stream);
    if (performance.now() - this.#toldAtMs >= toldEveryMs) this.#tell();
  }

  /** A sink has begun, is held, or is over. */
  #follow(sink: LinePlayerSink): void {
    const isKnown = this.#sinks.has(sink);
    if (sink.isLive) this.#sinks.add(sink);
    else this.#sinks.delete(sink);
    const sinks = [...this.#sinks];
    this.#rest.isPlaying = sinks.some((each) => !each.isPaused);
    this.#mediaSession.state = sinks.length === 0 ? "none" : sinks.every((each) => each.isPaused) ? "paused" : "playing";
    if (isKnown !== sink.isLive) this.#tell();
  }

  #followContext(): void {
    this.#rest.follow();
    if (this.context.state === "closed") void this.close();
    else this.#tell();
  }

  #holdAll(isHeld: boolean): void {
    for (const sink of this.#sinks) void (isHeld ? sink.pause() : sink.resume());
  }

  #tell(): void {
    this.#toldAtMs = performance.now();
    for (const listener of [...this.#listeners]) listener();
  }
}

function openContext(sampleRate: number): AudioContext {
  numberIn("sampleRate", sampleRate, { least: 3_000, most: 768_000 });
  if (typeof AudioContext === "undefined") throw new TTSError("UNSUPPORTED", "Making a player: there is no AudioContext here. Make it in a page of a browser; elsewhere use `@parlando/speaker`, or another sink.");
  const context = contextAt(sampleRate);
  if ("audioWorklet" in context) return context;
  void (context as AudioContext).close();
  throw new TTSError("UNSUPPORTED", "Making a player: the browser has no audio worklets for this page. Serve the page by https, or from localhost.");
}

/** At the device's own rate where the browser refuses the one asked for. */
function contextAt(sampleRate: number): AudioContext {
  try {
    return new AudioContext({ sampleRate, latencyHint: "interactive" });
  } catch (error) {
    if (error instanceof DOMException && error.name === "NotSupportedError") return new AudioContext({ latencyHint: "interactive" });
    throw new TTSError("NO_AUDIO_DEVICE", "Making a player: the browser gave no AudioContext; see `cause`. Some allow only a few of them: close those that are not needed.", { cause: error });
  }
}

/** Else the switch at the side of a phone mutes Web Audio, though not videos. Not every browser has it. */
function playThroughSilentSwitch(): void {
  const { audioSession } = navigator as Navigator & { audioSession?: { type: string } };
  if (audioSession !== undefined) audioSession.type = "playback";
}

function numberIn(name: string, value: number, { least, most }: { readonly least: number; readonly most: number }): number {
  if (value >= least && value <= most) return value;
  throw new TTSError("INVALID_INPUT", `Making a player or a sink of it: ${name} is ${String(value)}; expected ${least} to ${most}.`);
}
