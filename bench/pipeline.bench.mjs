// What the pipeline costs where nothing has to be converted: 24 kHz s16 in and out, against iterating the engine directly.
//
//   node bench/pipeline.bench.mjs [--rounds N] [--minutes N] [--json]
//
// The engine lives in this process and gives pcm-s16le of 24 kHz from memory, in blocks of 20 or 100 ms. The stream hands its audio to
// `onChunk`, which calls `chunk.bytes()`. The baseline is a bare `for await` over `engine.synthesize()`, one request for each segment that
// the stream sent. Processor time is user and system time of the whole process, the least of several alternating rounds, since other work
// on the machine only adds. Time to first audio is from `feed()` to the first `onChunk`, against the first audio event; the median of many.

import { createSpeechStream } from "@parlando/core";

const sampleRate = 24_000;
const msPerCharacter = 60;
const format = { encoding: "pcm-s16le", sampleRate, channels: 1 };
const sentence = "The tide turns twice a day, and the boats turn with it, whoever wants to leave. ";
const options = readOptions(process.argv.slice(2));

function readOptions(argv) {
  const found = { json: argv.includes("--json"), rounds: 7, minutes: 10, firstAudioRuns: 400 };
  for (const name of ["rounds", "minutes"]) {
    const place = argv.indexOf(`--${name}`);
    if (place >= 0) found[name] = Number(argv[place + 1]);
  }
  return found;
}

/** Something as loud as a voice, with a little silence at both ends, as engines have it. */
function speechLike(frames) {
  const samples = new Int16Array(frames);
  const from = Math.min(frames, 720);
  for (let frame = from; frame < frames - 2400; frame += 1) {
    const level = 6000 + 4000 * Math.sin(frame / 3000);
    samples[frame] = Math.round(level * Math.sin(frame / 20) + (level / 8) * Math.sin(frame / 3.7));
  }
  return new Uint8Array(samples.buffer);
}

/** An engine that costs as little as one can. */
function createMemoryEngine(blockMs) {
  const blockBytes = (2 * sampleRate * blockMs) / 1000;
  const made = new Map();
  const requests = [];
  return {
    contract: "parlando/1",
    id: "memory",
    requests,
    capabilities: {
      input: ["segment"], output: "streaming", formats: [format], marks: [], ssml: [], limits: {}, prosody: [], runsIn: ["node"],
      cancelCost: "none", cost: { startMs: 0, perCharacterMs: 0 }, deterministic: true,
    },
    async *synthesize({ text }) {
      requests.push(text);
      const frames = Math.round((text.length * msPerCharacter * sampleRate) / 1000);
      const bytes = made.get(frames) ?? speechLike(frames);
      made.set(frames, bytes);
      yield { type: "start", format };
      for (let start = 0; start < bytes.length; start += blockBytes) yield { type: "audio", bytes: bytes.subarray(start, start + blockBytes) };
    },
    close: async () => {},
  };
}

const median = (values) => values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)];
const signal = new AbortController().signal;

async function throughStream(engine, text) {
  let bytes = 0;
  const stream = createSpeechStream({ engines: [{ engine }] }, { onChunk: (chunk) => void (bytes += chunk.bytes().length) });
  stream.feed(text);
  stream.done();
  await stream.waitUntilDone();
  return bytes;
}

async function directly(engine, texts) {
  let bytes = 0;
  for (const text of texts) {
    for await (const event of engine.synthesize({ text, ssml: false, format, marks: [] }, signal)) if (event.type === "audio") bytes += event.bytes.length;
  }
  return bytes;
}

/** Milliseconds of processor time for each minute of audio that the engine made. */
async function processorTime(work, audioMinutes) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / audioMinutes;
}

async function measureProcessorTime(blockMs) {
  const engine = createMemoryEngine(blockMs);
  const text = sentence.repeat(Math.ceil((options.minutes * 60_000) / msPerCharacter / sentence.length));
  await throughStream(engine, text);
  const texts = engine.requests.slice();
  const audioMinutes = texts.reduce((sum, { length }) => sum + length * msPerCharacter, 0) / 60_000;
  let bare = Infinity;
  let stream = Infinity;
  for (let round = 0; round < options.rounds; round += 1) {
    bare = Math.min(bare, await processorTime(() => directly(engine, texts), audioMinutes));
    stream = Math.min(stream, await processorTime(() => throughStream(engine, text), audioMinutes));
  }
  return { blockMs, audioMinutes, segments: texts.length, bareMsPerMinute: bare, streamMsPerMinute: stream, addedMsPerMinute: stream - bare };
}

async function firstAudioDirectly(engine) {
  const startedAt = performance.now();
  for await (const event of engine.synthesize({ text: sentence.trim(), ssml: false, format, marks: [] }, signal)) {
    if (event.type === "audio") return performance.now() - startedAt;
  }
  return NaN;
}

async function firstAudioOfStream(engine, isCreatedBefore) {
  let startedAt = performance.now();
  let firstMs = NaN;
  const onChunk = (chunk) => {
    chunk.bytes();
    if (Number.isNaN(firstMs)) firstMs = performance.now() - startedAt;
  };
  const stream = createSpeechStream({ engines: [{ engine }] }, { onChunk });
  if (isCreatedBefore) startedAt = performance.now();
  stream.feed(sentence);
  stream.done();
  await stream.waitUntilDone();
  return firstMs;
}

async function measureFirstAudio(blockMs) {
  const engine = createMemoryEngine(blockMs);
  const times = { bare: [], stream: [], streamMadeToo: [] };
  for (let run = -50; run < options.firstAudioRuns; run += 1) {
    const bare = await firstAudioDirectly(engine);
    const stream = await firstAudioOfStream(engine, true);
    const streamMadeToo = await firstAudioOfStream(engine, false);
    if (run < 0) continue;
    times.bare.push(bare);
    times.stream.push(stream);
    times.streamMadeToo.push(streamMadeToo);
  }
  const [bareMs, streamMs, streamMadeTooMs] = [times.bare, times.stream, times.streamMadeToo].map(median);
  return { blockMs, bareMs, streamMs, addedMs: streamMs - bareMs, addedMsStreamMadeToo: streamMadeTooMs - bareMs };
}

const processor = [];
const firstAudio = [];
for (const blockMs of [20, 100]) {
  firstAudio.push(await measureFirstAudio(blockMs));
  processor.push(await measureProcessorTime(blockMs));
}

const rounded = (row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value.toFixed(3))]));
if (options.json) console.log(JSON.stringify({ bench: "pipeline", processor, firstAudio }));
else {
  console.log("Processor time, in ms for each minute of audio");
  console.table(processor.map(rounded));
  console.log("First audio after feed(), in ms, medians");
  console.table(firstAudio.map(rounded));
}
