import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { spokenWithout, startSpeechServer } from "../testing/speech-server.ts";

const text = "One two three. Four five six, seven eight nine.";

function clientOf(url: string): OpenAI {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: "any", maxRetries: 0 });
}

describe("the openai package", () => {
  it("reads the bytes while they are made", async () => {
    await using server = await startSpeechServer();
    const answer = await clientOf(server.url).audio.speech.create({ model: "gpt-4o-mini-tts", voice: "alloy", input: text, response_format: "pcm" });
    const parts: Uint8Array[] = [];
    for await (const part of answer.body ?? []) parts.push(part);
    expect(Buffer.concat(parts).equals(await spokenWithout(text, {}))).toBe(true);
  });

  it("reads events", async () => {
    await using server = await startSpeechServer();
    const answer = await clientOf(server.url).audio.speech.create({ model: "tts-1", voice: "nova", input: text, response_format: "pcm", stream_format: "sse" });
    const body = await answer.text();
    const deltas = [...body.matchAll(/^data: (\{"type":"speech\.audio\.delta".*)$/gm)].map(([, json]) => JSON.parse(json ?? "") as { audio: string });
    expect(Buffer.concat(deltas.map(({ audio }) => Buffer.from(audio, "base64"))).equals(await spokenWithout(text, {}))).toBe(true);
    expect(body.trimEnd().split("\n").at(-1)).toContain('"usage":{"input_tokens":47,"output_tokens":0,"total_tokens":47}');
  });

  it("throws what is wrong by its own classes", async () => {
    await using server = await startSpeechServer();
    const { speech } = clientOf(server.url).audio;
    await expect(speech.create({ model: "tts-1", voice: "alloy", input: text, response_format: "flac" })).rejects.toBeInstanceOf(OpenAI.BadRequestError);
    await expect(speech.create({ model: "none-such", voice: "alloy", input: text, response_format: "pcm" })).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });

  it("aborts, and frees the engine", async () => {
    await using server = await startSpeechServer({ realTimeFactor: 1 });
    const leaving = new AbortController();
    await clientOf(server.url).audio.speech.create({ model: "tts-1", voice: "alloy", input: text, response_format: "pcm" }, { signal: leaving.signal });
    leaving.abort();
    expect(await server.logged("speech")).toMatchObject({ outcome: "gone" });
  });
});
