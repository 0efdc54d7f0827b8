// One answer of a language model, spoken by a real stream on a scripted engine, on a clock that takes no time.

import { createSpeechStream } from "@parlando/core";
import { createScriptedEngine } from "@parlando/testkit";
import { createIdealPlayer } from "./ideal-player.mjs";

/** 15 characters a second, about 180 words a minute. */
export const MS_PER_CHARACTER = 1000 / 15;
/** A token of English has about four characters. */
export const TOKEN_CHARACTERS = 4;

/**
 * The engines. A request of n characters costs a start and then time for each character.
 * `startMs` is the mean start, `startJitter` the sigma of its log-normal spread, `slots` the requests that run at once.
 */
export const engines = [
  { id: "A", label: "fast, local: start 80 ms, real-time factor 0.1", startMs: 80, startJitter: 0, realTimeFactor: 0.1, slots: 1, output: "whole" },
  { id: "B", label: "local: start 250 ms, real-time factor 0.5", startMs: 250, startJitter: 0, realTimeFactor: 0.5, slots: 1, output: "whole" },
  { id: "C", label: "slow, local: start 300 ms, real-time factor 0.8", startMs: 300, startJitter: 0, realTimeFactor: 0.8, slots: 1, output: "whole" },
  { id: "D", label: "cloud: start 350 ms with jitter, real-time factor 0.12", startMs: 350, startJitter: 0.5, realTimeFactor: 0.12, slots: 1, output: "whole" },
  { id: "E", label: "cloud, three at once: as D", startMs: 350, startJitter: 0.5, realTimeFactor: 0.12, slots: 3, output: "whole" },
  { id: "F", label: "cloud, streams its audio: start 250 ms with jitter, real-time factor 0.25", startMs: 250, startJitter: 0.5, realTimeFactor: 0.25, slots: 1, output: "streaming" },
];

/** A scripted engine of this kind. What it declares as its cost is the mean of what it does, and it keeps what streams learn of it. */
export function createEngine(kind, { clock, seed }) {
  return createScriptedEngine({
    clock,
    seed,
    // The script multiplies the start by exp(jitter * normal), whose mean is above 1.
    startMs: kind.startMs * Math.exp(-(kind.startJitter ** 2) / 2),
    startJitter: kind.startJitter,
    realTimeFactor: kind.realTimeFactor,
    output: kind.output,
    msPerCharacter: MS_PER_CHARACTER,
    chunkMs: 200,
    marks: [],
    limits: { concurrency: kind.slots },
    capabilities: { cost: { startMs: kind.startMs, perCharacterMs: kind.realTimeFactor * MS_PER_CHARACTER } },
  });
}

/**
 * Speaks one text and tells what the listener hears. `rule` is one of our own `latency` values, or a rule of thumb: that decides itself
 * what is sent, and has the stream flush it.
 */
export async function speakResponse({ engine, clock, text, tokensPerSecond, rule, streamOptions }) {
  const player = createIdealPlayer({ clock });
  const sizes = [];
  const isOurs = typeof rule === "string";
  const stream = createSpeechStream(
    { engines: [{ engine }], clock },
    // As SSML, text is sent flush by flush and cut nowhere else: what a rule of thumb needs.
    { ...streamOptions, ...(isOurs ? { latency: rule } : { ssml: true }), sink: player, prebufferMs: 0, onSegment: (segment) => sizes.push(segment.text.length) },
  );
  const beganMs = clock.now();
  const writing = isOurs ? writeTokens(stream, { clock, text, tokensPerSecond }) : writeByRule(stream, { clock, text, tokensPerSecond, rule });
  await clock.runUntil(Promise.all([writing, stream.waitUntilDone()]));
  await stream.close();
  const { firstAudioAtMs, underruns, stallMs } = player.measured;
  return { firstAudioMs: firstAudioAtMs - beganMs, underruns, stallMs, segments: sizes.length, firstCharacters: sizes[0] };
}

async function* tokens({ clock, text, tokensPerSecond }) {
  const beganMs = clock.now();
  for (let index = 0; index * TOKEN_CHARACTERS < text.length; index += 1) {
    const waitMs = beganMs + (index * 1000) / tokensPerSecond - clock.now();
    if (waitMs > 0) await clock.sleep(waitMs);
    yield text.slice(index * TOKEN_CHARACTERS, (index + 1) * TOKEN_CHARACTERS);
  }
}

async function writeTokens(stream, source) {
  for await (const token of tokens(source)) await stream.feed(token);
  stream.done();
}

async function writeByRule(stream, { rule, ...source }) {
  let pending = "";
  let seen = 0;
  let sent = 0;
  for await (const token of tokens(source)) {
    pending += token;
    seen += token.length;
    for (;;) {
      const units = rule.next(pending, { ended: seen === source.text.length, sent });
      if (units <= 0 || pending.trim() === "") break;
      void stream.feed(pending.slice(0, units));
      stream.flush();
      pending = pending.slice(units);
      sent += 1;
    }
  }
  stream.done();
}
