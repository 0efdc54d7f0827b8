import { endRequest } from "../shared/fake-request.ts";
import type { SocketHandler } from "../shared/fake-socket-server.ts";
import { createContext, type Context } from "./context.ts";
import { readJson } from "./http-routes.ts";
import { createInactivityTimer, type InactivityTimer } from "./inactivity-timer.ts";
import type { OutputFormat } from "./output-format.ts";
import { socketRefusal, type SocketRefusalMessage } from "./provider-errors.ts";
import { beginRequest, chooseFault } from "./shared-state.ts";
import { inputTimeout, refuseSocket } from "./socket-faults.ts";
import { checkFirstMessage, readSchedule, unreadable, type OpenSocket } from "./socket-opening.ts";

type Message = Readonly<Record<string, unknown>>;

interface Session extends OpenSocket {
  contexts: Map<string, Context>;
  timer: InactivityTimer;
  /** From the first message on. */
  format: OutputFormat | undefined;
  /** Whether the request that the handshake began has become a context. */
  firstUsed: boolean;
  /** Nothing that comes is looked at any more. */
  over: boolean;
}

/**
 * Serves one `multi-stream-input` socket: several texts side by side, each a context with a name. A context opens with its first message,
 * whatever that is, and counts among the open ones until its final message is sent. One that gets no message for the time-out is closed;
 * a socket that gets none and has no context open is refused (the latter is a guess).
 */
export function serveMultiStreamInput(open: OpenSocket): SocketHandler {
  const { state, opening } = open;
  const contexts = new Map<string, Context>();
  const timer = createInactivityTimer(state.settings, opening, () => {
    if (contexts.size > 0) timer.restart();
    else refuse(session, socketRefusal("input_timeout_exceeded", inputTimeout(timer.timeoutMs)));
  });
  const session: Session = { ...open, contexts, timer, format: undefined, firstUsed: false, over: false };
  return {
    message(data) {
      if (session.over) return;
      timer.restart();
      const message = typeof data === "string" ? readJson(data) : undefined;
      if (message === undefined) return refuse(session, unreadable);
      session.format ??= checkFirstMessage(session, message);
      if (session.format !== undefined) return takeMessage(session, session.format, message);
      session.over = true;
      timer.stop();
    },
    closed() {
      timer.stop();
      const failed = state.closing || [...contexts.values()].some((context) => context.failed);
      for (const context of contexts.values()) context.end(failed ? "failed" : "called-off");
      endRequest(opening.first.seen, failed ? "failed" : "called-off");
    },
  };
}

function refuse(session: Session, refusal: SocketRefusalMessage): void {
  session.over = true;
  session.timer.stop();
  for (const context of session.contexts.values()) context.end("failed");
  refuseSocket(session.socket, refusal).catch(session.state.report);
}

function takeMessage(session: Session, format: OutputFormat, message: Message): void {
  if (message["close_socket"] === true) return closeSocket(session);
  const contextId = typeof message["context_id"] === "string" ? message["context_id"] : "default";
  const known = session.contexts.get(contextId);
  if (message["close_context"] === true) return known?.close();
  const text = message["text"] ?? "";
  if (typeof text !== "string") return refuse(session, unreadable);
  if (known !== undefined && !known.takesSettings(message)) return refuse(session, lateSettings);
  const context = known ?? openContext(session, { format, contextId, message });
  context?.take(text, message);
}

function closeSocket(session: Session): void {
  const { socket, contexts, timer } = session;
  session.over = true;
  timer.stop();
  if (contexts.size === 0) socket.close(1000, "");
  for (const context of contexts.values()) context.finish();
}

interface NewContext {
  format: OutputFormat;
  contextId: string;
  message: Message;
}

function openContext(session: Session, { format, contextId, message }: NewContext): Context | undefined {
  const { state, socket, opening, contexts } = session;
  const schedule = readSchedule(opening, message);
  if (schedule === "invalid") return void refuse(session, unreadable);
  if (contexts.size >= state.settings.maxContexts) return void refuse(session, tooManyContexts(state.settings.maxContexts));
  const { seen, fault } = session.firstUsed ? nextRequest(session) : opening.first;
  session.firstUsed = true;
  Object.assign(seen, { socket: socket.index, contextId, startedAtMs: performance.now() });
  const closed = (): void => {
    contexts.delete(contextId);
    if (session.over && contexts.size === 0) socket.close(1000, "");
  };
  const context = createContext({ open: session, seen, fault, format, contextId, schedule, settings: message["voice_settings"] !== undefined, closed });
  contexts.set(contextId, context);
  return context;
}

function nextRequest({ state, opening }: OpenSocket): OpenSocket["opening"]["first"] {
  const { endpoint, voice, query } = opening;
  const seen = beginRequest(state, { endpoint, voice, parameters: { ...query } });
  return { seen, fault: chooseFault(state, seen) };
}

/** From an issue of a client in production. */
function tooManyContexts(limit: number): SocketRefusalMessage {
  return socketRefusal("max_active_conversations", `Maximum simultaneous contexts per WebSocket connection exceeded (${limit}). Please close an existing context before opening a new one.`);
}

/** The name of the error is a guess; that the socket closes with 1008 was seen. */
const lateSettings = socketRefusal("invalid_input_message", "voice_settings can only be set in the first message of a context.");
