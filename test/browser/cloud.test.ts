import { createFakeAzure, createFakeElevenLabs, createFakeOpenAI, type FakeOptions, type FakeServer } from "@parlando/testkit/fakes";
import { numberedText } from "@parlando/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { compareSpeech } from "../cloud/speech-of.test-helper.ts";
import type { EngineOrder } from "./page/open-engine.ts";
import { hasBrowser, inBrowser, openRig, samplesOf, type BrowserRig, type OpenPage } from "./rig.test-helper.ts";

const text = numberedText({ words: 12, sentenceWords: 5 });
const pieces = text.match(/[^]{1,7}/gu) ?? [];
const key = "key-of-a-page";
const msPerCharacter = 40;
const speech = { encoding: "exact", sampleRate: 24_000, msPerCharacter } as const;
const whole = { words: 12, begunAgain: 0, repeated: 0, leftOut: 0, endsEarly: false, wrong: undefined };

/** One way of an engine to its service. */
interface Way {
  /** Whether it is over a WebSocket. */
  readonly socket: boolean;
  readonly marks: boolean;
  openFake(options: FakeOptions): Promise<FakeServer>;
  order(fake: FakeServer, apiKey: string): EngineOrder;
}

const openAI = (streamFormat: "audio" | "sse"): Way => ({
  socket: false,
  marks: false,
  openFake: createFakeOpenAI,
  order: ({ url }, apiKey) => ({ engine: "openai", options: { apiKey, baseURL: `${url}/v1`, formats: ["pcm"], streamFormat } }),
});

const elevenLabs = (transport: "http" | "socket" | "multi"): Way => ({
  socket: transport !== "http",
  marks: true,
  openFake: createFakeElevenLabs,
  order: ({ url }, apiKey) => ({ engine: "elevenlabs", options: { apiKey, baseURL: url, transport } }),
});

const azure = (textStreaming: boolean): Way => ({
  socket: true,
  marks: true,
  openFake: createFakeAzure,
  order: ({ url }, apiKey) => ({ engine: "azure", options: { key: apiKey, endpoint: url, textStreaming } }),
});

const ways: Readonly<Record<string, Way>> = {
  "OpenAI, bytes": openAI("audio"),
  "OpenAI, events": openAI("sse"),
  "ElevenLabs, HTTP": elevenLabs("http"),
  "ElevenLabs, socket": elevenLabs("socket"),
  "ElevenLabs, contexts": elevenLabs("multi"),
  Azure: azure(false),
  "Azure, text in pieces": azure(true),
};
const all = Object.entries(ways);
const overHttp = all.filter(([, { socket }]) => !socket);

describe.skipIf(!hasBrowser)(`cloud engines ${inBrowser}`, () => {
  let rig: BrowserRig;
  let page: OpenPage;
  const fakes: FakeServer[] = [];

  beforeAll(async () => {
    rig = await openRig();
    page = await rig.openPage();
  }, 120_000);

  afterAll(() => rig.close());

  afterEach(async () => {
    await Promise.all(fakes.splice(0).map((fake) => fake.close()));
    // A connection that was opened ahead and is not needed any more.
    expect(page.takeProblems().filter((problem) => !problem.endsWith("WebSocket is closed before the connection is established."))).toEqual([]);
  });

  async function openFake(way: Way, options: FakeOptions = {}): Promise<FakeServer> {
    const fake = await way.openFake({ key, encoding: "exact", msPerCharacter, blockMs: 40, ...options });
    fakes.push(fake);
    return fake;
  }

  it.each(all)("say every sample: %s", async (_, way) => {
    const fake = await openFake(way, { raggedSeed: 5 });
    const result = await page.speak({ ...way.order(fake, key), pieces });
    expect(result.error).toBeUndefined();
    expect(result.warnings).toEqual([]);
    expect(compareSpeech(samplesOf(result.samples), text, speech)).toEqual(whole);
    const words = result.marks.filter(({ kind }) => kind === "word");
    expect(words.map(({ textStart, textEnd }) => text.slice(textStart, textEnd).replace(".", "")).join(" ")).toBe(text.replaceAll(".", ""));
    expect(new Set(words.map(({ source }) => source))).toEqual(new Set([way.marks ? "native" : "estimated"]));
    if (way.socket) await expect.poll(() => fake.openConnections, { timeout: 5_000 }).toBe(0);
  });

  it.each(all.flatMap(([name, way]) => (["signal", "interrupt"] as const).map((by) => [name, by, way] as const)))("are called off at the server: %s, by %s", async (_, by, way) => {
    const fake = await openFake(way, { realTimeFactor: 1 });
    const result = await page.speak({ ...way.order(fake, key), pieces, stop: { by, afterMs: 120 }, keepOpen: true });
    expect(result.error?.code).toBe(by === "signal" ? "ABORTED" : undefined);
    expect(fake.requests.length).toBeGreaterThan(0);
    await expect.poll(() => fake.requests.every(({ state }) => state === "called-off" || state === "finished") && fake.requests.some(({ state }) => state === "called-off"), { timeout: 5_000 }).toBe(true);
    await page.closeEngines();
    if (way.socket) await expect.poll(() => fake.openConnections, { timeout: 5_000 }).toBe(0);
  });

  it.each(all.filter(([name]) => ["OpenAI, bytes", "ElevenLabs, contexts", "Azure"].includes(name)))("are called off when the page is left: %s", async (_, way) => {
    const fake = await openFake(way, { realTimeFactor: 1 });
    const other = await rig.openPage();
    const end = other.speak({ ...way.order(fake, key), pieces }).then(() => "spoken", () => "cut off");
    await expect.poll(() => fake.requests.some(({ audioBytes }) => audioBytes > 0), { timeout: 10_000 }).toBe(true);
    await other.leave();
    expect(await end).toBe("cut off");
    await expect.poll(() => fake.requests.some(({ state }) => state === "called-off"), { timeout: 5_000 }).toBe(true);
  });

  it.each(all)("tell that a key is wrong: %s", async (name, way) => {
    const fake = await openFake(way);
    const result = await page.speak({ ...way.order(fake, "wrong"), pieces });
    // A browser does not tell why a WebSocket was refused.
    expect(result.error?.code).toBe(name.startsWith("Azure") ? "CONNECTION" : "AUTHENTICATION");
    expect(result.error?.message).not.toContain("wrong");
    expectOnlyBrowsers(page.takeProblems());
  });

  it.each(overHttp)("ask again after a refusal: %s", async (_, way) => {
    const fake = await openFake(way, { fault: (_request, index) => (index === 0 ? { kind: "status", status: 503 } : undefined) });
    const result = await page.speak({ ...way.order(fake, key), pieces });
    expect(result.error).toBeUndefined();
    expect(compareSpeech(samplesOf(result.samples), text, speech)).toEqual(whole);
    expect(fake.requests.length).toBeGreaterThan(1);
    expectOnlyBrowsers(page.takeProblems());
  });

  it.each(overHttp)("see a broken answer, and go on where marks tell how far it came: %s", async (_, way) => {
    const fake = await openFake(way, { fault: (_request, index) => (index === 0 ? { kind: "cut", afterBytes: 9_601 } : undefined) });
    const result = await page.speak({ ...way.order(fake, key), pieces });
    const found = compareSpeech(samplesOf(result.samples), text, speech);
    expect(found).toMatchObject({ repeated: 0, leftOut: 0, wrong: undefined, endsEarly: !way.marks });
    expect(result.error?.code).toBe(way.marks ? undefined : "TRUNCATED");
    expectOnlyBrowsers(page.takeProblems());
  });

  it.each([all[0], all[4], all[5]].flatMap((entry) => (entry === undefined ? [] : [entry])))("speak by nothing but a config: %s", async (_, way) => {
    const fake = await openFake(way);
    const { engine, options } = way.order(fake, key);
    const result = await page.speakByConfig({ config: { engine: { engine, options: { ...options } } }, text });
    expect(result.error).toBeUndefined();
    expect(compareSpeech(samplesOf(result.samples), text, speech)).toEqual(whole);
  });

  it("need no key in the page where the service has tokens: Azure", async () => {
    const fake = await openFake(azure(false));
    const answer = await fetch(`${fake.url}/sts/v1.0/issueToken`, { method: "POST", headers: { "ocp-apim-subscription-key": key } });
    const result = await page.speak({ engine: "azure", options: { token: await answer.text(), endpoint: fake.url }, pieces });
    expect(result.error).toBeUndefined();
    expect(compareSpeech(samplesOf(result.samples), text, speech)).toEqual(whole);
  });

  it("tell by code what a page cannot have", async () => {
    for (const engine of ["edge", "polly", "audar"]) expect((await page.speakByConfig({ config: engine, text })).error?.code, engine).toBe("UNSUPPORTED");
    expect((await page.speakByConfig({ config: "./parlando.json", text })).error?.code).toBe("INVALID_CONFIG");
    expect((await page.speakByConfig({ config: "openai", text })).error?.code).toBe("AUTHENTICATION");
    expect((await page.speakByConfig({ config: "nobody", text })).error?.code).toBe("ENGINE_NOT_FOUND");
  });

  it("say what may be wrong where a server does not let the page in", async () => {
    const fake = await createFakeOpenAI({ key, crossOrigin: false });
    fakes.push(fake);
    const result = await page.speak({ ...openAI("audio").order(fake, key), pieces });
    expect(result.error?.code).toBe("CONNECTION");
    expect(result.error?.message).toContain("CORS");
    expect(fake.requests).toHaveLength(0);
    expectOnlyBrowsers(page.takeProblems());
  });

  it.each(all.filter(([name]) => !name.startsWith("Azure")))("answer for credentials and voices: %s", async (_, way) => {
    const fake = await openFake(way);
    const answers = await page.askEngine(way.order(fake, key));
    expect(answers.runsIn).toContain("browser");
    expect(answers.credentials).toBe("valid");
    expect(answers.voices.length).toBeGreaterThan(3);
    expect((await page.askEngine(way.order(fake, "wrong"))).credentials).toBe("invalid");
    expectOnlyBrowsers(page.takeProblems());
  });
});

/** What a browser itself writes into its console when a request fails, whatever the page does with the error. */
function expectOnlyBrowsers(problems: readonly string[]): void {
  expect(problems.filter((problem) => !/^(?:error|warning): (?:Failed to load resource: |Access to fetch at |WebSocket connection to )/u.test(problem))).toEqual([]);
}
