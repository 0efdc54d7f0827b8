import { WebSocket } from "ws";
import { createFakeElevenLabs } from "./fake-elevenlabs.ts";
import type { FakeElevenLabs, FakeElevenLabsOptions } from "./fake-elevenlabs-options.ts";

/** An alignment as a socket writes it. */
export interface WireAlignment {
  chars: string[];
  charStartTimesMs?: number[];
  charDurationsMs?: number[];
  charsStartTimesMs?: number[];
  charsDurationsMs?: number[];
}

/** A message of the server. */
export interface WireMessage {
  audio?: string | null;
  isFinal?: boolean | null;
  alignment?: WireAlignment | null;
  normalizedAlignment?: WireAlignment | null;
  contextId?: string;
  context_id?: string;
  error?: string;
  message?: string;
  code?: number;
  type?: string;
}

/** A client that only does what the protocol's text says. */
export interface BareClient {
  readonly socket: WebSocket;
  /** What came, in order; a string where it was no JSON. */
  readonly messages: (WireMessage | string)[];
  send(message: object): void;
  /** The close code and reason. */
  readonly closed: Promise<[number, string]>;
  /** Waits until a message is as wanted. */
  until(wanted: (message: WireMessage) => boolean): Promise<WireMessage>;
  /** All audio, or that of one context. */
  audio(contextId?: string): Buffer;
}

/** What a socket is opened with. */
export interface BareClientOptions {
  endpoint?: "stream-input" | "multi-stream-input" | undefined;
  voice?: string | undefined;
  query?: string | undefined;
  headers?: Record<string, string> | undefined;
}

/** Keeps fakes and clients, and ends them after each test. */
export interface SocketBench {
  start(options?: FakeElevenLabsOptions): Promise<FakeElevenLabs>;
  connect(fake: FakeElevenLabs, options?: BareClientOptions): Promise<BareClient>;
  end(): Promise<void>;
}

/** Opens a bench. */
export function createSocketBench(): SocketBench {
  const fakes: FakeElevenLabs[] = [];
  const sockets: WebSocket[] = [];
  return {
    async start(options = {}) {
      const fake = await createFakeElevenLabs(options);
      fakes.push(fake);
      return fake;
    },
    async connect(fake, options = {}) {
      const { endpoint = "stream-input", voice = "JBFqnCBsd6RMkjVDRZzb", query = "", headers = { "xi-api-key": "key" } } = options;
      const socket = new WebSocket(`${fake.socketUrl}/v1/text-to-speech/${voice}/${endpoint}?output_format=pcm_24000&sync_alignment=true${query}`, { headers });
      sockets.push(socket);
      const client = createBareClient(socket);
      await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
      return client;
    },
    async end() {
      for (const socket of sockets.splice(0)) socket.terminate();
      await Promise.all(fakes.splice(0).map((fake) => fake.close()));
    },
  };
}

function createBareClient(socket: WebSocket): BareClient {
  const messages: (WireMessage | string)[] = [];
  const waiting = new Set<(message: WireMessage) => void>();
  socket.on("error", () => {});
  socket.on("message", (data: Buffer) => {
    const message = readMessage(data.toString("utf8"));
    messages.push(message);
    if (typeof message !== "string") for (const look of waiting) look(message);
  });
  return {
    socket,
    messages,
    send: (message) => socket.send(JSON.stringify(message)),
    closed: new Promise((resolve) => socket.once("close", (code, reason) => resolve([code, reason.toString("utf8")]))),
    until: (wanted) =>
      new Promise((resolve) => {
        const look = (message: WireMessage): void => {
          if (!wanted(message)) return;
          waiting.delete(look);
          resolve(message);
        };
        for (const message of messages) if (typeof message !== "string" && wanted(message)) return resolve(message);
        waiting.add(look);
      }),
    audio: (contextId) =>
      Buffer.concat(messages.flatMap((message) => (typeof message !== "string" && typeof message.audio === "string" && (contextId === undefined || (message.contextId ?? message.context_id) === contextId) ? [Buffer.from(message.audio, "base64")] : []))),
  };
}

function readMessage(text: string): WireMessage | string {
  try {
    return JSON.parse(text) as WireMessage;
  } catch {
    return text;
  }
}

/** 16-bit audio as samples. */
export function samplesOf(bytes: Buffer): Float32Array {
  return Float32Array.from({ length: Math.floor(bytes.length / 2) }, (_, index) => bytes.readInt16LE(index * 2) / 32_768);
}
