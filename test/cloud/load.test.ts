// Many streams at once over real connections, and a taker that is much slower than the wire.
// `CLOUD_LOAD_STREAMS=1000` and `CLOUD_SLOW_MINUTES=30` make both as long as they are meant to be once in a while.

import { createSpeechStream, type AudioChunk } from "@parlando/core";
import { numberedText } from "@parlando/testkit";
import { describe, expect, it } from "vitest";
import { lanes, type Lane, type LaneTimes } from "./lanes.test-helper.ts";
import { compareSpeech } from "./speech-of.test-helper.ts";
import { after, areConnectionsGone, join, spokenText } from "./run-cell.test-helper.ts";

const STREAMS = Number(process.env["CLOUD_LOAD_STREAMS"] ?? 200);
/** Audio of the slow taker's text; it takes ten times as long as the wire would. */
const SLOW_MINUTES = Number(process.env["CLOUD_SLOW_MINUTES"] ?? 0);
const SLOW_SECONDS = SLOW_MINUTES === 0 ? 60 : 60 * SLOW_MINUTES;
/** How fast the slow taker takes: a short test has no hours. */
const TAKEN_PER_SECOND = SLOW_MINUTES === 0 ? 10 : 20;
const MOST_AHEAD_BYTES = 5_000_000;
const MOST_GROWTH_BYTES = 20_000_000;

/** A machine that is busy with hundreds of streams is not a service that stands still. */
const patient: LaneTimes = { connectMs: 60_000, firstMs: 60_000, idleMs: 60_000 };
const shown = (line: string): void => void (process.env["SHOW_CLOUD_LOAD"] === "1" && process.stdout.write(`${line}\n`));

async function speakOne(lane: Lane, open: Awaited<ReturnType<Lane["open"]>>): Promise<{ found: ReturnType<typeof compareSpeech> | undefined; firstMs: number; error: unknown }> {
  const heard: Float32Array[] = [];
  const beganAt = performance.now();
  let firstMs = 0;
  const onChunk = (chunk: AudioChunk): void => {
    if (heard.length === 0) firstMs = performance.now() - beganAt;
    heard.push(chunk.samples.slice());
  };
  const stream = createSpeechStream({ engines: [{ engine: open.engine }], codecs: lane.codecs }, { voice: open.voice, onChunk, onError: () => {}, timeouts: { firstAudioMs: 60_000, betweenMs: 60_000 } });
  stream.feed(spokenText).catch(() => {});
  stream.done();
  const error: unknown = await stream.waitUntilDone().then(() => undefined, (thrown: unknown) => thrown);
  await stream.close();
  return { found: error === undefined ? compareSpeech(join(heard), spokenText, lane.speech) : undefined, firstMs, error };
}

describe(`${STREAMS} streams at once`, () => {
  it.each(lanes.map((lane) => [lane.name, lane] as const))("over %s hear every sample, and leave no connection", { timeout: 300_000 }, async (_, lane) => {
    const open = await lane.open({ key: "k", times: patient });
    const beganAt = performance.now();
    const ends = await Promise.all(Array.from({ length: STREAMS }, () => speakOne(lane, open)));
    const elapsedMs = performance.now() - beganAt;
    const firsts = ends.map(({ firstMs }) => firstMs).sort((left, right) => left - right);
    shown(`${lane.name}: ${STREAMS} streams in ${Math.round(elapsedMs)} ms, first audio median ${Math.round(firsts[STREAMS >> 1] ?? 0)} ms, last ${Math.round(firsts.at(-1) ?? 0)} ms, ${open.fake.connections} connections`);
    await open.engine.close();
    const areGone = await areConnectionsGone(open, 5_000);
    await open.fake.close();
    expect(ends.filter(({ error }) => error !== undefined).map(({ error }) => String(error))).toEqual([]);
    expect(ends.filter(({ found }) => found?.words !== 12 || found.begunAgain + found.repeated + found.leftOut > 0 || found.endsEarly || found.wrong !== undefined).map(({ found }) => found)).toEqual([]);
    expect(areGone).toBe(true);
  });
});

interface SlowEnd {
  readonly frames: number;
  readonly mostAheadBytes: number;
  readonly growthBytes: number;
  readonly error: unknown;
}

/** Takes audio ten times more slowly than it could come, and looks how much of it was sent and not taken. */
async function takeSlowly(lane: Lane, text: string): Promise<SlowEnd> {
  const open = await lane.open({ key: "k", times: patient });
  let takenMs = 0;
  let frames = 0;
  let mostAheadBytes = 0;
  let leastRss = Number.POSITIVE_INFINITY;
  let mostRss = 0;
  const bytesPerMs = lane.speech.encoding === "tones" ? 6 : (2 * lane.speech.sampleRate) / 1000;
  const beganAt = performance.now();
  const onChunk = async (chunk: AudioChunk): Promise<void> => {
    frames += chunk.samples.length;
    takenMs += chunk.durationMs;
    const dueAt = beganAt + takenMs / TAKEN_PER_SECOND;
    if (dueAt > performance.now()) await after(dueAt - performance.now());
    const sent = open.fake.requests.reduce((bytes, { audioBytes, parameters }) => bytes + (parameters["OutputFormat"] === "json" ? 0 : audioBytes), 0);
    mostAheadBytes = Math.max(mostAheadBytes, sent - takenMs * bytesPerMs);
    // What is loaded and compiled at the beginning is no growth.
    const rss = process.memoryUsage.rss();
    if (takenMs > SLOW_SECONDS * 100) leastRss = Math.min(leastRss, rss);
    if (takenMs > SLOW_SECONDS * 100) mostRss = Math.max(mostRss, rss);
  };
  const stream = createSpeechStream({ engines: [{ engine: open.engine }], codecs: lane.codecs }, { voice: open.voice, onChunk, onError: () => {} });
  void stream.feed(text).catch(() => {});
  stream.done();
  const error: unknown = await stream.waitUntilDone().then(() => undefined, (thrown: unknown) => thrown);
  await stream.close();
  await open.engine.close();
  await open.fake.close();
  return { frames, mostAheadBytes: Math.round(mostAheadBytes), growthBytes: mostRss - leastRss, error };
}

// Memory is measured for one at a time only.
describe.each([["a taker that is slower than the wire"]])("%s", { concurrent: SLOW_MINUTES === 0 }, () => {
  it.each(lanes.map((lane) => [lane.name, lane] as const))("holds back %s", { timeout: 120_000 + (2_000 * SLOW_SECONDS) / TAKEN_PER_SECOND }, async (_, lane) => {
    const text = numberedText({ words: Math.round(SLOW_SECONDS / (5 * lane.speech.msPerCharacter / 1000)), first: 1_000, sentenceWords: 12 });
    const { frames, mostAheadBytes, growthBytes, error } = await takeSlowly(lane, text);
    shown(`${lane.name}: ${Math.round(frames / lane.speech.sampleRate)} s taken, at most ${(mostAheadBytes / 1e6).toFixed(2)} MB (${(mostAheadBytes / (lane.speech.encoding === "tones" ? 6_000 : 2 * lane.speech.sampleRate)).toFixed(1)} s) sent and not taken, RSS grew by ${(growthBytes / 1e6).toFixed(1)} MB`);
    expect(error).toBeUndefined();
    expect(frames / lane.speech.sampleRate).toBeGreaterThan(0.9 * SLOW_SECONDS);
    expect(mostAheadBytes).toBeLessThan(MOST_AHEAD_BYTES);
    // A run of a minute has not settled.
    if (SLOW_MINUTES > 0) expect(growthBytes).toBeLessThan(MOST_GROWTH_BYTES);
  });
});
