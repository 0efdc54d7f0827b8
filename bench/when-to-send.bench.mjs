// When to send: how early speech begins while text is still being written, and whether it runs dry, for our three latencies and for
// rules of thumb, all through the same real stream. Time is a fake clock, so the numbers do not depend on the machine.
//
//   node bench/when-to-send.bench.mjs [--runs 40] [--engines A,B] [--rules soonest,balanced] [--tokens 30,100] [--cold]
//                                     [--high-water-ms 1000] [--seed 1] [--sentences FILE] [--json]
//
// Each cell is the same answers of 3 to 10 sentences, by seed; `--sentences` takes them from a file with one a line. Engines are used
// from answer to answer, so costs are learned, and the first three are not counted; with --cold every answer meets a new engine.

import { createFakeClock } from "@parlando/testkit";
import { mean, quantile, readOptions, report } from "./lib/options.mjs";
import { rulesOfThumb } from "./lib/rules-of-thumb.mjs";
import { createEngine, engines, MS_PER_CHARACTER, speakResponse, TOKEN_CHARACTERS } from "./lib/spoken-response.mjs";
import { createTexts } from "./lib/texts.mjs";
import { wordBoundMs } from "./lib/word-bound.mjs";

const WARM_UP_RUNS = 3;
const options = readOptions({ runs: 40, engines: "", rules: "", tokens: "30,100", cold: false, "high-water-ms": 1000, seed: 1, sentences: "" });
const textOf = createTexts({ seed: options.seed, sentencesFile: options.sentences });
const ours = ["soonest", "balanced", "smoothest"];
const wantedBy = (list, name) => list === "" || list.split(",").includes(name);

const rules = [...ours, ...rulesOfThumb].filter((rule) => wantedBy(options.rules, rule.name ?? rule));
const kinds = engines.filter(({ id }) => wantedBy(options.engines, id));
const speeds = options.tokens.split(",").map(Number);

const scenarios = [];
for (const kind of kinds) {
  for (const tokensPerSecond of speeds) {
    const rows = [];
    for (const rule of rules) rows.push({ rule: rule.name ?? rule, isOurs: typeof rule === "string", ...(await measureOrTell(kind, tokensPerSecond, rule)) });
    scenarios.push({ engine: kind.id, label: kind.label, tokensPerSecond, ...bounds(kind, tokensPerSecond), rows });
  }
}

report(options, { bench: "when-to-send", runs: options.runs, cold: options.cold, highWaterMs: options["high-water-ms"], clock: "fake", scenarios }, print);

/** A rule may ask for so much at once that the engine takes longer than the stream waits: that is a result too. */
async function measureOrTell(kind, tokensPerSecond, rule) {
  try {
    return await measure(kind, tokensPerSecond, rule);
  } catch (error) {
    return { failed: error.code ?? String(error) };
  }
}

async function measure(kind, tokensPerSecond, rule) {
  const clock = createFakeClock({ turns: 3 });
  const warmUpRuns = options.cold ? 0 : WARM_UP_RUNS;
  const results = [];
  let engine;
  for (let run = -warmUpRuns; run < options.runs; run += 1) {
    if (engine === undefined || options.cold) engine = createEngine(kind, { clock, seed: options.seed + run });
    const result = await speakResponse({ engine, clock, text: textOf(run), tokensPerSecond, rule, streamOptions: { highWaterMs: options["high-water-ms"] } });
    if (run >= 0) results.push(result);
  }
  const firstAudio = results.map((result) => result.firstAudioMs);
  return {
    firstAudioMs: quantile(firstAudio, 0.5),
    firstAudioHighMs: quantile(firstAudio, 0.95),
    runsDryPercent: (100 * results.filter(({ underruns }) => underruns > 0).length) / results.length,
    meanStallMs: mean(results.map(({ stallMs }) => stallMs)),
    segments: mean(results.map(({ segments }) => segments)),
    firstCharacters: quantile(results.map(({ firstCharacters }) => firstCharacters), 0.5),
  };
}

/** What cannot be beaten: the search over cuts at words, and the formula for one slot and text that is all there. */
function bounds(kind, tokensPerSecond) {
  const found = Array.from({ length: Math.min(options.runs, 40) }, (_, run) =>
    wordBoundMs({ text: textOf(run), engine: kind, tokenMs: 1000 / tokensPerSecond, tokenCharacters: TOKEN_CHARACTERS, msPerCharacter: MS_PER_CHARACTER }),
  );
  return { wordBoundMs: quantile(found, 0.5), formulaMs: kind.startMs / (1 - kind.realTimeFactor) };
}

function print({ scenarios: found }) {
  for (const { engine, label, tokensPerSecond, wordBoundMs: boundMs, formulaMs, rows } of found) {
    console.log(`\n${engine}, ${label}; text at ${tokensPerSecond} tokens a second. Cuts at words: ${Math.round(boundMs)} ms at least; a/(1-rho) = ${Math.round(formulaMs)} ms`);
    console.table(Object.fromEntries(rows.map((row) => [row.rule, row.failed !== undefined ? { "first audio ms": row.failed } : {
      "first audio ms": Math.round(row.firstAudioMs),
      "p95": Math.round(row.firstAudioHighMs),
      "x bound": Number((row.firstAudioMs / boundMs).toFixed(2)),
      "runs dry %": Number(row.runsDryPercent.toFixed(1)),
      "mean stall ms": Number(row.meanStallMs.toFixed(1)),
      "segments": Number(row.segments.toFixed(1)),
      "first": row.firstCharacters,
    }])));
  }
}
