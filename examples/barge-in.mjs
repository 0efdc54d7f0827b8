// A listener on the other end of a socket speaks up: the voice falls silent, and the program knows which words were heard.
//
//   node examples/barge-in.mjs

import { setTimeout as sleep } from "node:timers/promises";
import { createTTS } from "parlando";

const answer = "The museum opens at nine and closes at five, except on Mondays, when it is closed all day. Tickets are sold until four.";
const listenerSpeaksAfterMs = 2_000;

/** Stands for a client far away: it plays what it is sent in real time, and tells how far it is. */
function createClient() {
  let playedMs = 0;
  return {
    playedMs: () => playedMs,
    async play(chunk) {
      await sleep(chunk.durationMs);
      playedMs += chunk.durationMs;
    },
  };
}

let listenerSpeaks;
const interruption = new Promise((resolve) => (listenerSpeaks = resolve));

const client = createClient();
const tts = await createTTS({ engine: "espeak", voice: "en-us" });
const stream = tts.createStream({
  output: { chunkMs: 20 },
  onChunk: async (chunk) => {
    await client.play(chunk);
    stream.reportPlayed(chunk.startFrame + chunk.samples.length / chunk.channels);
    if (client.playedMs() >= listenerSpeaksAfterMs) listenerSpeaks();
  },
});

try {
  stream.feed(answer);
  stream.done();
  // Whichever comes first; an answer that fails ends the wait too.
  await Promise.race([interruption, stream.waitUntilDone()]);
  const { heardText, unheardText, heardMs, basis } = await stream.interrupt();
  console.log(`heard in ${Math.round(heardMs)} ms (placed by ${basis}): "${heardText.trim()}"`);
  console.log(`not heard: "${unheardText.trim()}"`);
  // What goes into the history of the conversation is what was heard, not what was written.
} finally {
  await tts.close();
}
