import { numberedText } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { roundTrip, serveSocket } from "./served-socket.test-helper.ts";

const TEXT = numberedText({ words: 24 });
/** Every word lasts 250 ms, and so do its marks. */
const SCRIPT = { wordMs: 250 };
const FRAMES_OF_WORD = 6_000;

describe("an interruption", () => {
  it("answers what was heard by the credit, and no frame comes after the answer", async () => {
    await using setup = await serveSocket({ ...SCRIPT, realTimeFactor: 0.2 }, {}, { plays: false });
    const { client, engine } = setup;
    client.speak(1, TEXT);
    await client.heard(1, 5 * FRAMES_OF_WORD);
    client.say({ type: "speech.played", utterance: 1, frame: 4 * FRAMES_OF_WORD });
    client.say({ type: "speech.interrupt", utterance: 1 });
    const answer = await client.next("speech.interrupted", 1);
    expect(answer).toMatchObject({ heardMs: 1_000, basis: "marks", playhead: "sink" });
    expect(TEXT.slice(0, Number(answer["heardUntil"]))).toBe(TEXT.split(" ").slice(0, 4).join(" "));
    expect(engine.activeRequests).toBe(0);
    const frames = client.samplesOf(1).length;
    client.speak(2, "Two.");
    await client.next("speech.sent", 2);
    expect(client.samplesOf(1).length).toBe(frames);
    expect(client.all("speech.sent", 1)).toEqual([]);
    expect(client.all("speech.done", 1)).toEqual([]);
  });

  it("takes the client's word for what was heard", async () => {
    await using setup = await serveSocket(SCRIPT);
    const { client } = setup;
    client.say({ type: "speech.start", utterance: 1 });
    client.say({ type: "input.text", utterance: 1, text: `${TEXT} ` });
    client.say({ type: "input.flush", utterance: 1 });
    await client.next("speech.flushed", 1);
    client.say({ type: "speech.interrupt", utterance: 1, playedFrame: Math.round(23.6 * FRAMES_OF_WORD) });
    const answer = await client.next("speech.interrupted", 1);
    expect(answer).toMatchObject({ heardMs: 5_900, playhead: "reported" });
    expect(TEXT.slice(0, Number(answer["heardUntil"]))).toBe(TEXT.slice(0, -1));
  });

  it("counts nothing as heard that was never sent", async () => {
    await using setup = await serveSocket(SCRIPT, {}, { plays: false });
    const { client } = setup;
    client.speak(1, TEXT, { windowMs: 500 });
    await client.heard(1, 2 * FRAMES_OF_WORD);
    client.say({ type: "speech.interrupt", utterance: 1, playedFrame: 99_999_999 });
    expect(await client.next("speech.interrupted", 1)).toMatchObject({ heardMs: 500 });
  });

  it("is answered also while the last of it plays, when all was sent", async () => {
    await using setup = await serveSocket(SCRIPT, {}, { plays: false });
    const { client } = setup;
    const text = numberedText({ words: 6 });
    client.speak(1, text);
    await client.next("speech.sent", 1);
    client.say({ type: "speech.interrupt", utterance: 1, playedFrame: 3 * FRAMES_OF_WORD });
    const answer = await client.next("speech.interrupted", 1);
    expect(text.slice(0, Number(answer["heardUntil"]))).toBe(text.split(" ").slice(0, 3).join(" "));
    expect(answer).toMatchObject({ heardMs: 750, playhead: "reported" });
    client.say({ type: "speech.played", utterance: 1, frame: client.samplesOf(1).length });
    await roundTrip(setup);
    expect(client.all("speech.done", 1)).toEqual([]);
  });

  it("before anything was said hears nothing", async () => {
    await using setup = await serveSocket(SCRIPT);
    const { client } = setup;
    client.say({ type: "speech.start", utterance: 1 });
    client.say({ type: "speech.interrupt", utterance: 1 });
    expect(await client.next("speech.interrupted", 1)).toMatchObject({ heardUntil: 0, heardMs: 0, billedCharacters: 0, wastedCharacters: 0 });
    client.speak(2, "Two.");
    await client.next("speech.done", 2);
  });

  it("counts what was made for nobody, by the client's word", async () => {
    await using setup = await serveSocket(SCRIPT, {}, { plays: false });
    const { client, server } = setup;
    const wasted = async (reason: string): Promise<number | undefined> => {
      const text = await (await server.app.request("http://localhost/metrics")).text();
      const found = new RegExp(`tts_wasted_audio_seconds_total\\{reason="${reason}"\\} (.*)`, "u").exec(text)?.[1];
      return found === undefined ? undefined : Number(found);
    };
    const text = numberedText({ words: 6 });
    client.speak(1, text);
    await client.next("speech.sent", 1);
    client.say({ type: "speech.interrupt", utterance: 1, playedFrame: 4 * FRAMES_OF_WORD });
    await client.next("speech.interrupted", 1);
    expect(await wasted("interrupted")).toBeCloseTo(0.5, 6);
    // All that was sent was played: nothing is wasted.
    client.speak(2, text);
    await client.next("speech.sent", 2);
    client.say({ type: "speech.played", utterance: 2, frame: 6 * FRAMES_OF_WORD });
    await client.next("speech.done", 2);
    expect(await wasted("interrupted")).toBeCloseTo(0.5, 6);
    // Handed over by core, and more than the window lets out.
    client.speak(3, text, { windowMs: 500 });
    await client.heard(3, 2 * FRAMES_OF_WORD);
    client.say({ type: "speech.played", utterance: 3, frame: FRAMES_OF_WORD });
    await client.heard(3, 2.5 * FRAMES_OF_WORD);
    client.socket.terminate();
    await expect.poll(() => wasted("gone")).toBeGreaterThanOrEqual(0.5);
    expect(await wasted("gone")).toBeLessThanOrEqual(1.25);
  });

  it("of one utterance leaves the others alone", async () => {
    await using setup = await serveSocket({ ...SCRIPT, realTimeFactor: 0.05 });
    const { client } = setup;
    client.speak(1, TEXT);
    client.speak(2, TEXT);
    await client.heard(1, 1);
    client.say({ type: "speech.interrupt", utterance: 1 });
    client.say({ type: "speech.interrupt", utterance: 1 });
    await client.next("speech.interrupted", 1);
    const { frames } = await client.next("speech.sent", 2);
    expect(frames).toBe(24 * FRAMES_OF_WORD);
    expect(client.all("speech.interrupted", 1)).toHaveLength(1);
  }, 30_000);
});
