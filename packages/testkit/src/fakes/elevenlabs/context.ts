import type { FakeFault } from "../shared/fake-fault.ts";
import { endRequest } from "../shared/fake-request.ts";
import { createInactivityTimer, type InactivityTimer } from "./inactivity-timer.ts";
import type { OutputFormat } from "./output-format.ts";
import { listRequest, noteText, type OpenRequest } from "./shared-state.ts";
import { noteParameters, type OpenSocket } from "./socket-opening.ts";
import { createSpeechStream, type SpeechStream } from "./speech-stream.ts";
import { createTextBuffer, type TextBuffer } from "./text-buffer.ts";

type Message = Readonly<Record<string, unknown>>;

/** One text of a socket that carries several. */
export interface Context {
  /** Whether a message may have what it has: settings come with the first message only. */
  takesSettings(message: Message): boolean;
  /** Text, a flush, a keep-alive (""). */
  take(text: string, message: Message): void;
  /** The client's `close_context`. */
  close(): void;
  /** All that waits is spoken, then the context is over. */
  finish(): void;
  /** Whether its fault broke the socket. */
  readonly failed: boolean;
  /** The socket is over. */
  end(state: "failed" | "called-off"): void;
}

/** What a context begins with. */
export interface ContextOptions {
  open: OpenSocket;
  seen: OpenRequest;
  fault: FakeFault | undefined;
  format: OutputFormat;
  contextId: string;
  schedule: readonly number[] | undefined;
  /** Whether its first message brought `voice_settings`. */
  settings: boolean;
  /** After the final message. */
  closed(): void;
}

interface ContextState extends ContextOptions {
  buffer: TextBuffer;
  stream: SpeechStream;
  timer: InactivityTimer;
  begun: boolean;
  /** The last that came was a flush. */
  flushed: boolean;
  closing: boolean;
}

/** Opens a context. */
export function createContext(options: ContextOptions): Context {
  const { open, seen, fault, format, contextId, schedule } = options;
  const { state, socket, opening } = open;
  const label = { [state.settings.contextIdKey]: contextId };
  const everyMessage = opening.query["sync_alignment"] === "true";
  const timer = createInactivityTimer(state.settings, opening, () => closeContext(context));
  const onFinal = (): void => {
    timer.stop();
    options.closed();
  };
  const stream = createSpeechStream({ state, socket, seen, fault, format, label, everyMessage, onFinal });
  const context: ContextState = { ...options, stream, timer, buffer: createTextBuffer(schedule), begun: false, flushed: false, closing: false };
  return {
    takesSettings: (message) => options.settings || message["voice_settings"] === undefined,
    take(text, message) {
      if (!context.closing) takeText(context, text, message);
    },
    close: () => closeContext(context),
    finish() {
      if (!beginEnd(context)) return;
      stream.speak(context.buffer.flush());
      stream.finish();
    },
    get failed() {
      return seen.state === "failed";
    },
    end(end) {
      timer.stop();
      stream.stop();
      endRequest(seen, end);
    },
  };
}

function takeText(context: ContextState, text: string, message: Message): void {
  const { open, seen, stream, buffer, timer, begun } = context;
  timer.restart();
  noteParameters(seen, message);
  context.begun = true;
  const opens = !begun && text === " ";
  if (text === "" && message["flush"] !== true) seen.keepAlives += 1;
  if (text !== "" && !opens) {
    if (text.trim() !== "") listRequest(open.state, seen);
    noteText(seen, text);
    context.flushed = false;
    for (const piece of buffer.add(text)) stream.speak(piece);
  }
  if (message["flush"] !== true) return;
  seen.flushes += 1;
  context.flushed = true;
  stream.speak(buffer.flush());
  if (open.state.settings.flushDone) stream.flushDone();
}

function closeContext(context: ContextState): void {
  if (!beginEnd(context)) return;
  const { open, seen, stream, buffer, flushed } = context;
  const { closeContext: mode } = open.state.settings;
  const cut = mode === "cut" || (mode === "flushed" && !flushed);
  const unspoken = buffer.flush() !== undefined;
  if (unspoken || (stream.busy && cut)) endRequest(seen, "called-off");
  if (cut) stream.stop();
  stream.finish();
}

/** False where the end has begun already. */
function beginEnd(context: ContextState): boolean {
  if (context.closing) return false;
  context.closing = true;
  context.timer.stop();
  context.seen.endAskedAtMs = performance.now();
  return true;
}
