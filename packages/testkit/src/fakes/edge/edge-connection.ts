import { check } from "../../fail.ts";
import type { FakeFault, FakeRequest } from "../shared/fake-fault.ts";
import { endRequest } from "../shared/fake-request.ts";
import type { FakeSocket, SocketHandler } from "../shared/fake-socket-server.ts";
import { parseSpeechMessage } from "../shared/speech-frames.ts";
import { sendTurn } from "../shared/speech-turn.ts";
import { findSsmlFault, ssmlAttribute, ssmlElements, ssmlWrittenText } from "../shared/ssml-check.ts";
import type { EdgeService } from "./edge-options.ts";
import { edgeParts, type EdgeMarks } from "./edge-speech.ts";

/** The longest text of a request, in bytes of UTF-8 as it is written, escapes included. */
const maxTextBytes = 4096;
const knownElements = new Set(["speak", "voice", "prosody"]);
const outputFormat = "audio-24khz-48kbitrate-mono-mp3";

interface EdgeConfig {
  outputFormat: unknown;
  metadataOptions: Readonly<Record<string, unknown>>;
}

/** Answers the messages of one WebSocket: speech.config, then one turn. */
export function serveEdgeSocket(socket: FakeSocket, service: EdgeService): SocketHandler {
  const calledOff = new AbortController();
  let config: EdgeConfig | undefined;
  let seen: FakeRequest | undefined;

  function receiveSsml(requestId: string, ssml: string): void {
    check(config !== undefined, "A client of the fake Edge sent ssml before speech.config.");
    // What a second turn gets is not known beyond that it cannot be relied on.
    if (seen !== undefined) return socket.close(1007, "One request per connection");
    const begun = service.requests.begin(socket.handshake, { text: ssml, voice: ssmlAttribute(ssml, "voice", "name"), parameters: { requestId, connection: socket.index, ...config, query: Object.fromEntries(socket.handshake.query) } });
    ({ seen } = begun);
    const refusal = refusalOf(config, ssml);
    if (refusal !== undefined) {
      endRequest(seen, "failed");
      return socket.close(1007, refusal);
    }
    const marks = marksOf(config);
    answer({ socket, service, requestId, ssml, marks, seen, fault: begun.fault, signal: calledOff.signal });
  }
  return {
    message(data) {
      check(typeof data === "string", "A client of the fake Edge sent a binary message; only text is expected.");
      const { path, requestId, body } = parseSpeechMessage(data);
      if (path === "speech.config") return void (config = readConfig(body));
      check(path === "ssml", `A client of the fake Edge sent a message with path "${path}"; expected speech.config or ssml.`);
      check(/^[\da-f]{32}$/iu.test(requestId), "A client of the fake Edge sent ssml without an X-RequestId of 32 hexadecimal digits.");
      receiveSsml(requestId, body);
    },
    closed() {
      if (seen) endRequest(seen, "called-off");
      calledOff.abort();
    },
  };
}

interface EdgeTurn {
  socket: FakeSocket;
  service: EdgeService;
  requestId: string;
  ssml: string;
  marks: EdgeMarks;
  seen: FakeRequest;
  fault: FakeFault | undefined;
  signal: AbortSignal;
}

function answer({ socket, service, requestId, ssml, marks, seen, fault, signal }: EdgeTurn): void {
  const known = service.voices.some(({ Name, ShortName }) => seen.voice === Name || seen.voice === ShortName);
  const turn = {
    socket,
    requestId,
    streamId: requestId.split("").reverse().join("").toUpperCase(),
    contentType: "audio/mpeg",
    seen,
    fault: known ? fault : ({ kind: "empty" } as const),
    signal,
    parts: edgeParts(ssml, marks, service.options, signal),
  };
  sendTurn(turn).catch((error: unknown) => {
    service.report(error);
    socket.close(1011, "The fake could not go on");
  });
}

function readConfig(body: string): EdgeConfig {
  const parsed = JSON.parse(body) as { context?: { synthesis?: { audio?: { metadataoptions?: Record<string, unknown>; outputFormat?: unknown } } } };
  const audio = parsed.context?.synthesis?.audio;
  check(audio !== undefined, "A speech.config for the fake Edge has no context.synthesis.audio.");
  return { outputFormat: audio.outputFormat, metadataOptions: audio.metadataoptions ?? {} };
}

function marksOf({ metadataOptions }: EdgeConfig): EdgeMarks {
  if (String(metadataOptions["wordBoundaryEnabled"]) === "true") return "words";
  return String(metadataOptions["sentenceBoundaryEnabled"]) === "true" ? "sentences" : "none";
}

function refusalOf(config: EdgeConfig, ssml: string): string | undefined {
  if (config.outputFormat !== outputFormat) return `Unsupported output format ${String(config.outputFormat).slice(0, 60)}.`;
  const fault = findSsmlFault(ssml);
  if (fault !== undefined) return `SSML parsing error: ${fault}.`;
  const foreign = [...ssmlElements(ssml)].find((element) => !knownElements.has(element));
  if (foreign !== undefined) return `Unsupported element ${foreign.slice(0, 40)}.`;
  const bytes = Buffer.byteLength(ssmlWrittenText(ssml));
  return bytes > maxTextBytes ? `The text has ${bytes} bytes, which is more than ${maxTextBytes}.` : undefined;
}
