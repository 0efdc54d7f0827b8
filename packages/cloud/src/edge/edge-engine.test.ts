import { inspect } from "node:util";
import { decodeWords, expectedWords, numberedText, spokenWords } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { createEdgeEngine } from "./edge-engine.ts";
import { decodeMp3, open, read, requestOf, stream, text, until } from "./edge-engine.test-helper.ts";

const never = (): AbortSignal => new AbortController().signal;

describe("the edge engine", () => {
  it("sends escaped text in one prosody, and asks for words and MP3", async () => {
    const { fake, engine } = await open();
    const { error, events } = await read(engine, { text: "Tom & Jerry <3 \u0000 x", voice: "en-GB-SoniaNeural", rate: 1.5, pitch: 2, volume: 0.5 });
    expect(error).toBeUndefined();
    const [request] = fake.requests;
    expect(request?.text).toContain("xml:lang='en-GB'><voice name='en-GB-SoniaNeural'><prosody pitch='+2st' rate='+50%' volume='-50%'>Tom &amp; Jerry &lt;3   x</prosody>");
    expect(request?.parameters).toMatchObject({ outputFormat: "audio-24khz-48kbitrate-mono-mp3", metadataOptions: { wordBoundaryEnabled: "true", sentenceBoundaryEnabled: "false" } });
    const [start] = events;
    expect(start).toEqual({ type: "start", format: { encoding: "mp3", sampleRate: 24_000, channels: 1, bitrate: 48_000 }, requestId: request?.parameters["requestId"] });
    expect(events.at(-1)).toEqual({ type: "usage", characters: 18 });
  });

  it("gives words where they are heard, within 30 ms", async () => {
    for (const raggedSeed of [undefined, 11]) {
      const { engine } = await open({ raggedSeed });
      const { marks, audio } = await read(engine);
      const heard = decodeWords(await decodeMp3(audio), 24_000);
      expect(heard.map(({ id }) => id)).toEqual(expectedWords(text));
      expect(marks.map(({ value }) => value.toLowerCase())).toEqual(heard.map(({ id }) => `w${id ?? ""}`));
      marks.forEach(({ timeMs, textStart, textEnd, value }, index) => {
        expect(Math.abs(timeMs - (heard[index]?.startFrame ?? Infinity) / 24)).toBeLessThan(30);
        expect(text.slice(textStart, textEnd)).toBe(value);
      });
    }
  });

  it("unescapes the words that it is told", async () => {
    const { engine } = await open();
    const own = "AT&T said <b>no</b> to O'Neil";
    const { marks } = await read(engine, { text: own });
    expect(marks.length).toBeGreaterThan(3);
    for (const { textStart, textEnd, value } of marks) expect(own.slice(textStart, textEnd)).toBe(value);
    expect(marks[0]?.value).toBe("AT&T");
  });

  it("chooses a voice for a language, and asks for no list where it need not", async () => {
    const { fake, engine } = await open();
    await read(engine, { language: "en" });
    expect(fake.connections).toBe(1);
    await read(engine, { language: "de-AT" });
    await read(engine, { language: "fr-FR", voice: "en-US-GuyNeural" });
    expect(fake.requests.map(({ voice }) => voice)).toEqual(["en-US-EmmaMultilingualNeural", "de-DE-KatjaNeural", "en-US-GuyNeural"]);
    expect((await read(engine, { language: "tlh" })).error).toMatchObject({ code: "VOICE_NOT_FOUND" });
  });

  it("takes the long names of voices too", async () => {
    const { fake, engine } = await open();
    expect((await read(engine, { voice: "Microsoft Server Speech Text to Speech Voice (zh-CN-liaoning, XiaobeiNeural)" })).error).toBeUndefined();
    expect(fake.requests[0]?.text).toContain("xml:lang='zh-CN-liaoning'");
  });

  it("speaks several requests at once, each on a connection of its own", async () => {
    const { fake, engine } = await open();
    const texts = [3, 5, 8].map((words) => numberedText({ words }));
    const readings = await Promise.all(texts.map((own) => read(engine, { text: own })));
    for (const [index, { audio }] of readings.entries()) expect(decodeWords(await decodeMp3(audio), 24_000).map(({ id }) => id)).toEqual(expectedWords(texts[index] ?? ""));
    expect(fake.requests.map(({ parameters }) => parameters["connection"])).toEqual([0, 1, 2]);
    await until(() => fake.openConnections === 0);
  });

  it("speaks through core, with whole words and their marks", async () => {
    const { engine } = await open();
    const { samples, marks, error } = await stream(engine);
    expect(error).toBeUndefined();
    expect(decodeWords(samples, 24_000).map(({ id, complete }) => (complete ? id : undefined))).toEqual(expectedWords(text));
    expect(marks.map(({ textStart, textEnd }) => text.slice(textStart, textEnd).toLowerCase())).toEqual(Array.from({ length: 12 }, (_, index) => `w${index}`));
  });
});

describe("the edge engine with long text", () => {
  const cases: readonly (readonly [name: string, long: string])[] = [
    ["lines", Array.from({ length: 60 }, (_, line) => numberedText({ words: 20 }).replaceAll(/\bw(\d+)/gi, (_whole, digits: string) => `w${Number(digits) + 20 * line}`)).join("\n")],
    ["words", Array.from({ length: 1_000 }, (_, index) => `w${index}`).join(" ")],
    ["references", Array.from({ length: 700 }, (_, index) => `w${index}&`).join(" ")],
    ["letters without white space", Array.from({ length: 1_400 }, (_, index) => String.fromCodePoint(0x4e00 + index)).join("")],
  ];

  it.each(cases)("joins pieces: %s", async (_, long) => {
    const { fake, engine } = await open({ msPerCharacter: 8 });
    const { marks, error, events } = await read(engine, { text: long });
    expect(error).toBeUndefined();
    expect(fake.requests.length).toBeGreaterThan(1);
    expect(fake.connections).toBe(fake.requests.length);
    expect(events.filter(({ type }) => type === "start").length).toBe(1);
    const words = spokenWords(long).filter(({ id }) => id !== undefined);
    expect(marks.map(({ textStart }) => textStart)).toEqual(words.map(({ textStart }) => textStart));
    for (const { textStart, textEnd, value } of marks) expect(long.slice(textStart, textEnd)).toBe(value);
    for (const [index, { timeMs }] of marks.entries()) expect(timeMs).toBeGreaterThan(marks[index - 1]?.timeMs ?? -1);
  });

  it("counts the time of later pieces from the frames before them", async () => {
    const long = Array.from({ length: 900 }, (_, index) => `w${index}`).join(" ");
    const { engine } = await open({ msPerCharacter: 30, trailingSilenceMs: 864 });
    const { marks, audio } = await read(engine, { text: long });
    const heard = decodeWords(await decodeMp3(audio), 24_000);
    expect(heard.map(({ id }) => id)).toEqual(expectedWords(long));
    const off = marks.map(({ timeMs }, index) => Math.abs(timeMs - (heard[index]?.startFrame ?? Infinity) / 24));
    expect(Math.max(...off)).toBeLessThan(30);
  });

  it("asks for a piece before the one before it has ended, so that there is no gap", async () => {
    const long = Array.from({ length: 900 }, (_, index) => `w${index}`).join(" ");
    const { fake, engine } = await open({ msPerCharacter: 8, fault: (_, index) => (index === 0 ? { kind: "no-end-marker" } : undefined) }, { idleMs: 500 });
    expect((await read(engine, { text: long })).error?.code).toBe("TIMEOUT");
    expect(fake.requests.length).toBe(2);
    await until(() => fake.openConnections === 0);
  });

  it("fails when a later piece does, and leaves nothing open", async () => {
    const long = Array.from({ length: 1_500 }, (_, index) => `w${index}`).join(" ");
    const { fake, engine } = await open({ msPerCharacter: 8, fault: (_, index) => (index === 1 ? { kind: "early-end", afterBytes: 1_000 } : undefined) });
    const { error, audio } = await read(engine, { text: long });
    expect(error?.code).toBe("TRUNCATED");
    expect(audio.length).toBeGreaterThan(1_000);
    await until(() => fake.openConnections === 0);
  });
});

describe("the edge engine and clocks", () => {
  it.each([3_600_000, -86_400_000])("goes by the server's clock, which is %i ms ahead", async (clockSkewMs) => {
    const { fake, engine } = await open({ clockSkewMs });
    expect((await read(engine)).error).toBeUndefined();
    expect(fake.connections).toBe(2);
    expect((await read(engine)).error).toBeUndefined();
    expect(fake.connections).toBe(3);
    const { engine: lister } = await open({ clockSkewMs });
    expect((await lister.voices(never())).length).toBe(17);
  });

  it("asks once only where it is refused for something else", async () => {
    const { fake, engine } = await open({}, { trustedClientToken: "another" });
    expect((await read(engine)).error).toMatchObject({ code: "PERMISSION", retryable: false });
    expect(fake.connections).toBe(1);
    await expect(engine.voices(never())).rejects.toMatchObject({ code: "PERMISSION" });
  });
});

describe("the edge engine and voices", () => {
  it("lists them once, normalised", async () => {
    const { fake, engine } = await open();
    const [one, other] = await Promise.all([engine.voices(never()), engine.voices(never())]);
    expect(one).toBe(other);
    expect(await engine.voices(never())).toBe(one);
    expect(fake.connections).toBe(1);
    expect(one[0]).toMatchObject({ id: "en-US-AvaNeural", name: "Microsoft Ava Online (Natural) - en-US", engine: "edge", languages: ["en-US"], gender: "female", sampleRates: [24_000], native: { ShortName: "en-US-AvaNeural" } });
    expect(one.map(({ id }) => id)).toContain("zh-CN-liaoning-XiaobeiNeural");
  });

  it("tells a voice that does not exist from a turn without audio", async () => {
    const { engine } = await open();
    expect((await read(engine, { voice: "en-US-NobodyNeural" })).error).toMatchObject({ code: "VOICE_NOT_FOUND" });
    const { engine: mute } = await open({ fault: () => ({ kind: "empty" }) });
    expect((await read(mute)).error).toMatchObject({ code: "NO_AUDIO", retryable: true });
    expect((await read(mute, { text: "..." })).error).toMatchObject({ code: "NO_AUDIO", retryable: false });
    expect((await read(mute, { text: " \n " })).error).toMatchObject({ code: "NO_AUDIO", retryable: false });
  });

  it("fails where nobody listens, and works without a list", async () => {
    const { fake, engine } = await open();
    await fake.close();
    await expect(engine.voices(never())).rejects.toMatchObject({ code: "CONNECTION" });
    expect((await read(engine)).error).toMatchObject({ code: "CONNECTION" });
  });
});

describe("the edge engine when it is called off or closed", () => {
  it("ends at every stage, and the server sees it", async () => {
    for (const stage of ["connecting", "start", "audio", "mark"]) {
      const { fake, engine } = await open({ realTimeFactor: 0.5 });
      const controller = new AbortController();
      const iterator = engine.synthesize(requestOf(engine), controller.signal)[Symbol.asyncIterator]();
      let seen: string | undefined;
      while (stage !== "connecting" && seen !== stage) {
        const step = await iterator.next();
        if (step.done === true) throw new Error(`It ended before the stage "${stage}".`);
        seen = step.value.type;
      }
      const next = iterator.next();
      controller.abort();
      // One more event may be on its way.
      const end = await next.then(() => iterator.next()).catch((error: unknown) => error);
      expect(end).toMatchObject({ code: "ABORTED" });
      await until(() => fake.openConnections === 0 && fake.requests.every(({ state }) => state === "called-off"));
    }
  });

  it("ends what is asked for ahead when its reader leaves", async () => {
    const long = Array.from({ length: 900 }, (_, index) => `w${index}`).join(" ");
    const { fake, engine } = await open({ msPerCharacter: 20 });
    for await (const event of engine.synthesize(requestOf(engine, { text: long }), never())) {
      if (event.type === "mark" && fake.requests.length > 1) break;
    }
    expect(fake.requests.length).toBe(2);
    await until(() => fake.openConnections === 0);
  });

  it("closes twice, with requests under way, and then refuses", async () => {
    const { fake, engine } = await open({ realTimeFactor: 0.5 });
    const reading = read(engine);
    await until(() => fake.requests.length === 1);
    await Promise.all([engine.close(), engine.close()]);
    expect((await reading).error).toMatchObject({ code: "ABORTED", message: expect.stringContaining("was closed") });
    expect((await read(engine)).error).toMatchObject({ code: "ABORTED" });
    await expect(engine.voices(never())).rejects.toMatchObject({ code: "ABORTED" });
    await until(() => fake.openConnections === 0);
  });

  it("uses the connection that it was warmed up with, once", async () => {
    const { fake, engine } = await open();
    await engine.warmUp(never());
    await engine.warmUp(never());
    expect(fake.connections).toBe(1);
    expect((await read(engine)).error).toBeUndefined();
    expect(fake.connections).toBe(1);
    expect((await read(engine)).error).toBeUndefined();
    expect(fake.connections).toBe(2);
    await engine.warmUp(never());
    await engine.close();
    await until(() => fake.openConnections === 0);
  });

  it("opens another connection where the spare one has died", async () => {
    const { fake, engine } = await open();
    await engine.warmUp(never());
    const { port } = fake;
    await fake.close();
    // It takes a moment until this side has heard of it.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { fake: again } = await open({ port });
    expect((await read(engine)).error).toBeUndefined();
    expect(again.connections).toBe(1);
  });
});

describe("the edge engine's options", () => {
  it.each([
    [{ baseURL: "ftp://x" }, "baseURL"],
    [{ version: "143" }, "version"],
    [{ userAgent: "a\r\nb" }, "userAgent"],
    [{ bitrate: 64 }, "bitrate"],
    [{ apiKey: "canary-4711" }, "apiKey"],
  ])("are checked: %j", (options, name) => {
    const make = (): unknown => createEdgeEngine(options as object);
    expect(make).toThrow(expect.objectContaining({ code: "INVALID_CONFIG", message: expect.stringContaining(`\`${name}\``) }));
    expect(make).not.toThrow("canary");
  });

  it("of a request are checked too, and used", async () => {
    const { fake, engine } = await open();
    expect((await read(engine, { engineOptions: { voice: "x" } })).error).toMatchObject({ code: "INVALID_CONFIG" });
    // The fake has the one format that the service's clients are known to use.
    expect((await read(engine, { engineOptions: { bitrate: 96 } })).error?.code).toBe("INVALID_INPUT");
    expect(fake.requests[0]?.parameters["outputFormat"]).toBe("audio-24khz-96kbitrate-mono-mp3");
  });

  it("reach the wire: version, address with a path", async () => {
    const { fake } = await open();
    const engine = createEdgeEngine({ baseURL: `${fake.url}/consumer/speech/synthesize/readaloud/`, version: "150.1.2.3", voice: "de-DE-ConradNeural" });
    expect((await read(engine)).error).toBeUndefined();
    expect(fake.requests[0]).toMatchObject({ voice: "de-DE-ConradNeural", parameters: { query: { "Sec-MS-GEC-Version": "1-150.1.2.3" } } });
    expect(await engine.checkCredentials(never())).toMatchObject({ status: "not-needed" });
    expect(inspect(engine, { depth: 9 }) + JSON.stringify(engine)).not.toMatch(/Sec-MS-GEC|muid/);
    await engine.close();
  });
});
