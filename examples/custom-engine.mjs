// An engine of one's own: it sends text as Morse code. What an engine has to do is in docs/guide/writing-an-engine.md.
//
//   node examples/custom-engine.mjs --out sos.wav

import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { TTSError } from "@parlando/engine";
import { createTTS } from "parlando";

const sampleRate = 16_000;
const format = { encoding: "pcm-f32le", sampleRate, channels: 1 };
/** The length of a dot: 30 words a minute. */
const unitMs = 40;
const toneHz = 600;

const alphabet = {
  a: ".-", b: "-...", c: "-.-.", d: "-..", e: ".", f: "..-.", g: "--.", h: "....", i: "..", j: ".---", k: "-.-", l: ".-..", m: "--",
  n: "-.", o: "---", p: ".--.", q: "--.-", r: ".-.", s: "...", t: "-", u: "..-", v: "...-", w: ".--", x: "-..-", y: "-.--", z: "--..",
};

const framesOf = (units) => Math.round((units * unitMs * sampleRate) / 1000);
const silence = (units) => new Float32Array(framesOf(units));

/** A tone that begins and ends softly: a hard edge would click. */
function tone(units) {
  const samples = silence(units);
  const edge = sampleRate / 200;
  return samples.map((_, index) => 0.3 * Math.min(1, index / edge, (samples.length - index) / edge) * Math.sin((2 * Math.PI * toneHz * index) / sampleRate));
}

function* samplesOfWord(word) {
  for (const letter of word.toLowerCase()) {
    for (const sign of alphabet[letter] ?? "") {
      yield tone(sign === "." ? 1 : 3);
      yield silence(1);
    }
    yield silence(2);
  }
}

/** What was asked for and cannot be done is told: never silence, never fake audio. */
function* warningsAbout(request) {
  const normal = { rate: 1, pitch: 0, volume: 1 };
  for (const [name, value] of Object.entries(normal)) {
    if ((request[name] ?? value) !== value) yield { type: "warning", code: "UNSUPPORTED_OPTION", message: `Morse code has one ${name}; it was sent at that.` };
  }
}

function* eventsOf(request) {
  yield { type: "start", format };
  yield* warningsAbout(request);
  let frames = 0;
  for (const { 0: word, index } of request.text.matchAll(/\p{L}+/gu)) {
    // Times and offsets count from the start of the request; core maps them into the stream.
    yield { type: "mark", mark: { kind: "word", timeMs: (frames / sampleRate) * 1000, textStart: index, textEnd: index + word.length, value: word, source: "native" } };
    for (const samples of [...samplesOfWord(word), silence(4)]) {
      frames += samples.length;
      yield { type: "pcm", samples };
    }
  }
}

/** @returns {import("parlando").Engine} */
export function createMorseEngine() {
  let closed = false;
  const fail = (code, problem, cause) => {
    throw new TTSError(code, `Sending Morse code: ${problem}`, { engine: "morse", cause });
  };
  return {
    contract: "parlando/1",
    id: "morse",
    capabilities: {
      input: ["segment"],
      output: "streaming",
      formats: [format],
      marks: ["word"],
      ssml: [],
      languages: ["en"],
      limits: {},
      prosody: [],
      runsIn: ["node", "browser"],
      cancelCost: "none",
      cost: { startMs: 1, perCharacterMs: 0.1 },
      deterministic: true,
    },
    async *synthesize(request, signal) {
      if (request.ssml) fail("UNSUPPORTED", "SSML was given; it takes plain text.");
      for (const event of eventsOf(request)) {
        // Looked at before every event, so that nothing comes after an abort or the end of the engine.
        if (signal.aborted) fail("ABORTED", "it was called off.", signal.reason);
        if (closed) fail("ENGINE_UNAVAILABLE", "the engine was closed; make another one.");
        yield event;
      }
    },
    close: async () => void (closed = true),
  };
}

async function main() {
  const { values } = parseArgs({ options: { out: { type: "string", default: "morse.wav" } } });
  const tts = await createTTS({ engine: createMorseEngine() });
  try {
    const words = [];
    const report = await tts.toFile("Save our souls. We are at the pier.", values.out, { marks: ["word"], onMark: (mark) => words.push(`${mark.value} at ${Math.round(mark.timeMs)} ms`) });
    console.log(`${words.join(", ")}\n${values.out}: ${(report.audioMs / 1000).toFixed(1)} s by ${report.engines.join(", ")}`);
  } finally {
    await tts.close();
  }
}

// The tests import the engine and put it through the conformance suite of `@parlando/testkit`.
if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main();
