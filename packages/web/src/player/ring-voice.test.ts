import { describe, expect, it } from "vitest";
import { raisedCosine, RingVoice, type RingVoiceOptions } from "./ring-voice.ts";

const fadeFrames = 120;
const quantum = 128;
const sampleRate = 24_000;

const open = (options: Partial<RingVoiceOptions> = {}): RingVoice => new RingVoice({ sampleRate, fadeFrames, prebufferFrames: 0, gain: 1, ...options });

/** Samples of 16 bits, none of them 0, the same ones every time. */
function noise(frames: number, from = 0): Float32Array {
  let state = 7;
  const all = Float32Array.from({ length: from + frames }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return ((state >>> 16) - 32_768 || 1) / 32_768;
  });
  return all.slice(from);
}

function play(voice: RingVoice, frames: number, size = quantum): Float32Array {
  const all = new Float32Array(Math.ceil(frames / size) * size);
  for (let at = 0; at < all.length; at += size) voice.mixInto(all.subarray(at, at + size));
  return all;
}

/** A rising or falling gain over the first samples. */
const faded = (samples: Float32Array, direction: "in" | "out"): Float32Array =>
  samples.map((sample, index) => sample * (direction === "in" ? (index < fadeFrames ? raisedCosine(index, fadeFrames) : 1) : raisedCosine(fadeFrames - 1 - index, fadeFrames)));

describe("a voice of the worklet", () => {
  it.each([1, 50, 127, 128, 129, 1907])("plays every sample as it came, in pieces of %i frames, to the last", (piece) => {
    const samples = noise(5_000);
    const voice = open();
    for (let at = 0; at < samples.length; at += piece) voice.push(samples.slice(at, at + piece));
    voice.end();
    const played = play(voice, 5_000 + quantum);
    expect(played.slice(0, 5_000)).toEqual(samples);
    expect(played.slice(5_000).every((sample) => sample === 0)).toBe(true);
    expect([voice.isOver, voice.playedFrames, voice.heldFrames, voice.underruns]).toEqual([true, 5_000, 0, 0]);
  });

  it("grows its memory, and uses it again", () => {
    const samples = noise(200_000);
    const voice = open();
    const heard = new Float32Array(200_064);
    for (let part = 0; part < 4; part += 1) {
      voice.push(samples.slice(part * 50_000, (part + 1) * 50_000));
      heard.set(play(voice, 40_064), part * 40_064);
    }
    voice.end();
    heard.set(play(voice, 39_808), 4 * 40_064);
    expect(heard.findIndex((sample, index) => sample !== (samples[index] ?? 0))).toBe(-1);
  });

  it("waits for its prebuffer, and no longer than that when nothing comes", () => {
    const voice = open({ prebufferFrames: 1_280 });
    voice.push(noise(1_279));
    expect(play(voice, quantum * 9).every((sample) => sample === 0)).toBe(true);
    expect(voice.isSounding).toBe(false);
    expect(play(voice, quantum * 2).slice(quantum)).toEqual(noise(quantum));

    const full = open({ prebufferFrames: 1_280 });
    full.push(noise(1_280));
    expect(play(full, quantum)).toEqual(noise(quantum));
    const ended = open({ prebufferFrames: 1_280 });
    ended.push(noise(50));
    ended.end();
    expect(play(ended, quantum).slice(0, 50)).toEqual(noise(50));
  });

  it("fades what is broken off, and goes on with the same samples", () => {
    const samples = noise(3_000);
    const voice = open();
    voice.push(samples);
    expect(play(voice, quantum * 4)).toEqual(samples.slice(0, 512));
    voice.pause();
    const paused = play(voice, quantum * 10);
    expect(paused.slice(0, fadeFrames)).toEqual(faded(samples.slice(512, 632), "out"));
    expect(paused.slice(fadeFrames).every((sample) => sample === 0)).toBe(true);
    expect([voice.playedFrames, voice.isSilent]).toEqual([512, true]);
    voice.resume();
    voice.end();
    const resumed = play(voice, 3_000);
    expect(resumed.slice(0, 3_000 - 512)).toEqual(faded(samples.slice(512), "in"));
    expect([voice.isOver, voice.underruns]).toEqual([true, 0]);
  });

  it("counts one underrun when more comes after it has run dry, and loses no sample", () => {
    const samples = noise(4_000);
    const voice = open({ prebufferFrames: 640 });
    voice.push(samples.slice(0, 2_000));
    const first = play(voice, quantum * 20);
    const whole = 2_000 - fadeFrames;
    expect(first.slice(0, whole)).toEqual(samples.slice(0, whole));
    expect(first.slice(whole, 2_000)).toEqual(faded(samples.slice(whole, 2_000), "out"));
    expect([voice.playedFrames, voice.underruns, voice.isSounding]).toEqual([2_000, 0, false]);
    voice.push(samples.slice(2_000));
    expect([voice.playedFrames, voice.underruns, voice.prebufferFrames]).toEqual([whole, 1, 960]);
    voice.end();
    expect(play(voice, 2_200).slice(0, 4_000 - whole)).toEqual(faded(samples.slice(whole), "in"));
    expect([voice.playedFrames, voice.isOver, voice.underrunFrames]).toEqual([4_000, true, quantum * 20 - 2_000]);
  });

  it("counts no underrun for silence that nothing follows, and learns nothing from a long pause", () => {
    const voice = open({ prebufferFrames: 480 });
    voice.push(noise(1_000));
    play(voice, 3_000);
    voice.end();
    play(voice, quantum);
    expect([voice.isOver, voice.playedFrames, voice.underruns]).toEqual([true, 1_000, 0]);

    const slow = open({ prebufferFrames: 480 });
    slow.push(noise(1_000));
    play(slow, 2 * sampleRate);
    slow.push(noise(1_000));
    expect([slow.underruns, slow.prebufferFrames]).toEqual([1, 480]);
  });

  it("is silent one fade after it was cleared", () => {
    const voice = open();
    voice.push(noise(3_000));
    play(voice, quantum * 2);
    voice.clear();
    const after = play(voice, quantum * 3);
    expect(after.slice(0, fadeFrames)).toEqual(faded(noise(fadeFrames, 256), "out"));
    expect(after.slice(fadeFrames).every((sample) => sample === 0)).toBe(true);
    expect([voice.isOver, voice.playedFrames, voice.heldFrames]).toEqual([true, 256 + fadeFrames, 0]);
    voice.push(noise(100));
    voice.clear();
    expect(voice.heldFrames).toBe(0);

    const dry = open();
    dry.push(noise(1_000));
    play(dry, 3_000);
    dry.clear();
    expect([dry.isOver, dry.playedFrames]).toEqual([true, 1_000]);
    const unheard = open({ prebufferFrames: 2_000 });
    unheard.push(noise(1_000));
    unheard.clear();
    expect([unheard.isOver, unheard.playedFrames]).toEqual([true, 0]);
  });

  it("does not play the same few milliseconds again and again while nothing else comes", () => {
    const voice = open({ prebufferFrames: 256 });
    voice.push(noise(fadeFrames));
    expect(play(voice, 10_000).every((sample) => sample === 0)).toBe(true);
    voice.end();
    expect(play(voice, quantum).slice(0, fadeFrames)).toEqual(noise(fadeFrames));
  });

  it("changes its gain within 20 ms, without a jump", () => {
    const voice = open({ gain: 0 });
    voice.push(new Float32Array(2_400).fill(0.5));
    expect(play(voice, quantum).every((sample) => sample === 0)).toBe(true);
    voice.gain = 1;
    const played = play(voice, quantum * 6);
    expect(played.findIndex((sample) => sample === 0.5)).toBeLessThanOrEqual(480);
    expect(played.every((sample, index) => Math.abs(sample - (played[index - 1] ?? 0)) < 0.002)).toBe(true);
  });
});
