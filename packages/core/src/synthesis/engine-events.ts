import { TTSError, type Engine, type EngineEvent, type SessionEvent, type SynthesisRequest } from "@parlando/engine";

/** The events of one request, whichever way the engine takes text. */
export function openEvents(engine: Engine, request: SynthesisRequest, signal: AbortSignal): AsyncIterable<EngineEvent> {
  if (engine.synthesize !== undefined) return engine.synthesize(request, signal);
  if (engine.openSession !== undefined) return speakInSession(engine, request, signal);
  throw new TTSError("UNSUPPORTED", `The engine "${engine.id}" can neither synthesize() nor openSession(); it needs one of the two.`, { engine: engine.id });
}

/** One segment through a session of its own: for engines that only take text as it comes. */
async function* speakInSession(engine: Engine, request: SynthesisRequest, signal: AbortSignal): AsyncGenerator<EngineEvent> {
  const { text, ...settings } = request;
  const session = await engine.openSession?.(settings, signal);
  if (session === undefined) return;
  let failure: { readonly error: unknown } | undefined;
  let giveUp: ((error: unknown) => void) | undefined;
  const fail = (error: unknown): void => {
    failure ??= { error };
    giveUp?.(error);
  };
  const abort = (): void => fail(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  // Not awaited here: a session may hold its writer until its events are read.
  session.write(text).then(() => session.end()).catch(fail);
  const iterator = session.events[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      const result = await new Promise<IteratorResult<SessionEvent, unknown>>((resolve, reject) => {
        giveUp = reject;
        if (failure !== undefined) reject(failure.error);
        else iterator.next().then(resolve, reject);
      });
      ended = result.done === true;
      if (result.done === true) break;
      if (result.value.type !== "flushed") yield result.value;
    }
    if (failure !== undefined) throw failure.error;
  } finally {
    signal.removeEventListener("abort", abort);
    // Neither is awaited: what was spoken is whole, or is not wanted any more, and a session may be deaf.
    if (!ended) {
      session.cancel().catch(() => undefined);
      void (async () => await iterator.return?.())().catch(() => undefined);
    }
    session.close().catch(() => undefined);
  }
}

/** Any failure of an engine as a typed error. The text of a foreign error is not repeated: it may hold what was spoken. */
export function asEngineError(error: unknown, engine: string): TTSError {
  if (TTSError.isInstance(error)) return error;
  const name = error instanceof Error ? error.name : typeof error;
  return new TTSError("SERVICE", `The engine "${engine}" failed with an error that is not typed (${name}). See its cause; an engine should throw a TTSError.`, { engine, cause: error, retryable: false });
}
