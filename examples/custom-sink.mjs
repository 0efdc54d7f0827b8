// A sink of one's own: a level meter that "plays" in real time. A sink has a clock, so the stream knows what was heard.
//
//   node examples/custom-sink.mjs

import { pathToFileURL } from "node:url";
import { createTTS, StreamError } from "parlando";

const sampleRate = 22_050;
const barEveryMs = 100;
const framesPerBar = (sampleRate * barEveryMs) / 1000;

/** Draws a bar for every tenth of a second. @returns {import("parlando").Sink} */
export function createMeterSink(draw) {
  const queue = [];
  const writers = [];
  const enders = [];
  let queuedFrames = 0;
  let played = 0;
  let paused = false;
  let isOpen = true;

  const settle = (waiting) => waiting.splice(0).forEach((resolve) => resolve());
  const timer = setInterval(() => {
    if (paused) return;
    if (queuedFrames > 0) draw(playBar());
    if (queuedFrames <= framesPerBar) settle(writers);
    if (queuedFrames === 0) settle(enders);
  }, barEveryMs);

  /** Takes a bar's worth out of the queue and gives its loudest sample. */
  function playBar() {
    let peak = 0;
    for (let left = framesPerBar; left > 0 && queue.length > 0; ) {
      const part = queue[0].subarray(0, left);
      for (const sample of part) peak = Math.max(peak, Math.abs(sample));
      queue[0] = queue[0].subarray(part.length);
      if (queue[0].length === 0) queue.shift();
      left -= part.length;
      played += part.length;
      queuedFrames -= part.length;
    }
    return peak;
  }

  /** No more comes in or out, and nobody is left waiting. */
  function stop() {
    clearInterval(timer);
    isOpen = false;
    queue.length = 0;
    queuedFrames = 0;
    settle(writers);
    settle(enders);
  }

  return {
    format: { sampleRate, channels: 1 },
    async write(chunk) {
      if (!isOpen) throw new StreamError("STREAM_CLOSED", "Writing to the meter: it was ended, cleared or closed. Make a new one for a new stream.");
      queue.push(chunk.samples);
      queuedFrames += chunk.samples.length;
      // The promise is what holds the stream back: it resolves when more is wanted, a bar before this one is over.
      if (queuedFrames > framesPerBar) await new Promise((resolve) => writers.push(resolve));
    },
    playedFrames: () => played,
    pause: async () => void (paused = true),
    resume: async () => void (paused = false),
    async clear() {
      stop();
      return played;
    },
    async end() {
      isOpen = false;
      if (queuedFrames > 0) await new Promise((resolve) => enders.push(resolve));
    },
    close: async () => stop(),
  };
}

async function main() {
  let loudest = 0;
  const tts = await createTTS({ engine: "espeak", voice: "en-us" });
  const sink = createMeterSink((peak) => {
    loudest = Math.max(loudest, peak);
    console.log("#".repeat(Math.round(peak * 60)));
  });
  const stream = tts.createStream({ sink });
  try {
    await stream.feed("A bar for every tenth of a second. Loud words are long.");
    stream.done();
    const report = await stream.waitUntilDone();
    console.log(`${(report.audioMs / 1000).toFixed(1)} s, loudest sample ${loudest.toFixed(2)}, ${report.underruns} underruns`);
  } finally {
    await tts.close();
    // A sink that was handed in belongs to whoever made it.
    await sink.close();
  }
}

// The tests import the sink and put it through the conformance suite of `@parlando/testkit`.
if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main();
