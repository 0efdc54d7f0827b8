// The first sound of a neural engine, and whether it then runs dry: our pieces against upstream's fixed 50 codes.
//
//   node bench/first-sound.bench.mjs [--runs N] [--codes N] [--json]
//
// A machine makes codes (20 ms of sound each) and decodes windows of them; both are paced on a fake clock, so that the figures do not depend on the machine
// this runs on. Its real-time factor is the time that upstream's way takes for a second of sound: 50 codes, and then one window of these 50 alone, of which
// the codec has a share. Codes jitter by a log-normal of 0.3. Ours also decodes what lies around a piece (up to 57 codes more), which is counted. Upstream is
// given its rule in full (docs/streaming.md of Audar-TTS-V1): 50 codes, decode, hand over; no code is made while it decodes.
//
// "Simulated" is the planner and the speed meter alone, with a backbone that keeps all, half or none of its speed beside a window; "pipeline" is everything
// that runs in the model process as it is: service, scheduler, pump, planner, window assembler, with a paced generator and codec. "Reproducible" is speech with
// a seed, whose pieces are cut at fixed places. A run that is dry had a gap after its first sound.

import { importSource } from "./lib/import-source.mjs";
import { mean, quantile, readOptions, report } from "./lib/options.mjs";

const { createChunkPlanner } = await importSource("packages/local/src/chunks/create-chunk-planner.ts");
const { machineAt, simulate, simulateUpstream } = await importSource("packages/local/src/chunks/simulate.test-helper.ts");
const { speakPaced } = await importSource("packages/local/src/chunks/first-sound.test-helper.ts");
const { referenceContextCodes } = await importSource("packages/local/src/codec/window-rule.ts");

const options = readOptions({ runs: 40, codes: 500 });
const { runs, codes } = options;
const jitter = 0.3;
const codeDurationMs = 20;
const shape = { codeDurationMs, rule: { lookBack: 51, lookAhead: 4, fade: 2, tail: 2 }, contextCodes: referenceContextCodes };
const factors = [0.2, 0.46, 0.7, 0.85, 1, 1.2];
/**
 * Every machine begins with the same wrong belief about codes. What a window takes is known from the probe when a model is loaded, and what it takes from the
 * backbone from speech before.
 */
const guessOf = (machine) => ({ codeMs: 9, decode: { startMs: 0, perCodeMs: machine.decodeMs(100) / 100 }, samples: 0 });

/** Runs of one rule, summed up. */
function summary(heard) {
  const dry = heard.filter(({ dryMs }) => dryMs > 1);
  return { firstMs: quantile(heard.map(({ firstMs }) => firstMs), 0.5), dryPercent: (100 * dry.length) / heard.length, dryMs: mean(heard.map(({ dryMs }) => dryMs)) };
}

async function measure({ factor, codecShare, whileDecoding, reproducible, way }) {
  const ours = [];
  const upstream = [];
  for (let seed = 1; seed <= (way === "pipeline" ? Math.min(runs, 10) : runs); seed += 1) {
    const machine = machineAt({ factor, codecShare, jitter, whileDecoding, seed });
    const guess = guessOf(machine);
    upstream.push(simulateUpstream({ machine, codes, codeDurationMs }));
    ours.push(
      way === "pipeline"
        ? await speakPaced({ machine, codes, chunkCodes: "adaptive", reproducible, guess })
        : simulate({ planner: createChunkPlanner({ chunkCodes: "adaptive", reproducible, shape }), shape, machine, codes, guess: { ...guess, whileDecoding } }),
    );
  }
  const row = { way, factor, codecShare, whileDecoding, reproducible, ours: summary(ours), upstream: summary(upstream) };
  return { ...row, ratio: row.ours.firstMs / row.upstream.firstMs };
}

const rows = [];
for (const factor of factors) {
  for (const codecShare of [0.1, 0.25]) {
    for (const reproducible of [false, true]) {
      rows.push(await measure({ way: "pipeline", factor, codecShare, whileDecoding: 1, reproducible }));
      for (const whileDecoding of [1, 0.5, 0]) rows.push(await measure({ way: "simulated", factor, codecShare, whileDecoding, reproducible }));
    }
  }
}

/** For bench/README.md: the pipeline, and beside it the simulation where backbone and codec are in each other's way. */
const shown = rows.filter(({ way, whileDecoding, reproducible }) => !reproducible && (way === "pipeline" || whileDecoding === 0.5));
const table = shown.map(({ way, factor, codecShare, ours, upstream, ratio }) => ({
  what: `First sound of a neural engine, real-time factor ${factor}, the codec has ${100 * codecShare} % of it, ${way}${way === "pipeline" ? "" : ", half speed beside a window"}`,
  how: "median first sound, runs with a gap, silence a run; paced, fake clock",
  ours: `${Math.round(ours.firstMs)} ms, ${ratio.toFixed(2)}x upstream's; ${Math.round(ours.dryPercent)} % dry, ${Math.round(ours.dryMs)} ms`,
  baseline: `${Math.round(upstream.firstMs)} ms; ${Math.round(upstream.dryPercent)} % dry, ${Math.round(upstream.dryMs)} ms: 50 codes, then decode`,
  reference: factor === 0.46 ? "ours to reach: 0.35x, never dry" : "",
}));

report(options, { codes, jitter, runs, rows, table }, () => {
  console.table(
    rows.map(({ way, factor, codecShare, whileDecoding, reproducible, ours, upstream, ratio }) => ({
      way,
      "real-time factor": factor,
      "codec's share": codecShare,
      "kept beside a window": whileDecoding,
      reproducible,
      "first sound ms": Math.round(ours.firstMs),
      "upstream ms": Math.round(upstream.firstMs),
      ratio: Number(ratio.toFixed(2)),
      "runs dry %": Math.round(ours.dryPercent),
      "dry ms a run": Math.round(ours.dryMs),
      "upstream dry %": Math.round(upstream.dryPercent),
      "upstream dry ms": Math.round(upstream.dryMs),
    })),
  );
});
