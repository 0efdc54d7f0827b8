// Sending frames of 20 ms in time: drift and lateness, idle and with a busy event loop.
//
//   node bench/pacing.bench.mjs [--seconds N] [--json]
//
// `createFrameSink` of @parlando/core beside what is usually written: a chain of `setTimeout(next, 20)` and `setInterval(next, 20)`. All
// three send at the same time in this process, so that they have the same machine. Busy: the event loop is held up for 30 ms in every
// 100. `drift`: how much longer the frames took than they last. `late`: how long after its time a frame was sent, the first one being in
// time. A far side that plays 20 ms every 20 ms runs dry as often as a chain's lateness grows by a frame.

import { createFrameSink } from "@parlando/core";
import { createTestChunks } from "@parlando/testkit";

const frameMs = 20;
const sampleRate = 8_000;
const argv = process.argv.slice(2);
const asJson = argv.includes("--json");
const seconds = argv.includes("--seconds") ? Number(argv[argv.indexOf("--seconds") + 1]) : 8;
const frames = Math.round((seconds * 1000) / frameMs);

const quantile = (values, share) => values.toSorted((left, right) => left - right)[Math.min(values.length - 1, Math.floor(values.length * share))];

function judge(way, times) {
  const [first] = times;
  const late = times.map((time, index) => time - first - index * frameMs);
  const drift = late.at(-1) / ((times.length - 1) * frameMs);
  const round = (value, digits) => Math.round(value * 10 ** digits) / 10 ** digits;
  return { way, "drift %": round(100 * drift, 2), "late ms, median": round(quantile(late, 0.5), 1), p99: round(quantile(late, 0.99), 1), worst: round(Math.max(...late), 1) };
}

async function withFrameSink() {
  const times = [];
  const sink = createFrameSink({ sampleRate, send: () => void times.push(performance.now()) });
  const samples = new Float32Array(frames * ((sampleRate * frameMs) / 1000));
  for (const chunk of createTestChunks({ samples, sampleRate, chunkFrames: sampleRate / 10 })) await sink.write(chunk);
  await sink.end();
  return judge("createFrameSink", times);
}

function withTimeouts() {
  const times = [];
  return new Promise((resolve) => {
    const next = () => {
      times.push(performance.now());
      if (times.length === frames) resolve(judge("setTimeout chain", times));
      else setTimeout(next, frameMs);
    };
    next();
  });
}

function withInterval() {
  const times = [performance.now()];
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      times.push(performance.now());
      if (times.length < frames) return;
      clearInterval(timer);
      resolve(judge("setInterval", times));
    }, frameMs);
  });
}

function keepBusy() {
  const timer = setInterval(() => {
    const until = performance.now() + 30;
    while (performance.now() < until);
  }, 100);
  return () => clearInterval(timer);
}

const results = [];
for (const load of ["idle", "busy 30 %"]) {
  const stop = load === "idle" ? () => {} : keepBusy();
  const measured = await Promise.all([withFrameSink(), withTimeouts(), withInterval()]);
  stop();
  const chain = measured[1];
  for (const one of measured) results.push({ load, ...one, "worst, of the chain's": Math.round((100 * one.worst) / chain.worst) / 100 });
}
if (asJson) process.stdout.write(`${JSON.stringify({ name: "pacing", node: process.version, seconds, results })}\n`);
else console.table(results);
