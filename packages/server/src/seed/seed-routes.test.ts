import { describe, expect, it } from "vitest";
import { wholeWav } from "../audio/whole-wav.ts";
import { spokenWithout, startSpeechServer, type SpeechServer } from "../testing/speech-server.ts";

const text = "One two three. Four five six, seven eight nine.";

interface Told {
  readonly name: string;
  readonly data: Readonly<Record<string, unknown>> & { readonly metrics?: Readonly<Record<string, number>> };
}

function eventsOf(body: string): readonly Told[] {
  return body
    .split("\n\n")
    .filter((event) => event !== "")
    .map((event) => {
      const [name = "", data = "{}"] = event.split("\n").map((line) => line.slice(line.indexOf(": ") + 2));
      return { name, data: JSON.parse(data) as Told["data"] };
    });
}

function post(server: SpeechServer, path: string, fields: Readonly<Record<string, string | Blob>>): Promise<Response> {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, typeof value === "string" ? value : new File([value], "voice.wav"));
  return fetch(`${server.url}${path}`, { method: "POST", body });
}

const recording = new Blob([wholeWav(new Uint8Array(32_000).fill(3), 16_000)]);

describe("POST /synthesize-stream", () => {
  it("tells chunks of audio with measures in seconds, and the end", async () => {
    await using server = await startSpeechServer({ realTimeFactor: 0.05, startMs: 30 });
    const answer = await post(server, "/synthesize-stream", { text });
    expect([answer.status, answer.headers.get("content-type"), answer.headers.get("x-accel-buffering")]).toEqual([200, "text/event-stream", "no"]);
    const events = eventsOf(await answer.text());
    const chunks = events.filter(({ name }) => name === "audio_chunk");
    const files = chunks.map(({ data }) => Buffer.from(String(data["audio_chunk"]), "base64"));
    expect(files.every((file) => file.toString("latin1", 0, 4) === "RIFF" && file.readUInt32LE(40) === file.length - 44)).toBe(true);
    const made = await spokenWithout(text, {});
    expect(Buffer.concat(files.map((file) => file.subarray(44))).equals(made)).toBe(true);
    expect(chunks.map(({ data }) => data["chunk_id"])).toEqual(chunks.map((_, index) => index + 1));
    expect(chunks.every(({ data }) => data["sample_rate"] === 24_000)).toBe(true);
    const last = chunks.at(-1)?.data.metrics;
    expect(Object.keys(last ?? {}).sort()).toEqual(["chunks_generated", "first_chunk_latency", "rtf", "total_audio_duration", "total_latency"]);
    expect(last?.["chunks_generated"]).toBe(chunks.length);
    expect(last?.["total_audio_duration"]).toBeCloseTo(made.length / 48_000, 2);
    expect(last?.["first_chunk_latency"]).toBeGreaterThanOrEqual(0.03);
    expect(last?.["total_latency"]).toBeGreaterThanOrEqual(last?.["first_chunk_latency"] ?? Infinity);
    expect(events.at(-1)).toEqual({ name: "done", data: { message: "Streaming complete", total_chunks: chunks.length } });
  });

  it("gives the engine what it has, by its own names, and warns of the rest", async () => {
    await using server = await startSpeechServer({ capabilities: { requestOptions: ["chunkSize", "cfgWeight", "temperature", "audioPrompt"] } });
    const answer = await post(server, "/synthesize-stream", { text, chunk_size: "50", cfg_weight: "0.5", temperature: "0.8", exaggeration: "0.5", audio_prompt: recording });
    await answer.text();
    expect(answer.headers.get("x-tts-warnings")).toBe("UNSUPPORTED_OPTION;option=exaggeration");
    const options = server.engine.requests[0]?.request.engineOptions;
    expect(options).toMatchObject({ chunkSize: 50, cfgWeight: 0.5, temperature: 0.8, audioPrompt: { sampleRate: 16_000 } });
    expect(options).not.toHaveProperty("exaggeration");
    expect((options?.["audioPrompt"] as { samples: Float32Array }).samples.length).toBe(16_000);
  });

  it("takes JSON and forms of both kinds", async () => {
    await using server = await startSpeechServer();
    for (const [type, body] of [["application/json", JSON.stringify({ text, temperature: 0.5 })], ["application/x-www-form-urlencoded", new URLSearchParams({ text }).toString()]] as const) {
      const answer = await fetch(`${server.url}/synthesize-stream`, { method: "POST", headers: { "content-type": type }, body });
      expect(eventsOf(await answer.text()).at(-1)?.name).toBe("done");
    }
  });

  it("tells a failure in the middle as an event", async () => {
    await using server = await startSpeechServer({ fault: { kind: "error", code: "SERVICE", afterMs: 800, retryable: false } });
    const events = eventsOf(await (await post(server, "/synthesize-stream", { text })).text());
    expect([events[0]?.name, events.at(-1)?.name]).toEqual(["audio_chunk", "error"]);
    expect(typeof events.at(-1)?.data["error"]).toBe("string");
    expect(await server.logged("speech")).toMatchObject({ outcome: "failed", code: "SERVICE" });
  });

  it.each([
    ["no text", { chunk_size: "50" }, 400],
    ["an empty text", { text: "" }, 400],
    ["a text of white space", { text: " \r\n\t" }, 400],
    ["a number that is none", { text, temperature: "hot" }, 400],
    ["a number out of range", { text, chunk_size: "0" }, 400],
    ["an unknown field", { text, audio_prompt_url: "http://localhost/" }, 400],
    ["an address for a recording", { text, audio_prompt: "http://localhost/a.wav" }, 400],
    ["a recording that is none", { text, audio_prompt: new Blob(["MP3"]) }, 400],
    ["too long a text", { text: "a".repeat(4_097) }, 413],
  ])("refuses %s", async (_what, fields: Readonly<Record<string, string | Blob>>, status) => {
    await using server = await startSpeechServer();
    const answer = await post(server, "/synthesize-stream", fields);
    expect(answer.status).toBe(status);
    expect(typeof ((await answer.json()) as { detail: unknown }).detail).toBe("string");
    expect(server.engine.requests.length).toBe(0);
  });
});

describe("POST /synthesize", () => {
  it("answers with a whole file", async () => {
    await using server = await startSpeechServer();
    const answer = await post(server, "/synthesize", { text });
    const file = Buffer.from(await answer.arrayBuffer());
    expect([answer.status, answer.headers.get("content-type"), answer.headers.get("content-length")]).toEqual([200, "audio/wav", String(file.length)]);
    expect([file.readUInt32LE(4), file.readUInt32LE(24), file.readUInt32LE(40)]).toEqual([file.length - 8, 24_000, file.length - 44]);
    expect(file.subarray(44).equals(await spokenWithout(text, {}))).toBe(true);
    expect(await server.logged("speech")).toMatchObject({ outcome: "done" });
  });

  it("refuses a text with nothing in it", async () => {
    await using server = await startSpeechServer();
    for (const blank of ["", " \n"]) expect((await post(server, "/synthesize", { text: blank })).status).toBe(400);
    expect(server.engine.requests.length).toBe(0);
  });

  it("has a status for a failure, also in the middle", async () => {
    await using server = await startSpeechServer({ fault: { kind: "error", code: "SERVICE", afterMs: 500, retryable: false } });
    expect((await post(server, "/synthesize", { text })).status).toBe(502);
  });

  it("blames the client for an option that the engine refuses", async () => {
    await using server = await startSpeechServer({ capabilities: { requestOptions: ["temperature"] }, fault: { kind: "error", code: "INVALID_CONFIG", retryable: false } });
    expect((await post(server, "/synthesize", { text, temperature: "9" })).status).toBe(400);
    expect((await post(server, "/synthesize", { text })).status).toBe(500);
  });
});
