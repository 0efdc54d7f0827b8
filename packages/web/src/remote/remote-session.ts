import type { EngineEvent, EngineSession, MarkKind, SynthesisRequest, TTSError } from "@parlando/engine";
import type { ConnectionPool, UtteranceStart } from "./connection-pool.ts";
import { askedFormat } from "./remote-capabilities.ts";
import { calledOff, engineClosed, remoteError } from "./remote-errors.ts";
import { checkRequestOptions } from "./remote-options-schema.ts";
import { RemoteTurn, type TurnParts } from "./remote-turn.ts";

/** What a session needs of its engine. */
export interface SessionParts {
  /** For errors: what is being done, and where. */
  readonly doing: string;
  readonly pool: ConnectionPool;
  /** Model of the engine's own options. */
  readonly model: string | undefined;
  readonly windowMs: number;
  /** What is to end when the engine is closed; undefined: it is closed. */
  readonly open: () => Set<() => void> | undefined;
}

type SessionRequest = Omit<SynthesisRequest, "text">;

/** Opens a session. There is a connection when it resolves; a place on the server is taken with the first text. */
export async function openRemoteSession(parts: SessionParts, request: SessionRequest, signal: AbortSignal): Promise<EngineSession> {
  const session = createSession(parts, request, signal);
  try {
    await parts.pool.warmUp(signal);
    return session;
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** Speaks one segment. */
export async function* speakOnce(parts: SessionParts, request: SynthesisRequest, signal: AbortSignal): AsyncGenerator<EngineEvent, void, undefined> {
  const { text, ...rest } = request;
  const session = createSession(parts, rest, signal);
  try {
    // What goes wrong with them ends the events.
    session.write(text).catch(() => undefined);
    session.end().catch(() => undefined);
    for await (const event of session.events) if (event.type !== "flushed") yield event;
  } finally {
    await session.close();
  }
}

function createSession(parts: SessionParts, request: SessionRequest, signal: AbortSignal): EngineSession {
  const { doing, pool, windowMs } = parts;
  if (signal.aborted) throw calledOff(doing, signal);
  const open = parts.open();
  if (open === undefined) throw engineClosed(doing);
  const own = new AbortController();
  const turnParts: TurnParts = { doing, pool, windowMs, format: askedFormat(request.format), marks: wantedMarks(request), start: startOf(parts, request), signal: own.signal };
  let turn = new RemoteTurn(turnParts);
  let isClosed = false;

  function stop(error: TTSError): void {
    if (isClosed) return;
    isClosed = true;
    signal.removeEventListener("abort", abort);
    open?.delete(close);
    turn.fail(error, { isAtOnce: true });
    own.abort(error);
  }
  const abort = (): void => stop(calledOff(doing, signal));
  const close = (): void => stop(engineClosed(doing));
  signal.addEventListener("abort", abort, { once: true });
  open.add(close);

  return {
    events: turn.events,
    nextTurn() {
      if (isClosed) throw remoteError("STREAM_CLOSED", `${doing}: the session was closed. Open a new one.`);
      turn.cancel();
      turn = new RemoteTurn(turnParts);
      return turn.events;
    },
    write: (text) => turn.write(text),
    flush: () => turn.flush(),
    end: () => turn.end(),
    cancel: async () => turn.cancel(),
    close: async () => stop(remoteError("ABORTED", `${doing}: the session was closed.`)),
  };
}

/** Every kind; what the engine behind has none of comes back as a warning. Of bookmarks a server would warn where there can be none. */
function wantedMarks({ marks, ssml }: SessionRequest): readonly MarkKind[] {
  return marks.filter((kind) => kind !== "bookmark" || ssml);
}

function startOf({ model, windowMs }: SessionParts, request: SessionRequest): UtteranceStart {
  const { voice, language, rate, pitch, volume, ssml } = request;
  const asked = checkRequestOptions(request.engineOptions);
  const { encoding, sampleRate } = askedFormat(request.format);
  return {
    model: asked.model ?? model,
    voice,
    language,
    rate,
    pitch,
    volume,
    // A server that was not told to take it refuses the word.
    ...(ssml ? { ssml } : {}),
    marks: wantedMarks(request),
    encoding,
    sampleRate,
    windowMs,
    options: asked.options,
  };
}
