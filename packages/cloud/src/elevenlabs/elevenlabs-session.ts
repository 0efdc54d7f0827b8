import { TTSError, type EngineSession, type SessionEvent, type SynthesisRequest } from "@parlando/engine";
import { calledOff } from "../transport/call-context.ts";
import { isNode } from "../transport/platform.ts";
import type { ErrorContext } from "../transport/provider-errors.ts";
import type { LeaseRequest } from "../transport/socket-pool.ts";
import { openWebSocket } from "../transport/web-socket.ts";
import { unrefTimer } from "../transport/unref-timer.ts";
import { prosodyWarnings, requireKey, speechSettings, type ElevenLabsAccount } from "./elevenlabs-connection.ts";
import { ContextLine } from "./elevenlabs-contexts.ts";
import { errorContext } from "./elevenlabs-errors.ts";
import { InputSockets } from "./elevenlabs-input-sockets.ts";
import type { SpeechLine } from "./elevenlabs-line.ts";
import { modelOf } from "./elevenlabs-models.ts";
import { Turn } from "./elevenlabs-turn.ts";
import { socketUrl, type SpeechSettings } from "./elevenlabs-wire.ts";

const DOING = "Talking to ElevenLabs";
const defaults = { firstByteMs: 30_000, idleMs: 20_000, keepAliveMs: 10_000 };

/** How connections of one address are opened; requests that say the same share them. */
export function leaseRequest(account: ElevenLabsAccount, settings: SpeechSettings, signal: AbortSignal): LeaseRequest & { readonly context: ErrorContext; readonly keyInMessage: string | undefined } {
  const { options, transport } = account;
  const key = requireKey(account, DOING).reveal();
  const context = errorContext(DOING, [key]);
  const hasHeaders = options.WebSocket === undefined && isNode();
  const url = socketUrl(settings, transport === "socket" ? "stream-input" : "multi-stream-input", options.marks !== false);
  return {
    doing: DOING,
    key: `${url} ${key}`,
    open: (opening) => openWebSocket({ ...context, url, headers: hasHeaders ? { "xi-api-key": key } : undefined, signal: opening, connectMs: options.connectMs, agent: options.agent, WebSocket: options.WebSocket }),
    signal,
    context,
    keyInMessage: hasHeaders ? undefined : key,
  };
}

/** Opens a session: a connection from the pool, or a new one. */
export async function openElevenLabsSession(account: ElevenLabsAccount, request: Omit<SynthesisRequest, "text">, signal: AbortSignal): Promise<EngineSession> {
  const settings = speechSettings(account, request, DOING);
  if (!modelOf(settings.model).sockets) throw new TTSError("UNSUPPORTED", `${DOING}: the model ${settings.model} takes no text as it comes. Set the option \`transport\` to "http", or choose another model.`, { engine: "elevenlabs" });
  // The connection outlives a signal that is aborted: it is told what is not wanted any more, and kept.
  const own = new AbortController();
  const stopOpening = (): void => own.abort(signal.reason);
  const closing = account.closing.signal;
  for (const one of [signal, closing]) {
    one.addEventListener("abort", stopOpening, { once: true });
    if (one.aborted) stopOpening();
  }
  try {
    const line = await openLine(account, settings, own);
    return createSession({ account, request, settings, line, signal });
  } finally {
    for (const one of [signal, closing]) one.removeEventListener("abort", stopOpening);
  }
}

async function openLine(account: ElevenLabsAccount, settings: SpeechSettings, own: AbortController): Promise<SpeechLine> {
  const { pool, transport, closing } = account;
  const wanted = leaseRequest(account, settings, own.signal);
  const lease = await pool.take(wanted);
  const { context, keyInMessage: apiKey } = wanted;
  const warmUp = (): Promise<void> => pool.warmUp({ ...wanted, signal: closing.signal });
  const stop = (): void => own.abort();
  if (transport !== "socket") return new ContextLine({ lease, stop, warmUp, settings, context, apiKey });
  return new InputSockets({ first: lease, take: () => pool.take(wanted), stop, warmUp, settings, context, apiKey });
}

interface SessionParts {
  readonly account: ElevenLabsAccount;
  readonly request: Omit<SynthesisRequest, "text">;
  readonly settings: SpeechSettings;
  readonly line: SpeechLine;
  readonly signal: AbortSignal;
}

function createSession(parts: SessionParts): EngineSession {
  const session = new Session(parts);
  return {
    events: session.events,
    nextTurn: () => session.nextTurn(),
    write: async (text) => session.turn.write(text),
    flush: async () => session.turn.flush(),
    end: async () => session.turn.end(),
    cancel: async () => session.turn.cancel(),
    close: () => session.close(),
  };
}

let named = 0;

class Session {
  readonly #parts: SessionParts;
  readonly #context: ErrorContext;
  readonly #keepAlive: ReturnType<typeof setInterval>;
  #turn: Turn;
  #isReceiving = false;
  #isClosed = false;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    const { account, signal } = parts;
    this.#context = errorContext(DOING, [account.apiKey?.reveal()]);
    this.#turn = this.#createTurn();
    this.#keepAlive = setInterval(() => this.#turn.unfinished.forEach((id) => parts.line.keepAlive(id)), account.options.keepAliveMs ?? defaults.keepAliveMs);
    unrefTimer(this.#keepAlive);
    signal.addEventListener("abort", this.#abort, { once: true });
    if (signal.aborted) this.#abort();
  }

  get turn(): Turn {
    return this.#turn;
  }

  get events(): AsyncIterable<SessionEvent> {
    return this.#turn.events;
  }

  nextTurn(): AsyncIterable<SessionEvent> {
    if (this.#isClosed) throw new TTSError("STREAM_CLOSED", `${DOING}: the session was closed. Open a new one.`, { engine: "elevenlabs" });
    this.#turn.cancel();
    this.#turn = this.#createTurn();
    return this.#turn.events;
  }

  async close(): Promise<void> {
    await this.#end(new TTSError("ABORTED", `${DOING}: the session was closed.`, { engine: "elevenlabs" }), true);
  }

  readonly #abort = (): void => void this.#end(calledOff(this.#context, this.#parts.signal), true).catch(() => undefined);

  async #end(error: TTSError, isClean: boolean): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#keepAlive);
    const { signal, line } = this.#parts;
    signal.removeEventListener("abort", this.#abort);
    this.#turn.fail(error, isClean);
    await line.release(isClean);
  }

  #createTurn(): Turn {
    const { account, request, settings, line } = this.#parts;
    const { options, capabilities } = account;
    const turn: Turn = new Turn({
      line,
      context: this.#context,
      format: settings.format,
      marks: request.marks.filter((kind) => capabilities.marks.includes(kind)),
      time: options.alignmentTime ?? "chunk",
      firstByteMs: options.firstByteMs ?? defaults.firstByteMs,
      idleMs: options.idleMs ?? defaults.idleMs,
      nextId: () => `parlando-${++named}`,
      warnings: [...prosodyWarnings(request)],
      onWait: () => void this.#receive(),
      onFailure: () => this.#failed(),
    });
    return turn;
  }

  /** Receives as long as the turn waits for something; nothing is received ahead. */
  async #receive(): Promise<void> {
    if (this.#isReceiving || this.#isClosed) return;
    this.#isReceiving = true;
    try {
      // A turn that began meanwhile is asked anew.
      for (let id = this.#turn.awaits; id !== undefined && !this.#isClosed; id = this.#turn.awaits) {
        this.#turn.expectMessage();
        const message = await this.#parts.line.receive(id);
        this.#turn.take(message);
      }
    } catch (error) {
      this.#turn.fail(this.#typed(error));
      this.#failed();
    } finally {
      this.#isReceiving = false;
    }
  }

  #failed(): void {
    this.#end(new TTSError("ABORTED", `${DOING}: the session has failed.`, { engine: "elevenlabs" }), false).catch(() => undefined);
  }

  #typed(error: unknown): TTSError {
    return TTSError.isInstance(error) ? error : new TTSError("INTERNAL", `${DOING}: a message could not be taken.`, { engine: "elevenlabs", cause: error });
  }
}
