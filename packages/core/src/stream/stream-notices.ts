import { EventEmitter } from "eventemitter3";
import type { StreamEvents } from "./stream-events.ts";
import type { StreamOptions } from "./stream-options.ts";

/** Tells those who watch a stream: the callbacks of its options and the listeners of `on()`. Nobody is awaited. */
export class StreamNotices {
  readonly #emitter = new EventEmitter();
  #watchesChunks = false;

  constructor(options: StreamOptions) {
    this.#watch("mark", options.onMark);
    this.#watch("spoken", options.onSpoken);
    this.#watch("segment", options.onSegment);
    this.#watch("warning", options.onWarning);
    this.#watch("metrics", options.onMetrics);
    this.#watch("error", options.onError);
    this.#watch("done", options.onDone);
  }

  #watch<Name extends keyof StreamEvents>(event: Name, callback: ((value: StreamEvents[Name]) => void) | undefined): void {
    if (callback !== undefined) this.on(event, callback);
  }

  on<Name extends keyof StreamEvents>(event: Name, listener: (value: StreamEvents[Name]) => void): void {
    this.#emitter.on(event, listener);
    this.#watchesChunks = this.has("chunk");
  }

  off<Name extends keyof StreamEvents>(event: Name, listener: (value: StreamEvents[Name]) => void): void {
    this.#emitter.off(event, listener);
    this.#watchesChunks = this.has("chunk");
  }

  /** `has("chunk")`, known beforehand: it is asked for every chunk of every stream. */
  get watchesChunks(): boolean {
    return this.#watchesChunks;
  }

  /** Whether anybody watches this event. */
  has(event: keyof StreamEvents): boolean {
    return this.#emitter.listenerCount(event) > 0;
  }

  /** Tells everybody; a listener that throws becomes a warning. */
  tell<Name extends keyof StreamEvents>(event: Name, value: StreamEvents[Name]): void {
    if (!this.has(event)) return;
    for (const listener of this.#emitter.listeners(event)) {
      try {
        const result: unknown = listener(value);
        if (result instanceof Promise) result.catch((error: unknown) => this.#warn(event, error));
      } catch (error) {
        this.#warn(event, error);
      }
    }
  }

  #warn(event: string, error: unknown): void {
    if (event === "warning") return;
    const name = error instanceof Error ? error.name : typeof error;
    this.tell("warning", { code: "LISTENER_FAILED", message: `A listener of "${event}" threw (${name}); the stream goes on.` });
  }
}
