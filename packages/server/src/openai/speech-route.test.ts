import type { Codecs } from "@parlando/core";
import { describe, expect, it } from "vitest";
import { createServer } from "../create-server.ts";
import { servedScripted } from "../testing/served-scripted.ts";
import { spokenWithout, startSpeechServer, until } from "../testing/speech-server.ts";

const text = "One two three. Four five six, seven eight nine. And here is the end of it.";
const codecs = (): Promise<Codecs> => import("@parlando/codecs");

async function bytesOf(answer: Response): Promise<Buffer> {
  return Buffer.from(await answer.arrayBuffer());
}

interface Told {
  readonly type: string;
  readonly audio?: string;
  readonly usage?: object;
  readonly error?: { readonly message: string; readonly code: string };
}

function eventsOf(body: string): readonly Told[] {
  return body
    .split("\n\n")
    .filter((event) => event.startsWith("data: "))
    .map((event) => JSON.parse(event.slice(6)) as Told);
}

describe("POST /v1/audio/speech", () => {
  it("answers with the engine's samples, none wrong and none missing", async () => {
    await using server = await startSpeechServer();
    const answer = await server.ask({ input: text, response_format: "pcm" });
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "audio/pcm;rate=24000;channels=1",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
      "x-tts-sample-rate": "24000",
      "x-tts-stream-id": answer.headers.get("x-request-id"),
      "transfer-encoding": "chunked",
    });
    const [heard, made] = [await bytesOf(answer), await spokenWithout(text, {})];
    expect(heard.length).toBe(made.length);
    expect(heard.equals(made)).toBe(true);
    expect(await server.logged("speech")).toMatchObject({ outcome: "done", model: "default", engine: "scripted", characters: text.length });
  });

  it.each([
    { name: "mulaw", encoding: "mulaw", type: "audio/pcmu;rate=8000;channels=1" },
    { name: "alaw", encoding: "alaw", type: "audio/pcma;rate=8000;channels=1" },
  ] as const)("gives $name at the rate of telephones", async ({ name, encoding, type }) => {
    await using server = await startSpeechServer();
    const answer = await server.ask({ input: text, response_format: name });
    expect(answer.headers.get("content-type")).toBe(type);
    expect((await bytesOf(answer)).equals(await spokenWithout(text, {}, { sampleRate: 8_000, encoding }))).toBe(true);
  });

  it("gives wav with the engine's rate, its header once", async () => {
    const formats = [{ encoding: "pcm-s16le", sampleRate: 22_050, channels: 1 }] as const;
    await using server = await startSpeechServer({ formats });
    const answer = await server.ask({ input: text, response_format: "wav" });
    const file = await bytesOf(answer);
    expect([answer.headers.get("content-type"), answer.headers.get("x-tts-sample-rate")]).toEqual(["audio/wav", "22050"]);
    expect([file.toString("latin1", 0, 4), file.readUInt32LE(24)]).toEqual(["RIFF", 22_050]);
    expect(file.subarray(44).equals(await spokenWithout(text, { formats }))).toBe(true);
  });

  it.each([
    { name: undefined, type: "audio/mpeg", head: /^(ID3|\xff[\xe2-\xff])/ },
    { name: "mp3", type: "audio/mpeg", head: /^(ID3|\xff[\xe2-\xff])/ },
    { name: "opus", type: "audio/ogg;codecs=opus", head: /^OggS/ },
  ])("gives $name, as $type", async ({ name, type, head }) => {
    await using server = await startSpeechServer({}, {}, codecs);
    const answer = await server.ask({ input: text, response_format: name });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, type]);
    const file = await bytesOf(answer);
    expect(file.toString("latin1", 0, 4)).toMatch(head);
    expect(file.length).toBeGreaterThan(2_000);
  });

  it("says what there is where a format cannot be made", async () => {
    await using server = await startSpeechServer();
    for (const [format, told] of [["flac", "mp3, opus, wav, pcm"], ["aac", "mp3, opus, wav, pcm"], ["mp3", "@parlando/codecs"], ["opus", "@parlando/codecs"]] as const) {
      const answer = await server.ask({ input: text, response_format: format });
      const { error } = (await answer.json()) as { error: { code: string; message: string } };
      expect([answer.status, error.code]).toEqual([400, "unsupported_format"]);
      expect(error.message).toContain(told);
    }
    await until(() => server.engine.activeRequests === 0);
  });

  it("gives events, with the same audio and usage", async () => {
    await using server = await startSpeechServer();
    const answer = await server.ask({ input: text, response_format: "pcm", stream_format: "sse" });
    expect(answer.headers.get("content-type")).toBe("text/event-stream");
    const events = eventsOf(await answer.text());
    const audio = Buffer.concat(events.filter(({ type }) => type === "speech.audio.delta").map((event) => Buffer.from(event.audio ?? "", "base64")));
    expect(audio.equals(await spokenWithout(text, {}))).toBe(true);
    expect(events.at(-1)).toEqual({ type: "speech.audio.done", usage: { input_tokens: text.length, output_tokens: 0, total_tokens: text.length } });
  });

  it("gives events of an encoded format", async () => {
    await using server = await startSpeechServer({}, {}, codecs);
    const events = eventsOf(await (await server.ask({ input: text, response_format: "mp3", stream_format: "sse" })).text());
    expect(events.length).toBeGreaterThan(2);
    expect(Buffer.concat(events.map((event) => Buffer.from(event.audio ?? "", "base64"))).toString("latin1", 0, 4)).toMatch(/^(ID3|\xff[\xe2-\xff])/);
    expect(events.at(-1)?.type).toBe("speech.audio.done");
  });

  it.each([
    [{ input: "" }, 400, "empty_text"],
    [{ input: " \n\t\u00a0" }, 400, "empty_text"],
    [{}, 400, "missing_field"],
    [{ input: text, speed: 5 }, 400, "invalid_request"],
    [{ input: text, frobnicate: true }, 400, "unknown_field"],
    [{ input: text, model: "none-such" }, 404, "model_not_found"],
    [{ input: text, voice: "../../etc/passwd" }, 400, "invalid_voice"],
    [{ input: text, voice: { id: "nobody" } }, 404, "voice_not_found"],
    [{ input: "<speak>a</speak>", ssml: true }, 400, "ssml_not_allowed"],
  ])("refuses %j with %i", async (body, status, code) => {
    await using server = await startSpeechServer({ voices: [{ id: "anna", name: "Anna", engine: "scripted", languages: ["en"], gender: "unknown" }] });
    const answer = await server.ask({ response_format: "wav", ...body });
    expect([answer.status, ((await answer.json()) as { error: { code: string } }).error.code]).toEqual([status, code]);
  });

  it("says that a text is empty, in words", async () => {
    await using server = await startSpeechServer();
    expect(await (await server.ask({ input: "" })).text()).toContain('The field \\"input\\" is empty.');
    expect(await (await server.ask({ input: " " })).text()).toContain('The field \\"input\\" holds nothing but white space.');
    expect(server.engine.requests).toHaveLength(0);
  });

  it("refuses a text that is too long", async () => {
    await using server = await startSpeechServer();
    const answer = await server.ask({ input: "a".repeat(4_097) });
    expect([answer.status, ((await answer.json()) as { error: { code: string } }).error.code]).toEqual([413, "text_too_long"]);
  });

  it("has a status for what fails before the first audio, in every form", async () => {
    await using server = await startSpeechServer({ fault: { kind: "error", code: "AUTHENTICATION", retryable: false } }, {}, codecs);
    for (const form of [{ response_format: "pcm" }, { response_format: "wav" }, { response_format: "mp3" }, { response_format: "opus" }, { response_format: "pcm", stream_format: "sse" }]) {
      const answer = await server.ask({ input: text, ...form });
      expect([answer.status, ((await answer.json()) as { error: { code: string } }).error.code]).toEqual([502, "authentication"]);
    }
  });

  it("names in a header what could not be done as asked", async () => {
    await using server = await startSpeechServer();
    const answer = await server.ask({ input: text, response_format: "pcm", instructions: "Whisper." });
    expect(answer.headers.get("x-tts-warnings")).toBe("UNSUPPORTED_OPTION;option=instructions");
    await answer.arrayBuffer();
  });

  it("names there the options by the names that the request has for them", async () => {
    await using server = await startSpeechServer({ capabilities: { prosody: [] } });
    for (const response_format of ["pcm", "wav"]) {
      const answer = await server.ask({ input: text, response_format, instructions: "Whisper.", speed: 1.5 });
      expect(answer.headers.get("x-tts-warnings")).toBe("UNSUPPORTED_OPTION;option=instructions,UNSUPPORTED_OPTION;option=speed");
      await answer.arrayBuffer();
    }
  });

  it("passes on what the engine has", async () => {
    await using server = await startSpeechServer({ capabilities: { requestOptions: ["instructions"] } });
    const answer = await server.ask({ input: text, response_format: "pcm", instructions: "Whisper." });
    await answer.arrayBuffer();
    expect(answer.headers.get("x-tts-warnings")).toBeNull();
    expect(server.engine.requests[0]?.request.engineOptions).toEqual({ instructions: "Whisper." });
  });

  it.each([{ response_format: "pcm" }, { response_format: "wav" }, { response_format: "mp3" }])("breaks the body of $response_format when the engine fails in the middle", async (form) => {
    await using server = await startSpeechServer({ fault: { kind: "error", code: "SERVICE", afterMs: 1_000, retryable: false }, realTimeFactor: 0.05 }, {}, codecs);
    const answer = await server.ask({ input: text, ...form });
    expect(answer.status).toBe(200);
    await expect(answer.arrayBuffer()).rejects.toThrow(/terminated/);
    expect(await server.logged("speech")).toMatchObject({ outcome: "failed", code: "SERVICE" });
  });

  it("tells a failure in the middle as an event, and then breaks the body", async () => {
    await using server = await startSpeechServer({ fault: { kind: "error", code: "SERVICE", afterMs: 1_000, retryable: false } });
    const answer = await server.ask({ input: text, response_format: "pcm", stream_format: "sse" });
    let body = "";
    const decoder = new TextDecoder();
    const read = async (): Promise<void> => {
      for await (const part of answer.body ?? []) body += decoder.decode(part, { stream: true });
    };
    await expect(read()).rejects.toThrow(/terminated/);
    expect(eventsOf(body).at(-1)).toMatchObject({ type: "speech.audio.error", error: { code: "service" } });
  });

  it("answers over a web stream where there is no server around it, and leaves when its reader does", async () => {
    const { tts: slow, engine } = servedScripted({ realTimeFactor: 1 });
    const { tts: quick } = servedScripted();
    await using server = await createServer({ quick, slow });
    const request = (model: string): Promise<Response> =>
      Promise.resolve(server.app.request("/v1/audio/speech", { method: "POST", headers: { "content-type": "application/json", host: "localhost" }, body: JSON.stringify({ model, input: text, response_format: "pcm" }) }));
    expect((await bytesOf(await request("quick"))).length).toBe((await spokenWithout(text, {})).length);
    const answer = await request("slow");
    await answer.body?.cancel();
    await until(() => engine.activeRequests === 0);
    expect(engine.requests[0]?.state).toBe("aborted");
  });
});
