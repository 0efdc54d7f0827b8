import { inspect } from "node:util";
import { TTSError } from "@parlando/engine";
import { assertSpoken, numberedText } from "@parlando/testkit";
import { createFakeAzure, type FakeAzureOptions, type FakeServer } from "@parlando/testkit/fakes";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createAzureEngine, type AzureEngine, type AzureOptions } from "./index.ts";
import { engineFor, readAll, requestFor, samplesOf, speak } from "./reading.test-helper.ts";

const text = numberedText({ words: 12, sentenceWords: 4, first: 700 });
const never = (): AbortSignal => new AbortController().signal;
const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of open.splice(0).reverse()) await close();
});

async function start(options: AzureOptions = {}, fakeOptions: FakeAzureOptions = {}): Promise<{ fake: FakeServer; engine: AzureEngine }> {
  const fake = await createFakeAzure({ key: "k", ...fakeOptions });
  open.push(() => fake.close());
  const engine = engineFor(fake, options);
  open.push(() => engine.close());
  return { fake, engine };
}

describe("speech", () => {
  it("comes whole and in order, however it is cut", async () => {
    for (const raggedSeed of [1, 2, 3]) {
      const { engine } = await start({}, { raggedSeed });
      const { audio, error, format, requestId } = await speak(engine, text);
      expect(error).toBeUndefined();
      expect(format).toEqual({ encoding: "pcm-s16le", sampleRate: 24_000, channels: 1 });
      expect(requestId).toMatch(/^[0-9A-F]{32}$/u);
      assertSpoken(samplesOf(audio), 24_000, text, { encoding: "exact" });
    }
  });

  it("hands the first chunk on before the service sends its second", async () => {
    const { fake, engine } = await start({}, { realTimeFactor: 1, blockMs: 200 });
    const controller = new AbortController();
    const { pieces } = await readAll(engine.synthesize(requestFor(text), controller.signal), ({ type }) => {
      if (type !== "audio" || controller.signal.aborted) return;
      expect(fake.requests[0]?.audioBytes).toBe(9_600);
      controller.abort();
    });
    expect(pieces).toEqual([9_600]);
  });

  it("speaks several requests at once, each over its own connection, and goes on with two of them", async () => {
    const { fake, engine } = await start({}, { realTimeFactor: 0.02 });
    const texts = [1, 2, 3].map((first) => numberedText({ words: 8, first: first * 50 }));
    const readings = await Promise.all(texts.map((one) => speak(engine, one)));
    readings.forEach(({ audio }, index) => assertSpoken(samplesOf(audio), 24_000, texts[index] ?? "", { encoding: "exact" }));
    expect(fake.connections).toBe(3);
    await Promise.all([speak(engine, text), speak(engine, text)]);
    expect(fake.connections).toBe(3);
    await expect.poll(() => fake.openConnections).toBe(2);
  });

  it("speaks many turns over one connection", async () => {
    const { fake, engine } = await start();
    for (let turn = 0; turn < 12; turn += 1) {
      const { audio, marks } = await speak(engine, text, { marks: turn % 2 === 0 ? ["word"] : [] });
      assertSpoken(samplesOf(audio), 24_000, text, { encoding: "exact" });
      expect(marks.length).toBe(turn % 2 === 0 ? 12 : 0);
    }
    expect(fake.connections).toBe(1);
  });

  it("closes a connection that has waited long enough", async () => {
    const { fake, engine } = await start({ keepMs: 30 });
    await speak(engine, "w1");
    await expect.poll(() => fake.openConnections, { timeout: 2_000 }).toBe(0);
  });

  it("gives the nearest format", async () => {
    const { engine } = await start();
    const formatOf = async (sampleRate: number, encoding: "pcm-f32le" | "mulaw" | "mp3"): Promise<unknown> => (await speak(engine, "w1", { format: { encoding, sampleRate, channels: 1 } })).format;
    expect(await formatOf(22_000, "pcm-f32le")).toMatchObject({ encoding: "pcm-s16le", sampleRate: 22_050 });
    expect(await formatOf(96_000, "pcm-f32le")).toMatchObject({ encoding: "pcm-s16le", sampleRate: 48_000 });
    expect(await formatOf(8_000, "mulaw")).toMatchObject({ encoding: "mulaw", sampleRate: 8_000 });
    expect(await formatOf(24_000, "mp3")).toMatchObject({ encoding: "pcm-s16le", sampleRate: 24_000 });
  });

  it("says TEXT_TOO_LONG for what does not fit into a message, and speaks what does", async () => {
    const { fake, engine } = await start();
    expect((await speak(engine, "&".repeat(14_000))).error).toMatchObject({ code: "TEXT_TOO_LONG" });
    expect(fake.requests).toHaveLength(0);
    const controller = new AbortController();
    const { error } = await readAll(engine.synthesize(requestFor("word ".repeat(12_000)), controller.signal), ({ type }) => void (type === "audio" && controller.abort()));
    expect(error).toMatchObject({ code: "ABORTED" });
  });

  it("ends without audio where there is nothing to say", async () => {
    const { engine } = await start({}, { fault: () => ({ kind: "empty" }) });
    expect(await speak(engine, "...")).toMatchObject({ error: undefined, audio: Buffer.alloc(0), format: { sampleRate: 24_000 } });
    expect((await speak(engine, "Hello.")).error).toMatchObject({ code: "NO_AUDIO" });
  });

  it("follows a service that makes audio slowly, and gives one up that is far too slow", async () => {
    const { engine } = await start({}, { realTimeFactor: 1, msPerCharacter: 20 });
    expect((await speak(engine, "w1 w2 w3 w4 w5")).error).toBeUndefined();
    const slow = await start({ stallMs: 300, maxRealTimeFactor: 1 }, { realTimeFactor: 2, blockMs: 100 });
    expect((await speak(slow.engine, text)).error).toMatchObject({ code: "TIMEOUT", message: expect.stringContaining("maxRealTimeFactor") as string });
  });

  it("is not taken in by a blocked event loop", async () => {
    const { engine } = await start({ stallMs: 200 }, { realTimeFactor: 0.3, blockMs: 50 });
    let blocked = false;
    const { error } = await readAll(engine.synthesize(requestFor(text), never()), ({ type }) => {
      if (type !== "audio" || blocked) return;
      blocked = true;
      const until = performance.now() + 500;
      while (performance.now() < until);
    });
    expect(error).toBeUndefined();
  });
});

describe("calling off", () => {
  it("before, while connecting, before the first audio, in its middle and after the end", async () => {
    const { fake, engine } = await start({}, { firstAudioMs: 60, realTimeFactor: 1 });
    const before = new AbortController();
    before.abort();
    expect((await speak(engine, text, {}, before.signal)).error).toMatchObject({ code: "ABORTED" });
    expect(fake.connections).toBe(0);
    for (const delayMs of [0, 30, 150]) {
      const controller = new AbortController();
      const reading = speak(engine, text, {}, controller.signal);
      setTimeout(() => controller.abort(), delayMs);
      expect((await reading).error).toMatchObject({ code: "ABORTED" });
    }
    const after = new AbortController();
    expect((await speak(engine, "w1", {}, after.signal)).error).toBeUndefined();
    after.abort();
    await engine.close();
    await engine.close();
    await expect.poll(() => fake.openConnections).toBe(0);
  });

  it("reaches the service at once, by the signal and by leaving", async () => {
    const { fake, engine } = await start({}, { realTimeFactor: 1 });
    const controller = new AbortController();
    await readAll(engine.synthesize(requestFor(text), controller.signal), ({ type }) => void (type === "audio" && controller.abort()));
    await expect.poll(() => fake.requests[0]?.state, { interval: 1, timeout: 500 }).toBe("called-off");
    for await (const event of engine.synthesize(requestFor(text), never())) if (event.type === "audio") break;
    await expect.poll(() => fake.requests[1]?.state, { interval: 1, timeout: 500 }).toBe("called-off");
  });

  it("sends nothing over a connection that is made after it", async () => {
    const { fake, engine } = await start();
    const controller = new AbortController();
    const reading = speak(engine, text, {}, controller.signal);
    await Promise.resolve();
    controller.abort();
    await reading;
    await engine.close();
    await expect.poll(() => fake.openConnections).toBe(0);
    expect(fake.requests).toHaveLength(0);
  });
});

describe("connections", () => {
  it("are opened ahead, once, and used by the first request", async () => {
    const { fake, engine } = await start();
    await engine.warmUp(never());
    await engine.warmUp(never());
    expect(fake.connections).toBe(1);
    await speak(engine, text);
    expect(fake.connections).toBe(1);
  });

  it("that were opened ahead and never used are closed", async () => {
    const { fake, engine } = await start();
    await engine.warmUp(never());
    await engine.close();
    await expect.poll(() => fake.openConnections).toBe(0);
    await expect(engine.warmUp(never())).rejects.toMatchObject({ code: "ABORTED" });
  });

  it("are authorized by tokens, a fresh one for each", async () => {
    const fake = await createFakeAzure({ key: "k" });
    open.push(() => fake.close());
    let asked = 0;
    const token = async (): Promise<string> => {
      asked += 1;
      return (await fetch(new URL("/sts/v1.0/issueToken", fake.url), { method: "POST", headers: { "ocp-apim-subscription-key": "k" } })).text();
    };
    const engine = createAzureEngine({ token, endpoint: fake.url });
    open.push(() => engine.close());
    expect((await speak(engine, text)).error).toBeUndefined();
    expect((await speak(engine, text)).error).toBeUndefined();
    expect(asked).toBe(1);
    expect(await engine.checkCredentials(never())).toMatchObject({ status: "valid" });
    const failing = createAzureEngine({ token: () => Promise.reject(new Error("canary")), endpoint: fake.url });
    const { error } = await speak(failing, text);
    expect(error).toMatchObject({ code: "AUTHENTICATION" });
    expect(inspect(error, { depth: 10 })).not.toContain("canary");
  });
});

describe("credentials and voices", () => {
  it("reports valid, invalid, missing and unreachable", async () => {
    const { fake, engine } = await start();
    expect(await engine.checkCredentials(never())).toMatchObject({ status: "valid" });
    expect(await engineFor(fake, { key: "other" }).checkCredentials(never())).toMatchObject({ status: "invalid" });
    vi.stubEnv("AZURE_SPEECH_KEY", "");
    expect(await createAzureEngine({}).checkCredentials(never())).toMatchObject({ status: "missing", missing: ["key (AZURE_SPEECH_KEY)", "region (AZURE_SPEECH_REGION)"] });
    await fake.close();
    expect(await engineFor(fake).checkCredentials(never())).toMatchObject({ status: "unreachable" });
    expect(fake.requests).toHaveLength(0);
  });

  it("fails with AUTHENTICATION and the names of what is missing", async () => {
    expect((await speak(createAzureEngine({ key: "k" }), text)).error).toMatchObject({ code: "AUTHENTICATION", message: expect.stringMatching(/region is missing.*AZURE_SPEECH_REGION/u) as string });
  });

  it("come from the environment, but a key goes to no strange host", async () => {
    const { fake } = await start();
    vi.stubEnv("AZURE_SPEECH_KEY", "k");
    vi.stubEnv("AZURE_SPEECH_ENDPOINT", fake.url);
    expect(await createAzureEngine().checkCredentials(never())).toMatchObject({ status: "valid" });
    expect(await createAzureEngine({ endpoint: fake.url }).checkCredentials(never())).toMatchObject({ status: "missing", missing: ["key (AZURE_SPEECH_KEY)"] });
  });

  it("lists voices in our words, fetched once", async () => {
    const { engine } = await start();
    const voices = await engine.voices(never());
    expect(voices).toHaveLength(15);
    expect(voices.find(({ id }) => id === "en-US-JennyNeural")).toMatchObject({ name: "Jenny", engine: "azure", gender: "female", languages: ["en-US"], styles: expect.arrayContaining(["cheerful"]) as unknown, sampleRates: [24_000] });
    expect(await engine.voices(never())).toBe(voices);
  });

  it("shows a key nowhere", async () => {
    const key = "canary-4711";
    const { fake } = await start();
    const engine = createAzureEngine({ key, endpoint: fake.url });
    const { error } = await speak(engine, text);
    expect(error).toMatchObject({ code: "AUTHENTICATION" });
    for (const shown of [inspect(engine, { depth: 10, showHidden: true }), JSON.stringify(engine), inspect(error, { depth: 10 }), JSON.stringify(error), String(error)]) expect(shown).not.toContain(key);
    expect(() => createAzureEngine({ key, region: key.repeat(2), speed: 1 } as AzureOptions)).toThrow(expect.not.objectContaining({ message: expect.stringContaining(key) as string }) as Error);
  });
});

describe("the vendor's SDK", () => {
  it("is asked for with the line that installs it", async () => {
    const { fake } = await start();
    const engine = engineFor(fake, { loadSdk: () => Promise.reject(Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" })) });
    expect((await speak(engine, text)).error).toMatchObject({ code: "ENGINE_UNAVAILABLE", message: expect.stringContaining("npm install microsoft-cognitiveservices-speech-sdk") as string });
    expect((await speak(engineFor(fake, { loadSdk: async () => ({}) }), text)).error).toMatchObject({ code: "ENGINE_UNAVAILABLE" });
  });
});

describe("options", () => {
  it("are checked, without their values", () => {
    const messageOf = (options: object): string => {
      try {
        createAzureEngine(options);
      } catch (error) {
        return TTSError.isInstance(error) ? `${error.code} ${error.message}` : "untyped";
      }
      return "";
    };
    expect(messageOf({ keys: "x" })).toMatch(/^INVALID_CONFIG .*no option `keys`/u);
    expect(messageOf({ styleDegree: 3 })).toMatch(/^INVALID_CONFIG .*styleDegree/u);
    expect(messageOf({ endpoint: "ftp://x" })).toMatch(/^INVALID_CONFIG .*endpoint/u);
    expect(messageOf({ region: "west europe" })).toMatch(/^INVALID_CONFIG .*region/u);
  });

  it("of a request go into its SSML", async () => {
    const { fake, engine } = await start({ style: "sad" });
    await speak(engine, text, { voice: "en-US-JennyNeural", engineOptions: { style: "cheerful", styleDegree: 2 }, rate: 1.5 });
    expect(fake.requests[0]?.text).toContain('<mstts:express-as style="cheerful" styledegree="2"><prosody rate="+50%">');
    expect((await speak(engine, text, { engineOptions: { styles: "x" } })).error).toMatchObject({ code: "INVALID_CONFIG" });
  });
});
