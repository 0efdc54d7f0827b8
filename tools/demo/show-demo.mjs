import { createTTS } from "parlando";
import { createCountedEngine } from "./count-made.mjs";
import { feedLikeAModel } from "./feed-like-a-model.mjs";
import { createLiveLine } from "./live-line.mjs";
import { reportTable } from "./report-table.mjs";
import { openFileTaker, openSpeakerTaker } from "./takers.mjs";
import { arabic, english } from "./texts.mjs";

const parts = [
  { label: "English", text: english, language: "en-us" },
  { label: "Arabic", text: arabic, language: "ar" },
];

/** Streams both texts. Returns the exit status. */
export async function showDemo() {
  const taker = (await openSpeakerTaker()) ?? (await openFileTaker());
  process.stdout.write(taker.taken === "played" ? "Playing on the sound device. Ctrl-C ends it.\n" : "There is no sound device here: writing demo.wav instead.\n");

  const voice = await createCountedEngine("espeak");
  const tts = await createTTS({ engine: voice.engine });
  const ended = new AbortController();
  const end = () => ended.abort();
  process.once("SIGINT", end);
  try {
    await tts.warmUp();
    const results = [];
    for (const part of parts) {
      if (!ended.signal.aborted) results.push({ label: part.label, report: await speakPart({ tts, taker, voice, part, ended: ended.signal }) });
    }
    process.stdout.write(`\n${reportTable(results)}\n${taker.done === "" ? "" : `\n${taker.done}\n`}`);
    return ended.signal.aborted ? 130 : 0;
  } finally {
    process.off("SIGINT", end);
    await tts.close();
    await voice.engine.close();
    await taker.close();
  }
}

async function speakPart({ tts, taker, voice, part, ended }) {
  const { label, text, language } = part;
  const { options, takenMs } = await taker.attach();
  const stream = tts.createStream({ ...options, language });
  const interrupt = () => void stream.interrupt();
  ended.addEventListener("abort", interrupt, { once: true });

  let fedCharacters = 0;
  voice.startCount();
  const line = createLiveLine({ label, progress: () => ({ fedCharacters, totalCharacters: text.length, madeMs: voice.madeMs(), takenMs: takenMs(), taken: taker.taken }) });
  try {
    const fed = feedLikeAModel(stream, text, (characters) => (fedCharacters += characters));
    // A stream that ends early refuses the rest of the text; why it ended is what matters.
    fed.catch(() => {});
    return await stream.waitUntilDone();
  } finally {
    ended.removeEventListener("abort", interrupt);
    line.end();
  }
}
