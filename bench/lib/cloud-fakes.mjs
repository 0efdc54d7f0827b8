// The fakes of the cloud services in a process of their own, so that what they cost is not measured with their clients.

import * as fakes from "@parlando/testkit/fakes";
import { createMp3Encoder } from "wasm-media-encoders";

const encoder = await createMp3Encoder();
/** A text is spoken again and again: what it was encoded to is kept, by its length. */
const encoded = new Map();

function encodeMp3(samples, sampleRate) {
  if (!encoded.has(samples.length)) {
    encoder.configure({ sampleRate, channels: 1, bitrate: 48 });
    // What the encoder gives is its own memory, used again by the next call.
    encoded.set(samples.length, Buffer.concat([encoder.encode([samples]).slice(), encoder.finalize().slice()]));
  }
  return encoded.get(samples.length);
}

const makers = {
  openai: fakes.createFakeOpenAI,
  elevenlabs: fakes.createFakeElevenLabs,
  polly: fakes.createFakePolly,
  azure: fakes.createFakeAzure,
  edge: (options) => fakes.createFakeEdge({ ...options, encodeMp3 }),
};
const open = new Map();

const GIVE_UP_MS = 10_000;

/** Waits for the end of the newest request; when it came is told on the clock that all processes share. One that does not end is told as "active". */
function whenGone(fake) {
  const request = fake.requests.at(-1);
  const giveUpAtMs = performance.now() + GIVE_UP_MS;
  const look = () => {
    const isOver = request !== undefined && request.state !== "active";
    if (!isOver && performance.now() < giveUpAtMs) setTimeout(look, 1);
    else process.send({ state: request?.state ?? "active", atMs: performance.timeOrigin + (request?.endedAtMs ?? 0) });
  };
  look();
}

process.on("message", async ({ ask, id, maker, options }) => {
  if (ask === "open") {
    open.set(id, await makers[maker](options));
    process.send(open.get(id).url);
  } else if (ask === "when gone") whenGone(open.get(id));
  else if (ask === "connections") process.send(open.get(id).connections);
});

// Its servers would keep it alive.
process.on("disconnect", () => process.exit(0));
