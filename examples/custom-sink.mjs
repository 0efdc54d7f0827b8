// A sink of one's own: a level meter that "plays" in real time. A sink has a clock, so the stream knows what was heard.
//
//   node examples/custom-sink.mjs

import { createTTS } from "parlando";

const sampleRate = 22_050;
const barEveryMs = 100;

/** Draws a bar for every tenth of a second. @returns {import("parlando").Sink} */
function createMeterSink(draw) {
  const waiting = [];
  let queuedFrames = 0;
  let played = 0;
  let paused = false;
  let ended = () => {};

  const framesPerBar = (sampleRate * barEveryMs) / 1000;
  const settle = () => {
    for (const { resolve } of waiting.splice(0)) resolve();
    ended();
  };

  const timer = setInterval(() => {
    if (paused) return;
    let left = framesPerBar;
    let peak = 0;
    while (left > 0 && waiting.length > 0) {
      const [first] = waiting;
      const part = first.samples.subarray(first.at, first.at + left);
      for (const sample of part) peak = Math.max(peak, Math.abs(sample));
      first.at += part.length;
      left -= part.length;
      played += part.length;
      queuedFrames -= part.length;
      if (first.at === first.samples.length) waiting.shift().resolve();
    }
    if (left < framesPerBar) draw(peak);
    if (waiting.length === 0) ended();
  }, barEveryMs);

  return {
    format: { sampleRate, channels: 1 },
    // The promise is what holds the stream back: it resolves when this chunk was played.
    write: (chunk) =>
      new Promise((resolve) => {
        waiting.push({ samples: chunk.samples, at: 0, resolve });
        queuedFrames += chunk.samples.length;
      }),
    playedFrames: () => played,
    pause: async () => void (paused = true),
    resume: async () => void (paused = false),
    clear: async () => {
      queuedFrames = 0;
      settle();
      return played;
    },
    end: () => (queuedFrames === 0 ? Promise.resolve() : new Promise((resolve) => (ended = resolve))),
    close: async () => {
      clearInterval(timer);
      waiting.splice(0).forEach(({ resolve }) => resolve());
      ended();
    },
  };
}

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
