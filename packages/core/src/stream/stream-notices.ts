import { EventEmitter } from "eventemitter3";
import type { StreamEvents } from "./stream-events.ts";
import type { StreamOptions } from "./stream-options.ts";

/** Tells those who watch a stream: the callbacks of its options and the listeners of `on()`. Nobody is awaited. */
export class StreamNotices {
  readonly #emitter = new EventEmitter();

  constructor(options: StreamOptions) {
    const callbacks = {
      mark: options.onMark,
      spoken: options.onSpoken,
      segment: options.onSegment,
      warning: options.onWarning,
      metrics: options.onMetrics,
      error: options.onError,
      done: options.onDone,
    };
    for (const [name, callback] of Object.entries(callbacks)) if (callback !== undefined) this.#emitter.on(name, callback);
  }

  on<Name extends keyof StreamEvents>(event: Name, listener: (value: StreamEvents[Name]) => void): void {
    this.#emitter.on(event, listener);
  }

  off<Name extends keyof StreamEvents>(event: Name, listener: (value: StreamEvents[Name]) => void): void {
    this.#emitter.off(event, listener);
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
