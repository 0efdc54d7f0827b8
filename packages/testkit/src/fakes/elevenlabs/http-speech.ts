import { byteBlocks } from "../shared/byte-blocks.ts";
import type { FakeFault } from "../shared/fake-fault.ts";
import { sendBody, type BodyFraming, type FakeExchange } from "../shared/fake-http-server.ts";
import { endRequest } from "../shared/fake-request.ts";
import { createFakeSpeech, type FakeSpeech } from "../shared/fake-speech.ts";
import { alignmentInSeconds, createAlignments } from "./alignment-message.ts";
import type { OutputFormat } from "./output-format.ts";
import { refusalBody, refusalNames } from "./provider-errors.ts";
import type { FakeElevenLabsState, OpenRequest } from "./shared-state.ts";

/** A request for speech that is in order. */
export interface HttpSpeech {
  exchange: FakeExchange;
  seen: OpenRequest;
  format: OutputFormat;
}

/** Answers with speech, or with what the fault has in its place. */
export async function answerWithSpeech(state: FakeElevenLabsState, speaking: HttpSpeech, fault: FakeFault | undefined): Promise<void> {
  const { exchange, seen } = speaking;
  const instead = answerInstead(fault);
  if (instead !== undefined) {
    endRequest(seen, "failed");
    return sendAnswer(exchange, instead);
  }
  state.generating += 1;
  try {
    await speak(state, speaking, fault);
  } finally {
    state.generating -= 1;
  }
}

async function speak({ settings, generating }: FakeElevenLabsState, { exchange, seen, format }: HttpSpeech, fault: FakeFault | undefined): Promise<void> {
  const { encoding, msPerCharacter, firstAudioMs, realTimeFactor, raggedSeed } = settings;
  const speech = createFakeSpeech(seen.text, { sampleRate: format.sampleRate, format: format.format, encoding, msPerCharacter });
  const timestamps = seen.endpoint.endsWith("with-timestamps");
  const whole = seen.endpoint === "with-timestamps";
  seen.generations.push(seen.text);
  const blockMs = whole ? Math.max(1, speech.durationMs) : settings.blockMs;
  const pieces = byteBlocks(speech, { blockMs, firstAudioMs, realTimeFactor, raggedSeed: timestamps && !whole ? raggedSeed : undefined, signal: exchange.gone });
  exchange.response.statusCode = 200;
  const headers = {
    "content-type": timestamps ? "application/json" : format.contentType,
    "request-id": seen.requestId,
    "character-cost": String(seen.text.length),
    "current-concurrent-requests": String(generating),
    "maximum-concurrent-requests": String(settings.maxConcurrentRequests ?? 10),
  };
  for (const [name, value] of Object.entries(headers)) exchange.response.setHeader(name, value);
  const framing: BodyFraming = timestamps ? frameTimestamps(speech, seen, { settings, fault }) : {};
  await sendBody(exchange, pieces, fault, seen, { ...framing, raggedSeed });
}

interface LineSettings {
  settings: FakeElevenLabsState["settings"];
  fault: FakeFault | undefined;
}

/** Lines of JSON, each with audio and its alignment. */
function frameTimestamps(speech: FakeSpeech, seen: OpenRequest, { settings, fault }: LineSettings): BodyFraming {
  const alignments = createAlignments({ speech, text: seen.text, settings, time: settings.alignmentTime ?? "absolute", everyMessage: true, beforeMs: 0 });
  const vendor = fault?.kind === "vendor" ? fault : undefined;
  let extra = vendor === undefined || vendor.name === "alignment-null" ? "" : extraLine(vendor.name);

  const line = (audio: Uint8Array, fromByte: number): string => {
    const { original, normalized } = alignments(fromByte, audio.length);
    const silent = vendor?.name === "alignment-null";
    return `${JSON.stringify({
      audio_base64: Buffer.from(audio).toString("base64"),
      alignment: silent ? null : alignmentInSeconds(original),
      normalized_alignment: silent ? null : alignmentInSeconds(normalized),
    })}\n`;
  };
  function wrap(audio: Uint8Array, fromByte: number): Uint8Array {
    const before = fromByte >= (vendor?.afterBytes ?? 0) ? extra : "";
    if (before !== "") extra = "";
    return Buffer.from(before + line(audio, fromByte));
  }
  const emptyLine = `${JSON.stringify({ audio_base64: "", alignment: null, normalized_alignment: null })}\n`;
  return {
    wrap,
    // Cut in the middle: no reader of JSON can take it, the lines after it can be read.
    spoil: (audio, fromByte) => Buffer.from(`${line(audio, fromByte).slice(0, -20)}\n`),
    head: fault?.kind === "empty" || speech.byteLength === 0 ? Buffer.from(emptyLine) : undefined,
  };
}

function extraLine(name: string): string {
  return `${JSON.stringify(name === "audio-null" ? { audio_base64: "", alignment: null, normalized_alignment: null } : { audio_base64: "", type: "heartbeat" })}\n`;
}

interface Answer {
  status: number;
  body: string;
  headers?: Readonly<Record<string, string>> | undefined;
}

/** What a fault has in place of speech; undefined: the fault is one of the body. */
export function answerInstead(fault: FakeFault | undefined): Answer | undefined {
  if (fault?.kind === "status") return { status: fault.status, headers: fault.headers, body: fault.body ?? statusBody(fault.status) };
  if (fault?.kind === "wrong-body") return { status: 200, headers: { "content-type": wrongBodies[fault.content].type }, body: wrongBodies[fault.content].body };
  return fault?.kind === "vendor" && refusalNames.includes(fault.name) ? refusalBody(fault.name) : undefined;
}

const wrongBodies = {
  json: { type: "application/json", body: refusalBody("system_busy").body },
  html: { type: "text/html", body: "<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>" },
  "sse-error": { type: "text/event-stream", body: `event: error\ndata: ${refusalBody("system_busy").body}\n\n` },
} as const;

const statusNames: Readonly<Record<number, string>> = { 401: "invalid_api_key", 403: "only_for_creator+", 404: "voice_not_found", 422: "validation", 429: "too_many_concurrent_requests" };

function statusBody(status: number): string {
  const name = statusNames[status];
  return name === undefined ? JSON.stringify({ detail: { status: "internal_server_error", message: "Something went wrong." } }) : refusalBody(name).body;
}

/** Sends a whole answer that is no speech. The headers are the answer's own, or say what the body looks like. */
export function sendAnswer({ response }: FakeExchange, { status, body, headers = {} }: Answer): void {
  response.writeHead(status, { "content-type": body.startsWith("{") || body.startsWith("[") ? "application/json" : "text/plain", ...headers });
  response.end(body);
}
