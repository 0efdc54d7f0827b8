// Says one sentence.
//
//   node examples/hello.mjs                 through the speaker
//   node examples/hello.mjs --out hello.wav into a file

import { parseArgs } from "node:util";
import { createTTS, TTSError } from "parlando";

const { values } = parseArgs({ options: { out: { type: "string" } } });
const text = "Hello! This voice is made on your own machine.";

const tts = await createTTS({ engine: "espeak", voice: "en-us" });
try {
  const report = values.out === undefined ? await tts.speak(text) : await tts.toFile(text, values.out);
  console.log(`${(report.audioMs / 1000).toFixed(1)} s of speech, the first sound after ${Math.round(report.firstAudioMs)} ms`);
} catch (error) {
  // Every error of Parlando has a stable code, and a message that says what to do.
  if (!TTSError.isInstance(error)) throw error;
  console.error(`${error.code}: ${error.message}`);
  if (error.code === "NO_AUDIO_DEVICE" || error.code === "NO_CONSUMER") console.error("Without a sound device, try: node examples/hello.mjs --out hello.wav");
  process.exitCode = 1;
} finally {
  await tts.close();
}
