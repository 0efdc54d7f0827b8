import { describe, expect, it } from "vitest";
import { startServer } from "../testing/start-server.ts";

/** The message of a refusal; the status where there is none. */
async function answerTo(url: string, path: string, body: unknown): Promise<string | number> {
  const answer = await fetch(url + path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  if (answer.ok) return (await answer.arrayBuffer(), answer.status);
  const told = (await answer.json()) as { error?: { message: string }; detail?: string };
  return `${answer.status} ${told.error?.message ?? told.detail ?? ""}`;
}

const input = "Hello.";

describe("a body that is not as it has to be", () => {
  it.each<[unknown, string]>([
    [{}, 'The field "input" is missing. The request has to have it.'],
    [{ input: null }, 'The field "input" is wrong. It has to be text.'],
    [{ input: "" }, 'The field "input" is empty. It has to have something to say.'],
    [null, "The body is wrong. It has to be an object."],
    [{ input, voice: 7 }, 'The field "voice" is wrong. It has to be text or an object.'],
    [{ input, voice: { id: null } }, 'The field "voice" is wrong. It has to be text or an object.'],
    [{ input, speed: 0.1 }, 'The field "speed" is wrong. It has to be 0.25 or more.'],
    [{ input, speed: 5 }, 'The field "speed" is wrong. It has to be 4 or less.'],
    [{ input, speed: "1" }, 'The field "speed" is wrong. It has to be a number.'],
    [{ input, ssml: "no" }, 'The field "ssml" is wrong. It has to be true or false.'],
    [{ input, stream_format: "mp3" }, 'The field "stream_format" is wrong. It has to be "audio" or "sse".'],
    [{ input, pitch: null }, 'The field "pitch" is not known here. Leave it out.'],
  ])("is refused in plain words: %j", async (body, message) => {
    await using started = await startServer();
    expect(await answerTo(started.url, "/v1/audio/speech", body)).toBe(`400 ${message}`);
  });

  it.each<[unknown, string]>([
    [{ text: input, chunk_size: "many" }, 'The field "chunk_size" is wrong. It has to be a number from 1 to 10000.'],
    [{ text: input, chunk_size: 0 }, 'The field "chunk_size" is wrong. It has to be a number from 1 to 10000.'],
    [{ text: input, exaggeration: "11" }, 'The field "exaggeration" is wrong. It has to be a number from 0 to 10.'],
    [{ text: input, seed: true }, 'The field "seed" is wrong. It has to be a number from 0 to 4294967295.'],
  ])("is refused in the words of its schema, where that has some: %j", async (body, message) => {
    await using started = await startServer();
    expect(await answerTo(started.url, "/synthesize", body)).toBe(`400 ${message}`);
  });
});

it("null is the same as nothing for a field that may be absent", async () => {
  await using started = await startServer();
  const unset = { model: null, voice: null, speed: null, instructions: null, stream_format: null, stream: null, language: null, ssml: null };
  expect(await answerTo(started.url, "/v1/audio/speech", { input, response_format: "pcm", ...unset })).toBe(200);
  expect(await answerTo(started.url, "/synthesize", { text: input, model: null, voice: null, language: null, chunk_size: null, exaggeration: null, temperature: null, cfg_weight: null, seed: null })).toBe(200);
});
