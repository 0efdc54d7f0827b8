// Seconds of audio made in a second, of a long text that is taken as fast as it is made: as the engine gives it, and resampled. The
// baseline beside it is the engine read directly, sentence by sentence.
//
//   node bench/throughput.bench.mjs [--json]

import { createSegmenter } from "@parlando/core";
import { createTTS } from "parlando";
import { english } from "../tools/demo/texts.mjs";
import { readOptions, report } from "./lib/options.mjs";

const options = readOptions();
const text = Array.from({ length: 5 }, () => english).join("\n\n");
const outputs = { "as the engine gives it": {}, "resampled to 48 kHz": { sampleRate: 48_000 }, "16 kHz in chunks of 20 ms": { sampleRate: 16_000, chunkMs: 20 } };

async function throughStream(tts, output) {
  const stream = tts.synthesize(text, { output });
  const startedAt = performance.now();
  for await (const chunk of stream) if (chunk.samples.length === 0) break;
  const elapsedMs = performance.now() - startedAt;
  const { audioMs, segments } = await stream.waitUntilDone();
  return { audioSeconds: audioMs / 1000, segments, timesRealTime: audioMs / elapsedMs };
}

async function directly(engine) {
  const segmenter = createSegmenter({ language: "en" });
  const sentences = [...segmenter.push(text), ...segmenter.flush()];
  const startedAt = performance.now();
  let frames = 0;
  const format = engine.capabilities.formats[0];
  for (const sentence of sentences) {
    for await (const event of engine.synthesize({ text: sentence.text, ssml: false, voice: "en-us", format, marks: ["word"] }, new AbortController().signal)) {
      if (event.type === "pcm") frames += event.samples.length;
      if (event.type === "audio") frames += event.bytes.length / 2;
    }
  }
  const audioMs = (frames * 1000) / format.sampleRate;
  return { audioSeconds: audioMs / 1000, segments: sentences.length, timesRealTime: audioMs / (performance.now() - startedAt) };
}

const tts = await createTTS({ engine: "espeak", voice: "en-us", marks: ["word"] });
try {
  await tts.warmUp();
  const engine = await directly(tts.engines[0]);
  const rows = {};
  for (const [name, output] of Object.entries(outputs)) rows[name] = await throughStream(tts, output);
  report(options, { bench: "throughput", engine, rows }, () => {
    const shown = (row) => ({ "audio s": Math.round(row.audioSeconds), segments: row.segments, "times real time": Math.round(row.timesRealTime), "x engine": Number((row.timesRealTime / engine.timesRealTime).toFixed(2)) });
    console.table(Object.fromEntries([["engine alone", shown(engine)], ...Object.entries(rows).map(([name, row]) => [name, shown(row)])]));
  });
} finally {
  await tts.close();
}
