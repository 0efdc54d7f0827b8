import { once } from "node:events";
import { WebSocket } from "ws";

/** A message of the server, as it came. */
export interface PlainMessage {
  readonly type: string;
  readonly utterance?: number;
  readonly [field: string]: unknown;
}

/** What came, in order: messages, and audio as `{ type: "audio" }`. */
export interface PlainAudio {
  readonly type: "audio";
  readonly utterance: number;
  readonly startFrame: number;
  readonly bytes: Buffer;
}

/** What {@link openPlainClient} is told. */
export interface PlainClientOptions {
  /** Plays at once what comes, in 16-bit mono: tells so after every frame. Default true. */
  readonly plays?: boolean;
  readonly protocols?: readonly string[];
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The certificate that a server with TLS is trusted by. */
  readonly ca?: string;
}

/** A client written from `docs/guide/serving-protocol.md`, without any code of the project: what the document says is what it does. */
export interface PlainClient {
  readonly socket: WebSocket;
  /** All that came so far. */
  readonly told: readonly (PlainMessage | PlainAudio)[];
  /** Whether `speech.played` is told after every frame. */
  plays: boolean;
  say(message: object): void;
  /** The first message of a type (of an utterance) that was not returned before; waits for it. Rejects when the connection closes first. */
  next(type: string, utterance?: number): Promise<PlainMessage>;
  /** Messages of a type so far. */
  all(type: string, utterance?: number): readonly PlainMessage[];
  audioOf(utterance: number): readonly PlainAudio[];
  /** All samples of an utterance, checked to follow each other. */
  samplesOf(utterance: number): Int16Array;
  /** Waits until so many frames of an utterance have come. */
  heard(utterance: number, frames: number): Promise<void>;
  /** Begins, feeds and ends an utterance. */
  speak(utterance: number, text: string, start?: object): void;
  /** Resolves with the code of the close. */
  readonly closed: Promise<number>;
  close(): Promise<void>;
}

/** Connects, and waits for `session.ready`. */
export async function openPlainClient(url: string, options: PlainClientOptions = {}): Promise<PlainClient> {
  const { path = "/v1/audio/speech/stream", protocols = ["parlando.v1"], headers, ca } = options;
  const socket = new WebSocket(url.replace(/^http/, "ws") + path, [...protocols], { ...(headers && { headers }), ...(ca !== undefined && { ca }) });
  const told: (PlainMessage | PlainAudio)[] = [];
  const returned = new Set<PlainMessage>();
  const waiting = new Set<() => void>();
  const frames = new Map<number, number>();
  const frameBytes = new Map<number, number>();
  let isClosed = false;
  const closed = new Promise<number>((resolve) => {
    socket.on("close", (code) => {
      isClosed = true;
      resolve(code);
      for (const look of waiting) look();
    });
  });
  const until = <Value>(find: () => Value | undefined, what: string): Promise<Value> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = find();
        if (found === undefined && !isClosed) return;
        waiting.delete(look);
        if (found === undefined) reject(new Error(`The connection closed before ${what} came. There came: ${told.map(({ type }) => type).join(", ")}.`));
        else resolve(found);
      };
      waiting.add(look);
      look();
    });
  const client: PlainClient = {
    socket,
    told,
    plays: options.plays ?? true,
    closed,
    say: (message) => socket.send(JSON.stringify(message)),
    async next(type, utterance) {
      const found = await until(() => client.all(type, utterance).find((message) => !returned.has(message)), `${type} ${utterance ?? ""}`);
      returned.add(found);
      return found;
    },
    all: (type, utterance) => told.filter((message): message is PlainMessage => message.type === type && message.type !== "audio" && (utterance === undefined || message.utterance === utterance)),
    audioOf: (utterance) => told.filter((message): message is PlainAudio => message.type === "audio" && message.utterance === utterance),
    samplesOf(utterance) {
      const bytes = Buffer.concat(client.audioOf(utterance).map((frame) => frame.bytes));
      return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    },
    heard: (utterance, wanted) => until(() => ((frames.get(utterance) ?? 0) >= wanted ? true : undefined), `frame ${wanted}`).then(() => undefined),
    speak(utterance, text, start = {}) {
      client.say({ type: "speech.start", utterance, ...start });
      client.say({ type: "input.text", utterance, text });
      client.say({ type: "input.done", utterance });
    },
    async close() {
      socket.close(1000);
      await closed;
    },
  };
  socket.on("message", (data: Buffer, isBinary: boolean) => {
    if (isBinary) {
      const utterance = data.readUInt32LE(4);
      const startFrame = Number(data.readBigUInt64LE(8));
      if (data[0] !== 1 || data[1] !== 1 || data.readUInt16LE(2) !== 0) throw new Error("No frame of version 1.");
      if (startFrame !== (frames.get(utterance) ?? 0)) throw new Error(`A gap: frame ${startFrame} after ${frames.get(utterance) ?? 0}.`);
      told.push({ type: "audio", utterance, startFrame, bytes: data.subarray(16) });
      const end = startFrame + (data.length - 16) / (frameBytes.get(utterance) ?? Number.NaN);
      frames.set(utterance, end);
      if (client.plays) client.say({ type: "speech.played", utterance, frame: end });
    } else {
      const message = JSON.parse(data.toString()) as PlainMessage;
      told.push(message);
      if (message.type === "speech.started") {
        const { encoding, channels } = message["format"] as { encoding: string; channels: number };
        frameBytes.set(message.utterance ?? 0, channels * (encoding === "pcm-s16le" ? 2 : encoding === "pcm-f32le" ? 4 : 1));
      }
    }
    for (const look of [...waiting]) look();
  });
  await once(socket, "open");
  return client;
}
