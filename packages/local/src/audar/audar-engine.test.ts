import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as rest } from "node:timers/promises";
import { TTSError, type EngineEvent, type SynthesisRequest } from "@parlando/engine";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { assembleAudar, type AudarEngine } from "./assemble-audar.ts";
import { threadsOf, type AudarParts } from "./audar-model.ts";
import type { AudarChunkMetrics, AudarOptions } from "./audar-options.ts";
import { writeModelFiles, type ModelFiles } from "./model-files.test-helper.ts";
import { createScriptedHost, type ModelScript, type ScriptedHost } from "./scripted-model.test-helper.ts";

const { signal } = new AbortController();

let files: ModelFiles;
beforeAll(async () => {
  files = await writeModelFiles();
});
afterAll(() => files.remove());

interface Made {
  readonly engine: AudarEngine;
  readonly host: ScriptedHost;
}

function make(options: AudarOptions = {}, script?: ModelScript, parts: Partial<AudarParts> = {}): Made {
  const host = createScriptedHost(script);
  const engine = assembleAudar({ model: files.folder, ...options }, { host: async () => host, environment: {}, randomSeed: () => 77, newRequestId: () => "id-1", ...parts });
  return { engine, host };
}

async function speak(engine: AudarEngine, change: Partial<SynthesisRequest> = {}): Promise<EngineEvent[]> {
  const request: SynthesisRequest = { text: "Hello there, world.", ssml: false, format: engine.capabilities.formats[0]!, marks: [], ...change };
  const events: EngineEvent[] = [];
  for await (const event of engine.synthesize(request, signal)) events.push(event);
  return events;
}

/** With a signal of its own, as an app's requests have. */
async function speakAlone(engine: AudarEngine): Promise<void> {
  const request: SynthesisRequest = { text: "Hello.", ssml: false, format: engine.capabilities.formats[0]!, marks: [] };
  for await (const event of engine.synthesize(request, new AbortController().signal)) if (event.type === "pcm") await rest(0);
}

const warningsIn = (events: readonly EngineEvent[]): string[] => events.flatMap((event) => (event.type === "warning" ? [event.code] : []));
const samplesIn = (events: readonly EngineEvent[]): number => events.reduce((sum, event) => sum + (event.type === "pcm" ? event.samples.length : 0), 0);

describe("what the model process is asked", () => {
  it("is the text as it is, the voice and the preset's own sampling", async () => {
    const { engine, host } = make();
    const events = await speak(engine);
    expect(events[0]).toEqual({ type: "start", format: { encoding: "pcm-f32le", sampleRate: 24_000, channels: 1 }, requestId: "id-1" });
    const [job] = host.jobs;
    expect(job).toMatchObject({
      text: "Hello there, world.",
      sampling: { temperature: 1, topK: 40, topP: 0.9, minP: 0, repetitionPenalty: 1.1, repetitionWindow: Infinity, seed: 77 },
      limits: { minimumCodes: 50, maximumCodes: 1500 },
      chunkCodes: "adaptive",
      seeded: false,
      expectedCodes: 87,
      highWaterMs: 2_000,
      maximumWaitMs: 10_000,
    });
    expect(job?.voice.codes).toHaveLength(399);
    expect(job?.voice.text).toContain("رجعت");
    expect(samplesIn(events)).toBe(87 * 480);
  });

  it("is phonemes, with the voice's own, for the first generation", async () => {
    const { engine, host } = make({ preset: "audar-v1-phonemes", phonemizer: "@parlando/espeak" });
    await speak(engine, { text: "Hello, عالم!" });
    expect(host.jobs[0]?.text).toBe("həlˈoʊ , ʕˈaːlam !");
    expect(host.jobs[0]?.voice.text).toMatch(/^hðˈiː ʔalʔˌiːaːmˈiːna/);
    expect(host.jobs[0]?.sampling).toMatchObject({ temperature: 0.3, repetitionWindow: 64 });
    await engine.close();
  });

  it("has no name of a control token in it, also where a text is cut into small parts", async () => {
    const { engine, host } = make({ maximumCodes: 60 });
    const events = await speak(engine, { text: "One <|TARGET_CODES_END|> two <|speech_5|> three." });
    expect(host.jobs.map(({ text }) => text).join(" ")).toBe("One two three.");
    expect(warningsIn(events)).toContain("CONTROL_TOKENS_REMOVED");
  });

  it("has the options of the engine under those of the request", async () => {
    const { engine, host } = make({ seed: 5, temperature: 0.5, topK: 3, maximumCodes: 200, chunkCodes: 25, highWaterMs: 500 });
    await speak(engine, { engineOptions: { temperature: 0, minP: 0.1, minimumCodes: 10, chunkCodes: "adaptive" } });
    expect(host.jobs[0]).toMatchObject({ seeded: true, chunkCodes: "adaptive", highWaterMs: 500, limits: { minimumCodes: 10, maximumCodes: 200 }, sampling: { seed: 5, temperature: 0, topK: 3, topP: 0.9, minP: 0.1 } });
    expect(engine.capabilities.deterministic).toBe(true);
    expect(make().engine.capabilities.deterministic).toBe(false);
  });

  it.each<[string, AudarOptions, Partial<SynthesisRequest>, string]>([
    ["none", {}, {}, "Eve"],
    ["the engine's", { voice: "Amal" }, {}, "Amal"],
    ["the request's", { voice: "Amal" }, { voice: "Wadee" }, "Wadee"],
    ["the option's", { voice: "Amal" }, { voice: "Wadee", engineOptions: { voice: "salem" } }, "Salem"],
  ])("speaks with the voice that is named: %s", async (_, options, request, expected) => {
    const { engine, host } = make(options);
    await speak(engine, request);
    await speak(engine, { voice: expected });
    expect(host.jobs[0]?.voice.key).toBe(host.jobs[1]?.voice.key);
    expect(new Set(host.jobs.map((job) => job.voice.key)).size).toBe(1);
  });

  it("takes a voice that is handed in with the request, and refuses one that is none", async () => {
    const { engine, host } = make();
    const reference = { name: "Mine", refText: "One two.", codes: Array.from({ length: 300 }, (_, index) => index) };
    await speak(engine, { engineOptions: { reference } });
    expect(host.jobs[0]?.voice.text).toBe("One two.");
    await expect(speak(engine, { engineOptions: { reference: { ...reference, codes: [70_000] } } })).rejects.toMatchObject({ code: "INVALID_CONFIG", message: expect.stringContaining("`codes.0`") as string });
    await expect(speak(engine, { engineOptions: { reference: { ...reference, codes: [1] } } })).rejects.toMatchObject({ code: "INVALID_CONFIG", message: expect.stringContaining("5000 to 15000 ms") as string });
  });

  it("makes long texts in parts that fit the context, each with a seed of its own", async () => {
    const { engine, host } = make();
    const text = "This is a sentence of some length, to be said. ".repeat(20).trim();
    const events = await speak(engine, { text });
    expect(host.jobs.length).toBeGreaterThan(3);
    expect(host.jobs.map((job) => job.text).join(" ")).toBe(text);
    for (const [index, job] of host.jobs.entries()) {
      expect(job.text.length).toBeLessThanOrEqual(engine.capabilities.limits.segmentCharacters ?? 0);
      expect(job.text.endsWith(".")).toBe(true);
      expect(job.sampling.seed).toBe(77 + index);
    }
    expect(events.filter(({ type }) => type === "start")).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ type: "usage", characters: text.length, details: { parts: host.jobs.length, queuedMs: 2 * host.jobs.length } });
  });

  it.each(["...", "😀", "—", "<|speech_1|>", "[whispers!]".replace("whispers", "")])("asks nothing where there is nothing to say: %j", async (text) => {
    const { engine, host } = make();
    const events = await speak(engine, { text });
    expect(host.specs).toEqual([]);
    expect(events.filter(({ type }) => type !== "warning").map(({ type }) => type)).toEqual(["start"]);
  });
});

describe("the model", () => {
  it("is opened once, with what its preset and the options say, and closed with the engine", async () => {
    const { engine, host } = make({ device: ["cuda", "cpu"], threads: 1, slots: 3, runtimes: { onnx: "file:///own.mjs" } });
    await speak(engine);
    await speak(engine);
    expect(host.specs).toHaveLength(1);
    expect(host.specs[0]).toMatchObject({
      backbonePath: join(files.folder, "backbone.gguf"),
      codecPath: join(files.folder, "codec.onnx"),
      tokenizerPath: undefined,
      backboneDevice: ["cuda", "cpu"],
      codecDevice: "cpu",
      modules: { onnx: "file:///own.mjs", llama: "node-llama-cpp" },
      contextTokens: 4096,
      slots: 3,
      threads: { backbone: 1, codec: 1 },
    });
    expect(engine.capabilities.limits.concurrency).toBe(3);
    await engine.close();
    await engine.close();
    expect(host.stillOpen()).toBe(0);
  });

  it("is found through PARLANDO_MODELS", async () => {
    const { engine, host } = make({ model: undefined }, undefined, { environment: { PARLANDO_MODELS: files.folder } });
    await speak(engine);
    expect(host.specs[0]?.backbonePath).toBe(join(files.folder, "backbone.gguf"));
  });

  it("is missed with every file, where to put it and where it comes from; and found when it has come", async () => {
    const some = await writeModelFiles(["backbone.gguf"]);
    const { engine } = make({ model: some.folder });
    const error: unknown = await speak(engine).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "MODEL_NOT_FOUND", engine: "audar", message: expect.stringMatching(/codec.*not found.*huggingface\.co.*parlando models/s) as string });
    await rename(join(files.folder, "codec.onnx"), join(some.folder, "codec.onnx"));
    expect(samplesIn(await speak(engine))).toBeGreaterThan(0);
    await rename(join(some.folder, "codec.onnx"), join(files.folder, "codec.onnx"));
    await some.remove();
  });

  it("chooses the preset by the file's name where none is given", async () => {
    expect(make({ model: "x/audar-tts-flash-v1-q8_0.gguf" }).engine.capabilities.languages).toEqual(["en", "ar"]);
    expect(make({ model: "x/Audar-TTS-V1-Flash-Q8_0.gguf" }).engine.capabilities.languages).toEqual(["ar", "en"]);
  });

  it("is loaded, and the voice prepared, by warmUp", async () => {
    const { engine, host } = make({ voice: "Salem" });
    await engine.warmUp(signal);
    expect([host.loads(), host.prepared.map(({ codes }) => codes.length)]).toEqual([1, [399]]);
  });
});

describe("threadsOf", () => {
  it.each([
    [undefined, 1, 1, 1],
    [undefined, 2, 1, 1],
    [undefined, 4, 3, 1],
    [undefined, 8, 6, 2],
    [undefined, 64, 8, 4],
    [3, 4, 3, 3],
    [1_024, 2, 2, 2],
    [{ backbone: 1_024, codec: 1_024 }, 4, 4, 4],
    [{ backbone: 5 }, 8, 5, 2],
    [{ codec: 3 }, 4, 1, 3],
  ])("of %o on %i cores", (given, cores, backbone, codec) => {
    expect(threadsOf(given, cores)).toEqual({ backbone, codec });
  });
});

describe("what is told", () => {
  it("are the numbers of each piece, to the app", async () => {
    const told: AudarChunkMetrics[] = [];
    const { engine } = make({ onMetrics: (metrics) => void told.push(metrics) });
    await speak(engine);
    expect(told).toHaveLength(4);
    expect(told[0]).toEqual({ requestId: "id-1", part: 0, chunk: 0, codes: 25, totalCodes: 25, durationMs: 500, elapsedMs: 1, codesPerSecond: 100, firstChunkMs: 1, decodeMs: 0.5, final: false });
    expect(told.at(-1)).toMatchObject({ totalCodes: 87, final: true });
  });

  it("is that the app's function threw, and speech goes on", async () => {
    const { engine } = make({ onMetrics: () => { throw new TypeError("mine"); } });
    const events = await speak(engine);
    expect(warningsIn(events)).toEqual(["CALLBACK_FAILED"]);
    expect(samplesIn(events)).toBe(87 * 480);
  });

  it("is that the app's asynchronous function failed, and nothing is rejected unhandled", async () => {
    const unhandled: unknown[] = [];
    const listener = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", listener);
    const failing: () => unknown = () => Promise.reject(new TypeError("mine"));
    const { engine } = make({ onMetrics: failing });
    const events = await speak(engine);
    await rest(0);
    process.off("unhandledRejection", listener);
    expect(unhandled).toEqual([]);
    expect(warningsIn(events)).toEqual(["CALLBACK_FAILED"]);
  });

  it("is nothing of listeners, however many speak at once", async () => {
    const warnings: Error[] = [];
    const listener = (warning: Error): void => void warnings.push(warning);
    process.on("warning", listener);
    const { engine } = make();
    await Promise.all(Array.from({ length: 20 }, () => speakAlone(engine)));
    await rest(0);
    process.off("warning", listener);
    expect(warnings).toEqual([]);
  });

  it("are warnings of the text, the request and the model", async () => {
    const { engine } = make({}, { warnings: [{ code: "DEVICE_FALLBACK", message: "cuda: no driver; running on cpu" }], endedBy: "length" });
    const events = await speak(engine, { text: "Hi <|stop|> you.", rate: 2, pitch: 1, volume: 0.5, language: "fr" });
    expect(warningsIn(events)).toEqual(["OPTION_IGNORED", "OPTION_IGNORED", "OPTION_IGNORED", "LANGUAGE_UNSUPPORTED", "CONTROL_TOKENS_REMOVED", "DEVICE_FALLBACK", "SPEECH_CUT"]);
    expect(warningsIn(await speak(make().engine, { rate: 1, pitch: 0, volume: 1, language: "ar-EG" }))).toEqual([]);
  });

  it("are told once, however many parts the text has", async () => {
    const events = await speak(make({}, { endedBy: "length" }).engine, { text: "One sentence of many words that are said again. ".repeat(40) });
    expect(events.find((event) => event.type === "usage")?.details?.["parts"]).toBeGreaterThan(1);
    expect(warningsIn(events)).toEqual(["SPEECH_CUT"]);
  });

  it("is how long it was and what it took, in the end", async () => {
    const events = await speak(make().engine);
    expect(events.at(-1)).toEqual({
      type: "usage",
      characters: 19,
      details: { parts: 1, chunks: 4, codes: 87, audioMs: 1740, elapsedMs: 10, queuedMs: 2, prefillMs: 1, firstChunkMs: 3, codesPerSecond: 10_875, realTimeFactor: 8 / 1740, evaluatedPrefixTokens: 0, evaluatedPromptTokens: 7 },
    });
  });
});

describe("what fails", () => {
  it.each<[string, Partial<SynthesisRequest>, string]>([
    ["SSML", { ssml: true, text: "<speak>x</speak>" }, "UNSUPPORTED"],
    ["no text", { text: "" }, "INVALID_INPUT"],
    ["a book", { text: "x".repeat(20_001) }, "TEXT_TOO_LONG"],
    ["an unknown voice", { voice: "Nobody" }, "VOICE_NOT_FOUND"],
    ["a path for a voice", { voice: "../voices/Eve" }, "VOICE_NOT_FOUND"],
    ["an unknown option", { engineOptions: { speed: 2 } }, "INVALID_CONFIG"],
    ["a wrong option", { engineOptions: { topP: 0 } }, "INVALID_CONFIG"],
  ])("%s, before anything is announced", async (_, request, code) => {
    const { engine, host } = make();
    await expect(speak(engine, request)).rejects.toMatchObject({ code, engine: "audar" });
    expect(host.jobs).toEqual([]);
  });

  it.each<[AudarOptions, string]>([
    [{ preset: "audar-v9" }, "audar-v1-phonemes, audar-v1-flash"],
    [{ device: "gpu" as never }, '"auto", one of cpu, cuda'],
    [{ device: [] }, "device"],
    [{ seed: -1 }, "`seed`"],
    [{ slots: 0 }, "`slots`"],
    [{ chunkCodes: "fast" as never }, '"adaptive"'],
    [{ threads: { backbone: 0 } }, "`threads`"],
    [{ modle: "x" } as never, "there is nothing called `modle`"],
    [{ phonemizer: 5 as never }, "a function, or the name of a module"],
  ])("options such as %o", (options, part) => {
    expect(() => make(options)).toThrow(expect.objectContaining({ code: "INVALID_CONFIG", engine: "audar", message: expect.stringContaining(part) as string }) as Error);
  });

  it("no phonemizer, for a preset that needs one, with the line that helps", async () => {
    const { engine } = make({ preset: "audar-v1-phonemes" });
    await expect(speak(engine)).rejects.toMatchObject({ code: "INVALID_CONFIG", message: expect.stringContaining('`phonemizer: "@parlando/espeak"`') as string });
  });

  it("the model, with its own code, as an error of this engine", async () => {
    const fail = new TTSError("CONCURRENCY_LIMIT", "Speaking: 5 wait.", { retryAfterMs: 900 });
    await expect(speak(make({}, { fail }).engine)).rejects.toMatchObject({ code: "CONCURRENCY_LIMIT", engine: "audar", retryable: true, retryAfterMs: 900 });
    await expect(speak(make({}, { fail: new TypeError("secret words") as never }).engine)).rejects.toMatchObject({ code: "INTERNAL", message: expect.not.stringContaining("secret") as string });
  });

  it("sound that is no sound", async () => {
    const events = await speak(make({}, { alter: (samples) => samples.map((sample) => sample * 10) }).engine);
    for (const event of events) if (event.type === "pcm") for (const sample of event.samples) expect(Math.abs(sample)).toBeLessThanOrEqual(1);
    await expect(speak(make({}, { alter: (samples) => samples.fill(NaN) }).engine)).rejects.toMatchObject({ code: "BAD_AUDIO", engine: "audar" });
  });

  it("a phonemizer that never answers is left when the request is called off", async () => {
    const { engine } = make({ preset: "audar-v1-phonemes", phonemizer: () => new Promise<string>(() => {}) });
    const controller = new AbortController();
    const request: SynthesisRequest = { text: "Hello.", ssml: false, format: engine.capabilities.formats[0]!, marks: [] };
    const first = engine.synthesize(request, controller.signal)[Symbol.asyncIterator]().next();
    controller.abort();
    await expect(first).rejects.toMatchObject({ code: "ABORTED" });
  });
});

describe("voices", () => {
  it("are the seven and one's own", async () => {
    const folder = join(files.folder, "voices");
    await mkdir(folder);
    await writeFile(join(folder, "Anna.json"), JSON.stringify({ name: "Anna", refText: "Guten Tag.", codes: [1, 2], metadata: { lang: "de", gender: "female" } }));
    const voices = await make({ voicesFolder: folder }).engine.voices(signal);
    expect(voices.map(({ id }) => id)).toEqual(["Amal", "Amin", "Anna", "Eve", "Hanaa", "Salama", "Salem", "Wadee"]);
    expect(voices.find(({ id }) => id === "Anna")).toMatchObject({ languages: ["de"], gender: "female", engine: "audar" });
    expect(voices.find(({ id }) => id === "Eve")).toMatchObject({ languages: ["ar", "en"], gender: "female", sampleRates: [24_000] });
  });
});
