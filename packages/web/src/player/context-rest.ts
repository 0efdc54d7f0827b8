/** What {@link ContextRest} needs. */
export interface ContextRestOptions {
  readonly context: Pick<AudioContext, "state" | "suspend" | "resume">;
  /** After so long without anything that plays it rests; 0: never. */
  readonly idleMs: number;
  /** Whether it is open may have changed without a change of the context's state. */
  readonly onChange: () => void;
}

/** A browser that has not begun again after so long wants a gesture first. */
const longestWakeMs = 1_000;

/**
 * Lets a context rest while nothing plays, so that the page costs no power and the device is free, and wakes it when something is about to. What the worklet is sent meanwhile
 * waits in it: no sample is lost. Only a context that a gesture has unlocked before is ever let rest, and browsers let a page wake that by itself.
 */
export class ContextRest {
  readonly #options: ContextRestOptions;
  #phase: "awake" | "resting" | "waking" = "awake";
  #isPlaying = false;
  #isClosed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ContextRestOptions) {
    this.#options = options;
  }

  /** Whether it sounds, or will as soon as it is given something. */
  get isOpen(): boolean {
    return this.#options.context.state === "running" || this.#phase !== "awake";
  }

  /** Whether something plays, or waits for its next samples. */
  set isPlaying(isPlaying: boolean) {
    if (this.#isPlaying === isPlaying && !(isPlaying && this.#phase === "resting")) return;
    this.#isPlaying = isPlaying;
    if (isPlaying) this.wake();
    else this.#wait();
  }

  /** Something is about to play. */
  wake(): void {
    if (this.#isClosed) return;
    if (this.#phase !== "resting") return this.#wait();
    this.#phase = "waking";
    // Where the browser wants a gesture it never settles: the state tells.
    this.#options.context.resume().catch(() => undefined);
    this.#after(longestWakeMs, () => this.#awake());
  }

  /** The context's state has changed. */
  follow(): void {
    if (this.#options.context.state !== "running") return;
    // By the app's own hand, or by ours.
    if (this.#phase === "waking" || this.#phase === "resting") this.#phase = "awake";
    this.#wait();
  }

  close(): void {
    this.#isClosed = true;
    this.#phase = "awake";
    clearTimeout(this.#timer);
  }

  #wait(): void {
    if (this.#phase !== "awake") return;
    clearTimeout(this.#timer);
    const { context, idleMs } = this.#options;
    if (this.#isPlaying || this.#isClosed || idleMs === 0 || context.state !== "running") return;
    this.#after(idleMs, () => this.#rest());
  }

  #rest(): void {
    this.#phase = "resting";
    this.#options.context.suspend().catch(() => this.#awake());
  }

  #awake(): void {
    if (this.#isClosed) return;
    this.#phase = "awake";
    this.#wait();
    this.#options.onChange();
  }

  #after(ms: number, act: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(act, ms);
  }
}
