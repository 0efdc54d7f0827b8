// The server under load, beside a bare `node:http` server that writes the same bytes on the same timers: what parlando-load.mjs measures, with the numbers that the promises name.
//
//   node bench/serving.bench.mjs [--streams 2000] [--seconds 20] [--hold 20] [--stalled 200] [--hang-ups 100] [--churn-minutes 2] [--core 0] [--json]
//
// The server has one core (`--core -1`: all); the listeners have the others. Its load is measured once more with the options of Node that docs/guide/load.md gives for a
// server that has one core. The hour of churn is `node bench/parlando-load.mjs --churn --minutes 60`.

import { measureChurn, measureHangUp, measureLoad, measureStalled } from "./lib/run-load.mjs";
import { readOptions, report } from "./lib/options.mjs";

const options = readOptions({ streams: 2000, seconds: 20, hold: 20, stalled: 200, "hang-ups": 100, "churn-minutes": 2, core: process.platform === "linux" ? 0 : -1 });
const core = options.core < 0 ? undefined : options.core;
const pace = { startMs: 100, rtf: 1, blockMs: 100 };

/** Of Node, for a server that has one core and the memory: what docs/guide/load.md says. */
const FOR_ONE_CORE = ["--single-threaded-gc", "--max-semi-space-size=32", "--heap-growing-percent=200"];
const order = { core, pace, streams: options.streams, seconds: options.seconds, holdSeconds: options.hold, threads: 1 };

const lanes = {};
for (const lane of ["bare", "parlando"]) {
  lanes[lane] = {
    load: await measureLoad({ lane, ...order }),
    tuned: await measureLoad({ lane, ...order, flags: FOR_ONE_CORE }),
    stalled: await measureStalled({ lane, core, listeners: options.stalled, highWaterMs: 1000 }),
    hangUp: await measureHangUp({ lane, core, runs: options["hang-ups"] }),
    churn: await measureChurn({ lane, core, pace, streams: 100, seconds: 5, minutes: options["churn-minutes"] }),
  };
  delete lanes[lane].churn.looks;
}
report(options, { ...options, ...lanes, table: tableOf(lanes) }, ({ table }) => console.table(table));

function tableOf({ bare, parlando }) {
  const row = (what, how, read, reference) => ({ what, how, ours: read(parlando), baseline: `${read(bare)}, bare \`node:http\``, reference });
  const number = (value, digits = 0) => (Number.isFinite(value) ? value.toFixed(digits) : "?");
  const { streams, seconds, hold } = options;
  const streamsOf = (load) => `${number(load.streamsPerCore)} (at ${number(load.meanActive)}: ${number(100 * load.cpuShare)} % of a core)`;
  const firstOf = ({ overMs }) => `${number(overMs?.p50, 1)} / ${number(overMs?.p99, 1)} ms`;
  const samplesOf = (load) => `${load.wrongSamples} / ${load.lostSamples}; ${load.ends.broken + load.ends.refused} of ${load.ends.complete} broken`;
  const run = `open loop, ${streams} listeners at once on one core, ${seconds} s each in real time, ${hold} s`;
  return [
    row("Serving: real-time streams a core", `${run}; streams by the processor time of the server's process`, ({ load }) => streamsOf(load), "ours to reach: 2,000; a prototype 4,010, chunked PCM (measured elsewhere)"),
    row("Serving: first audio over the engine's own", "the same run, from when the listener was due; p50 / p99", ({ load }) => firstOf(load), "ours to reach: p99 under 50 ms"),
    row("Serving: wrong or lost samples", "the same run, every sample compared", ({ load }) => samplesOf(load), "ours to reach: 0"),
    row("Serving: the same three with the options of Node for one core", `the run once more, servers started with \`node ${FOR_ONE_CORE.join(" ")}\``, ({ tuned }) => `${streamsOf(tuned)}; ${firstOf(tuned)}; ${samplesOf(tuned)}`, "as above"),
    row("Serving: stalls heard at a prebuffer of 100, 250, 500 ms", "the same run; blocks of 100 ms, so 100 ms has no reserve", ({ load }) => load.stalls.map((stall) => `${stall.stalls} (worst ${number(stall.worstMs)} ms)`).join(", "), ""),
    row("Serving: memory of a stalled listener", `${options.stalled} who take the first audio and no more, \`highWaterMs\` 1000; heap and array buffers after a collection`, ({ stalled }) => `${number(stalled.kilobytesEach, 1)} kB`, "ours to reach: 200 kB"),
    row("Serving: hanging up, seen by the engine", `${options["hang-ups"]} listeners, one after the other; p50 / p99`, ({ hangUp }) => `${number(hangUp.p50, 1)} / ${number(hangUp.p99, 1)} ms`, "ours to reach: 50 ms"),
    row(`Serving: ${options["churn-minutes"]} minutes of churn`, "100 listeners at once, a tenth hang up; slopes of the heap in 10 minutes, of open files", ({ churn }) => `${number(churn.heapSlope, 2)} MB, ${number(churn.fdSlope, 1)} files`, "ours to reach, over an hour: 1 MB"),
  ];
}
