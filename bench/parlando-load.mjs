#!/usr/bin/env node
// Listeners with clocks, against a server that speaks: first audio, stalls heard at three prebuffers, every sample, processor time and memory.
//
//   node bench/parlando-load.mjs [--streams 2000] [--seconds 20] [--hold 20] [--rtf 1] [--start-ms 100] [--block-ms 100] [--threads 1] [--core 0] [--lane both|parlando|bare] [--node=FLAGS] [--json]
//   node bench/parlando-load.mjs --stalled 100 [--high-water-ms 1000]
//   node bench/parlando-load.mjs --hang-ups 200
//   node bench/parlando-load.mjs --churn [--minutes 60] [--streams 100] [--seconds 5]
//
// The server is a process of its own: `createServer` over `createTTS` with an engine that gives noise as 24 kHz s16 in real time ("parlando"), or `node:http` that writes the same
// bytes on the same timers ("bare"). `--core N` lets it use that core alone (Linux), and all else the others; its processor time is its own either way. Listeners live in threads of this process. They come
// whether others are done or not, as a Poisson process, so often that `--streams` of them listen at once; what is measured are `--hold` seconds after their number stands, and a
// first audio counts from when the listener was due. It is told as what is above the engine's own: its start and its first block. A listener begins when 100, 250 or 500 ms are
// there; a stall is a moment at which the next sample has not come. With `--rtf 1` a block of 100 ms comes each 100 ms, so the first of these has no reserve at all. `--node="--initial-old-space-size=256"`: options of Node for the
// server's process.
//
// `--stalled`: heap and array buffers of the server for each listener who takes the first audio and no more, after a collection, while the engine could go on at a thousand times
// real time. What the kernel keeps for a connection (some MB on a loopback) is not in it. `--hang-ups`: from a listener's hanging up to the engine being called off. `--churn`: listeners come and go for so long, a tenth of them hang up in the middle;
// memory after a collection and open files are looked at every ten seconds; slopes are by least squares without the first sixth.

import { measureChurn, measureHangUp, measureLoad, measureStalled } from "./lib/run-load.mjs";
import { readOptions, report } from "./lib/options.mjs";

const options = readOptions({ streams: 0, seconds: 0, hold: 20, rtf: 1, "start-ms": 100, "block-ms": 100, threads: 1, core: -1, lane: "both", node: "", stalled: 0, "high-water-ms": 1000, "hang-ups": 0, churn: false, minutes: 60 });
const lanes = options.lane === "both" ? ["bare", "parlando"] : [options.lane];
const core = options.core < 0 ? undefined : options.core;
const pace = { startMs: options["start-ms"], rtf: options.rtf, blockMs: options["block-ms"] };

const measure = options.churn ? churn : options.stalled > 0 ? stalled : options["hang-ups"] > 0 ? hangUp : load;
const result = {};
for (const lane of lanes) result[lane] = await measure(lane);
report(options, { ...options, ...result }, () => console.table(Object.fromEntries(Object.entries(result).map(([lane, found]) => [lane, rowOf(found)]))));

async function load(lane) {
  return await measureLoad({ lane, core, pace, streams: options.streams || 2000, seconds: options.seconds || 20, holdSeconds: options.hold, threads: options.threads, flags: options.node.split(" ").filter((flag) => flag !== "") });
}

async function stalled(lane) {
  return await measureStalled({ lane, core, listeners: options.stalled, highWaterMs: options["high-water-ms"] });
}

async function hangUp(lane) {
  return await measureHangUp({ lane, core, runs: options["hang-ups"] });
}

async function churn(lane) {
  const onLook = ({ atMinutes, heapMegabytes, rssMegabytes, fds, active }) => {
    if (!options.json) console.error(`${lane} ${atMinutes.toFixed(1)} min: heap ${heapMegabytes.toFixed(1)} MB, resident ${rssMegabytes.toFixed(1)} MB, ${fds} open files, ${active} listeners`);
  };
  return await measureChurn({ lane, core, pace, streams: options.streams || 100, seconds: options.seconds || 5, minutes: options.minutes, threads: options.threads, onLook });
}

function rowOf({ looks, stalls, overMs, ends, ...found }) {
  const short = Object.fromEntries(Object.entries(found).map(([name, value]) => [name, typeof value === "number" ? Number(value.toFixed(3)) : value]));
  const over = overMs === undefined ? {} : { "over p50 / p99 ms": `${overMs.p50.toFixed(1)} / ${overMs.p99.toFixed(1)}` };
  const heard = Object.fromEntries((stalls ?? []).map((stall) => [`stalls at ${stall.prebufferMs} ms`, `${stall.stalls}, ${stall.stalledMs.toFixed(0)} ms`]));
  return { ...short, ...over, ...heard, ...(ends && { ends: Object.entries(ends).map(([end, count]) => `${count} ${end}`).join(", ") }) };
}
