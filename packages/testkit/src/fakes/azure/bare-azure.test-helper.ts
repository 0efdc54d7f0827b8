import { openBareClient, type BareClient } from "../shared/bare-speech-client.test-helper.ts";
import type { FakeServer } from "../shared/fake-fault.ts";

/** Ids of turns that differ. */
export function turnId(index: number): string {
  return `ABCDEF0123456789ABCDEF012345${String(index).padStart(4, "0")}`;
}

/** SSML of a plain text. */
export function ssmlOf(text: string, voice = "en-US-AvaNeural"): string {
  return `<speak version='1.0' xmlns='http://www.w3.org/2001/10/synthesis' xml:lang='en-US'><voice name='${voice}'>${text}</voice></speak>`;
}

/** Opens a WebSocket to the fake Azure and sends speech.config. */
export async function openAzure(fake: FakeServer, options: { path?: string; headers?: Record<string, string> } = {}): Promise<BareClient> {
  const { path = "/tts/cognitiveservices/websocket/v1", headers = { "Ocp-Apim-Subscription-Key": "key" } } = options;
  const client = await openBareClient(`${fake.url.replace("http", "ws")}${path}`, { headers });
  client.send({ Path: "speech.config", "X-RequestId": turnId(9999), "Content-Type": "application/json" }, JSON.stringify({ context: { system: { name: "test" } } }));
  return client;
}

/** What a synthesis.context asks for. */
export interface ContextOptions {
  format?: string;
  metadata?: Record<string, unknown>;
  input?: Record<string, unknown>;
}

/** Sends a synthesis.context. */
export function sendContext(client: BareClient, requestId: string, { format = "raw-24khz-16bit-mono-pcm", metadata = { wordBoundaryEnabled: true, sessionEndEnabled: true }, input }: ContextOptions = {}): void {
  client.send({ Path: "synthesis.context", "X-RequestId": requestId, "Content-Type": "application/json" }, JSON.stringify({ synthesis: { audio: { metadataOptions: metadata, outputFormat: format }, input } }));
}

/** Begins a turn of SSML. */
export function sendTurnOf(client: BareClient, requestId: string, ssml: string, options: ContextOptions = {}): void {
  sendContext(client, requestId, options);
  client.send({ Path: "ssml", "X-RequestId": requestId, "Content-Type": "application/ssml+xml" }, ssml);
}

/** 16-bit samples as numbers from -1 to 1. */
export function samplesOf(bytes: Buffer): Float32Array {
  return Float32Array.from({ length: bytes.length >> 1 }, (_, index) => bytes.readInt16LE(2 * index) / 32_768);
}
