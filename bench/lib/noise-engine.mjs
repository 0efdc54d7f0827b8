// An engine that speaks noise in real time, and the same noise from a bare `node:http` server: what is measured of the server is the difference.

import { createServer } from "node:http";
import { BYTES_PER_MS, readNoise } from "./noise.mjs";

/** Of all requests: under way, begun, called off, and when the last was called off, in milliseconds since 1970. */
const createCounts = () => ({ active: 0, begun: 0, calledOff: 0, calledOffAt: 0 });

function noteCallOff(signal, counts) {
  const note = () => {
    counts.calledOff += 1;
    counts.calledOffAt = performance.timeOrigin + performance.now();
  };
  signal.addEventListener("abort", note, { once: true });
  return () => signal.removeEventListener("abort", note);
}

const format = { encoding: "pcm-s16le", sampleRate: 24_000, channels: 1 };
const start = { type: "start", format };

/**
 * The blocks of a noise when they are made: block n is there after `startMs`, and `rtf` of the audio up to its end. Made on time whether they are taken or not.
 * What is given for a block, `of` makes, so that engine and baseline both are this one generator and nothing around it.
 *
 * @param {{ startMs: number, rtf: number, blockMs: number }} pace
 * @param {{ of(bytes: Uint8Array): unknown, first?: unknown, ended(): void }} give `first`: given at once. `ended`: however it ends.
 */
async function* speakNoise(noise, { startMs, rtf, blockMs }, signal, { of, first, ended }) {
  const beganAt = performance.now();
  const wait = createWait(signal);
  try {
    if (first !== undefined) yield first;
    for (let from = 0; from < noise.bytes && !signal.aborted;) {
      const to = Math.min(noise.bytes, from + blockMs * BYTES_PER_MS);
      const leftMs = beganAt + startMs + (to / BYTES_PER_MS) * rtf - performance.now();
      if (leftMs > 0) await wait.forMs(leftMs);
      if (signal.aborted) return;
      yield of(noise.read(from, to));
      from = to;
    }
  } finally {
    wait.close();
    ended();
  }
}

/** Waits that end with a signal, with one listener for all of them. */
function createWait(signal) {
  let timer;
  let wake;
  const end = () => {
    clearTimeout(timer);
    wake?.();
  };
  signal.addEventListener("abort", end, { once: true });
  return {
    forMs: (milliseconds) => new Promise((resolve) => {
      wake = resolve;
      timer = setTimeout(resolve, milliseconds);
    }),
    close: () => signal.removeEventListener("abort", end),
  };
}

/** An engine as cheap as one can be: bytes from memory, in the format that is asked for, for as many at once as there are. */
export function createNoiseEngine(pace) {
  const counts = createCounts();
  return {
    contract: "parlando/1",
    id: "noise",
    counts,
    capabilities: {
      input: ["segment"], output: "streaming", formats: [format], marks: [], ssml: [], limits: { concurrency: 1_000_000 }, prosody: [], runsIn: ["node"],
      cancelCost: "none", cost: { startMs: pace.startMs, perCharacterMs: 0 }, deterministic: true,
    },
    synthesize({ text }, signal) {
      const noise = readNoise(text);
      if (noise === undefined) throw new Error(`While speaking noise: found ${text.length} characters that name none. Use noiseText().`);
      counts.active += 1;
      counts.begun += 1;
      const leaveSignal = noteCallOff(signal, counts);
      const ended = () => {
        counts.active -= 1;
        leaveSignal();
      };
      return speakNoise(noise, pace, signal, { first: start, of: (bytes) => ({ type: "audio", bytes }), ended });
    },
    voices: async () => [],
    close: async () => {},
  };
}

/** The baseline: the same request, the same bytes on the same timers, and nothing else. Waits for `drain` as it should. */
export function createBareServer(pace) {
  const counts = createCounts();
  const server = createServer(async (request, response) => {
    const gone = new AbortController();
    const leaveSignal = noteCallOff(gone.signal, counts);
    response.on("close", () => {
      if (response.writableEnded) leaveSignal();
      gone.abort();
    });
    response.on("error", () => {});
    counts.active += 1;
    counts.begun += 1;
    try {
      const pieces = [];
      for await (const piece of request) pieces.push(piece);
      const noise = readNoise(JSON.parse(Buffer.concat(pieces).toString("utf8")).input);
      response.writeHead(200, { "content-type": "audio/pcm;rate=24000;channels=1", "cache-control": "no-store", "x-accel-buffering": "no" });
      for await (const bytes of speakNoise(noise, pace, gone.signal, { of: (bytes) => bytes, ended: () => {} })) if (!response.write(bytes)) await drained(response, gone.signal);
      response.end();
    } catch {
      response.destroy();
    } finally {
      counts.active -= 1;
    }
  });
  return { server, counts };
}

function drained(response, signal) {
  return new Promise((resolve) => {
    const end = () => {
      response.off("drain", end);
      signal.removeEventListener("abort", end);
      resolve();
    };
    response.on("drain", end);
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });
}
