// Memory: hours of text into a taker that plays ten times too slowly, on a fake clock: the heap must stay flat, and no more audio may be
// made than the mark allows. The baseline beside it is the same text into a stream whose taker keeps up.
//
//   node --expose-gc bench/memory.bench.mjs [--hours 1] [--high-water-ms 1000] [--json]

import { createSpeechStream } from "@parlando/core";
import { createFakeClock, createPacedSink, createScriptedEngine, numberedText } from "@parlando/testkit";
import { readOptions, report } from "./lib/options.mjs";

const MEGABYTE = 1_000_000;
const WARM_UP_MINUTES = 5;
const CHUNK_MS = 100;
const options = readOptions({ hours: 1, "high-water-ms": 1000 });

const slow = await measure(0.1);
const keepingUp = await measure(1);
report(options, { bench: "memory", hours: options.hours, highWaterMs: options["high-water-ms"], clock: "fake", slow, keepingUp }, print);

/** Time passes for so many hours while the feeder writes whatever is taken from it. */
async function measure(speed) {
  const clock = createFakeClock({ turns: 3 });
  const engine = createScriptedEngine({ clock, startMs: 50, realTimeFactor: 0.1, chunkMs: CHUNK_MS, marks: ["word"] });
  const player = createPacedSink({ clock, speed, record: false });
  let deliveredMs = 0;
  const sink = {
    ...player,
    playedFrames: () => player.playedFrames(),
    async write(chunk) {
      await player.write(chunk);
      deliveredMs += chunk.durationMs;
    },
  };
  const stream = createSpeechStream({ engines: [{ engine }], clock }, { sink, highWaterMs: options["high-water-ms"] });
  let characters = 0;
  const feeding = (async () => {
    for (let word = 0; ; word += 20) {
      const text = `${numberedText({ words: 20, first: word % 200 })} `;
      await stream.feed(text);
      characters += text.length;
    }
  })();
  feeding.catch(() => {});
  // What the engine has given and the taker has not let go of.
  const aheadMs = () => engine.requests.reduce((sum, request) => sum + request.audioMs, 0) - deliveredMs;

  await clock.advance(WARM_UP_MINUTES * 60_000);
  const beforeBytes = usedBytes();
  let mostAheadMs = 0;
  let mostBytes = beforeBytes;
  for (let minute = WARM_UP_MINUTES; minute < 60 * options.hours; minute += 1) {
    for (let step = 0; step < 6; step += 1) {
      await clock.advance(10_000);
      mostAheadMs = Math.max(mostAheadMs, aheadMs());
    }
    if (minute % 5 === 0) mostBytes = Math.max(mostBytes, usedBytes());
  }
  const afterBytes = usedBytes();
  await stream.close();
  return {
    speed,
    heardMinutes: (clock.now() * speed) / 60_000,
    characters,
    grownMegabytes: (afterBytes - beforeBytes) / MEGABYTE,
    mostGrownMegabytes: (mostBytes - beforeBytes) / MEGABYTE,
    mostAheadMs,
    allowedAheadMs: options["high-water-ms"] + CHUNK_MS,
  };
}

/** What is held after the garbage is collected (where that may be asked for), the buffers of samples included. */
function usedBytes() {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function print(result) {
  const row = (found) => ({
    "heard min": Math.round(found.heardMinutes),
    "characters": found.characters,
    "grown MB": Number(found.grownMegabytes.toFixed(2)),
    "at most MB": Number(found.mostGrownMegabytes.toFixed(2)),
    "most ahead ms": Math.round(found.mostAheadMs),
    "mark + one chunk": found.allowedAheadMs,
  });
  console.table({ "ten times too slow": row(result.slow), "keeps up": row(result.keepingUp) });
}
