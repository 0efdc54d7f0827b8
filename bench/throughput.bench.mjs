// Seconds of audio made in a second, of a long text that is taken as fast as it is made: as the engine gives it, and resampled.

import { createTTS } from "parlando";
import { english } from "../tools/demo/texts.mjs";

const text = Array.from({ length: 5 }, () => english).join("\n\n");

async function measure(tts, output) {
  const stream = tts.synthesize(text, { output });
  let chunks = 0;
  const startedAt = performance.now();
  for await (const chunk of stream) chunks += chunk.samples.length > 0 ? 1 : 0;
  const elapsedMs = performance.now() - startedAt;
  const { audioMs, segments } = await stream.waitUntilDone();
  return { output: JSON.stringify(output), "audio s": Math.round(audioMs / 1000), "times real time": Math.round(audioMs / elapsedMs), segments, chunks };
}

const tts = await createTTS({ engine: "espeak", voice: "en-us", marks: ["word"] });
try {
  await tts.warmUp();
  console.table([await measure(tts, {}), await measure(tts, { sampleRate: 48_000 }), await measure(tts, { sampleRate: 16_000, chunkMs: 20 })]);
} finally {
  await tts.close();
}
