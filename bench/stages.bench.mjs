// What each stage of the pipeline costs by itself, beside a plain copy of the same samples in the same run.
//
//   node bench/stages.bench.mjs [--rounds N] [--json]
//
// A minute of audio of 24 kHz (3,000 blocks of 20 ms), or of text (900 characters), goes through one stage at a time. Printed is processor
// time, the least of several rounds: in milliseconds for each minute of audio, in nanoseconds for each sample, as a multiple of the copy
// loop, and for the stages of the text also for each call. The stages are read from their sources, so nothing has to be built.

import { importSource } from "./lib/import-source.mjs";

const [decoderFile, edgesFile, resamplerFile, gainFile, queueFile, pcmFile, ledgerFile, segmenterFile, plannerFile, entryFile] = await Promise.all(
  ["audio/pcm-decoder", "audio/segment-edges", "audio/resampler", "audio/gain", "audio/sample-queue", "audio/pcm", "ledger/ledger", "segments/create-segmenter", "segments/create-planner", "stream/create-entry"]
    .map((name) => importSource(`packages/core/src/${name}.ts`)),
);

const sampleRate = 24_000;
const blockFrames = 480;
const blocksPerMinute = (60 * sampleRate) / blockFrames;
const argument = process.argv.indexOf("--rounds");
const rounds = argument < 0 ? 8 : Number(process.argv[argument + 1]);

/** One sentence of 3.6 s after another. */
const sentence = "The tide turns twice a day, and the boats turn with it, all but one. ";
const minuteOfText = sentence.repeat(Math.ceil(900 / sentence.length)).slice(0, 900);

const integers = Int16Array.from({ length: blockFrames }, (_, index) => 9000 * Math.sin(index / 11) + 2000 * Math.sin(index / 2.3));
const samples = Float32Array.from(integers, (sample) => sample / 32_768);
const encoded = new Uint8Array(integers.buffer);

/** Kept, so that nothing is optimised away. */
let kept;

/** Runs a stage over a minute of blocks. */
function eachBlock(work) {
  return () => {
    for (let block = 0; block < blocksPerMinute; block += 1) kept = work(block);
    return blocksPerMinute;
  };
}

/** A segment of five seconds and 75 characters, whose words are told by marks, or are not. */
function createSpokenEntry(hasMarks) {
  const text = sentence.trim();
  const segment = { index: 0, text, textStart: 0, textEnd: text.length, coverStart: 0, coverEnd: text.length, sourceAt: (index) => index };
  const entry = entryFile.createEntry(segment, { engine: { id: "bench" } }, 0, 60);
  entry.startFrame = 0;
  if (hasMarks) {
    for (const match of text.matchAll(/\S+/gu)) {
      entry.marks.push({ kind: "word", timeMs: match.index * 60, textStart: match.index, textEnd: match.index + match[0].length, value: match[0], source: "native" });
    }
  }
  return entry;
}

/** Asks block after block how far the text has begun, while the audio of the segment grows, as handing out does. */
function mapMarks(hasMarks) {
  return () => {
    const blocksPerSegment = 250;
    for (let first = 0; first < blocksPerMinute; first += blocksPerSegment) {
      const ledger = new ledgerFile.Ledger(sampleRate);
      const entry = createSpokenEntry(hasMarks);
      ledger.begin(entry);
      for (let block = 0; block < blocksPerSegment; block += 1) {
        entry.frames += blockFrames;
        kept = ledger.textBegunBefore(entry.frames);
      }
    }
    return blocksPerMinute;
  };
}

function cutText() {
  const segmenter = segmenterFile.createSegmenter({ language: "en" });
  let calls = 0;
  for (let start = 0; start < minuteOfText.length; start += 4, calls += 1) kept = segmenter.push(minuteOfText.slice(start, start + 4));
  segmenter.flush();
  return calls;
}

function askPlanner() {
  const planner = plannerFile.createPlanner({ latency: "balanced" });
  const segmenter = segmenterFile.createSegmenter({ language: "en" });
  segmenter.add(minuteOfText, true);
  const cuts = segmenter.cuts();
  const state = { pendingText: minuteOfText, cuts, ended: true, sentSegments: 3, inFlight: 1, freeSlots: 1, msPerCharacter: 66, cost: { startMs: 120, startMsHigh: 240, perCharacterMs: 8 }, output: "streaming" };
  // Ten times a second, as a stream does while it plays.
  for (let call = 0; call < 600; call += 1) kept = planner.next({ ...state, nowMs: call * 100, securedMs: 2_000 - (call % 20) * 100 });
  return 600;
}

function resample(toRate) {
  const resampler = resamplerFile.createResampler(sampleRate, toRate);
  return eachBlock(() => resampler.process(samples));
}

const decoder = decoderFile.createPcmDecoder({ layout: "s16", sampleRate, channels: 1 });
const edges = edgesFile.createSegmentEdges({ sampleRate, leadMs: 20, pauseMs: 250 });
const gain = gainFile.createGain(0.7);
const queue = new queueFile.SampleQueue();
const target = new Float32Array(blockFrames);

const stages = {
  "copy loop (the baseline)": eachBlock(() => {
    for (let index = 0; index < blockFrames; index += 1) target[index] = samples[index];
    return target;
  }),
  "a new array for each block": eachBlock(() => new Float32Array(blockFrames)),
  "decode pcm-s16le": eachBlock(() => decoder.push(encoded)),
  "segment edges": eachBlock(() => edges.process(decoder.push(encoded))),
  "gain 0.7": eachBlock(() => gain.process(samples)),
  "queue, in by 20 ms, out by 100": eachBlock((block) => {
    queue.push(samples);
    return block % 5 === 4 ? queue.take(5 * blockFrames) : undefined;
  }),
  "encode pcm-s16le": eachBlock(() => pcmFile.encodePcm(samples, "pcm-s16le")),
  "encode mulaw": eachBlock(() => pcmFile.encodePcm(samples, "mulaw")),
  "resample to 48 kHz": resample(48_000),
  "resample to 16 kHz": resample(16_000),
  "place words by marks": mapMarks(true),
  "place words without marks": mapMarks(false),
  "segmenter, 4 characters a push": cutText,
  "planner, 10 looks a second": askPlanner,
};

/** Milliseconds of processor time for a minute: the work is repeated until the clock of the process can tell. */
function measure(work) {
  let calls = 0;
  let best = Infinity;
  // So often that the clock of the process can tell, and no longer.
  const startedAt = performance.now();
  calls = work();
  const repeats = Math.max(1, Math.min(20, Math.round(60 / (performance.now() - startedAt))));
  for (let round = 0; round < rounds; round += 1) {
    const before = process.cpuUsage();
    for (let repeat = 0; repeat < repeats; repeat += 1) calls = work();
    const { user, system } = process.cpuUsage(before);
    if (round > 0) best = Math.min(best, (user + system) / 1000 / repeats);
  }
  return { msPerMinute: best, nsPerSample: (best * 1e6) / (60 * sampleRate), nsPerCall: (best * 1e6) / calls };
}

const rows = Object.entries(stages).map(([stage, work]) => ({ stage, ...measure(work) }));
const baseline = rows[0].msPerMinute;
for (const row of rows) row.timesCopy = row.msPerMinute / baseline;
// What is decoded before it is trimmed does not count as trimming.
const edgesRow = rows.find(({ stage }) => stage === "segment edges");
const decodeRow = rows.find(({ stage }) => stage === "decode pcm-s16le");
for (const name of ["msPerMinute", "nsPerSample", "nsPerCall", "timesCopy"]) edgesRow[name] = Math.max(0, edgesRow[name] - decodeRow[name]);

if (process.argv.includes("--json")) console.log(JSON.stringify({ bench: "stages", sampleRate, blockFrames, rows }));
else console.table(rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value === "number" ? Number(value.toFixed(3)) : value]))));
if (kept === null) process.exitCode = 1;
