// How much audio to have ahead before playing begins: first audio against gaps, for engines whose audio comes unevenly.
//
//   node bench/prebuffer.bench.mjs [--runs N] [--json]
//
// Time is a fake clock's, so that the figures do not depend on the machine. An engine gives its audio in packets of 100 ms, made at a
// real-time factor and sent through a network that delays each by a log-normal time (0.99 quantile 300 ms; in order, as TCP gives them). A
// sink plays at the pace of a sound device and counts its own gaps. The baselines are no prebuffer and a fixed one of 200 ms. Every rule
// gets the same packets; the first streams of each are for the learning and are not counted. `late ms` is what a rule adds to the first
// audio of no prebuffer; `as reported` is what the streams' own reports say of the silence.

import { createSpeechStream } from "@parlando/core";
import { createFakeClock, createPacedSink, createRandom } from "@parlando/testkit";

const sampleRate = 8_000;
const packetMs = 100;
const msPerCharacter = 1000 / 15;
const learningRuns = 12;
const text = "The tide turns twice a day, and the boats turn with it. Whoever wants to leave has to know the hour, or else wait for the next one. It is not far.";
const networks = [
  { name: "steady", median: 0, sigma: 0 },
  { name: "p99 300 ms", median: 40, sigma: Math.log(300 / 40) / 2.326 },
];
const realTimeFactors = [0.2, 0.5, 0.8, 0.95, 1.1];
const rules = [
  { rule: "none", prebufferMs: 0 },
  { rule: "fixed 200 ms", prebufferMs: 200 },
  { rule: "auto", prebufferMs: "auto" },
];

const argv = process.argv.slice(2);
const asJson = argv.includes("--json");
const runs = argv.includes("--runs") ? Number(argv[argv.indexOf("--runs") + 1]) : 100;

const quantile = (values, share) => values.toSorted((left, right) => left - right)[Math.min(values.length - 1, Math.floor(values.length * share))];
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** An engine behind a network; `begin` names the run, which decides every delay. */
function createFarEngine({ network, realTimeFactor }) {
  let clock;
  let random;
  return {
    contract: "parlando/1",
    id: "far",
    capabilities: {
      input: ["segment"], output: "streaming", formats: [{ encoding: "pcm-f32le", sampleRate, channels: 1 }], marks: [], ssml: [], limits: {}, prosody: [],
      runsIn: ["node"], cancelCost: "billed", cost: { startMs: 150, perCharacterMs: realTimeFactor * msPerCharacter }, deterministic: true,
    },
    begin(run) {
      clock = createFakeClock({ turns: 2 });
      random = createRandom(run + 1);
      return clock;
    },
    async *synthesize(request, signal) {
      const startMs = clock.now() + 150;
      const frames = Math.round((request.text.length * msPerCharacter * sampleRate) / 1000);
      const packet = (packetMs * sampleRate) / 1000;
      let arrivalMs = 0;
      yield { type: "start", format: this.capabilities.formats[0] };
      for (let frame = 0; frame < frames; frame += packet) {
        const samples = new Float32Array(Math.min(packet, frames - frame)).fill(0.1);
        const madeMs = startMs + ((frame + samples.length) * 1000 * realTimeFactor) / sampleRate;
        arrivalMs = Math.max(arrivalMs, madeMs + network.median * Math.exp(network.sigma * random.normal()));
        if (arrivalMs > clock.now()) await clock.sleep(arrivalMs - clock.now(), signal);
        if (signal.aborted) return;
        yield { type: "pcm", samples };
      }
    },
    close: async () => {},
  };
}

async function speak(engine, run, prebufferMs) {
  const clock = engine.begin(run);
  const sink = createPacedSink({ clock, frameMs: 50, bufferMs: 50, record: false });
  const stream = createSpeechStream({ engines: [{ engine }], clock }, { sink, prebufferMs });
  void stream.feed(text);
  stream.done();
  const report = await clock.runUntil(stream.waitUntilDone());
  return { report, gaps: sink.underruns, gapMs: sink.underrunMs };
}

const results = [];
for (const network of networks) {
  for (const realTimeFactor of realTimeFactors) {
    let baseline;
    for (const { rule, prebufferMs } of rules) {
      const engine = createFarEngine({ network, realTimeFactor });
      const spoken = [];
      for (let run = -learningRuns; run < runs; run += 1) {
        const one = await speak(engine, run + 1_000, prebufferMs);
        if (run >= 0) spoken.push(one);
      }
      const first = spoken.map(({ report }) => report.firstAudioMs);
      baseline ??= first;
      results.push({
        network: network.name,
        "real-time factor": realTimeFactor,
        rule,
        "first audio ms, median": Math.round(quantile(first, 0.5)),
        p95: Math.round(quantile(first, 0.95)),
        "late ms": Math.round(mean(first.map((ms, run) => ms - baseline[run]))),
        "runs with a gap %": Math.round((100 * spoken.filter(({ gaps }) => gaps > 0).length) / spoken.length),
        "gaps a run": Math.round(10 * mean(spoken.map(({ gaps }) => gaps))) / 10,
        "silent ms a run": Math.round(mean(spoken.map(({ gapMs }) => gapMs))),
        "as reported": Math.round(mean(spoken.map(({ report }) => report.underrunMs))),
      });
    }
  }
}
if (asJson) process.stdout.write(`${JSON.stringify({ name: "prebuffer", node: process.version, runs, results })}\n`);
else console.table(results);
