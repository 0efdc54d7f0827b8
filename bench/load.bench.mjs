// Load: many streams at once in one process, each through a taker that plays in real time, against the same takers iterating the engine.
//
//   node bench/load.bench.mjs [--streams 1000] [--seconds 20] [--rtf 1] [--quick-rtf 0.5] [--start-ms 200] [--block-ms 20] [--buffer-ms 20] [--ramp-ms 1000] [--tokens 0] [--json]
//
// The engine is the scripted one, in real time: it needs `rtf` seconds for a second of audio, after `start-ms`, in blocks of `block-ms`.
// The whole is done once more with an engine at `quick-rtf` (0: not), which gives twice as much while streams begin, until they have enough ahead.
// Streams begin evenly over `ramp-ms` (0: all in one tick). With `--tokens N` text comes as a model writes it, N tokens a second; with 0
// at once. A taker holds `buffer-ms` beside what it plays. Every sample is compared with what the text sounds like: none may differ, but for the 5 ms at both ends of a segment, which a
// stream may fade to avoid a click. First audio is from the first text to the first chunk at the taker;
// `overMs` is what is above the engine's own: its start and its first block. All of it is timed on a clock, so a busy machine shows.

import { monitorEventLoopDelay } from "node:perf_hooks";
import { createSpeechStream } from "@parlando/core";
import { createScriptedEngine, expectedSamples } from "@parlando/testkit";
import { CheckedTaker } from "./lib/checked-taker.mjs";
import { cpuMs, quantile, readOptions, report } from "./lib/options.mjs";
import { createTexts } from "./lib/texts.mjs";

const SAMPLE_RATE = 24_000;
const DIFFERENT_TEXTS = 16;
const options = readOptions({ streams: 1000, seconds: 20, rtf: 1, "quick-rtf": 0.5, "start-ms": 200, "block-ms": 20, "buffer-ms": 20, "ramp-ms": 1000, tokens: 0, only: "" });
const ownMs = (rtf) => options["start-ms"] + options["block-ms"] * rtf;
const texts = makeTexts();

const results = {};
for (const [name, speak, rtf] of [["direct", directly, options.rtf], ["stream", throughStream, options.rtf], ["quick", throughStream, options["quick-rtf"]]]) {
  if (rtf === 0 || (options.only !== "" && options.only !== name)) continue;
  await warmUp(speak, rtf);
  results[name] = await measure(speak, rtf);
}
report(options, { bench: "load", ...options, ...results }, print);

/** Texts that take about as long as asked for, with the samples they should become. */
function makeTexts() {
  const textOf = createTexts({ seed: 7 });
  return Array.from({ length: DIFFERENT_TEXTS }, (_, index) => {
    let text = "";
    for (let number = 0; text.length < options.seconds * 15; number += 1) text += `${text === "" ? "" : " "}${textOf(index * 100 + number)}`;
    const cut = text.lastIndexOf(" ", options.seconds * 15);
    const whole = text.slice(0, cut);
    return { text: whole, samples: expectedSamples(whole) };
  });
}

/**
 * What is measured is a server that has been running: before the code is compiled a stream costs several times as much, and what a stream does once is compiled
 * after thousands of streams. So the same is run before, ten times as fast, by fewer streams.
 */
async function warmUp(speak, rtf) {
  const speed = 10;
  const engine = createScriptedEngine({ startMs: options["start-ms"] / speed, realTimeFactor: rtf / speed, chunkMs: options["block-ms"], marks: [], limits: { concurrency: 1000 } });
  const pause = () => new Promise((resolve) => setTimeout(resolve, (1000 * options.seconds * Math.random()) / speed));
  const endAt = performance.now() + 8_000;
  await Promise.all(Array.from({ length: 60 }, async (_, index) => {
    await pause();
    for (let turn = index; performance.now() < endAt; turn += 1) {
      const { text, samples } = texts[turn % texts.length];
      await speak(engine, text, samples, speed);
    }
  }));
}

async function measure(speak, rtf) {
  globalThis.gc?.();
  const engine = createScriptedEngine({ startMs: options["start-ms"], realTimeFactor: rtf, chunkMs: options["block-ms"], marks: [], limits: { concurrency: 4 * options.streams } });
  const before = process.memoryUsage();
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const loopBefore = performance.eventLoopUtilization();
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const memory = watchMemory();
  const heard = await Promise.all(Array.from({ length: options.streams }, async (_, index) => {
    await new Promise((resolve) => setTimeout(resolve, (index * options["ramp-ms"]) / options.streams));
    const { text, samples } = texts[index % texts.length];
    return speak(engine, text, samples);
  }));
  delay.disable();
  const firstAudio = heard.map(({ firstAudioMs }) => firstAudioMs);
  const dryMs = heard.map(({ underrunMs }) => underrunMs);
  const elapsedMs = performance.now() - startedAt;
  return {
    firstAudioMs: { p50: quantile(firstAudio, 0.5), p99: quantile(firstAudio, 0.99), worst: Math.max(...firstAudio) },
    overMs: { p50: quantile(firstAudio, 0.5) - ownMs(rtf), p99: quantile(firstAudio, 0.99) - ownMs(rtf) },
    wrongSamples: heard.reduce((sum, { wrong }) => sum + wrong, 0),
    lostSamples: heard.reduce((sum, { lost }) => sum + Math.abs(lost), 0),
    streamsWithUnderrun: heard.filter(({ underruns }) => underruns > 0).length,
    /** For how long a stream had nothing to play, all in all. A taker that holds 20 ms hears what the buffer of a device would hide. */
    underrunMs: { p50: quantile(dryMs, 0.5), p99: quantile(dryMs, 0.99), worst: Math.max(...dryMs) },
    eventLoopDelayMs: { p50: delay.percentile(50) / 1e6, p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 },
    kilobytesPerStream: (memory.stop() - before.rss) / 1024 / options.streams,
    /** Processor time for each second of audio that was played. */
    cpuMsPerSecond: cpuMs(cpuBefore) / (options.streams * options.seconds),
    cpuShare: cpuMs(cpuBefore) / elapsedMs,
    /** Of that, what the event loop itself was busy: the rest is done by other threads, mostly for the garbage collector. */
    loopMsPerSecond: performance.eventLoopUtilization(loopBefore).active / (options.streams * options.seconds),
    elapsedMs,
  };
}

/** The most memory that the process had, looked at twice a second. */
function watchMemory() {
  let most = 0;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 500);
  return { stop: () => (clearInterval(timer), Math.max(most, process.memoryUsage.rss())) };
}

async function throughStream(engine, text, expected, speed = 1) {
  const taker = new CheckedTaker(expected, speed, options["buffer-ms"]);
  const beganAt = performance.now();
  const stream = createSpeechStream({ engines: [{ engine }] }, { sink: taker, marks: [], prebufferMs: 0 });
  if (options.tokens > 0) await writeTokens(stream, text);
  else void stream.feed(text);
  stream.done();
  await stream.waitUntilDone();
  return taker.finish(beganAt);
}

async function writeTokens(stream, text) {
  const beganAt = performance.now();
  for (let at = 0; at < text.length; at += 4) {
    const waitMs = beganAt + ((at / 4) * 1000) / options.tokens - performance.now();
    if (waitMs > 1) await new Promise((resolve) => setTimeout(resolve, waitMs));
    await stream.feed(text.slice(at, at + 4));
  }
}

/** The baseline: one request for all of the text, its blocks written as they come. */
async function directly(engine, text, expected, speed = 1) {
  const taker = new CheckedTaker(expected, speed, options["buffer-ms"]);
  const beganAt = performance.now();
  let startFrame = 0;
  const { signal } = new AbortController();
  for await (const event of engine.synthesize({ text, ssml: false, format: engine.capabilities.formats[0], marks: [] }, signal)) {
    if (event.type !== "pcm") continue;
    const { samples } = event;
    await taker.write({ samples, channels: 1, sampleRate: SAMPLE_RATE, startFrame, durationMs: (samples.length * 1000) / SAMPLE_RATE });
    startFrame += samples.length;
  }
  await taker.end();
  return taker.finish(beganAt);
}

function print(result) {
  const row = (found) => ({
    "first audio p50 / p99 ms": `${found.firstAudioMs.p50.toFixed(0)} / ${found.firstAudioMs.p99.toFixed(0)}`,
    "over the engine's p99": Number(found.overMs.p99.toFixed(1)),
    "wrong / lost samples": `${found.wrongSamples} / ${found.lostSamples}`,
    "dry p50 / p99 ms": `${found.underrunMs.p50.toFixed(0)} / ${found.underrunMs.p99.toFixed(0)}`,
    "loop delay p99 ms": Number(found.eventLoopDelayMs.p99.toFixed(1)),
    "kB a stream": Math.round(found.kilobytesPerStream),
    "cpu ms / s of audio": Number(found.cpuMsPerSecond.toFixed(3)),
    "of it in the loop": Number(found.loopMsPerSecond.toFixed(3)),
    "processor": `${(100 * found.cpuShare).toFixed(0)} %`,
  });
  console.log(`${result.streams} streams of ${result.seconds} s, engine ${result["start-ms"]} ms and real-time factor ${result.rtf}; quick: ${result["quick-rtf"]}`);
  console.table(Object.fromEntries(Object.entries(results).map(([name, found]) => [name, row(found)])));
}
