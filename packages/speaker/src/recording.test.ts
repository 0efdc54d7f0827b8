import type { Sink } from "@parlando/core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { createSpeaker } from "./create-speaker.ts";
import type { BackendId } from "./line/line.ts";
import type { Speaker } from "./speaker/speaker-options.ts";
import { compare } from "./testing/compare.ts";
import { watchLateness } from "./testing/lateness.ts";
import { missingForRig, startPulseRig, type PulseRig } from "./testing/pulse-rig.ts";
import type { Recording } from "./testing/recording.ts";
import { chunksOf, find, noise, soundIn } from "./testing/signals.ts";

/**
 * Played through a sound server and judged on its recording. Where the machine was late by the sound server's own report, or by this process's
 * clock, a recording that is not right says nothing, and is made again; any other that is not right is a fault, which may not show
 * three times running.
 */
const retry = 2;
const mostRecordings = 8;

/** How long each way plays on while this process is held up. */
const heldMs: Readonly<Record<BackendId, number>> = { "web-audio": 90, pacat: 30, aplay: 30 };

/** Generous, for busy machines; what the players add on a quiet one is in the README. */
const longestSilenceMs = 250;
const largestPlayheadErrorMs = 60;

const sampleRate = 48_000;
const fadeFrames = 512;
const judged = { retry, timeout: 150_000 };
const missing = missingForRig(["aplay", "alsa-utils"]);
if (missing.length > 0) process.stderr.write(`Recordings of the speaker are skipped: ${[...new Set(missing)].join(", ")} not installed.\n`);

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const wave = noise(sampleRate * 1.5);
const chunks = chunksOf(wave, { sampleRate, chunkMs: 20 });

/** One recording. */
interface Take {
  readonly recorded: Int16Array;
  readonly recording: Recording;
  /** Where in it the first sample of the wave is. */
  readonly start: number;
  /** What was late, if anything was. */
  readonly late: string | undefined;
}

type Use = (sink: Sink) => Promise<void>;

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
  async function recordWhile(use: Use): Promise<Take> {
    const recording = await rig.record();
    const sink = await speaker.openSink({ sampleRate, channels: 1 });
    const watch = watchLateness(rig, heldMs[backend]);
    await use(sink);
    const late = await watch.stop();
    await sink.close();
    const recorded = await recording.stop();
    return { recorded, recording, late, start: find(recorded, wave.subarray(0, 100)) };
  }

  /** Records until the machine is in time, and judges. */
  async function record(name: string, use: Use, judge: (take: Take) => void): Promise<void> {
    for (let count = 1; ; count += 1) {
      const take = await recordWhile(use);
      try {
        return judge(take);
      } catch (error) {
        if (take.late === undefined) throw error;
        process.stderr.write(`${backend}, ${name}: recording ${count} is not right, but the machine was late: ${take.late}.\n`);
        if (count === mostRecordings) throw error;
      }
    }
  }

  it("asks for the device's own rate", async () => {
    const sink = await speaker.openSink({ sampleRate: 24_000, channels: 1 });
    expect(sink.format).toEqual({ sampleRate, channels: 1 });
    await sink.close();
  });

  it("plays every sample, bit for bit, without a gap", judged, async ({ task }) => {
    const playAll = async (sink: Sink): Promise<void> => {
      await writeAll(sink);
      await sink.end();
      expect(sink.playedFrames()).toBe(wave.length);
    };
    await record(task.name, playAll, ({ recorded, start }) => {
      expect(compare(recorded, wave, start)).toEqual({ gaps: [], differsAt: undefined, found: wave.length });
      expect(soundIn(recorded)).toEqual({ first: start, end: start + wave.length });
    });
  });

  it("has a playhead that follows what is heard", judged, async ({ task }) => {
    let seen: { at: number; frame: number }[] = [];
    const playAll = async (sink: Sink): Promise<void> => {
      seen = [];
      const poll = setInterval(() => seen.push({ at: performance.now(), frame: sink.playedFrames() ?? -1 }), 10);
      await writeAll(sink);
      await sink.end();
      clearInterval(poll);
    };
    await record(task.name, playAll, ({ recording, start }) => {
      const playing = seen.filter(({ frame }) => frame > 0 && frame < wave.length);
      const errors = playing.map(({ at, frame }) => ((frame - (recording.frameAt(at) - start)) * 1000) / sampleRate);
      expect(errors.length).toBeGreaterThan(20);
      expect(Math.max(...errors.map(Math.abs))).toBeLessThan(largestPlayheadErrorMs);
    });
  });

  it("is silent soon after clear(), and heard exactly what clear() says", judged, async ({ task }) => {
    let clearedAt = 0;
    let silentAt = 0;
    let first = 0;
    const clear = async (sink: Sink): Promise<void> => {
      const writing = writeAll(sink).catch(() => undefined);
      await sleep(500);
      clearedAt = performance.now();
      first = await sink.clear();
      silentAt = performance.now();
      expect(sink.playedFrames()).toBe(first);
      await writing;
    };
    await record(task.name, clear, ({ recorded, recording, start }) => {
      const sound = soundIn(recorded, 0);
      expect(sound?.first).toBe(start);
      expect(compare(recorded, wave.subarray(0, first - fadeFrames), start)).toMatchObject({ gaps: [], differsAt: undefined });
      expect(Math.abs((sound?.end ?? 0) - start - first)).toBeLessThanOrEqual(8);
      expect(recording.timeOf(sound?.end ?? 0) - clearedAt).toBeLessThan(longestSilenceMs);
      expect(recording.timeOf(sound?.end ?? 0) - silentAt).toBeLessThan(largestPlayheadErrorMs);
    });
  });

  it("loses no sample over pause and resume, and does not click", judged, async ({ task }) => {
    let pausedAt = 0;
    let held = 0;
    const pauseAndResume = async (sink: Sink): Promise<void> => {
      const writing = writeAll(sink).then(() => sink.end());
      await sleep(500);
      pausedAt = performance.now();
      await sink.pause();
      held = sink.playedFrames() ?? 0;
      await sleep(400);
      expect(sink.playedFrames()).toBe(held);
      await sink.resume();
      await writing;
    };
    await record(task.name, pauseAndResume, ({ recorded, recording, start }) => {
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
});
