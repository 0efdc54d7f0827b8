// What a stream costs that says little: processor time from its making to its end, for an engine that needs no time. A server that answers in
// single sentences makes thousands of them. The baseline beside it is the engine's own request for the same text.
//
//   node bench/short-streams.bench.mjs [--streams 3000] [--warm 3000] [--rounds 5] [--json]
//
// `--warm` streams of each kind are made before: what is measured is a program that has been running. Each figure is the least of the rounds,
// since everything that disturbs only adds to it.

import { createSpeechStream } from "@parlando/core";
import { createScriptedEngine } from "@parlando/testkit";
import { cpuMs, readOptions, report } from "./lib/options.mjs";

const options = readOptions({ streams: 3000, warm: 3000, rounds: 5 });
const engine = createScriptedEngine({ startMs: 0, realTimeFactor: 0, chunkMs: 100, marks: [], limits: { concurrency: 8 } });
const texts = {
  "two words": "Hello there.",
  "a sentence": "The weather is fine today, and we all walk to the park.",
  "five sentences": "The weather is fine today. We all walk to the park. She said that it was late. Nobody had seen the book since the winter. We can go there by train.",
};
const { signal } = new AbortController();

async function throughStream(text) {
  const stream = createSpeechStream({ engines: [{ engine }] }, { onChunk() {}, marks: [], prebufferMs: 0, highWaterMs: 60_000 });
  void stream.feed(text);
  stream.done();
  const { audioMs } = await stream.waitUntilDone();
  return audioMs;
}

async function directly(text) {
  let frames = 0;
  for await (const event of engine.synthesize({ text, ssml: false, format: engine.capabilities.formats[0], marks: [] }, signal)) {
    if (event.type === "pcm") frames += event.samples.length;
  }
  return (frames * 1000) / engine.capabilities.formats[0].sampleRate;
}

/** Processor time of one stream, in microseconds. */
async function measure(speak, text) {
  for (let count = 0; count < options.warm; count += 1) await speak(text);
  const rounds = [];
  let audioMs = 0;
  for (let round = 0; round < options.rounds; round += 1) {
    const before = process.cpuUsage();
    for (let count = 0; count < options.streams / options.rounds; count += 1) audioMs = await speak(text);
    rounds.push((1000 * cpuMs(before)) / Math.ceil(options.streams / options.rounds));
  }
  return { micros: Math.min(...rounds), audioMs };
}

const rows = [];
for (const [name, text] of Object.entries(texts)) {
  const bare = await measure(directly, text);
  const stream = await measure(throughStream, text);
  rows.push({ text: name, audioMs: stream.audioMs, bareMicros: bare.micros, streamMicros: stream.micros, timesBare: stream.micros / bare.micros });
}

report(options, { bench: "short-streams", ...options, rows }, () => {
  console.log("Processor time of a stream, in microseconds");
  console.table(rows.map(({ text, audioMs, bareMicros, streamMicros, timesBare }) => ({ text, "seconds of audio": Number((audioMs / 1000).toFixed(2)), bare: Math.round(bareMicros), stream: Math.round(streamMicros), "times bare": Number(timesBare.toFixed(1)) })));
});
