// Speaks what a language model writes, while it writes it.
//
//   node examples/llm-to-speaker.mjs                  through the speaker
//   node examples/llm-to-speaker.mjs --out answer.wav into a file

import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createWavFileSink } from "@parlando/core/node";
import { createTTS, TTSError } from "parlando";

const { values } = parseArgs({ options: { out: { type: "string" } } });

/** Stands for the language model: put the stream of tokens of yours here. */
async function* languageModel() {
  const answer = "A lighthouse does not move, and that is the whole point of it. Ships move; the light stays. From the rhythm of its flashes, a sailor can tell which one it is, and so where the land must be.";
  for (const token of answer.match(/\s?\S{1,5}/g)) {
    await sleep(25);
    yield token;
  }
}

const tts = await createTTS({ engine: "espeak", voice: "en-us" });
const showWord = (mark) => {
  if (mark.kind === "word") process.stdout.write(`${mark.value} `);
};
const stream = tts.createStream(
  values.out === undefined
    ? { sink: "speaker", onSpoken: showWord } // told when it is heard: this is what highlighting needs
    : { sink: createWavFileSink(values.out), onMark: showWord }, // told when it is known: nobody listens to a file
);

try {
  // `feed` waits when the speech is far enough ahead of the listener; nothing piles up, however fast the model is.
  for await (const token of languageModel()) await stream.feed(token);
  stream.done();
  const report = await stream.waitUntilDone();
  console.log(`\nfirst audio after ${Math.round(report.firstAudioMs)} ms, ${report.segments} segments, ${report.underruns} underruns`);
} catch (error) {
  if (!TTSError.isInstance(error)) throw error;
  console.error(`\n${error.code}: ${error.message}`);
  if (error.code === "NO_AUDIO_DEVICE") console.error("Without a sound device, try: node examples/llm-to-speaker.mjs --out answer.wav");
  process.exitCode = 1;
} finally {
  await tts.close();
}
