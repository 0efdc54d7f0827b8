import { inspect } from "node:util";
import { assertSpoken } from "@parlando/testkit";
import { createFakeOpenAI } from "@parlando/testkit/fakes";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { createEngine } from "./index.ts";
import { createOpenAIEngine } from "./openai-engine.ts";
import { open, read, samplesOf, text } from "./openai-engine.test-helper.ts";

const signal = new AbortController().signal;

beforeEach(() => {
  for (const name of ["OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"]) vi.stubEnv(name, "");
});
afterEach(() => void vi.unstubAllEnvs());

describe("the openai engine", () => {
  it("speaks, and tells the id of the request and what was used", async () => {
    const { fake, engine } = await open({ sse: { doneMarker: true } }, { streamFormat: "sse", instructions: "calm" });
    const { events, audio } = await read(engine, { voice: "nova", rate: 1.25 });
    assertSpoken(samplesOf(audio), 24_000, text, { encoding: "exact" });
    expect(events[0]).toEqual({ type: "start", format: { encoding: "pcm-s16le", sampleRate: 24_000, channels: 1 }, requestId: "req_fake_1" });
    expect(events.at(-1)).toMatchObject({ type: "usage", characters: text.length, details: { output_tokens: text.length } });
    expect(fake.requests).toMatchObject([{ text, voice: "nova", parameters: { model: "gpt-4o-mini-tts", instructions: "calm", speed: 1.25, stream_format: "sse", response_format: "pcm" } }]);
  });

  it.each(["\n", "\r\n", "\r", "mixed"] as const)("reads events whose lines end with %j, cut anywhere", async (lineEnd) => {
    const sse = { lineEnd, comments: true, multiLineData: true, byteOrderMark: true, eventNames: true, unknownEvents: true, doneMarker: true };
    const { engine } = await open({ sse, raggedSeed: 11 }, { streamFormat: "sse" });
    const { audio, error } = await read(engine);
    expect(error).toBeUndefined();
    assertSpoken(samplesOf(audio), 24_000, text, { encoding: "exact" });
  });

  it("gives the first audio before the server has made the last", async () => {
    const { fake, engine } = await open({ realTimeFactor: 1 });
    for await (const event of engine.synthesize({ text, ssml: false, format: { encoding: "pcm-s16le", sampleRate: 24_000, channels: 1 }, marks: [] }, signal)) {
      if (event.type !== "audio") continue;
      expect(fake.requests[0]?.state).toBe("active");
      break;
    }
  });

  it("speaks without a key where none is needed, by any model and voice", async () => {
    const { fake } = await open({ keyOptional: true, models: "any", voices: "any", sampleRate: 22_050 });
    const engine = createEngine({ baseURL: `${fake.url}/v1`, model: "kokoro", voice: "af_bella", sampleRate: 22_050 });
    onTestFinished(() => engine.close());
    const { audio, events } = await read(engine);
    assertSpoken(samplesOf(audio), 22_050, text, { encoding: "exact" });
    expect(events[0]).toMatchObject({ format: { sampleRate: 22_050 } });
    expect(fake.requests[0]).toMatchObject({ voice: "af_bella", parameters: { model: "kokoro" } });
  });

  it("works by fetch, as in a browser", async () => {
    for (const streamFormat of ["audio", "sse"] as const) {
      const { fake, engine } = await open({ raggedSeed: 5 }, { fetch: globalThis.fetch, streamFormat });
      const { audio, error } = await read(engine);
      expect(error).toBeUndefined();
      assertSpoken(samplesOf(audio), 24_000, text, { encoding: "exact" });
      expect(fake.requests[0]?.state).toBe("finished");
    }
  });

  it("says which setting is wrong for a model or voice that the server does not have", async () => {
    const { engine } = await open();
    expect((await read(engine, { engineOptions: { model: "gpt-5" } })).error).toMatchObject({ code: "INVALID_CONFIG", message: expect.stringContaining("`model`") });
    for (const voice of ["nobody", { id: "voice_1" }]) expect((await read(engine, { engineOptions: { voice } })).error).toMatchObject({ code: "VOICE_NOT_FOUND", requestId: expect.any(String) });
    const { engine: long } = await open({}, { maxCharacters: 10_000 });
    expect((await read(long, { text: "x ".repeat(3_000) })).error?.code).toBe("TEXT_TOO_LONG");
  });

  it("shows neither key nor text, whatever echoes them", async () => {
    const key = "sk-canary-5150-abcdef";
    const { fake } = await open({ fault: () => ({ kind: "vendor", name: "echoes-request" }) });
    const options = { apiKey: key, baseURL: `${fake.url}/v1`, headers: { "x-proxy-token": "proxy-canary" } };
    const engine = createOpenAIEngine(options);
    onTestFinished(() => engine.close());
    const { error } = await read(engine, { text: "The canary sings at midnight." });
    const shown = [inspect(error, { depth: 9 }), inspect(engine, { depth: 9, showHidden: true }), JSON.stringify(engine), JSON.stringify(error), error?.message].join("\n");
    expect(error?.code).toBe("INVALID_INPUT");
    expect(shown).not.toMatch(/canary|sings|midnight|5150/);
    expect(inspect(await engine.checkCredentials(signal))).not.toMatch(/canary|5150/);
  });
});

describe("voices of the openai engine", () => {
  it("are those that a compatible server lists, fetched once", async () => {
    for (const voiceList of ["names", "objects"] as const) {
      const { fake, engine } = await open({ voiceList, voices: ["af_bella", "coral"] });
      const [one, two] = await Promise.all([engine.voices(signal), engine.voices(signal)]);
      expect([one.map(({ id }) => id), two === one]).toEqual([["af_bella", "coral"], true]);
      await fake.close();
      expect(await engine.voices(signal)).toBe(one);
    }
  });

  it("are OpenAI's where no list is to be had, without the network at OpenAI itself", async () => {
    const { engine } = await open();
    expect(await engine.voices(signal)).toHaveLength(13);
    const openai = createOpenAIEngine({ fetch: () => Promise.reject(new TypeError("no network")) });
    onTestFinished(() => openai.close());
    expect((await openai.voices(signal)).map(({ id }) => id)).toContain("marin");
  });

  it("fail with the server, and can be asked for again", async () => {
    const fake = await createFakeOpenAI({ voiceList: "names" });
    const { port } = fake;
    await fake.close();
    const engine = createOpenAIEngine({ baseURL: `http://127.0.0.1:${port}/v1` });
    onTestFinished(() => engine.close());
    await expect(engine.voices(signal)).rejects.toMatchObject({ code: "CONNECTION", engine: "openai" });
    const again = await createFakeOpenAI({ voiceList: "names", port });
    onTestFinished(() => again.close());
    expect(await engine.voices(signal)).toHaveLength(13);
  });
});

describe("credentials of the openai engine", () => {
  it("are told to be valid, invalid, missing or not needed", async () => {
    const { fake, engine } = await open({ key: "sk-test" });
    expect(await engine.checkCredentials(signal)).toMatchObject({ status: "valid" });
    const other = (options: object): Promise<unknown> => {
      const made = createOpenAIEngine({ baseURL: `${fake.url}/v1`, ...options });
      onTestFinished(() => made.close());
      return made.checkCredentials(signal);
    };
    expect(await other({ apiKey: "sk-wrong" })).toMatchObject({ status: "invalid" });
    expect(await other({})).toMatchObject({ status: "missing", missing: ["apiKey (OPENAI_API_KEY)"] });
    expect(await other({ baseURL: "https://api.openai.com/v1" })).toMatchObject({ status: "missing", missing: ["apiKey (OPENAI_API_KEY)"] });
    const { fake: free } = await open({ keyOptional: true });
    expect(await other({ baseURL: `${free.url}/v1` })).toMatchObject({ status: "not-needed" });
    await fake.close();
    expect(await other({ apiKey: "sk-test" })).toMatchObject({ status: "unreachable" });
  });

  it.each([[403, "valid"], [404, "valid"], [429, "valid"], [401, "invalid"], [500, "unreachable"]] as const)("are asked for otherwise where the list of models answers %i: %s", async (modelsStatus, status) => {
    const { engine } = await open({ modelsStatus, key: "sk-test" });
    expect(await engine.checkCredentials(signal)).toMatchObject({ status });
  });

  it("are not reported when that is called off", async () => {
    const { engine } = await open();
    await expect(engine.checkCredentials(AbortSignal.abort())).rejects.toMatchObject({ code: "ABORTED" });
  });
});

describe("the openai engine warmed up", () => {
  it("has its connection for the first request", async () => {
    const { fake, engine } = await open();
    await engine.warmUp(signal);
    expect((await read(engine)).error).toBeUndefined();
    expect(fake.connections).toBe(1);
  });
});
