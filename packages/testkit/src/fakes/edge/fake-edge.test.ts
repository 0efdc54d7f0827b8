import { MsEdgeTTS } from "msedge-tts";
import { Communicate, listVoices } from "edge-tts-universal";
import { afterEach, describe, expect, it } from "vitest";
import { assertSpoken } from "../../words/decode-words.ts";
import { numberedText } from "../../words/spoken-word.ts";
import { createWordAudio } from "../../words/word-audio.ts";
import type { FakeServer } from "../shared/fake-fault.ts";
import { hangs } from "../shared/hangs.test-helper.ts";
import { clientToken, edgeSsml, edgeTurn, goodHandshake, openEdge, readAloud, sendEdgeTurn } from "./bare-edge.test-helper.ts";
import { pointMsEdge, redirectToFake, speakMsEdge } from "./edge-clients.test-helper.ts";
import type { FakeEdgeOptions } from "./edge-options.ts";
import { edgeToken } from "./edge-token.ts";
import { decodeMp3, encodeMp3 } from "./encode-mp3.test-helper.ts";
import { createFakeEdge } from "./fake-edge.ts";

const text = numberedText({ words: 12, sentenceWords: 4, first: 700 });
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function start(options: Partial<FakeEdgeOptions> = {}): Promise<FakeServer> {
  const fake = await createFakeEdge({ encodeMp3, ...options });
  open.push(() => fake.close());
  return fake;
}

async function assertMp3(mp3: Uint8Array, spoken: string): Promise<void> {
  const { samples, sampleRate } = await decodeMp3(mp3);
  expect(sampleRate).toBe(24_000);
  assertSpoken(samples, sampleRate, spoken);
}

async function collect(communicate: Communicate): Promise<{ mp3: Buffer; marks: { type: string; text: string; offset: number }[] }> {
  const pieces: Buffer[] = [];
  const marks: { type: string; text: string; offset: number }[] = [];
  for await (const chunk of communicate.stream()) {
    if (chunk.type === "audio") pieces.push(chunk.data ?? Buffer.alloc(0));
    else marks.push({ type: chunk.type, text: chunk.text ?? "", offset: chunk.offset ?? -1 });
  }
  return { mp3: Buffer.concat(pieces), marks };
}

describe("fake Edge and msedge-tts", () => {
  it("speaks a text, with a mark for every word", async () => {
    const fake = await start();
    const { mp3, marks } = await speakMsEdge(fake, text);
    await assertMp3(mp3, text);
    const { words } = createWordAudio(text);
    const told = marks.map(({ Data }) => [Data.text.Text, Data.Offset]);
    expect(told).toEqual(words.map((word) => [word.text.replace(".", ""), Math.round((word.startFrame * 1e7) / 24_000)]));
    expect(fake.requests[0]).toMatchObject({ state: "finished", audioBytes: mp3.length, voice: "en-US-AvaNeural" });
  });

  it("tells sentences where they are asked for, escaped as in XML", async () => {
    const fake = await start();
    const { marks } = await speakMsEdge(fake, "Tom &amp; Jerry. W2 &lt;3.", { sentenceBoundaryEnabled: true });
    expect(marks.map(({ Type, Data }) => [Type, Data.text.Text])).toEqual([["SentenceBoundary", "Tom &amp; Jerry."], ["SentenceBoundary", "W2 &lt;3."]]);
  });

  it("lists voices", async () => {
    const fake = await start();
    pointMsEdge(fake);
    const voices = await new MsEdgeTTS().getVoices();
    expect(voices).toHaveLength(17);
    expect(voices[0]).toMatchObject({ ShortName: "en-US-AvaNeural", Gender: "Female", Locale: "en-US", SuggestedCodec: "audio-24khz-48kbitrate-mono-mp3" });
  });

  it("is refused when the clock is off, which msedge-tts does not mend", async () => {
    const fake = await start({ clockSkewMs: 3_600_000 });
    await expect(speakMsEdge(fake, text)).rejects.toThrow("Unexpected server response: 403");
  });

  it("does not escape what it is given, which the fake refuses", async () => {
    const fake = await start();
    await expect(speakMsEdge(fake, "Tom & Jerry <3")).rejects.toThrow("Stream closed before the synthesis completed");
    expect(fake.requests[0]?.state).toBe("failed");
  });
});

describe("fake Edge and edge-tts-universal", () => {
  it("speaks a text of several requests, with words unescaped", async () => {
    const fake = await start({ msPerCharacter: 15, raggedSeed: 5 });
    open.push(redirectToFake(fake));
    const long = `${numberedText({ words: 900 })} Tom & Jerry.`;
    const { mp3, marks } = await collect(new Communicate(long, { voice: "en-US-AvaNeural" }));
    await assertMp3(mp3, long);
    expect(fake.requests).toHaveLength(2);
    expect(fake.requests.map(({ parameters }) => parameters["connection"])).toEqual([0, 1]);
    expect(marks.map((mark) => mark.text).slice(-2)).toEqual(["Tom", "Jerry"]);
    expect(marks).toHaveLength(902);
  });

  it("learns the server's time from the answer to a wrong token", async () => {
    const fake = await start({ clockSkewMs: 3_600_000 });
    open.push(redirectToFake(fake));
    // Over the WebSocket it waits for ever.
    expect(await hangs(collect(new Communicate(text, { voice: "en-US-AvaNeural" })), 300)).toBe(true);
    expect(await listVoices()).toHaveLength(17);
    const { mp3 } = await collect(new Communicate(text, { voice: "en-US-AvaNeural" }));
    await assertMp3(mp3, text);
  });

  it("tells a turn without audio, as of a voice that does not exist", async () => {
    const fake = await start({ clockSkewMs: 3_600_000 });
    open.push(redirectToFake(fake));
    await expect(collect(new Communicate(text, { voice: "en-US-NobodyNeural" }))).rejects.toThrow("No audio was received");
  });
});

describe("fake Edge on the wire", () => {
  it("knows the token of a moment", () => {
    expect(edgeToken(1_700_000_000_000)).toBe("42301B335578FEFDAE2637DED1ABD614505D432559EC08032B82048483726AFF");
    expect(edgeToken(0)).toBe("7ECB79D14E3AA576D2D79E6D487A1388156D91E614B1BE11C64226A29BC8DD8C");
  });

  it.each([
    ["no client token", { query: { TrustedClientToken: "" } }],
    ["a token of ten minutes ago", { query: { "Sec-MS-GEC": edgeToken(Date.now() - 600_001) } }],
    ["no version", { query: { "Sec-MS-GEC-Version": "" } }],
    ["another origin", { headers: { Origin: "https://example.com" } }],
    ["another browser", { headers: { "User-Agent": "node" } }],
  ])("refuses %s", async (_, change: { query?: Record<string, string>; headers?: Record<string, string> }) => {
    const fake = await start();
    const good = goodHandshake();
    await expect(openEdge(fake, { query: { ...good.query, ...change.query }, headers: { ...good.headers, ...change.headers } })).rejects.toThrow("403");
    (await openEdge(fake)).socket.close();
    expect(fake.requests).toEqual([]);
  });

  it("tells its own time where it refuses", async () => {
    const fake = await start({ clockSkewMs: -7_200_000 });
    const response = await fetch(`${fake.url}${readAloud}/voices/list?trustedclienttoken=${clientToken}&Sec-MS-GEC=${edgeToken(Date.now())}`);
    expect(response.status).toBe(403);
    expect(Math.abs(Date.parse(response.headers.get("date") ?? "") - Date.now() + 7_200_000)).toBeLessThan(3000);
    await expect(openEdge(fake)).rejects.toThrow("403");
    (await openEdge(fake, goodHandshake(Date.now() - 7_200_000))).socket.close();
  });

  it("cuts MP3 without regard to its frames, and ends with a frame without a type", async () => {
    const fake = await start();
    const client = await openEdge(fake);
    sendEdgeTurn(client, edgeSsml(text));
    await client.seen("turn.end");
    const frames = client.messages.filter(({ path }) => path === "audio");
    expect(frames.some(({ audio }) => (audio?.length ?? 0) % 144 !== 0)).toBe(true);
    expect(frames.at(-1)).toMatchObject({ contentType: "", audio: Buffer.alloc(0) });
    expect(frames.slice(0, -1).every(({ contentType }) => contentType === "audio/mpeg")).toBe(true);
    await assertMp3(client.audioOf(edgeTurn), text);
    client.socket.close();
  });

  it("leaves silence after the last word", async () => {
    const lengths: number[] = [];
    for (const trailingSilenceMs of [0, 864]) {
      const client = await openEdge(await start({ trailingSilenceMs }));
      sendEdgeTurn(client, edgeSsml(text));
      await client.seen("turn.end");
      await assertMp3(client.audioOf(edgeTurn), text);
      lengths.push(client.audioOf(edgeTurn).length);
      client.socket.close();
    }
    // 864 ms are 36 frames of 144 bytes.
    expect((lengths[1] ?? 0) - (lengths[0] ?? 0)).toBe(36 * 144);
  });

  it.each([
    ["4,097 bytes of text", edgeSsml("w".repeat(4097)), {}, "4097 bytes"],
    ["4,097 bytes of text, escapes counted", edgeSsml(`${"w".repeat(4092)}&amp;`), {}, "4097 bytes"],
    ["another format", edgeSsml(text), { format: "raw-24khz-16bit-mono-pcm" }, "Unsupported output format"],
    ["elements that it does not know", edgeSsml("w1 <break time='1s'/> w2"), {}, "Unsupported element break"],
    ["text that is not escaped", edgeSsml("Tom & Jerry"), {}, "SSML parsing error"],
  ])("refuses %s with 1007", async (_, ssml, options, reason) => {
    const fake = await start();
    const client = await openEdge(fake);
    sendEdgeTurn(client, ssml, options);
    expect(await client.closed).toMatchObject({ code: 1007, reason: expect.stringContaining(reason) });
    expect(fake.requests[0]?.state).toBe("failed");
  });

  it("takes 4,096 bytes, and one turn on a connection", async () => {
    const fake = await start({ msPerCharacter: 1 });
    const client = await openEdge(fake);
    sendEdgeTurn(client, edgeSsml("w".repeat(4096)));
    await client.seen("turn.end");
    sendEdgeTurn(client, edgeSsml("w1"));
    expect(await client.closed).toMatchObject({ code: 1007 });
    expect(fake.requests).toHaveLength(1);
  });

  it("is called off when the client goes", async () => {
    const fake = await start({ realTimeFactor: 1 });
    const client = await openEdge(fake);
    sendEdgeTurn(client, edgeSsml(text));
    await client.seen("audio");
    client.socket.terminate();
    await expect.poll(() => fake.requests[0]?.state, { timeout: 10_000 }).toBe("called-off");
    await expect.poll(() => fake.openConnections, { timeout: 10_000 }).toBe(0);
  });
});
