import { connect, type Socket } from "node:net";
import { createSpeechStream, type Codecs, type StreamOptions } from "@parlando/core";
import { createScriptedEngine, type ScriptedEngine, type ScriptedEngineOptions } from "@parlando/testkit";
import { createServer } from "../create-server.ts";
import type { LogRecord } from "../log/log-record.ts";
import type { ServedTTS } from "../served-tts.ts";
import type { ServerOptions } from "../server-options.ts";

/** Whole sentences: what is cut then does not depend on time, so that two streams of a text have the same samples. */
const latency = "smoothest";

/** A server over one scripted engine, for tests. */
export interface SpeechServer extends AsyncDisposable {
  readonly url: string;
  readonly engine: ScriptedEngine;
  readonly log: readonly LogRecord[];
  /** Asks OpenAI's route. */
  ask(body: object, signal?: AbortSignal): Promise<Response>;
  /** Opens a connection and sends a request for `pcm`, by hand. */
  askRaw(body: object): Promise<Socket>;
  /** Waits for a record of the log. */
  logged(event: LogRecord["event"]): Promise<LogRecord>;
}

/** Starts one on a free port. */
export async function startSpeechServer(scripted: ScriptedEngineOptions = {}, options: ServerOptions = {}, codecs?: () => Promise<Codecs>): Promise<SpeechServer> {
  const engine = createScriptedEngine(scripted);
  const log: LogRecord[] = [];
  const tts: ServedTTS = {
    engines: [engine],
    createStream: (stream: StreamOptions = {}) => createSpeechStream({ engines: [{ engine }], ...(codecs && { codecs }) }, { ...stream, latency }),
    voices: async () => (await engine.voices?.(new AbortController().signal)) ?? [],
  };
  const server = await createServer(tts, { ...options, log: (record) => void log.push(record) });
  const { url, port } = await server.listen();
  const headers = { "content-type": "application/json" };
  return {
    url,
    engine,
    log,
    ask: (body, signal) => fetch(`${url}/v1/audio/speech`, { method: "POST", headers, body: JSON.stringify({ model: "tts-1", voice: "alloy", ...body }), ...(signal && { signal }) }),
    async askRaw(body) {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => undefined);
      await new Promise((resolve) => socket.once("connect", resolve));
      const json = JSON.stringify({ response_format: "pcm", ...body });
      socket.write(`POST /v1/audio/speech HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
      return socket;
    },
    logged: async (event) => {
      await until(() => log.some((record) => record.event === event));
      return log.find((record) => record.event === event) as LogRecord;
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** What a stream of the same engine gives without a server, as bytes. */
export async function spokenWithout(text: string, scripted: ScriptedEngineOptions, output: { sampleRate?: number | undefined; encoding?: "pcm-s16le" | "mulaw" | "alaw" } = {}): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  const { sampleRate, encoding } = output;
  const stream = createSpeechStream({ engines: [{ engine: createScriptedEngine(scripted) }] }, { latency, output: { sampleRate, channels: 1 }, onChunk: (chunk) => void parts.push(chunk.bytes(encoding)) });
  void stream.feed(text);
  stream.done();
  await stream.waitUntilDone();
  return Buffer.concat(parts);
}

/** Looks again and again; the test's own limit ends it. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 2));
}
