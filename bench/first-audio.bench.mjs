// Time from the first text fed to the first audible sample, with the embedded voice: for each `latency`, fed at once and like a language
// model. The baseline beside it is the engine asked directly for the first sentence.
//
//   node bench/first-audio.bench.mjs [--runs 15] [--json]

import { createTTS } from "parlando";
import { feedLikeAModel } from "../tools/demo/feed-like-a-model.mjs";
import { quantile, readOptions, report } from "./lib/options.mjs";

const options = readOptions({ runs: 15 });
const sentences = ["The tide turns twice a day, and the boats turn with it.", "Whoever wants to leave has to know the hour, or else wait for the next one."];
const text = sentences.join(" ");
/** Below this a sample is silence: -60 dBFS. */
const SILENCE = 0.001;

const feeds = {
  "at once": async (stream) => {
    await stream.feed(text);
    stream.done();
  },
  "like a model": (stream) => feedLikeAModel(stream, text, () => {}),
};

/** The engine alone: from the request to the first audible sample of its first sentence. */
async function measureEngine(engine) {
  const startedAt = performance.now();
  for await (const event of engine.synthesize({ text: sentences[0], ssml: false, voice: "en-us", format: engine.capabilities.formats[0], marks: [] }, new AbortController().signal)) {
    if (event.type !== "pcm" && event.type !== "audio") continue;
    const samples = event.type === "pcm" ? event.samples : Float32Array.from(new Int16Array(event.bytes.slice().buffer), (sample) => sample / 32_768);
    if (samples.some((sample) => Math.abs(sample) > SILENCE)) return performance.now() - startedAt;
  }
  return Number.NaN;
}

async function measureStream(tts, latency, feed) {
  const stream = tts.createStream({ latency, onChunk: () => {} });
  await feed(stream);
  return (await stream.waitUntilDone()).firstAudioMs;
}

async function repeat(work) {
  const times = [];
  for (let run = 0; run < options.runs; run += 1) times.push(await work());
  return { medianMs: quantile(times, 0.5), worstMs: Math.max(...times) };
}

const tts = await createTTS({ engine: "espeak", voice: "en-us" });
try {
  await tts.warmUp();
  const engine = await repeat(() => measureEngine(tts.engines[0]));
  const rows = [];
  for (const latency of ["soonest", "balanced", "smoothest"]) {
    for (const [fed, feed] of Object.entries(feeds)) rows.push({ latency, fed, ...(await repeat(() => measureStream(tts, latency, feed))) });
  }
  report(options, { bench: "first-audio", runs: options.runs, engine, rows }, () => {
    const shown = ({ medianMs, worstMs }) => ({ "median ms": Math.round(medianMs), "worst ms": Math.round(worstMs), "x engine": Number((medianMs / engine.medianMs).toFixed(2)) });
    console.table(Object.fromEntries([["engine alone", shown(engine)], ...rows.map((row) => [`${row.latency}, ${row.fed}`, shown(row)])]));
  });
} finally {
  await tts.close();
}
