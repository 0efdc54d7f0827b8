import type { Sink } from "@parlando/core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { createSpeaker } from "./create-speaker.ts";
import type { BackendId } from "./line/line.ts";
import type { Speaker } from "./speaker/speaker-options.ts";
import { compare } from "./testing/compare.ts";
import { missingForRig, startPulseRig, type PulseRig } from "./testing/pulse-rig.ts";
import type { Recording } from "./testing/recording.ts";
import { chunksOf, find, noise, soundIn } from "./testing/signals.ts";

/**
 * Played through a sound server and judged on its recording. A gap that a busy machine causes (the server, the recorder and the
 * player all need their turn) says nothing about lost samples, so each check has some attempts; one that is wrong fails them all.
 */
const attempts = 10;

/** Generous, for busy machines; what the players add on a quiet one is in the README. */
const longestSilenceMs = 250;
const largestPlayheadErrorMs = 60;

const sampleRate = 48_000;
const fadeFrames = 512;
const missing = missingForRig(["aplay", "alsa-utils"]);
if (missing.length > 0) process.stderr.write(`Recordings of the speaker are skipped: ${[...new Set(missing)].join(", ")} not installed.\n`);

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const wave = noise(sampleRate * 1.5);
const chunks = chunksOf(wave, { sampleRate, chunkMs: 20 });

async function writeAll(sink: Sink): Promise<void> {
  for (const chunk of chunks) await sink.write(chunk);
}

describe.skipIf(missing.length > 0).each<BackendId>(["web-audio", "pacat", "aplay"])("%s, recorded", (backend) => {
  let rig: PulseRig;
  let speaker: Speaker;

  beforeAll(async () => {
    rig = await startPulseRig();
    for (const [name, value] of Object.entries(rig.environment)) vi.stubEnv(name, value);
    speaker = createSpeaker({ backend });
  });

  afterAll(async () => {
    await speaker.close();
    vi.unstubAllEnvs();
    await rig.close();
  });

  /** Opens, does something, and hands over what was recorded. */
  async function recordWhile(use: (sink: Sink, recording: Recording) => Promise<void>): Promise<{ recorded: Int16Array; recording: Recording; start: number }> {
    const recording = await rig.record();
    const sink = await speaker.openSink({ sampleRate, channels: 1 });
    expect(sink.format).toEqual({ sampleRate, channels: 1 });
    await use(sink, recording);
    await sink.close();
    const recorded = await recording.stop();
    return { recorded, recording, start: find(recorded, wave.subarray(0, 100)) };
  }

  it("plays every sample, bit for bit, without a gap", { retry: attempts }, async () => {
    const { recorded, start } = await recordWhile(async (sink) => {
      await writeAll(sink);
      await sink.end();
      expect(sink.playedFrames()).toBe(wave.length);
    });
    expect(compare(recorded, wave, start)).toEqual({ gaps: [], differsAt: undefined, found: wave.length });
    expect(soundIn(recorded)).toEqual({ first: start, end: start + wave.length });
  });

  it("has a playhead that follows what is heard", { retry: attempts }, async () => {
    const seen: { at: number; frame: number }[] = [];
    const { recording, start } = await recordWhile(async (sink) => {
      const poll = setInterval(() => seen.push({ at: performance.now(), frame: sink.playedFrames() ?? -1 }), 10);
      await writeAll(sink);
      await sink.end();
      clearInterval(poll);
    });
    const playing = seen.filter(({ frame }) => frame > 0 && frame < wave.length);
    const errors = playing.map(({ at, frame }) => ((frame - (recording.frameAt(at) - start)) * 1000) / sampleRate);
    expect(errors.length).toBeGreaterThan(20);
    expect(Math.max(...errors.map(Math.abs))).toBeLessThan(largestPlayheadErrorMs);
  });

  it("is silent soon after clear(), and heard exactly what clear() says", { retry: attempts }, async () => {
    let clearedAt = 0;
    let first = 0;
    const { recorded, recording, start } = await recordWhile(async (sink) => {
      const writing = writeAll(sink).catch(() => undefined);
      await sleep(500);
      clearedAt = performance.now();
      first = await sink.clear();
      await writing;
    });
    const sound = soundIn(recorded, 0);
    expect(sound?.first).toBe(start);
    expect(compare(recorded, wave.subarray(0, first - fadeFrames), start)).toMatchObject({ gaps: [], differsAt: undefined });
    expect(Math.abs((sound?.end ?? 0) - start - first)).toBeLessThanOrEqual(8);
    expect(recording.timeOf(sound?.end ?? 0) - clearedAt).toBeLessThan(longestSilenceMs);
  });

  it("loses no sample over pause and resume, and does not click", { retry: attempts }, async () => {
    let pausedAt = 0;
    let held = 0;
    const { recorded, recording, start } = await recordWhile(async (sink) => {
      const writing = writeAll(sink).then(() => sink.end());
      await sleep(500);
      pausedAt = performance.now();
      await sink.pause();
      await sleep(400);
      held = sink.playedFrames() ?? 0;
      await sink.resume();
      await writing;
    });
    const before = wave.subarray(0, held - fadeFrames);
    const after = wave.subarray(held + fadeFrames);
    expect(compare(recorded, before, start)).toMatchObject({ gaps: [], differsAt: undefined });
    const resumed = find(recorded, after.subarray(0, 100), start + held);
    expect(compare(recorded, after, resumed)).toMatchObject({ gaps: [], differsAt: undefined });
    const pause = recorded.subarray(start + held + 8, resumed - fadeFrames - 8);
    expect(pause.every((sample) => sample === 0)).toBe(true);
    expect(pause.length).toBeGreaterThan(sampleRate * 0.2);
    expect(recording.timeOf(start + held) - pausedAt).toBeLessThan(longestSilenceMs);
    const edges = [recorded.subarray(start + held - 4, start + held + 4), recorded.subarray(resumed - fadeFrames - 4, resumed - fadeFrames + 4)];
    expect(Math.max(...edges.flatMap((edge) => [...edge].map(Math.abs)))).toBeLessThan(200);
  });
});
