import { endRequest } from "../shared/fake-request.ts";
import type { SocketHandler } from "../shared/fake-socket-server.ts";
import { readJson } from "./http-routes.ts";
import { createInactivityTimer, type InactivityTimer } from "./inactivity-timer.ts";
import type { OutputFormat } from "./output-format.ts";
import { socketRefusal, type SocketRefusalMessage } from "./provider-errors.ts";
import { listRequest, noteText, type OpenRequest } from "./shared-state.ts";
import { inputTimeout, refuseSocket } from "./socket-faults.ts";
import { checkFirstMessage, noteParameters, readSchedule, unreadable, type OpenSocket } from "./socket-opening.ts";
import { createSpeechStream, type SpeechStream } from "./speech-stream.ts";
import { createTextBuffer, type TextBuffer } from "./text-buffer.ts";

type Message = Readonly<Record<string, unknown>>;

interface Speaking {
  stream: SpeechStream;
  buffer: TextBuffer;
}

interface Session extends OpenSocket {
  seen: OpenRequest;
  timer: InactivityTimer;
  /** From the first message on. */
  speaking: Speaking | undefined;
  /** Nothing that comes is looked at any more. */
  over: boolean;
}

/** Serves one `stream-input` socket: one text, audio as there is enough of it, a final message, a close with 1000. */
export function serveStreamInput(open: OpenSocket): SocketHandler {
  const { state, socket, opening } = open;
  const { seen } = opening.first;
  seen.socket = socket.index;
  const timer = createInactivityTimer(state.settings, opening, () => refuse(session, socketRefusal("input_timeout_exceeded", inputTimeout(timer.timeoutMs))));
  const session: Session = { ...open, seen, timer, speaking: undefined, over: false };
  return {
    message(data) {
      if (session.over) return;
      timer.restart();
      const message = typeof data === "string" ? readJson(data) : undefined;
      if (message === undefined) refuse(session, unreadable);
      else if (session.speaking === undefined) begin(session, message);
      else takeText(session, session.speaking, message);
    },
    closed() {
      timer.stop();
      endRequest(seen, state.closing ? "failed" : "called-off");
    },
  };
}

function refuse(session: Session, refusal: SocketRefusalMessage): void {
  const { state, socket, seen, timer, speaking } = session;
  session.over = true;
  timer.stop();
  speaking?.stream.stop();
  listRequest(state, seen);
  endRequest(seen, "failed");
  refuseSocket(socket, refusal).catch(state.report);
}

function begin(session: Session, message: Message): void {
  const { seen, timer, opening } = session;
  const schedule = readSchedule(opening, message);
  if (message["text"] !== " " || schedule === "invalid") return refuse(session, unreadable);
  const format = checkFirstMessage(session, message);
  if (format === undefined) {
    session.over = true;
    return timer.stop();
  }
  noteParameters(seen, message);
  seen.startedAtMs = performance.now();
  session.speaking = { stream: createStream(session, format), buffer: createTextBuffer(schedule) };
}

function takeText(session: Session, { stream, buffer }: Speaking, message: Message): void {
  const { state, seen } = session;
  const { text, flush } = message;
  if (typeof text !== "string") return refuse(session, unreadable);
  noteParameters(seen, message);
  if (text === "") return endText(session, { stream, buffer });
  if (text === " ") {
    seen.keepAlives += 1;
    if (buffer.addSpace()) seen.text += " ";
  } else {
    listRequest(state, seen);
    noteText(seen, text);
    for (const piece of buffer.add(text)) stream.speak(piece);
  }
  if (flush !== true) return;
  seen.flushes += 1;
  stream.speak(buffer.flush());
}

function endText(session: Session, { stream, buffer }: Speaking): void {
  session.over = true;
  session.timer.stop();
  session.seen.endAskedAtMs = performance.now();
  stream.speak(buffer.flush());
  stream.finish();
}

function createStream({ state, socket, opening }: OpenSocket, format: OutputFormat): SpeechStream {
  const { seen, fault } = opening.first;
  const everyMessage = opening.query["sync_alignment"] === "true";
  return createSpeechStream({ state, socket, seen, fault, format, everyMessage, label: {}, onFinal: () => socket.close(1000, "") });
}
