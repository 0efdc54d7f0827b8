import type { Sink } from "@parlando/core";
import type { Level } from "./level-listeners.ts";
import type { MediaSessionOptions } from "./media-session.ts";

/** Options of `createPlayer`. */
export interface PlayerOptions {
  /** Rate of the `AudioContext`, in Hz. Default 24,000. A browser may refuse it: `Player.sampleRate` says what came, and streams are converted to that by core, once. */
  readonly sampleRate?: number | undefined;
  /** Where the worklet's file is served, for a Content-Security-Policy without `blob:`: `@parlando/web/worklet.js`. Default: a `blob:` address of the same source. */
  readonly workletUrl?: string | undefined;
  /** How much is held in the worklet at most: what plays on while the page's thread is busy. Default 1,000; at least 100, at most 60,000. */
  readonly aheadMs?: number | undefined;
  /** Length of fades where sound is broken off or goes on, in milliseconds. Default 5; at most 20. */
  readonly fadeMs?: number | undefined;
  /**
   * After so long without anything to play the player suspends its context, in milliseconds: the page then uses no power for sound. The next sink wakes it, without a gesture and without a lost sample.
   * Default 5,000; at least 1,000; 0: never, as for sounds of your own in `Player.context`. A context of the app's is left alone.
   */
  readonly idleMs?: number | undefined;
  /** What the system shows while it plays (`MediaSession`), and its buttons. Default: nothing. Some browsers show it only for `<audio>` and `<video>`. */
  readonly mediaSession?: MediaSessionOptions | undefined;
  /** Made by the app and closed by it; its rate is what it is. */
  readonly context?: AudioContext | undefined;
}

/** What a player has played. */
export interface PlayerStatistics {
  /** Times that it ran dry in the middle of a stream, and for how long in all. Known when more has come: silence that nothing follows is no underrun. */
  readonly underruns: number;
  readonly underrunMs: number;
  /** Held in the worklet now, of the stream that plays. */
  readonly bufferedMs: number;
  /** How much is wanted before the first sound: grows by half at an underrun of at most 1,500 ms, up to 1,500, and shrinks after 30 s without. */
  readonly prebufferMs: number;
}

/** What one stream's sink may have of its own. */
export interface PlayerSinkOptions {
  /** Linear, 0 to 1. Default 1, which leaves the samples as they are; 0 plays in silence, at the same pace. */
  readonly gain?: number | undefined;
  /**
   * How much is wanted before the first sound, in milliseconds, 0 to 10,000. Default: what the player has learned, at least 120. Where nothing
   * comes for as long, what is there is played.
   */
  readonly prebufferMs?: number | undefined;
}

/** A stream's way into the player: a sink like any other, whose gain can be changed while it plays. */
export interface PlayerSink extends Sink {
  /** Linear, 0 to 1; reached within 20 ms. */
  setGain(gain: number): void;
}

/**
 * Plays streams in a page: one `AudioContext` and one worklet for all of them. Streams that play at once are mixed; one after another is up to the app.
 *
 * @example
 * ```ts
 * const player = createPlayer();
 * button.onclick = () => {
 *   player.unlock(); // inside the gesture, before anything is awaited
 *   const stream = tts.createStream({ sink: player.createSink() });
 *   void stream.feed("Hello."), stream.done();
 * };
 * ```
 */
export interface Player extends AsyncDisposable {
  /** Of the context; known at once. */
  readonly sampleRate: number;
  /** "locked": the browser waits for a gesture; streams wait with it, and nothing is lost. "running" also while its context rests (`idleMs`): the next sink wakes it. */
  readonly state: "locked" | "running" | "closed";
  /** Lets the page make sound. To be called inside the handler of a click or a key, before anything is awaited. May be called always. */
  unlock(): void;
  /** A sink for one stream, with a playhead to the sample. Its `clear()` is silent within 20 ms. */
  createSink(options?: PlayerSinkOptions): PlayerSink;
  /** What was played so far, and how well. */
  statistics(): PlayerStatistics;
  /** Peak and mean (root mean square) of what is played, 0 to 1, about every `everyMs` (default 33); returns what stops it. Costs nothing while nobody listens. */
  subscribeLevel(listener: (level: Level) => void, everyMs?: number): () => void;
  /** State, and numbers about four times a second while it plays. Returns what stops it. */
  subscribe(listener: () => void): () => void;
  /** The last node before the speakers: what a test or a meter of the app taps. */
  readonly output: AudioNode;
  readonly context: AudioContext;
  /** Silences and closes its sinks, and its context unless the app has made that. */
  close(): Promise<void>;
}
