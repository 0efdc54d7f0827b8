import { createRandom, numberedText } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { expectSame, roundTrip, samplesOf, serveSocket } from "./served-socket.test-helper.ts";

const RATE = 24_000;
const TEXT = numberedText({ words: 40 });

describe("credits", () => {
  it("hold the audio back at the window, to the frame, and let go of as much as was played", async () => {
    await using setup = await serveSocket({ encoding: "exact" }, {}, { plays: false });
    const { client } = setup;
    client.speak(1, TEXT, { windowMs: 300 });
    const windowFrames = (300 * RATE) / 1_000;
    await client.heard(1, windowFrames);
    await roundTrip(setup);
    expect(client.samplesOf(1).length).toBe(windowFrames);
    client.say({ type: "speech.played", utterance: 1, frame: 5_000 });
    await client.heard(1, windowFrames + 5_000);
    await roundTrip(setup);
    expect(client.samplesOf(1).length).toBe(windowFrames + 5_000);
  });

  it("never let more than the window go, however they are told, and lose no sample", async () => {
    await using setup = await serveSocket({ encoding: "exact", chunkMs: [3, 90] }, {}, { plays: false });
    const { client } = setup;
    const random = createRandom(7);
    const windowMs = 250;
    const windowFrames = (windowMs * RATE) / 1_000;
    client.speak(1, TEXT, { windowMs, latency: "smoothest" });
    let played = 0;
    for (;;) {
      const sent = client.all("speech.sent", 1)[0]?.["frames"];
      const came = client.audioOf(1).at(-1);
      const end = came === undefined ? 0 : came.startFrame + came.bytes.length / 2;
      expect(end).toBeLessThanOrEqual(played + windowFrames);
      if (sent === played) break;
      played = Math.min(end, played + Math.ceil(random.next() * windowFrames));
      client.say({ type: "speech.played", utterance: 1, frame: played });
      await roundTrip(setup);
    }
    await client.next("speech.done", 1);
    expectSame(client.samplesOf(1), await samplesOf(TEXT, { encoding: "exact" }));
  });

  it("that are smaller than before, or beyond what was sent, give nothing", async () => {
    await using setup = await serveSocket({}, {}, { plays: false });
    const { client } = setup;
    client.speak(1, TEXT, { windowMs: 200 });
    await client.heard(1, 4_800);
    client.say({ type: "speech.played", utterance: 1, frame: 1_000_000_000 });
    await client.heard(1, 9_600);
    client.say({ type: "speech.played", utterance: 1, frame: 10 });
    await roundTrip(setup);
    expect(client.samplesOf(1).length).toBe(9_600);
  });

  it("are those of each utterance", async () => {
    await using setup = await serveSocket({ encoding: "exact" }, {}, { plays: false });
    const { client } = setup;
    client.speak(1, TEXT, { windowMs: 100 });
    client.speak(2, TEXT, { windowMs: 30_000 });
    const { frames } = await client.next("speech.sent", 2);
    await roundTrip(setup);
    expect([client.samplesOf(1).length, client.samplesOf(2).length]).toEqual([2_400, frames]);
  });

  it("keep the engine from making more than the buffer holds", async () => {
    await using setup = await serveSocket({}, { highWaterMs: 500 }, { plays: false });
    const { client, engine } = setup;
    client.speak(1, numberedText({ words: 400 }), { windowMs: 200 });
    await client.heard(1, 4_800);
    await roundTrip(setup);
    expect(engine.requests.length).toBeLessThan(6);
  });

  it("that stay away end the utterance, and close the connection", async () => {
    await using setup = await serveSocket({}, { limits: { stallMs: 150 } }, { plays: false });
    const { client, engine } = setup;
    client.speak(1, TEXT, { windowMs: 200 });
    const { error } = await client.next("speech.failed", 1);
    expect(error).toMatchObject({ code: "TIMEOUT", retryable: true });
    expect(await client.closed).toBe(1013);
    await setup.log(({ outcome, event }) => event === "slow-listener" && outcome === "stalled");
    expect(engine.activeRequests).toBe(0);
  });

  it("that stay away when all was sent end the utterance well", async () => {
    await using setup = await serveSocket({}, { limits: { stallMs: 150 } }, { plays: false });
    const { client } = setup;
    client.speak(1, "One two.");
    await client.next("speech.sent", 1);
    await client.next("speech.done", 1);
    client.speak(2, "Three.");
    await client.next("speech.sent", 2);
  });

  it("give the place back when all was sent, not when it was heard", async () => {
    await using setup = await serveSocket({}, { limits: { concurrency: 1 } }, { plays: false });
    const { client } = setup;
    client.speak(1, "One two.");
    await client.next("speech.sent", 1);
    client.speak(2, "Three.");
    await client.next("speech.sent", 2);
    expect(client.all("speech.failed")).toEqual([]);
  });

  it("do not help who reads nothing: the socket is not filled, and he is dropped", async () => {
    await using setup = await serveSocket({}, { limits: { stallMs: 400 }, highWaterMs: 200 }, { plays: false });
    const { client, engine } = setup;
    client.say({ type: "speech.start", utterance: 1, windowMs: 30_000, sampleRate: 192_000, encoding: "pcm-f32le" });
    client.socket.pause();
    client.say({ type: "input.text", utterance: 1, text: numberedText({ words: 2_000 }) });
    client.say({ type: "input.done", utterance: 1 });
    await setup.log(({ outcome }) => outcome === "stalled");
    await setup.log(({ event, elapsedMs }) => event === "socket" && elapsedMs !== undefined);
    expect(engine.activeRequests).toBe(0);
    client.socket.resume();
    await client.closed;
  });
});

describe("pressure", () => {
  it("is told when more text waits than is wanted, and when that is over", async () => {
    await using setup = await serveSocket({ wordMs: 60, realTimeFactor: 0.02 });
    const { client } = setup;
    client.say({ type: "speech.start", utterance: 1, windowMs: 30_000 });
    client.say({ type: "input.text", utterance: 1, text: numberedText({ words: 700 }) });
    expect(await client.next("input.pressure", 1)).toMatchObject({ full: true });
    client.say({ type: "input.done", utterance: 1 });
    expect(await client.next("input.pressure", 1)).toMatchObject({ full: false });
    expect((await client.next("speech.sent", 1))["frames"]).toBe(700 * 1_440);
  }, 60_000);
});
