// What `parlando-load` and serving.bench.mjs measure: load, stalled listeners, churn.

import { setMaxListeners } from "node:events";
import { setTimeout as rest } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { listen } from "./listener.mjs";
import { PREBUFFERS } from "./listener-clock.mjs";
import { quantile } from "./options.mjs";
import { startServer } from "./served.mjs";

/** Listeners in threads, each thread with its share of them; resolves with what all of them heard. */
export async function listenInThreads(order, threads) {
  const all = await Promise.all(Array.from({ length: threads }, (_, index) => listenInThread({ ...order, perSecond: order.perSecond / threads, seed: order.seed + index })));
  return all.flat();
}

function listenInThread(order) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("listeners.mjs", import.meta.url), { workerData: { isListeners: true, order } });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

/** What a set of listeners heard, in numbers. `ownMs`: when the engine alone has its first block. */
export function summarize(heard, ownMs) {
  const complete = heard.filter(({ end }) => end === "complete");
  const firsts = heard.filter(({ firstMs }) => firstMs !== undefined).map(({ firstMs }) => firstMs - ownMs);
  const stalls = PREBUFFERS.map((prebufferMs, index) => {
    const each = complete.map(({ clocks }) => clocks[index]);
    return { prebufferMs, listeners: each.filter(({ stalls: count }) => count > 0).length, stalls: sum(each, (clock) => clock.stalls), stalledMs: sum(each, (clock) => clock.stalledMs), worstMs: Math.max(0, ...each.map((clock) => clock.stalledMs)) };
  });
  return {
    listeners: heard.length,
    ends: Object.fromEntries(["complete", "left", "broken", "refused"].map((end) => [end, heard.filter((one) => one.end === end).length])),
    wrongSamples: Math.ceil(sum(heard, ({ wrongBytes }) => wrongBytes) / 2),
    lostSamples: Math.ceil(sum(complete, ({ lostBytes }) => Math.abs(lostBytes)) / 2),
    overMs: firsts.length === 0 ? undefined : { p50: quantile(firsts, 0.5), p95: quantile(firsts, 0.95), p99: quantile(firsts, 0.99), worst: Math.max(...firsts) },
    stalls,
  };
}

const sum = (values, read) => values.reduce((total, value) => total + read(value), 0);
const cpuOf = ({ cpu }) => (cpu.user + cpu.system) / 1000;

/**
 * Load: listeners come until so many listen at once, and go on coming; what is measured is the time in which their number stands.
 *
 * @param {{ lane: "parlando" | "bare", streams: number, seconds: number, holdSeconds: number, pace: object, threads: number, core?: number, flags?: readonly string[] }} order
 */
export async function measureLoad({ lane, streams, seconds, holdSeconds, pace, threads, core, flags, options, limits }) {
  const server = await startServer({ lane, pace, core, flags, options, limits });
  try {
    await listenInThreads({ port: server.port, perSecond: 40, forMs: 2_000, durationMs: 1_000, seed: 99 }, 1);
    // An utterance lasts as long as its engine takes; so many a second keep `streams` of them under way.
    const lastsMs = pace.startMs + seconds * 1000 * pace.rtf;
    const rampMs = lastsMs;
    const forMs = rampMs + 1000 * holdSeconds;
    const listening = listenInThreads({ port: server.port, perSecond: (streams * 1000) / lastsMs, forMs, durationMs: 1000 * seconds, seed: 1 }, threads);
    listening.catch(() => {});
    await rest(rampMs);
    const before = await server.ask("look");
    const actives = [];
    let after = before;
    let loopDelayP99Ms = 0;
    for (let second = 0; second < holdSeconds; second += 1) {
      await rest(1000);
      after = await server.ask("look");
      actives.push(after.active);
      loopDelayP99Ms = Math.max(loopDelayP99Ms, after.loopDelayMs.p99);
    }
    const heard = await listening;
    const held = heard.filter(({ arrivedMs }) => arrivedMs >= rampMs);
    const wallMs = after.atMs - before.atMs;
    const active = actives.reduce((total, value) => total + value, 0) / actives.length;
    const audioSeconds = (active * wallMs) / 1000 / pace.rtf;
    const cpu = cpuOf(after) - cpuOf(before);
    return {
      ...summarize(held, pace.startMs + pace.blockMs * pace.rtf),
      // All of them, those of the ramp too: nothing may be wrong anywhere.
      wrongSamples: summarize(heard, 0).wrongSamples,
      lostSamples: summarize(heard, 0).lostSamples,
      ends: summarize(heard, 0).ends,
      meanActive: active,
      cpuShare: cpu / wallMs,
      cpuMsPerAudioSecond: cpu / audioSeconds,
      streamsPerCore: (1000 * audioSeconds) / cpu,
      /** The worst of the seconds. */
      loopDelayP99Ms,
      rssMegabytes: after.memory.rss / 1e6,
    };
  } finally {
    await server.stop();
  }
}

const heldBytes = ({ memory }) => memory.heapUsed + memory.arrayBuffers;

/**
 * Stalled listeners: what the server's process holds for each who takes the first audio and then nothing, while an engine much faster than real time would go on.
 *
 * @param {{ lane: "parlando" | "bare", listeners: number, highWaterMs: number }} order
 */
export async function measureStalled({ lane, listeners, highWaterMs, settleMs = 4_000, core }) {
  const server = await startServer({ lane, pace: { startMs: 5, rtf: 0.001, blockMs: 100 }, core, options: { highWaterMs }, limits: { stallMs: 600_000 } });
  try {
    // Code and pools that any use brings are not a listener's.
    await listenInThreads({ port: server.port, perSecond: 40, forMs: 2_000, durationMs: 1_000, seed: 99 }, 1);
    const before = await server.ask("collect");
    const leaving = new AbortController();
    setMaxListeners(listeners, leaving.signal);
    const stalled = Array.from({ length: listeners }, (_, index) => listen({ port: server.port, seed: index % 16, durationMs: 3_600_000, manner: "stall", signal: leaving.signal }));
    const settled = await untilStill(server, settleMs, before.begun + listeners);
    const during = await server.ask("collect");
    leaving.abort();
    const heard = await Promise.all(stalled);
    await untilIdle(server);
    const after = await server.ask("collect");
    return {
      listeners,
      highWaterMs,
      took: heard.filter(({ firstMs }) => firstMs !== undefined).length,
      wereStill: settled,
      kilobytesEach: (heldBytes(during) - heldBytes(before)) / 1000 / listeners,
      heapKilobytesEach: (during.memory.heapUsed - before.memory.heapUsed) / 1000 / listeners,
      rssKilobytesEach: (during.memory.rss - before.memory.rss) / 1000 / listeners,
      kilobytesLeft: (heldBytes(after) - heldBytes(before)) / 1000,
    };
  } finally {
    await server.stop();
  }
}

/** Until all have been begun for, and the server's processor time stands still: then nobody is given any more. */
async function untilStill(server, settleMs, begun) {
  const beganAt = performance.now();
  for (let last = await server.ask("look"); performance.now() - beganAt < 15 * settleMs;) {
    await rest(settleMs / 4);
    const now = await server.ask("look");
    if (now.begun >= begun && cpuOf(now) - cpuOf(last) < settleMs / 100) return true;
    last = now;
  }
  return false;
}

async function untilIdle(server) {
  for (let round = 0; round < 100 && (await server.ask("look")).active > 0; round += 1) await rest(50);
}

/**
 * Hanging up: from a listener's end of the connection to the engine being called off, one after the other.
 *
 * @param {{ lane: "parlando" | "bare", runs: number }} order
 */
export async function measureHangUp({ lane, runs, core }) {
  const server = await startServer({ lane, pace: { startMs: 5, rtf: 1, blockMs: 100 }, core });
  try {
    const took = [];
    for (let run = 0; run < runs; run += 1) {
      const leaving = new AbortController();
      const heard = listen({ port: server.port, seed: run % 16, durationMs: 20_000, signal: leaving.signal });
      // Somewhere between two blocks.
      await rest(150 + ((run * 37) % 100));
      const leftAt = performance.timeOrigin + performance.now();
      leaving.abort();
      await heard;
      let look = await server.ask("look");
      for (let round = 0; look.calledOff <= run && round < 2_000; round += 1) {
        await rest(1);
        look = await server.ask("look");
      }
      took.push(look.calledOff > run ? look.calledOffAt - leftAt : Number.POSITIVE_INFINITY);
    }
    return { runs, p50: quantile(took, 0.5), p99: quantile(took, 0.99), worst: Math.max(...took) };
  } finally {
    await server.stop();
  }
}

/**
 * Churn: listeners come and go, a tenth of them in the middle; memory after a collection and handles are looked at again and again.
 *
 * @param {{ lane: "parlando" | "bare", streams: number, seconds: number, minutes: number, everyMs?: number, pace: object, threads?: number, onLook?: (look: object) => void }} order
 */
export async function measureChurn({ lane, streams, seconds, minutes, everyMs = 10_000, pace, threads = 1, core, onLook = () => {} }) {
  const server = await startServer({ lane, pace, core });
  try {
    const lastsMs = pace.startMs + seconds * 1000 * pace.rtf;
    const looks = [];
    const beganAt = performance.now();
    const heard = { listeners: 0, wrongSamples: 0, lostSamples: 0, ends: { complete: 0, left: 0, broken: 0, refused: 0 } };
    const add = (found) => {
      for (const name of ["listeners", "wrongSamples", "lostSamples"]) heard[name] += found[name];
      for (const name of Object.keys(heard.ends)) heard.ends[name] += found.ends[name];
    };
    const coming = (async () => {
      for (let round = 0; performance.now() - beganAt < 60_000 * minutes; round += 1) {
        const forMs = Math.min(60_000, 60_000 * minutes);
        add(summarize(await listenInThreads({ port: server.port, perSecond: (streams * 1000) / lastsMs, forMs, durationMs: 1000 * seconds, leaveShare: 0.1, seed: 1 + 100 * round }, threads), 0));
      }
    })();
    coming.catch(() => {});
    let isComing = true;
    void coming.finally(() => (isComing = false)).catch(() => {});
    while (isComing) {
      await rest(everyMs);
      const { memory, fds, active, resources } = await server.ask("collect");
      const look = { atMinutes: (performance.now() - beganAt) / 60_000, heapMegabytes: (memory.heapUsed + memory.arrayBuffers) / 1e6, rssMegabytes: memory.rss / 1e6, fds, handles: sumOf(resources), active };
      looks.push(look);
      onLook(look);
    }
    await coming;
    await untilIdle(server);
    const idle = await server.ask("collect");
    const warm = looks.filter(({ atMinutes }) => atMinutes >= minutes / 6);
    return {
      ...heard,
      minutes,
      heapSlope: 10 * slopeOf(warm, ({ heapMegabytes }) => heapMegabytes),
      rssSlope: 10 * slopeOf(warm, ({ rssMegabytes }) => rssMegabytes),
      fdSlope: 10 * slopeOf(warm, ({ fds, active }) => fds - active),
      idleFds: idle.fds,
      idleHandles: sumOf(idle.resources),
      looks,
    };
  } finally {
    await server.stop();
  }
}

const sumOf = (counts) => Object.values(counts).reduce((total, count) => total + count, 0);

/** By least squares, for each minute. */
export function slopeOf(looks, read) {
  const meanX = looks.reduce((total, { atMinutes }) => total + atMinutes, 0) / looks.length;
  const meanY = looks.reduce((total, look) => total + read(look), 0) / looks.length;
  const above = looks.reduce((total, look) => total + (look.atMinutes - meanX) * (read(look) - meanY), 0);
  const below = looks.reduce((total, look) => total + (look.atMinutes - meanX) ** 2, 0);
  return below === 0 ? 0 : above / below;
}
