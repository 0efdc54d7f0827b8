import type { Player } from "../player/player.ts";
import { sharedPlayer } from "./shared-player.ts";
import { toSpeechError } from "./speech-error.ts";
import type { SpeechPosition, SpeechState, UseSpeechOptions } from "./speech-state.ts";
import { Utterance } from "./utterance.ts";

type LevelListener = Parameters<Player["subscribeLevel"]>[0];

/** Before anything was spoken, and on a server. */
export const silence: SpeechState = Object.freeze<SpeechState>({
  phase: "idle", text: "", word: undefined, heardMs: 0, receivedMs: 0, bufferedMs: 0, underruns: 0, firstAudioMs: undefined, report: undefined, error: undefined,
});

/** What stands behind one `useSpeech`: speaks, and tells whoever subscribes. Touches nothing of the page before `speak()`. */
export class SpeechStore {
  readonly #listeners: Set<() => void> = new Set();
  readonly #levels: Map<LevelListener, { readonly everyMs: number | undefined; stop?: (() => void) | undefined }> = new Map();
  #options: UseSpeechOptions;
  #state: SpeechState = silence;
  #utterance: Utterance | undefined;
  #player: Player | undefined;

  constructor(options: UseSpeechOptions) {
    this.#options = options;
  }

  /** What the next `speak()` works with; the gain is taken by what is spoken now. */
  configure(options: UseSpeechOptions): void {
    const gain = options.playerSink?.gain;
    if (gain !== undefined && gain !== this.#options.playerSink?.gain) this.#utterance?.setGain(gain);
    this.#options = options;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  readonly state = (): SpeechState => this.#state;

  readonly speak = (text: string | AsyncIterable<string>, options: { readonly voice?: string | undefined } = {}): void => {
    const player = this.#findPlayer();
    if (player === undefined) return;
    // Before anything else: the browser lets a page make sound only inside the gesture.
    player.unlock();
    this.#utterance?.stop();
    this.#follow(player);
    const utterance = new Utterance({
      ...this.#options,
      ...(options.voice === undefined ? {} : { voice: options.voice }),
      player,
      text,
      onChange: () => {
        if (this.#utterance === utterance) this.#tell();
      },
    });
    this.#utterance = utterance;
    utterance.start();
    this.#tell();
  };

  readonly stop = (): void => this.#utterance?.stop();
  readonly pause = (): void => this.#utterance?.pause();
  readonly resume = (): void => {
    this.#player?.unlock();
    this.#utterance?.resume();
  };
  readonly recording = (): Blob | undefined => this.#utterance?.recording();
  readonly position = (): SpeechPosition => this.#utterance?.position() ?? { heardMs: 0, receivedMs: 0, isComplete: false };

  readonly subscribeLevel = (listener: LevelListener, everyMs?: number): (() => void) => {
    this.#levels.set(listener, { everyMs, stop: this.#player?.subscribeLevel(listener, everyMs) });
    return () => {
      this.#levels.get(listener)?.stop?.();
      this.#levels.delete(listener);
    };
  };

  /** The envelope of what was received. */
  get peaks(): Float32Array {
    return this.#utterance?.peaks ?? new Float32Array(0);
  }

  /** Undefined where the page can have none, as one that came over plain http: the state says so. */
  #findPlayer(): Player | undefined {
    try {
      return this.#options.player ?? sharedPlayer();
    } catch (error) {
      this.#utterance?.stop();
      this.#utterance = undefined;
      this.#tell({ ...silence, phase: "error", error: toSpeechError(error) });
      return undefined;
    }
  }

  /** Levels are those of the player that speaks now. */
  #follow(player: Player): void {
    if (this.#player === player) return;
    this.#player = player;
    for (const [listener, level] of this.#levels) {
      level.stop?.();
      level.stop = player.subscribeLevel(listener, level.everyMs);
    }
  }

  #tell(state: SpeechState = this.#utterance?.state() ?? silence): void {
    this.#state = state;
    for (const listener of [...this.#listeners]) listener();
  }
}
