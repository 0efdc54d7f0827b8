// An engine of one's own: it sends text as Morse code. What an engine has to do is in docs/guide/writing-an-engine.md.
//
//   node examples/custom-engine.mjs --out sos.wav

import { parseArgs } from "node:util";
import { createTTS } from "parlando";

const sampleRate = 16_000;
const unitMs = 60;
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

/** @type {import("parlando").Engine} */
const morse = {
  contract: "parlando/1",
  id: "morse",
  capabilities: {
    input: ["segment"],
    output: "streaming",
    formats: [{ encoding: "pcm-f32le", sampleRate, channels: 1 }],
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
    yield { type: "start", format: { encoding: "pcm-f32le", sampleRate, channels: 1 } };
    let frames = 0;
    for (const match of request.text.matchAll(/\p{L}+/gu)) {
      signal.throwIfAborted();
      // Times and offsets count from the start of the request; core maps them into the stream.
      yield { type: "mark", mark: { kind: "word", timeMs: (frames / sampleRate) * 1000, textStart: match.index, textEnd: match.index + match[0].length, value: match[0], source: "native" } };
      for (const samples of samplesOfWord(match[0])) {
        frames += samples.length;
        yield { type: "pcm", samples };
      }
      yield { type: "pcm", samples: silence(4) };
      frames += framesOf(4);
    }
  },
  close: async () => {},
};

const { values } = parseArgs({ options: { out: { type: "string", default: "morse.wav" } } });
const tts = await createTTS({ engine: morse });
try {
  const words = [];
  const report = await tts.toFile("Save our souls. We are at the pier.", values.out, { onMark: (mark) => words.push(`${mark.value} at ${Math.round(mark.timeMs)} ms`) });
  console.log(`${words.join(", ")}\n${values.out}: ${(report.audioMs / 1000).toFixed(1)} s by ${report.engines.join(", ")}`);
} finally {
  await tts.close();
}
