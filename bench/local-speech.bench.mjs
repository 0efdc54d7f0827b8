// A local neural engine as a whole: its speed on a model of the real size, what the app's event loop feels of it, and the memory of its process.
//
//   node bench/local-speech.bench.mjs [--codes 60] [--runs 2] [--minutes 2] [--stall-seconds 60] [--folder .cache/models/real-size] [--write-model] [--only size|host|stall|memory] [--json]
//
// "Size": a model of the real size (24 layers of 896, 217,207 tokens) with random weights, GGUF in Q8_0 and ONNX in float32, where it lies in `--folder`; `--write-model`
// writes it there (2.8 GB). Our generator and a loop around the bare runtime make their codes in turn, one by one: local-loop.bench.mjs does it. "Host": the same GGUF through the engine, its
// process and a small codec, beside node-llama-cpp alone in this process, speech by speech in turn; here the codec's windows count, the last one in full. Everything has one thread for the model and one for the codec.
//
// "Stall": a long text through a stream on a tiny model, whose sound is taken as fast as it comes; the longest stall of this process's event loop, beside the same time with
// nothing to do while two other processes keep cores busy: where there are few cores, the system lets the app wait. What the app's own thread worked at most in one turn is told beside it (Linux). "Memory": what the model's process holds while it speaks for `--minutes` of sound with the tiny model, by `ps`; the slope is
// by least squares, without the first quarter.

import { execFile, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as rest } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createSpeechStream } from "@parlando/core";
import * as llamaModule from "node-llama-cpp";
import { importSource } from "./lib/import-source.mjs";
import { mean, quantile, readOptions, report } from "./lib/options.mjs";

const options = readOptions({ codes: 60, runs: 2, minutes: 2, "stall-seconds": 60, folder: ".cache/models/real-size", "write-model": false, only: "" });
const { createTinyWeights } = await importSource("packages/local/src/testing/create-tiny-weights.ts");
const { createTinyVocabulary } = await importSource("packages/local/src/testing/tiny-vocabulary.ts");
const { writeTinyModel } = await importSource("packages/local/src/testing/write-tiny-model.ts");
const { assembleAudar } = await importSource("packages/local/src/audar/assemble-audar.ts");
const { createModelHost } = await importSource("packages/local/src/runtime/create-model-host.ts");
const { forkChannel } = await importSource("packages/local/src/runtime/process-channel.ts");

const run = promisify(execFile);
/** Both need their threads told: by default each would take all cores, and they wait by spinning. */
const threads = { backbone: 1, codec: 1 };
const folder = resolve(options.folder);
const gguf = join(folder, "model-q8_0.gguf");
const sentence = "The harbour was quiet that morning, and the boats lay where the tide had left them. ";
const wants = (part) => options.only === "" || options.only === part;

/** The engine on a host of its own, so that its process can be looked at. */
function openEngine(given) {
  const host = createModelHost({ openChannel: () => forkChannel() });
  let model;
  const watched = { open: (...spec) => (model = host.open(...spec)) };
  const engine = assembleAudar({ device: "cpu", threads, slots: 1, ...given }, { host: async () => watched, environment: {}, randomSeed: () => 1, newRequestId: () => "bench" });
  return { engine, processId: () => model?.processId() };
}

async function writeTiny(to) {
  const weights = createTinyWeights({ vocabulary: createTinyVocabulary({ codes: 65_536 }), shape: { hidden: 32, heads: 2, kvHeads: 1, feedForward: 32, layers: 1 } });
  return writeTinyModel(to, { format: "gguf", codec: "attending", weights });
}

/** Codes of our generator and of the bare runtime, one by one in turn, in a process of their own. */
async function compareLoops(path, share) {
  const given = ["--model", path, "--codes", String(Math.max(8, Math.round(options.codes * share))), "--runs", String(options.runs), "--json"];
  const { stdout } = await run(process.execPath, [fileURLToPath(new URL("local-loop.bench.mjs", import.meta.url)), ...given], { maxBuffer: 1e7 });
  const [row] = JSON.parse(stdout).rows;
  return { model: basename(path), oursPerSecond: 1e6 / row.oursMeanUs, barePerSecond: 1e6 / row.bareMeanUs, ratioOfMeans: row.bareMeanUs / row.oursMeanUs, ratioOfQuickest: row.speedOfBare, ratioOfCpu: row.bareCpuUs / row.oursCpuUs };
}

/** Codes a second without the prompt, as the engine tells it; the last window of the codec, for which no code is left to make, is in it. */
async function speakThroughHost({ engine }) {
  const request = { text: "The harbour was quiet.", ssml: false, format: engine.capabilities.formats[0], marks: [] };
  let details;
  for await (const event of engine.synthesize(request, AbortSignal.timeout(600_000))) if (event.type === "usage") details = event.details;
  return (details.codes * 1000) / (details.elapsedMs - details.queuedMs - details.prefillMs);
}

/** The least that one must do to get tokens of node-llama-cpp; its prompt is shorter than a voice's, which is to its favour. */
async function openBare() {
  const llama = await llamaModule.getLlama({ gpu: false, build: "never", skipDownload: true, progressLogs: false, logLevel: "disabled" });
  const model = await llama.loadModel({ modelPath: gguf, gpuLayers: 0, defaultContextFlashAttention: false });
  const context = await model.createContext({ sequences: 1, contextSize: 2048, batchSize: 512, flashAttention: false, threads: threads.backbone });
  const sequence = context.getSequence();
  const prompt = Array.from({ length: 100 }, (_, index) => 160_000 + ((index * 31) % 5_000));
  const speak = async (codes) => {
    const tokens = sequence.evaluate(prompt, { temperature: 1, topK: 40, topP: 0.9, minP: 0, seed: 1, yieldEogToken: true });
    await tokens.next();
    const beganAtMs = performance.now();
    for (let code = 0; code < codes; code += 1) await tokens.next();
    const perSecond = (codes * 1000) / (performance.now() - beganAtMs);
    await tokens.return();
    await sequence.clearHistory();
    return perSecond;
  };
  return { speak, close: () => model.dispose() };
}

/** The engine and the bare runtime, speech by speech in turn. */
async function compareHost(tiny) {
  const codes = Math.max(60, options.codes);
  const opened = openEngine({ model: gguf, codec: tiny.codecPath, minimumCodes: codes, maximumCodes: codes, chunkCodes: 10, preset: "audar-v1-flash" });
  const bare = await openBare();
  try {
    await opened.engine.warmUp(AbortSignal.timeout(600_000));
    const turns = [];
    for (let turn = 0; turn < options.runs; turn += 1) {
      const first = turn % 2 === 0 ? await bare.speak(codes) : undefined;
      const ours = await speakThroughHost(opened);
      turns.push({ ours, bare: first ?? (await bare.speak(codes)) });
    }
    return { codes, turns, oursPerSecond: mean(turns.map(({ ours }) => ours)), barePerSecond: mean(turns.map((turn) => turn.bare)), ratio: quantile(turns.map((turn) => turn.ours / turn.bare), 0.5) };
  } finally {
    await opened.engine.close();
    await bare.close();
  }
}

/** Speaks for so many seconds of sound through a stream, as an app does; `onSound` hears how many there were. */
async function speakLong(engine, seconds, onSound = () => undefined) {
  let soundMs = 0;
  const onChunk = ({ durationMs }) => {
    soundMs += durationMs;
    onSound(soundMs / 1000);
  };
  const stream = createSpeechStream({ engines: [{ engine }] }, { marks: ["word"], onChunk });
  let over = false;
  const ended = stream.waitUntilDone().finally(() => (over = true));
  const feeding = (async () => {
    // Faster than it can be spoken; the stream says when it has enough.
    for (; soundMs < seconds * 1000 && !over; await rest(10)) await stream.feed(sentence);
    await stream.interrupt();
  })();
  await Promise.all([ended, feeding]);
  return soundMs / 1000;
}

/** Processor time of this thread alone in milliseconds, where the system tells (Linux), to a few of them: it counts when a thread rests, and at its own ticks. */
function openThreadTime() {
  const path = `/proc/self/task/${process.pid}/schedstat`;
  if (!existsSync(path)) return { read: () => Number.NaN, close: () => undefined };
  const file = openSync(path);
  const bytes = Buffer.alloc(64);
  return { read: () => Number.parseInt(bytes.toString("latin1", 0, readSync(file, bytes, 0, 64, 0)), 10) / 1e6, close: () => closeSync(file) };
}

/** The longest and the usual delays of this process's event loop during some work, and the most that it worked itself between two ticks of a millisecond. */
async function watchLoop(work) {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  const thread = openThreadTime();
  let longestOwnMs = 0;
  let before = thread.read();
  const ticks = setInterval(() => {
    const now = thread.read();
    longestOwnMs = Math.max(longestOwnMs, now - before);
    before = now;
  }, 1);
  const beganAtMs = performance.now();
  delays.enable();
  await work();
  delays.disable();
  clearInterval(ticks);
  thread.close();
  const ms = (nanoseconds) => nanoseconds / 1e6;
  // The monitor's own timer is in what it tells.
  return { seconds: (performance.now() - beganAtMs) / 1000, longestMs: ms(delays.max) - 1, p99Ms: ms(delays.percentile(99)) - 1, p999Ms: ms(delays.percentile(99.9)) - 1, longestOwnMs };
}

async function measureStall(tiny) {
  const opened = openEngine({ model: tiny.backbonePath, codec: tiny.codecPath });
  try {
    await opened.engine.warmUp(AbortSignal.timeout(60_000));
    await speakLong(opened.engine, 5);
    let soundSeconds = 0;
    const ours = await watchLoop(async () => (soundSeconds = await speakLong(opened.engine, options["stall-seconds"])));
    const busy = [0, 1].map(() => spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" }));
    await rest(500);
    const baseline = await watchLoop(() => rest(ours.seconds * 1000));
    for (const child of busy) child.kill("SIGKILL");
    return { soundSeconds, ours, baseline };
  } finally {
    await opened.engine.close();
  }
}

async function residentMegabytes(id) {
  const { stdout } = await run("ps", ["-o", "rss=", "-p", String(id)]);
  return Number(stdout) / 1000;
}

/** Megabytes a minute, by least squares. */
function slopeOf(points) {
  const minutes = mean(points.map((point) => point.minutes));
  const megabytes = mean(points.map((point) => point.megabytes));
  const spread = points.reduce((sum, point) => sum + (point.minutes - minutes) ** 2, 0);
  return points.reduce((sum, point) => sum + (point.minutes - minutes) * (point.megabytes - megabytes), 0) / spread;
}

async function measureMemory(tiny) {
  const { engine, processId } = openEngine({ model: tiny.backbonePath, codec: tiny.codecPath });
  const points = [];
  try {
    await engine.warmUp(AbortSignal.timeout(60_000));
    const beganAtMs = performance.now();
    let next = 0;
    let looking = Promise.resolve();
    const soundSeconds = await speakLong(engine, options.minutes * 60, (seconds) => {
      if (seconds < next) return;
      next = seconds + (options.minutes * 60) / 100;
      looking = residentMegabytes(processId()).then((megabytes) => points.push({ minutes: seconds / 60, megabytes }));
    });
    await looking;
    const warm = points.filter(({ minutes }) => minutes > options.minutes / 4);
    const half = Math.floor(warm.length / 2);
    const [before, after] = [warm.slice(0, half), warm.slice(half)].map((part) => mean(part.map(({ megabytes }) => megabytes)));
    return { soundMinutes: soundSeconds / 60, wallSeconds: (performance.now() - beganAtMs) / 1000, firstMegabytes: points[0].megabytes, before, after, mostMegabytes: Math.max(...points.map(({ megabytes }) => megabytes)), slope: slopeOf(warm), points };
  } finally {
    await engine.close();
  }
}

const temporary = await mkdtemp(join(tmpdir(), "parlando-speech-"));
const result = { bench: "local-speech", ...options, sizes: [], skipped: [] };
try {
  const tiny = await writeTiny(temporary);
  if (options["write-model"]) {
    const { writeRealSizeModel } = await importSource("packages/local/src/testing/real-size-model.ts");
    for (const format of ["gguf", "onnx"]) await writeRealSizeModel(folder, { format });
  }
  const missing = (path) => !existsSync(path) && result.skipped.push(`${basename(path)} is not in ${options.folder}: not measured. --write-model writes it.`);
  // A code of the float32 model takes about three times as long.
  if (wants("size")) for (const [path, share] of [[gguf, 1], [join(folder, "model.onnx"), 1 / 3]]) if (!missing(path)) result.sizes.push(await compareLoops(path, share));
  if (wants("host") && !missing(gguf)) result.host = await compareHost(tiny);
  if (wants("stall")) result.stall = await measureStall(tiny);
  if (wants("memory")) result.memory = await measureMemory(tiny);
} finally {
  await rm(temporary, { recursive: true, force: true });
}

/** For bench/README.md. */
const tellStall = ({ longestMs, p99Ms, longestOwnMs }) => `${longestMs.toFixed(1)} ms (p99 ${p99Ms.toFixed(1)}); ${longestOwnMs.toFixed(1)} ms at most of its own work`;
const percent = (ratio) => `${(ratio * 100).toFixed(1)} %`;
result.table = [
  ...result.sizes.map(({ model, oursPerSecond, barePerSecond, ratioOfMeans, ratioOfQuickest }) => ({
    what: `Codes a second on a model of the real size, ${model}, our generator`,
    how: "one thread, code by code in turn",
    ours: `${oursPerSecond.toFixed(2)}: ${percent(ratioOfMeans)} of bare by means, ${percent(ratioOfQuickest)} by the quickest tenth`,
    baseline: `${barePerSecond.toFixed(2)}, the runtime alone`,
    reference: "ours to reach: 97 %",
  })),
  ...(result.host === undefined ? [] : [{ what: "Codes a second on a model of the real size, GGUF, through the model process, the work of a small codec in it", how: "one thread each, speech by speech in turn", ours: `${result.host.oursPerSecond.toFixed(2)}: ${percent(result.host.ratio)} of bare, median`, baseline: `${result.host.barePerSecond.toFixed(2)}, node-llama-cpp alone, without a codec`, reference: "" }]),
  ...(result.stall === undefined ? [] : [{ what: "Longest stall of the app's event loop while a local engine speaks", how: `tiny model, ${Math.round(result.stall.soundSeconds)} s of sound taken as fast as they come`, ours: `${tellStall(result.stall.ours)}`, baseline: `${tellStall(result.stall.baseline)}, idle beside two busy processes`, reference: "ours to reach: 10 ms" }]),
  ...(result.memory === undefined ? [] : [{ what: `Memory of the model process over ${Math.round(result.memory.soundMinutes)} min of speech`, how: "tiny model, resident, after the first quarter", ours: `${result.memory.slope.toFixed(2)} MB a minute of sound; ${Math.round(result.memory.before)} MB, then ${Math.round(result.memory.after)} MB`, baseline: `${Math.round(result.memory.firstMegabytes)} MB at the first sound`, reference: "ours to reach: flat" }]),
];

report(options, result, () => {
  for (const line of result.skipped) console.log(line);
  if (result.table.length > 0) console.table(result.table.map(({ what, ours, baseline, reference }) => ({ what, ours, baseline, "to reach": reference })));
});
