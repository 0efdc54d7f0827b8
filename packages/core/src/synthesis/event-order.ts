import { TTSError, type SessionEvent } from "@parlando/engine";

/** Looks whether `start` comes first and once. */
export class EventOrder {
  readonly #engine: string;
  #hasStarted = false;

  constructor(engine: string) {
    this.#engine = engine;
  }

  /** @throws TTSError `PROTOCOL` where the event is out of order. */
  check(event: SessionEvent): void {
    if ((event.type === "start") === this.#hasStarted && event.type !== "warning" && event.type !== "usage" && event.type !== "mark") {
      const found = this.#hasStarted ? "a second start event" : `the event "${event.type}" before its start event`;
      throw new TTSError("PROTOCOL", `The engine "${this.#engine}" sent ${found}; the start event comes first, once, and tells the format.`, { engine: this.#engine });
    }
    this.#hasStarted ||= event.type === "start";
  }
}
