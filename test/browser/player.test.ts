import { createSpeechStream } from "@parlando/core";
import { createServer, type ServedTTS } from "@parlando/server";
import { assertSpoken, createScriptedEngine, expectedSamples, numberedText } from "@parlando/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { compareSpeech } from "../cloud/speech-of.test-helper.ts";
import { matchPlayed, recordingOf, silenceFrom } from "./match-played.test-helper.ts";
import { noise } from "./player-page/noise.ts";
import type { ShownError } from "./page/shown-error.ts";
import type { Heard, PlayOrder, Played, Rested, SpeakOrder, Spoken, Stopped, Told } from "./player-page/page.ts";
import type { Tapped } from "./player-page/tap.ts";
import { openPlayerRig, type PlayerPage, type PlayerRig } from "./player-rig.test-helper.ts";
import { hasBrowser, inBrowser, samplesOf } from "./rig.test-helper.ts";

const sampleRate = 24_000;
const timeout = 120_000;

const text = numberedText({ words: 12, sentenceWords: 4 });
/** As a language model writes: a few letters at a time. */
const pieces = text.match(/[^]{1,7}/gu) ?? [];
const scripted = { encoding: "exact", msPerCharacter: 30 } as const;

/** However it comes. */
const ways: Readonly<Record<string, Pick<PlayOrder, "feed" | "frames">>> = {
  "in chunks of 100 ms": { frames: 48_000, feed: { chunkFrames: [2_400] } },
  "in odd chunks": { frames: 48_001, feed: { chunkFrames: [1_907] } },
  "in chunks of every size": { frames: 24_077, feed: { chunkFrames: [1, 127, 128, 129, 5, 4_801, 2, 960] } },
  "in one chunk": { frames: 60_000, feed: { chunkFrames: [60_000] } },
  "of less than a quantum": { frames: 50, feed: { chunkFrames: [50] } },
};

describe.skipIf(!hasBrowser)(`the player ${inBrowser}`, () => {
  let rig: PlayerRig;
  let page: PlayerPage;

  beforeAll(async () => {
    rig = await openPlayerRig();
    page = await rig.openPage("index.html");
  }, timeout);

  afterAll(() => rig.close());

  afterEach(() => {
    expect(page.takeProblems()).toEqual([]);
  });

  /** Plays one stream, and compares every sample with what was sent. */
  async function play(order: PlayOrder) {
    const heard = await page.call<Heard<Played>>("play", order);
    const recording = recordingOf(heard.tapped);
    const match = matchPlayed(recording, noise(order.frames, order.seed));
    expect(heard.sampleRate).toBe(sampleRate);
    expect(match).toMatchObject({ wrongAt: undefined, matched: order.frames });
    expect(silenceFrom(recording, match.end)).toBe(recording.length);
    expect(heard.extra.playedFrames).toBe(order.frames);
    return { ...heard, match };
  }

  /** Speaks, and compares every sample that was heard with what core handed over; gives those. */
  async function expectHeard(order: SpeakOrder): Promise<Float32Array> {
    const heard = await page.call<Heard<Spoken>>("speak", order);
    const handed = samplesOf(heard.extra.handed);
    const recording = recordingOf(heard.tapped);
    const begin = silenceFrom(recording, 0) - silenceFrom(handed, 0);
    expect(differenceOf(recording.subarray(begin, begin + handed.length), handed)).toBe(-1);
    expect(silenceFrom(recording, begin + handed.length)).toBe(recording.length);
    expect(heard.extra).toMatchObject({ playedFrames: handed.length, report: { interrupted: false } });
    return handed;
  }

  it.each(Object.entries(ways))("plays every sample as it was sent, %s", async (_, way) => {
    const { match, statistics } = await play({ seed: 11, ...way });
    expect(match.breaks).toEqual([]);
    expect(statistics).toMatchObject({ underruns: 0, bufferedMs: 0 });
  }, timeout);

  it("plays every sample under jitter of 150 ms", async () => {
    const { match, statistics, extra } = await play({ seed: 12, frames: 96_000, feed: { chunkFrames: [1_907], jitterMs: 150 }, sink: { prebufferMs: 300 } });
    expect(match.breaks).toHaveLength(statistics.underruns);
    // A machine that is late by itself is no jitter.
    if (extra.lateMs < 50) expect(statistics.underruns).toBe(0);
  }, timeout);

  it("plays on while the page is busy for 400 ms", async () => {
    const { match, statistics, extra } = await play({ seed: 13, frames: 72_000, feed: { chunkFrames: [2_400] }, block: { atFrame: 12_000, ms: 400 } });
    expect(extra.blockedMs).toBeGreaterThanOrEqual(400);
    expect(match.breaks).toHaveLength(statistics.underruns);
    if (extra.blockedMs < extra.heldMs - 100) expect(statistics.underruns).toBe(0);
  }, timeout);

  it("has one underrun when nothing comes for 600 ms, and loses no sample", async () => {
    const { match, statistics } = await play({ seed: 14, frames: 48_000, feed: { chunkFrames: [2_400] }, stall: { atFrame: 24_000, ms: 600 } });
    expect(statistics.underruns).toBe(1);
    expect(match.breaks).toHaveLength(1);
    expect(match.breaks[0]?.atFrame).toBe(24_000 - 120);
    expect(statistics.underrunMs).toBeCloseTo(((match.breaks[0]?.silentFrames ?? 0) * 1000) / sampleRate, 3);
    expect(statistics.underrunMs).toBeGreaterThanOrEqual(590);
    expect(statistics.prebufferMs).toBe(180);
  }, timeout);

  it("loses no sample when it is paused", async () => {
    const pauses = [6_000, 7_001, 20_000].map((atFrame) => ({ atFrame, ms: 150 }));
    const { match, statistics, extra } = await play({ seed: 15, frames: 36_000, feed: { chunkFrames: [2_400] }, pauses });
    expect(match.breaks).toHaveLength(3 + statistics.underruns);
    expect(extra.movedInPause).toBe(0);
    pauses.forEach(({ atFrame }, index) => expect(match.breaks[index]?.atFrame).toBeGreaterThanOrEqual(atFrame));
  }, timeout);

  it("is silent within 20 ms of a stop, by the audio clock", async () => {
    const heard = await page.call<Heard<readonly Stopped[]>>("stop", { count: 15 });
    const recording = recordingOf(heard.tapped);
    let from = 0;
    const stopsMs = heard.extra.map(({ askedFrame, firstNotPlayed }, index) => {
      const begin = silenceFrom(recording, from);
      // Up to the fade it is what was sent, and nothing is heard behind it.
      const { matched, wrongAt } = matchPlayed(recording, noise(firstNotPlayed - 120, index + 1), begin);
      expect({ index, matched, wrongAt }).toEqual({ index, matched: firstNotPlayed - 120, wrongAt: undefined });
      from = begin + firstNotPlayed;
      expect(recording.subarray(from, from + 4_000).every((sample) => sample === 0)).toBe(true);
      return ((heard.tapped.startFrame + from - askedFrame) * 1000) / sampleRate;
    });
    // All but one: another program may have held the page between the look at the clock and the message.
    expect(stopsMs.toSorted((left, right) => left - right)[13]).toBeLessThanOrEqual(20);
    expect(silenceFrom(recording, from)).toBe(recording.length);
  }, timeout);

  it("plays 200 utterances one after another in one context", async () => {
    const before = await page.call<Heard>("playMany", { count: 1, frames: 10 });
    const heard = await page.call<Heard<{ livesAfter: number }>>("playMany", { count: 200, frames: 1_200 });
    const recording = recordingOf(heard.tapped);
    expect(heard.contexts - before.contexts).toBe(1);
    let at = 0;
    for (let index = 0; index < 200; index += 1) {
      const match = matchPlayed(recording, noise(1_200 + index, index + 1), at);
      expect({ index, wrongAt: match.wrongAt, breaks: match.breaks.length }).toEqual({ index, wrongAt: undefined, breaks: 0 });
      at = match.end;
    }
    expect(silenceFrom(recording, at)).toBe(recording.length);
    expect([heard.statistics.underruns, heard.extra.livesAfter]).toEqual([0, 0]);
  }, timeout);

  it("plays what core gives it, from an engine to the last sample", async () => {
    const handed = await expectHeard({ pieces, engine: scripted, sink: { prebufferMs: 5_000 } });
    expect(compareSpeech(handed, text, { ...scripted, sampleRate })).toEqual({ words: 12, begunAgain: 0, repeated: 0, leftOut: 0, endsEarly: false, wrong: undefined });
  }, timeout);

  it("plays what a server sends, from its engine to the last sample", async () => {
    const engine = createScriptedEngine({ ...scripted, delivery: "bytes", chunkBytes: [1, 2_999] });
    const tts: ServedTTS = { engines: [engine], createStream: (options = {}) => createSpeechStream({ engines: [{ engine }] }, options), voices: async () => [] };
    const server = await createServer(tts, { origins: [rig.origin] });
    try {
      const { url } = await server.listen();
      const handed = await expectHeard({ pieces, url, sink: { prebufferMs: 5_000 } });
      const made = expectedSamples(text, { ...scripted, sampleRate });
      // Core fades the edges of segments, here and in the server: every sample is there, in its place, and as it was made but for those.
      const faded = fadedSamples(handed, made);
      expect(faded).toBeGreaterThan(0);
      expect(faded).toBeLessThanOrEqual(2 * 2 * 3 * 0.005 * sampleRate);
    } finally {
      await server.close();
    }
  }, timeout);

  it("has core convert to the rate of the context, once", async () => {
    const heard = await page.call<Heard<Spoken>>("speak", { pieces, engine: { msPerCharacter: 40 }, player: { sampleRate: 44_100 }, sink: { prebufferMs: 5_000 } });
    expect(heard.sampleRate).toBe(44_100);
    const recording = recordingOf(heard.tapped);
    const begin = silenceFrom(recording, 0);
    assertSpoken(recording.subarray(begin, begin + (heard.extra.playedFrames ?? 0)), 44_100, text);
  }, timeout);

  it("tells core what was heard when it is interrupted", async () => {
    const heard = await page.call<Heard<Spoken>>("speak", { pieces: [text], engine: scripted, interruptAfterMs: 900 });
    const { heardUntil, playedFrames, handed } = heard.extra;
    expect(heardUntil).toBeGreaterThan(0);
    expect(heardUntil).toBeLessThan(text.length);
    expect(playedFrames).toBeGreaterThanOrEqual(0.9 * sampleRate);
    expect(playedFrames).toBeLessThan(samplesOf(handed).length);
  }, timeout);

  it("mixes, changes no context of the app, and loads its module once", async () => {
    const heard = await page.call<Heard<{ stateAfter: string }>>("playTwo", { frames: 9_600 });
    expect(matchPlayed(recordingOf(heard.tapped), noise(9_600, 5))).toMatchObject({ matched: 9_600, wrongAt: undefined, breaks: [] });
    expect(heard.extra.stateAfter).toBe("running");
  }, timeout);

  it("tells its level, its state and the system what it does", async () => {
    const told = await page.call<Told>("tellOfItself");
    expect(Math.max(...told.levels)).toBeGreaterThan(0.9);
    expect(told.levelsAfterStop).toBe(0);
    expect(told.tellings).toBeGreaterThan(2);
    expect(told.states.slice(1)).toEqual(["running", "closed"]);
    expect(told.mediaStates).toEqual(["none", "playing", "paused", "playing", "playing", "none"]);
    expect([told.title, told.titleAfterClose, told.stops]).toEqual(["A story", undefined, 1]);
  }, timeout);

  it("suspends its context while nothing plays, and loses no sample when it plays again", async () => {
    const frames = 12_000;
    const heard = await page.call<Heard<Rested>>("rest", { frames, idleMs: 1_000 });
    expect(heard.extra).toEqual({ state: "running", contextState: "suspended", movedS: 0 });
    const recording = recordingOf(heard.tapped);
    const first = matchPlayed(recording, noise(frames, 21));
    expect(first).toMatchObject({ matched: frames, wrongAt: undefined, breaks: [] });
    const second = matchPlayed(recording, noise(frames, 22), first.end);
    expect(second).toMatchObject({ matched: frames, wrongAt: undefined, breaks: [] });
    expect(silenceFrom(recording, second.end)).toBe(recording.length);
    expect(heard.statistics.underruns).toBe(0);
  }, timeout);

  it("waits for a gesture, and plays all that came before it", async () => {
    const locked = await rig.openPage("autoplay.html");
    expect(await locked.report("at first")).toEqual({ state: "locked", currentTime: 0, isActive: false });
    expect(await locked.report("without a gesture")).toEqual({ state: "locked", currentTime: 0, isActive: false });
    await locked.page.mouse.click(50, 50);
    expect(await locked.report("after a click that does nothing")).toEqual({ state: "locked", currentTime: 0, isActive: true });
    await locked.page.mouse.click(50, 250);
    const { tapped, ...played } = await locked.report<{ tapped: Tapped; state: string; playedFrames: number }>("played");
    expect(played).toEqual({ state: "running", playedFrames: 12_000 });
    expect(matchPlayed(recordingOf(tapped), noise(12_000, 9))).toMatchObject({ matched: 12_000, wrongAt: undefined, breaks: [] });
    expect(await locked.report("rested")).toEqual({ state: "running", contextState: "suspended" });
    const { tapped: all, ...again } = await locked.report<{ tapped: Tapped; state: string; playedFrames: number }>("played again");
    expect(again).toEqual({ state: "running", playedFrames: 12_000 });
    const first = matchPlayed(recordingOf(all), noise(12_000, 9));
    expect(matchPlayed(recordingOf(all), noise(12_000, 10), first.end)).toMatchObject({ matched: 12_000, wrongAt: undefined, breaks: [] });
    expect(locked.takeProblems().filter((problem) => !problem.includes("not allowed to start"))).toEqual([]);
    await locked.close();
  }, timeout);

  it("says what to do on a page that allows no blob:, and plays from a file there", async () => {
    const strict = await rig.openPage("strict.html");
    const refused = await strict.call<{ error?: ShownError }>("tryWorklet");
    expect(refused.error).toMatchObject({ code: "NO_AUDIO_DEVICE", message: expect.stringContaining("`workletUrl`") });
    expect(await strict.call("tryWorklet", { workletUrl: "/worklet.js" })).toEqual({});
    expect((await strict.call<{ error?: ShownError }>("tryWorklet", { workletUrl: "/nothing.js" })).error).toMatchObject({ code: "NO_AUDIO_DEVICE" });
    await strict.close();
  }, timeout);

  it("is a sink like any other", async () => {
    const results = await page.call<readonly { name: string; error: string | undefined }[]>("checkSink");
    expect(results.length).toBeGreaterThan(10);
    expect(results.filter(({ error }) => error !== undefined)).toEqual([]);
  }, timeout);
});

/** The first sample that differs; -1 where none does. */
function differenceOf(left: Float32Array, right: Float32Array): number {
  return left.length === right.length ? left.findIndex((sample, index) => sample !== right[index]) : left.length;
}

/** How many samples are smaller than they were made, and all others equal; fails where any is another. */
function fadedSamples(heard: Float32Array, made: Float32Array): number {
  expect(heard).toHaveLength(made.length);
  return heard.reduce((count, sample, index) => {
    const original = made[index] ?? 0;
    if (sample === original) return count;
    expect({ index, isFaded: Math.abs(sample) < Math.abs(original) && sample * original >= 0 }).toEqual({ index, isFaded: true });
    return count + 1;
  }, 0);
}
