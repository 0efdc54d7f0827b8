// A real server on a free port, over a TTS with an engine of noise, and what tests of it share.

import { request, type ClientRequest, type IncomingMessage } from "node:http";
import { createServer, type ServerOptions, type TTSServer } from "@parlando/server";
import { createTTS } from "parlando";
import { noiseText } from "../../bench/lib/noise.mjs";
import { createNoiseEngine, type NoiseEngine } from "./noise-engine.test-helper.ts";

/** A server, its engine, and where it listens. */
export interface Served {
  readonly url: string;
  readonly port: number;
  readonly server: TTSServer;
  readonly engine: NoiseEngine;
  close(): Promise<void>;
}

/** Serves. Everything is closed by `close()`, and by `closeAll()`. */
export async function serve({ engine = createNoiseEngine(), port, host, ...options }: ServerOptions & { readonly engine?: NoiseEngine; readonly port?: number; readonly host?: string } = {}): Promise<Served> {
  const tts = await createTTS({ engine });
  const server = await createServer(tts, options);
  const close = async (): Promise<void> => {
    open.delete(close);
    engine.release();
    await server.close();
    await tts.close();
  };
  open.add(close);
  const address = await server.listen({ port, host });
  return { url: address.url, port: address.port, server, engine, close };
}

const open = new Set<() => Promise<void>>();

/** For `afterEach`. */
export async function closeAll(): Promise<void> {
  await Promise.all([...open].map((close) => close()));
}

/** Waits until something is so; a test says what it waited for when it never is. */
export async function until(condition: () => boolean | Promise<boolean>, what: string, timeoutMs = 20_000): Promise<void> {
  const beganAt = performance.now();
  while (!(await condition())) {
    if (performance.now() - beganAt > timeoutMs) throw new Error(`Waited ${timeoutMs} ms in vain until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Until a number has not changed for a while. */
export async function untilStill(read: () => number, stillMs = 700): Promise<number> {
  for (let last = read(), since = performance.now(); ;) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (read() === last && performance.now() - since > stillMs) return last;
    if (read() !== last) since = performance.now();
    last = read();
  }
}

/** A request for noise as raw PCM. */
export function speechBody({ seed = 1, durationMs = 2_000, ...fields }: { readonly seed?: number; readonly durationMs?: number } & Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ model: "tts-1", voice: "alloy", input: noiseText(seed, durationMs), response_format: "pcm", ...fields });
}

/** Asks, and gives the answer as soon as its head is there; nothing of its body is read. */
export function ask(port: number, { body, path = "/v1/audio/speech", method = "POST", headers = {}, host = "127.0.0.1" }: { readonly body?: string; readonly path?: string; readonly method?: string; readonly headers?: Readonly<Record<string, string>>; readonly host?: string } = {}): { readonly asked: ClientRequest; readonly answer: Promise<IncomingMessage> } {
  const asked = request({ host, port, path, method, agent: false, headers: { ...(body !== undefined && { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) }), ...headers } });
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    asked.on("response", resolve);
    asked.on("error", reject);
  });
  answer.catch(() => undefined);
  asked.end(body);
  return { asked, answer };
}

/** What was heard of a body, and whether it ended as it should. */
export interface HeardBody {
  readonly bytes: Buffer;
  readonly isComplete: boolean;
}

/** Listens from now on: `first` is the first piece (nothing, where none came), `all` the whole. */
export function hear(answer: IncomingMessage): { readonly first: Promise<Buffer>; readonly all: Promise<HeardBody> } {
  const pieces: Buffer[] = [];
  const first = new Promise<Buffer>((resolve) => {
    answer.once("data", resolve);
    answer.once("close", () => resolve(Buffer.alloc(0)));
  });
  const all = new Promise<HeardBody>((resolve) => {
    answer.on("data", (piece: Buffer) => pieces.push(piece));
    answer.on("error", () => undefined);
    answer.on("close", () => resolve({ bytes: Buffer.concat(pieces), isComplete: answer.complete }));
  });
  return { first, all };
}

/** All of a body. */
export async function readAll(answer: IncomingMessage): Promise<HeardBody> {
  return await hear(answer).all;
}
