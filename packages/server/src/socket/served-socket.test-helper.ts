import { createSpeechStream, type LoadCodecs, type StreamOptions } from "@parlando/core";
import { createScriptedEngine, type ScriptedEngine, type ScriptedEngineOptions } from "@parlando/testkit";
import { expect } from "vitest";
import { createServer } from "../create-server.ts";
import type { LogRecord } from "../log/log-record.ts";
import type { ServerOptions } from "../server-options.ts";
import type { TTSServer } from "../server.ts";
import { serveEngines } from "../testing/served-scripted.ts";
import { openPlainClient, type PlainClient, type PlainClientOptions } from "./plain-client.test-helper.ts";

/** A server over a scripted engine, and a client that is connected to it; all of it ends with the test. */
export interface ServedSocket extends AsyncDisposable {
  readonly engine: ScriptedEngine;
  readonly server: TTSServer;
  readonly url: string;
  readonly client: PlainClient;
  readonly logged: readonly LogRecord[];
  /** Waits until a record was logged. */
  log(find: (record: LogRecord) => boolean): Promise<LogRecord>;
}

/** Opens it. */
export async function serveSocket(engineOptions: ScriptedEngineOptions = {}, options: ServerOptions = {}, clientOptions: PlainClientOptions = {}, codecs?: LoadCodecs): Promise<ServedSocket> {
  const engine = createScriptedEngine(engineOptions);
  const logged: LogRecord[] = [];
  const looking = new Set<() => void>();
  const log = (record: LogRecord): void => {
    logged.push(record);
    for (const look of looking) look();
  };
  const tts = serveEngines([engine]);
  const withCodecs = { ...tts, createStream: (streamOptions?: StreamOptions) => createSpeechStream({ engines: [{ engine }], codecs }, streamOptions) };
  const server = await createServer(codecs === undefined ? tts : withCodecs, { ...options, log });
  const { url } = await server.listen();
  const client = await openPlainClient(url, clientOptions);
  return {
    engine,
    server,
    url,
    client,
    logged,
    log: (find) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = logged.find(find);
          if (found === undefined) return;
          looking.delete(look);
          resolve(found);
        };
        looking.add(look);
        look();
      }),
    async [Symbol.asyncDispose]() {
      client.socket.terminate();
      await server.close();
    },
  };
}

/** Waits until the client's messages so far were handled, and the answers have come. */
export async function roundTrip({ client }: Pick<ServedSocket, "client">): Promise<void> {
  await new Promise<void>((resolve) => {
    client.socket.once("pong", () => resolve());
    client.socket.ping();
  });
}

/** The samples of a text, by a stream of core over the same kind of engine: what must arrive. Cutting that does not depend on time makes it the same each time. */
export async function samplesOf(text: string, engineOptions: ScriptedEngineOptions = {}): Promise<Int16Array> {
  const parts: Uint8Array[] = [];
  const stream = serveEngines([createScriptedEngine(engineOptions)]).createStream({ latency: "smoothest", onChunk: (chunk) => void parts.push(chunk.bytes()) });
  void stream.feed(text);
  stream.done();
  await stream.waitUntilDone();
  return new Int16Array(Uint8Array.from(Buffer.concat(parts)).buffer);
}

/** Every sample is the same, and there are as many. */
export function expectSame(found: Int16Array, expected: Int16Array): void {
  const wrong = expected.findIndex((sample, index) => found[index] !== sample);
  expect({ samples: found.length, wrong }).toEqual({ samples: expected.length, wrong: -1 });
}

/** 16-bit samples as core has them. */
export function toFloat(samples: Int16Array): Float32Array {
  return Float32Array.from(samples, (sample) => sample / 32_768);
}
