/** Who asked for something, and may call it off. */
export interface Caller {
  /** It was called off. A variable, since it is looked at for every event: asking a signal each time costs more than the event. */
  readonly isGone: boolean;
  readonly reason: unknown;
  /** Told when it is called off. */
  whenGone: (() => void) | undefined;
  /** Begins to listen. */
  arrive(): void;
  /** Stops listening. */
  leave(): void;
  callOff(reason: unknown): void;
}

/** Makes the caller behind a signal; while it listens it is among `others` too, whom one may call off together. */
export function createCaller(signal: AbortSignal, others?: Set<Caller>): Caller {
  const caller: { -readonly [Name in keyof Caller]: Caller[Name] } = {
    isGone: false,
    reason: undefined,
    whenGone: undefined,
    arrive() {
      if (signal.aborted) return aborted();
      signal.addEventListener("abort", aborted, { once: true });
      others?.add(caller);
    },
    leave() {
      signal.removeEventListener("abort", aborted);
      others?.delete(caller);
    },
    callOff(reason) {
      if (caller.isGone) return;
      caller.isGone = true;
      caller.reason = reason;
      caller.whenGone?.();
    },
  };
  function aborted(): void {
    caller.callOff(signal.reason);
  }
  return caller;
}
