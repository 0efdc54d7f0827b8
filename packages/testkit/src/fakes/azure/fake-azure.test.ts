import { SpeechConfig, SpeechSynthesisOutputFormat as Format, SpeechSynthesizer } from "microsoft-cognitiveservices-speech-sdk";
import { afterEach, describe, expect, it } from "vitest";
import { assertSpoken, decodeWords } from "../../words/decode-words.ts";
import { expectedWords, numberedText } from "../../words/spoken-word.ts";
import { createWordAudio } from "../../words/word-audio.ts";
import type { FakeServer } from "../shared/fake-fault.ts";
import type { FakeAzureOptions } from "./azure-options.ts";
import { closeSdk, createSdk, speak, speakPieces, speakSsml, type SdkSetup } from "./azure-sdk.test-helper.ts";
import { openAzure, samplesOf, sendContext, sendTurnOf, ssmlOf, turnId } from "./bare-azure.test-helper.ts";
import { createFakeAzure } from "./fake-azure.ts";

const text = numberedText({ words: 12, sentenceWords: 4, first: 700 });
const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function start(options: FakeAzureOptions = {}): Promise<FakeServer> {
  const fake = await createFakeAzure(options);
  open.push(() => fake.close());
  return fake;
}

function sdk(fake: FakeServer, setup: SdkSetup = {}): ReturnType<typeof createSdk> {
  const created = createSdk(fake, setup);
  open.push(() => closeSdk(created.synthesizer));
  return created;
}

/** After ITU-T G.711, written apart from the fake's own encoder. */
function expand(byte: number, law: "mulaw" | "alaw"): number {
  const bits = law === "mulaw" ? ~byte & 0xff : byte ^ 0x55;
  const exponent = (bits >> 4) & 7;
  const mantissa = bits & 15;
  const magnitude = law === "mulaw" ? (((mantissa << 3) + 0x84) << exponent) - 0x84 : exponent === 0 ? (mantissa << 4) + 8 : ((mantissa << 4) + 0x108) << (exponent - 1);
  const negative = law === "mulaw" ? (bits & 0x80) !== 0 : (bits & 0x80) === 0;
  return (negative ? -magnitude : magnitude) / 32_768;
}

describe("fake Azure and the vendor's SDK", () => {
  it("speaks a text: every sample, marks at their places, in ticks", async () => {
    const fake = await start();
    const { synthesizer, log } = sdk(fake);
    const result = await speak(synthesizer, text);
    assertSpoken(samplesOf(Buffer.concat(log.audio)), 24_000, text, { encoding: "exact" });
    const audio = createWordAudio(text, { encoding: "exact" });
    const words = log.boundaries.filter(({ type }) => type === "WordBoundary");
    expect(words.map((word) => [word.text, word.offset])).toEqual(audio.words.map((word) => [word.text.replace(".", ""), Math.round((word.startFrame * 1e7) / 24_000)]));
    expect(log.boundaries.filter(({ type }) => type === "SentenceBoundary").map((sentence) => sentence.text)).toEqual(text.split(/(?<=\.) /u));
    expect(log.boundaries.filter(({ type }) => type === "PunctuationBoundary").map((mark) => mark.text)).toEqual([".", ".", "."]);
    expect(log.visemes).toHaveLength(12);
    expect(result.audioDuration).toBe(Math.round((audio.frames * 1e7) / 24_000));
    expect(fake.requests[0]).toMatchObject({ state: "finished", audioBytes: audio.frames * 2, voice: "en-US-AvaMultilingualNeural" });
  });

  it("speaks turn after turn on one connection, with times that begin again", async () => {
    const fake = await start();
    const { synthesizer, log } = sdk(fake);
    for (const turn of ["w1 w2", "w3 w4", "w5"]) await speak(synthesizer, turn);
    assertSpoken(samplesOf(Buffer.concat(log.audio)), 24_000, "w1 w2 w3 w4 w5", { encoding: "exact" });
    expect(log.boundaries.filter(({ offset }) => offset === 0).map((mark) => mark.text)).toEqual(["w1 w2", "w1", "w3 w4", "w3", "w5", "w5"]);
    expect(fake.connections).toBe(1);
    expect(fake.requests.map(({ parameters }) => parameters["connection"])).toEqual([0, 0, 0]);
  });

  it("tells bookmarks and animations of SSML", async () => {
    const fake = await start();
    const { synthesizer, log } = sdk(fake);
    await speakSsml(synthesizer, ssmlOf("<mstts:viseme type='FacialExpression'/>w1 <bookmark mark='here'/>w2 &amp; w3<bookmark mark='end'/>"));
    const { words, frames } = createWordAudio("w1 w2 & w3", { encoding: "exact" });
    const ticks = (frame: number | undefined): number => Math.round(((frame ?? 0) * 1e7) / 24_000);
    expect(log.bookmarks).toEqual([{ name: "here", offset: ticks(words[1]?.startFrame) }, { name: "end", offset: ticks(frames) }]);
    // The SDK puts the parts of an animation together, and tells one event for each.
    expect(log.visemes).toHaveLength(3);
    for (const { animation } of log.visemes) expect(JSON.parse(animation)).toHaveProperty("BlendShapes");
  });

  it.each(["word", "sentence"] as const)("speaks text that comes in pieces, by the %s", async (speakBy) => {
    const fake = await start({ speakBy });
    const { synthesizer, log } = sdk(fake, { path: "/tts/cognitiveservices/websocket/v2", voice: "en-US-AvaNeural" });
    const spoken = `${text} <b> & w9.`;
    await speakPieces(synthesizer, spoken.match(/[\s\S]{1,5}/gu) ?? []);
    assertSpoken(samplesOf(Buffer.concat(log.audio)), 24_000, spoken, { encoding: "exact" });
    const offsets = log.boundaries.filter(({ type }) => type === "WordBoundary").map(({ offset }) => offset);
    expect(offsets).toEqual([...offsets].sort((one, other) => one - other));
    expect(offsets.at(-1)).toBe(Math.round(((createWordAudio(spoken, { encoding: "exact" }).words.at(-1)?.startFrame ?? 0) * 1e7) / 24_000));
    expect(fake.requests[0]).toMatchObject({ text: spoken, voice: "en-US-AvaNeural", state: "finished" });
  });

  it.each([
    [Format.Raw8Khz16BitMonoPcm, 8000],
    [Format.Raw16Khz16BitMonoPcm, 16_000],
    [Format.Raw22050Hz16BitMonoPcm, 22_050],
    [Format.Raw24Khz16BitMonoPcm, 24_000],
    [Format.Raw44100Hz16BitMonoPcm, 44_100],
    [Format.Raw48Khz16BitMonoPcm, 48_000],
  ])("makes PCM (format %i, %i Hz)", async (format, sampleRate) => {
    const fake = await start();
    const { synthesizer, log } = sdk(fake, { format });
    await speak(synthesizer, text);
    assertSpoken(samplesOf(Buffer.concat(log.audio)), sampleRate, text, { encoding: "exact" });
  });

  it.each([[Format.Raw8Khz8BitMonoMULaw, "mulaw"], [Format.Raw8Khz8BitMonoALaw, "alaw"]] as const)("makes companded audio (format %i, %s)", async (format, law) => {
    const fake = await start();
    const { synthesizer, log } = sdk(fake, { format });
    await speak(synthesizer, text);
    const samples = Float32Array.from(Buffer.concat(log.audio), (byte) => expand(byte, law));
    assertSpoken(samples, 8000, text);
  });

  it("lists voices, and refuses a wrong key there and at the handshake", async () => {
    const fake = await start({ key: "right" });
    const voices = new SpeechSynthesizer(SpeechConfig.fromHost(new URL(fake.url), "right"));
    open.push(() => closeSdk(voices));
    const all = await voices.getVoicesAsync();
    expect(all.voices.length).toBe(15);
    expect((await voices.getVoicesAsync("de-DE")).voices.map(({ shortName }) => shortName)).toEqual(["de-DE-KatjaNeural", "de-DE-ConradNeural"]);
    const { synthesizer, log } = sdk(fake, { key: "wrong" });
    await speak(synthesizer, text).catch(() => {});
    expect(log.canceled[0]?.details).toContain("Unexpected server response: 401");
    expect(fake.requests).toEqual([]);
  });
});

describe("fake Azure on the wire", () => {
  it("sends the messages of a turn in order, with ids, and a last frame without a type", async () => {
    const fake = await start();
    const client = await openAzure(fake);
    sendTurnOf(client, turnId(1), ssmlOf("w1 w2"), { metadata: { wordBoundaryEnabled: "true", sessionEndEnabled: true } });
    await client.seen("turn.end");
    const paths = client.messages.map(({ path }) => path);
    expect(paths.filter((path, index) => path !== paths[index - 1])).toEqual(["turn.start", "response", "audio.metadata", "audio", "audio.metadata", "audio", "audio.metadata", "audio", "turn.end"]);
    const { audio: { streamId } } = JSON.parse((await client.seen("response")).body) as { audio: { streamId: string } };
    const frames = client.messages.filter(({ path }) => path === "audio");
    expect(frames.every((frame) => frame.streamId === streamId && frame.requestId === turnId(1))).toBe(true);
    expect(frames.at(-1)).toMatchObject({ contentType: "", audio: Buffer.alloc(0) });
    expect(frames.slice(0, -1).every((frame) => frame.contentType === "audio/x-wav")).toBe(true);
    client.socket.close();
  });

  it("cuts audio anywhere", async () => {
    const fake = await start({ raggedSeed: 3 });
    const client = await openAzure(fake);
    sendTurnOf(client, turnId(1), ssmlOf(text));
    await client.seen("turn.end");
    assertSpoken(samplesOf(client.audioOf(turnId(1))), 24_000, text, { encoding: "exact" });
    const sizes = client.messages.flatMap(({ audio }) => (audio && audio.length > 0 ? [audio.length] : []));
    expect(sizes).toContain(1);
    expect(sizes.some((size) => size % 2 === 1 && size > 100)).toBe(true);
    client.socket.close();
  });

  it("is called off by \"stop\", goes on with the next turn, and notes when", async () => {
    const fake = await start({ realTimeFactor: 1 });
    const client = await openAzure(fake);
    sendTurnOf(client, turnId(1), ssmlOf(numberedText({ words: 200 })));
    await client.seen("audio");
    client.send({ Path: "synthesis.control", "X-RequestId": turnId(1) }, '{"action":"stop"}');
    sendTurnOf(client, turnId(2), ssmlOf("w9"));
    await client.seen("turn.end", turnId(2));
    expect(decodeWords(samplesOf(client.audioOf(turnId(2))), 24_000, { encoding: "exact" }).map(({ id }) => id)).toEqual([9]);
    expect(fake.requests.map(({ state }) => state)).toEqual(["called-off", "finished"]);
    expect(fake.requests[0]?.endedAtMs).toBeLessThanOrEqual(fake.requests[1]?.startedAtMs ?? 0);
    client.socket.close();
  });

  it("is called off when the client closes or breaks off", async () => {
    const fake = await start({ realTimeFactor: 1 });
    for (const leave of ["close", "terminate"] as const) {
      const client = await openAzure(fake);
      sendTurnOf(client, turnId(1), ssmlOf(text));
      await client.seen("audio");
      client.socket[leave]();
      await client.closed;
      await expect.poll(() => fake.requests.at(-1)?.state, { timeout: 10_000 }).toBe("called-off");
      await expect.poll(() => fake.openConnections, { timeout: 10_000 }).toBe(0);
    }
  });

  it("sends no more than the client reads", async () => {
    const fake = await start();
    const client = await openAzure(fake);
    const long = numberedText({ words: 6000 });
    sendTurnOf(client, turnId(1), ssmlOf(long), { format: "raw-48khz-16bit-mono-pcm", metadata: {} });
    await client.seen("audio");
    client.socket.pause();
    let before = -1;
    while (before !== fake.requests[0]?.audioBytes) {
      before = fake.requests[0]?.audioBytes ?? 0;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const total = createWordAudio(long, { sampleRate: 48_000, encoding: "exact" }).frames * 2;
    expect(before).toBeLessThan(total / 4);
    client.socket.terminate();
  });

  it("takes tokens that it gave out, and keys in the URL", async () => {
    const fake = await start({ key: "right" });
    const response = await fetch(`${fake.url}/sts/v1.0/issueToken`, { method: "POST", headers: { "Ocp-Apim-Subscription-Key": "right" } });
    const token = await response.text();
    const byToken = await openAzure(fake, { headers: { Authorization: `Bearer ${token}` } });
    byToken.socket.close();
    const byUrl = await openAzure(fake, { path: "/cognitiveservices/websocket/v2?Ocp-Apim-Subscription-Key=right", headers: {} });
    byUrl.socket.close();
    await expect(openAzure(fake, { headers: { Authorization: "Bearer other" } })).rejects.toThrow("401");
    await expect(openAzure(fake, { headers: {} })).rejects.toThrow("401");
  });

  it.each([
    ["a voice that does not exist", ssmlOf("w1", "en-XX-NobodyNeural"), {}, "Unsupported voice en-XX-NobodyNeural."],
    ["text that is not escaped", ssmlOf("Tom & Jerry"), {}, "SSML parsing error"],
    ["a tag that is left open", ssmlOf("<p>w1"), {}, "SSML parsing error"],
    ["a format that it does not make", ssmlOf("w1"), { format: "amr-wb-16000hz" }, "Unsupported output format"],
    ["a message that is too long", ssmlOf("w1 ".repeat(22_000)), {}, "Websocket message size cannot exceed 65536 bytes"],
    ["pieces of text on the older path", "", { input: { bidirectionalStreamingMode: true } }, "not supported"],
  ])("refuses %s with 1007", async (_, ssml, options, reason) => {
    const fake = await start();
    const client = await openAzure(fake);
    if (ssml === "") sendContext(client, turnId(1), options);
    else sendTurnOf(client, turnId(1), ssml, options);
    expect(await client.closed).toMatchObject({ code: 1007, reason: expect.stringContaining(reason) });
    expect(fake.requests.every(({ state }) => state === "failed")).toBe(true);
  });

  it("speaks over REST", async () => {
    const fake = await start();
    const response = await fetch(`${fake.url}/cognitiveservices/v1`, { method: "POST", headers: { "Ocp-Apim-Subscription-Key": "key", "Content-Type": "application/ssml+xml", "X-Microsoft-OutputFormat": "raw-16khz-16bit-mono-pcm" }, body: ssmlOf(text) });
    const audio = Buffer.from(await response.arrayBuffer());
    assertSpoken(samplesOf(audio), 16_000, text, { encoding: "exact" });
    expect(decodeWords(samplesOf(audio), 16_000, { encoding: "exact" }).map(({ id }) => id)).toEqual(expectedWords(text));
    expect(fake.requests[0]).toMatchObject({ state: "finished", audioBytes: audio.length });
  });
});
