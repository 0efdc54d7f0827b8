import { once } from "node:events";
import { TTSError } from "@parlando/engine";
import { assertSpoken, numberedText } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { serveSocket, toFloat, type ServedSocket } from "./served-socket.test-helper.ts";

interface ChunkEvent {
  readonly event: string;
  readonly data: { readonly audio_chunk?: string; readonly chunk_index?: number; readonly format?: string; readonly total_chunks?: number; readonly error?: string; readonly interrupted?: boolean };
}

interface ChunkClient {
  readonly socket: WebSocket;
  readonly events: ChunkEvent[];
  say(message: object): void;
  /** Waits until so many events of a kind have come. */
  until(event: string, count?: number): Promise<ChunkEvent>;
}

async function connect({ url }: ServedSocket): Promise<ChunkClient> {
  const socket = new WebSocket(`${url.replace(/^http/, "ws")}/ws/tts`);
  const events: ChunkEvent[] = [];
  const looking = new Set<() => void>();
  socket.on("message", (data: Buffer) => {
    events.push(JSON.parse(data.toString()) as ChunkEvent);
    for (const look of [...looking]) look();
  });
  await once(socket, "open");
  return {
    socket,
    events,
    say: (message) => socket.send(JSON.stringify(message)),
    until: (event, count = 1) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = events.filter((candidate) => candidate.event === event)[count - 1];
          if (found === undefined) return;
          looking.delete(look);
          resolve(found);
        };
        looking.add(look);
        look();
      }),
  };
}

const audioOf = (events: readonly ChunkEvent[]): Buffer => Buffer.concat(events.flatMap(({ event, data }) => (event === "tts_chunk" ? [Buffer.from(data.audio_chunk ?? "", "base64")] : [])));

describe("the dialect of chunks", () => {
  it("refuses a text with nothing in it", async () => {
    await using setup = await serveSocket();
    const client = await connect(setup);
    client.say({ event: "speak", data: { text: " \n" } });
    expect((await client.until("tts_error")).data.error).toContain("nothing but white space");
    client.say({ event: "speak", data: { text: "" } });
    expect((await client.until("tts_error", 2)).data.error).toContain("nothing");
    expect(setup.engine.requests).toHaveLength(0);
    client.socket.terminate();
  });

  it("speaks a text in chunks of 4,096 bytes, with their numbers; as WAV where MP3 cannot be written", async () => {
    await using setup = await serveSocket();
    const client = await connect(setup);
    const text = numberedText({ words: 8 });
    client.say({ event: "speak", data: { text } });
    const done = await client.until("tts_done");
    const chunks = client.events.filter(({ event }) => event === "tts_chunk");
    expect(done.data).toEqual({ total_chunks: chunks.length });
    expect(chunks.map(({ data }) => data.chunk_index)).toEqual(chunks.map((_chunk, index) => index));
    expect(new Set(chunks.map(({ data }) => data.format))).toEqual(new Set(["wav"]));
    const lengths = chunks.map(({ data }) => Buffer.from(data.audio_chunk ?? "", "base64").length);
    expect(lengths.slice(0, -1).every((length) => length === 4_096)).toBe(true);
    const bytes = audioOf(client.events);
    expect(bytes.subarray(0, 4).toString()).toBe("RIFF");
    const samples = new Int16Array(Uint8Array.from(bytes.subarray(44, bytes.length - (bytes.length % 2))).buffer);
    assertSpoken(toFloat(samples), 24_000, text);
  });

  it("speaks as MP3 where nothing else is asked for, and as WAV where it cannot be written after all", async () => {
    await using setup = await serveSocket({}, {}, {}, async () => await import("@parlando/codecs"));
    const client = await connect(setup);
    client.say({ event: "speak", data: { text: numberedText({ words: 8 }) } });
    await client.until("tts_done");
    expect(client.events[0]?.data.format).toBe("mp3");
    const bytes = audioOf(client.events);
    // The sync word of an MPEG frame.
    expect([bytes[0], (bytes[1] ?? 0) & 0xe0]).toEqual([0xff, 0xe0]);
    await using broken = await serveSocket({}, {}, {}, async () => await Promise.reject(new TTSError("UNSUPPORTED", "Writing MP3: the package @parlando/codecs is not installed.")));
    const other = await connect(broken);
    other.say({ event: "speak", data: { text: numberedText({ words: 8 }) } });
    await other.until("tts_done");
    expect(new Set(other.events.slice(0, -1).map(({ data }) => data.format))).toEqual(new Set(["wav"]));
  });

  it("speaks one text after another, in the format that is asked for", async () => {
    await using setup = await serveSocket();
    const client = await connect(setup);
    client.say({ event: "speak", data: { text: "W1 w2.", format: "pcm" } });
    client.say({ event: "speak", data: { text: "W3 w4.", format: "pcm" } });
    await client.until("tts_done", 2);
    const first = client.events.slice(0, client.events.findIndex(({ event }) => event === "tts_done"));
    assertSpoken(toFloat(new Int16Array(Uint8Array.from(audioOf(first)).buffer)), 24_000, "W1 w2.");
    assertSpoken(toFloat(new Int16Array(Uint8Array.from(audioOf(client.events.slice(first.length))).buffer)), 24_000, "W3 w4.");
  });

  it("stops at once, and lets the engine go", async () => {
    await using setup = await serveSocket({ realTimeFactor: 1 });
    const client = await connect(setup);
    client.say({ event: "speak", data: { text: numberedText({ words: 60 }), format: "pcm" } });
    client.say({ event: "speak", data: { text: "Never." } });
    await client.until("tts_chunk");
    client.say({ event: "interrupt" });
    const done = await client.until("tts_done");
    expect(done.data).toEqual({ total_chunks: client.events.filter(({ event }) => event === "tts_chunk").length, interrupted: true });
    expect(setup.engine.activeRequests).toBe(0);
    client.say({ event: "speak", data: { text: "W1.", format: "pcm" } });
    await client.until("tts_done", 2);
    expect(setup.engine.requests.some(({ text }) => text.includes("Never"))).toBe(false);
  });

  it.each([
    ["no JSON", "{"],
    ["an event that there is not", JSON.stringify({ event: "sing", data: { text: "Secret." } })],
    ["an unknown field", JSON.stringify({ event: "speak", data: { text: "Secret.", path: "/" } })],
    ["a format that there is not", JSON.stringify({ event: "speak", data: { text: "Secret.", format: "flac" } })],
    ["no text", JSON.stringify({ event: "speak", data: { text: " " } })],
    ["a voice that is a path", JSON.stringify({ event: "speak", data: { text: "Secret.", voice: "../../x" } })],
  ])("tells an error for %s, and goes on", async (_name, message) => {
    await using setup = await serveSocket();
    const client = await connect(setup);
    client.socket.send(message);
    const { data } = await client.until("tts_error");
    expect(data.error).toMatch(/expected|nothing/);
    expect(data.error).not.toMatch(/secret/i);
    client.say({ event: "speak", data: { text: "W1.", format: "pcm" } });
    await client.until("tts_done");
  });

  it("tells of an engine that fails", async () => {
    await using setup = await serveSocket({ fault: { kind: "error", code: "SERVICE", afterMs: 100, retryable: false } });
    const client = await connect(setup);
    client.say({ event: "speak", data: { text: numberedText({ words: 8 }), format: "pcm" } });
    await client.until("tts_error");
    expect(client.events.some(({ event }) => event === "tts_done")).toBe(false);
  });

  it("ends with the client, with a binary message, with silence, and with the server", async () => {
    await using setup = await serveSocket({ realTimeFactor: 1 }, { limits: { socketIdleMs: 1_500 } });
    const gone = await connect(setup);
    gone.say({ event: "speak", data: { text: numberedText({ words: 60 }), format: "pcm" } });
    await gone.until("tts_chunk");
    gone.socket.terminate();
    await setup.log(({ event, outcome }) => event === "speech" && outcome === "gone");
    expect(setup.engine.activeRequests).toBe(0);
    const binary = await connect(setup);
    binary.socket.send(Buffer.from([1]));
    expect((await once(binary.socket, "close"))[0]).toBe(1003);
    const silent = await connect(setup);
    expect((await once(silent.socket, "close"))[0]).toBe(4408);
    const last = await connect(setup);
    last.say({ event: "speak", data: { text: numberedText({ words: 60 }), format: "pcm" } });
    await last.until("tts_chunk");
    const closed = once(last.socket, "close");
    await setup.server.close();
    await last.until("tts_error");
    expect((await closed)[0]).toBe(1001);
  });

  it("refuses a text that is longer than an utterance may be, and goes on", async () => {
    await using setup = await serveSocket({}, { limits: { utteranceCharacters: 20 } });
    const client = await connect(setup);
    client.say({ event: "speak", data: { text: "One two three four five six seven." } });
    expect((await client.until("tts_error")).data.error).toContain("34 characters");
    expect(setup.engine.requests).toHaveLength(0);
    client.say({ event: "speak", data: { text: "Two." } });
    await client.until("tts_done");
  });
});
