import { check } from "../../fail.ts";
import type { FakeFault, FakeRequest } from "../shared/fake-fault.ts";
import { endRequest } from "../shared/fake-request.ts";
import type { FakeSocket, SocketHandler } from "../shared/fake-socket-server.ts";
import { parseSpeechMessage, type SpeechMessage } from "../shared/speech-frames.ts";
import { strayTurn } from "../shared/speech-turn-faults.ts";
import { sendTurnText, type SpeechPart, type SpeechTurn } from "../shared/speech-turn-messages.ts";
import { sendTurn } from "../shared/speech-turn.ts";
import { findSsmlFault, ssmlAttribute, ssmlElements } from "../shared/ssml-check.ts";
import { readAzureContext, type AzureContext } from "./azure-context.ts";
import { azureFormat } from "./azure-formats.ts";
import type { AzureService, AzureVendorFault } from "./azure-options.ts";
import { ssmlParts, streamedParts, type AzureSpeaking } from "./azure-speech.ts";
import { createTextInbox, type TextInbox } from "./text-inbox.ts";

/** The largest message that the service takes. */
const maxMessageBytes = 65_536;

interface Connection {
  readonly socket: FakeSocket;
  readonly service: AzureService;
  config: unknown;
  readonly contexts: Map<string, AzureContext>;
  readonly turns: Map<string, Turn>;
  /** Turns of which something comes after their end. */
  readonly late: SpeechTurn[];
  /** Turns are answered one after another. */
  queue: Promise<void>;
}

interface Turn {
  readonly seen: FakeRequest;
  readonly inbox: TextInbox;
  readonly calledOff: AbortController;
}

/** Answers the messages of one WebSocket. */
export function serveAzureSocket(socket: FakeSocket, service: AzureService): SocketHandler {
  const connection: Connection = { socket, service, config: undefined, contexts: new Map(), turns: new Map(), late: [], queue: Promise.resolve() };
  return {
    message(data) {
      check(typeof data === "string", "A client of the fake Azure sent a binary message; only text is expected.");
      if (Buffer.byteLength(data) > maxMessageBytes) return socket.close(1007, `Websocket message size cannot exceed ${maxMessageBytes} bytes`);
      const message = parseSpeechMessage(data);
      check(message.requestId !== "", `A client of the fake Azure sent "${message.path}" without an X-RequestId.`);
      receive(connection, message);
    },
    closed() {
      for (const turn of connection.turns.values()) callOff(turn);
    },
  };
}

function receive(connection: Connection, message: SpeechMessage): void {
  const { requestId, body } = message;
  switch (message.path) {
    case "speech.config":
      connection.config = JSON.parse(body);
      return;
    case "synthesis.context":
      return receiveContext(connection, requestId, readAzureContext(body));
    case "ssml":
      return receiveSsml(connection, requestId, body);
    case "text.piece":
      return receivePiece(turnOf(connection, message), body);
    case "text.end":
      return turnOf(connection, message).inbox.end();
    case "synthesis.control":
      return receiveControl(connection, requestId, body);
    default:
      check(false, `A client of the fake Azure sent a message with path "${message.path}", which is not known; expected speech.config, synthesis.context, ssml, text.piece, text.end or synthesis.control.`);
  }
}

function receiveContext(connection: Connection, requestId: string, context: AzureContext): void {
  const { socket } = connection;
  check(connection.config !== undefined, "A client of the fake Azure sent synthesis.context before speech.config.");
  connection.contexts.set(requestId, context);
  if (context.input?.["bidirectionalStreamingMode"] !== true) return;
  // Whether the older path takes text in pieces is not known; the SDK's authors name only this one.
  if (!socket.handshake.path.endsWith("/v2")) return socket.close(1007, "Text streaming is not supported on this path.");
  const voice = typeof context.input["voiceName"] === "string" ? context.input["voiceName"] : undefined;
  const inbox = createTextInbox(connection.service.options.speakBy ?? "sentence");
  beginTurn(connection, { requestId, text: "", voice, context, inbox, parts: (speaking) => streamedParts(inbox, speaking) });
}

function receiveSsml(connection: Connection, requestId: string, ssml: string): void {
  const context = connection.contexts.get(requestId);
  check(context !== undefined, "A client of the fake Azure sent ssml without a synthesis.context of the same X-RequestId before it.");
  const voice = ssmlAttribute(ssml, "voice", "name");
  beginTurn(connection, { requestId, text: ssml, voice, context, inbox: createTextInbox("sentence"), refusal: ssmlRefusal(ssml), parts: (speaking) => ssmlParts(ssml, speaking) });
}

function ssmlRefusal(ssml: string): string | undefined {
  const fault = findSsmlFault(ssml);
  if (fault !== undefined) return `SSML parsing error: ${fault}.`;
  return ssmlElements(ssml).values().next().value === "speak" ? undefined : "SSML parsing error: no speak element.";
}

function receivePiece({ seen, inbox }: Turn, piece: string): void {
  seen.firstTextAtMs ??= performance.now();
  seen.text += piece;
  inbox.push(piece);
}

function receiveControl(connection: Connection, requestId: string, body: string): void {
  const { action } = JSON.parse(body) as { action?: unknown };
  check(action === "stop", `A client of the fake Azure sent synthesis.control with the action ${JSON.stringify(action)}; expected "stop".`);
  const turn = connection.turns.get(requestId);
  if (turn) callOff(turn);
}

function turnOf(connection: Connection, { requestId, path }: SpeechMessage): Turn {
  const turn = connection.turns.get(requestId);
  check(turn !== undefined, `A client of the fake Azure sent "${path}" for a turn that does not run; expected a synthesis.context with input.bidirectionalStreamingMode before it.`);
  return turn;
}

function callOff({ seen, calledOff }: Turn): void {
  endRequest(seen, "called-off");
  calledOff.abort();
}

interface TurnStart {
  requestId: string;
  text: string;
  voice: string | undefined;
  context: AzureContext;
  inbox: TextInbox;
  /** Why the text itself is refused. */
  refusal?: string | undefined;
  parts(speaking: AzureSpeaking): AsyncGenerator<SpeechPart, void, undefined>;
}

function beginTurn(connection: Connection, start: TurnStart): void {
  const { socket, service, config } = connection;
  const { requestId, text, voice, context } = start;
  const { outputFormat, metadataOptions, input } = context;
  const parameters = { requestId, connection: socket.index, path: socket.handshake.path, outputFormat, metadataOptions, input, config };
  const { seen, fault } = service.requests.begin(socket.handshake, { text, voice, parameters });
  const turn: Turn = { seen, inbox: start.inbox, calledOff: new AbortController() };
  connection.turns.set(requestId, turn);
  connection.queue = connection.queue.then(() => runTurn(connection, turn, start, fault)).catch((error: unknown) => {
    service.report(error);
    socket.close(1011, "The fake could not go on");
  });
}

async function runTurn(connection: Connection, { seen, calledOff }: Turn, start: TurnStart, fault: FakeFault | undefined): Promise<void> {
  const { socket, service } = connection;
  const format = azureFormat(start.context.outputFormat, isVendor(fault, "other-sample-rate"));
  const refusal = start.refusal ?? (format === undefined ? `Unsupported output format ${start.context.outputFormat}.` : voiceRefusal(service, start.voice));
  if (format === undefined || refusal !== undefined) {
    endRequest(seen, "failed");
    return socket.close(1007, refusal ?? "");
  }
  const { requestId, context } = start;
  const { signal } = calledOff;
  const turn: SpeechTurn = {
    socket,
    requestId,
    streamId: requestId.replaceAll("-", "").split("").reverse().join("").toUpperCase(),
    contentType: "audio/x-wav",
    seen,
    fault,
    signal,
    parts: start.parts({ options: service.options, format, context, signal }),
    afterFirstAudio: () => connection.late.splice(0).forEach(strayTurn),
  };
  await sendTurn(turn);
  connection.turns.delete(requestId);
  connection.contexts.delete(requestId);
  if (isVendor(fault, "late-messages")) connection.late.push(turn);
  // What the service sends after "stop" is not known; an end is the least that keeps the connection usable.
  if (signal.aborted && !socket.gone.aborted && fault === undefined) sendTurnText(turn, "turn.end", {});
}

function voiceRefusal({ voices }: AzureService, voice: string | undefined): string | undefined {
  if (voice === undefined || voices.some(({ Name, ShortName }) => voice === ShortName || voice === Name)) return undefined;
  return `Unsupported voice ${voice.slice(0, 80)}.`;
}

function isVendor(fault: FakeFault | undefined, name: AzureVendorFault): boolean {
  return fault?.kind === "vendor" && fault.name === name;
}
