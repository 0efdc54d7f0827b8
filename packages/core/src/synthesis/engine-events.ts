import { TTSError, type Engine, type EngineEvent, type SynthesisRequest } from "@parlando/engine";

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
  try {
    // Not awaited here: a session may hold its writer until its events are read.
    const written = session.write(text).then(() => session.end());
    written.catch(() => undefined);
    for await (const event of session.events) if (event.type !== "flushed") yield event;
    await written;
  } finally {
    await session.close();
  }
}

/** Any failure of an engine as a typed error. The text of a foreign error is not repeated: it may hold what was spoken. */
export function asEngineError(error: unknown, engine: string): TTSError {
  if (TTSError.isInstance(error)) return error;
  const name = error instanceof Error ? error.name : typeof error;
  return new TTSError("SERVICE", `The engine "${engine}" failed with an error that is not typed (${name}). See its cause; an engine should throw a TTSError.`, { engine, cause: error, retryable: false });
}
