// Time from the first text fed to the first audible sample: for each `latency`, fed at once and like a language model.

import { createTTS } from "parlando";
import { feedLikeAModel } from "../tools/demo/feed-like-a-model.mjs";

const runs = 15;
const text = "The tide turns twice a day, and the boats turn with it. Whoever wants to leave has to know the hour, or else wait for the next one.";

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

async function measure(tts, latency, feed) {
  const firstAudioMs = [];
  for (let run = 0; run < runs; run += 1) {
    const stream = tts.createStream({ latency, onChunk: () => {} });
    await feed(stream);
    firstAudioMs.push((await stream.waitUntilDone()).firstAudioMs);
  }
  return { latency, "median ms": Math.round(median(firstAudioMs)), "worst ms": Math.round(Math.max(...firstAudioMs)) };
}

const atOnce = async (stream) => {
  await stream.feed(text);
  stream.done();
};
const likeAModel = (stream) => feedLikeAModel(stream, text, () => {});

const tts = await createTTS({ engine: "espeak", voice: "en-us" });
try {
  await tts.warmUp();
  const results = [];
  for (const latency of ["soonest", "balanced", "smoothest"]) {
    results.push({ fed: "at once", ...(await measure(tts, latency, atOnce)) }, { fed: "like a model", ...(await measure(tts, latency, likeAModel)) });
  }
  console.table(results);
} finally {
  await tts.close();
}
