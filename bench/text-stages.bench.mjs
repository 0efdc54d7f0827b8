// How fast the stages of text for the ear are, on an answer of a language model and on floods, and whether twice the text costs twice the time.
//
//   node bench/text-stages.bench.mjs [--module FILE] [--json]
//
// `--module` is what exports the stages; by default the built @parlando/core/text. Text comes in pieces of 4,096 units, as a stream hands it on; the
// baseline is what is often done instead: markers are removed by a pattern, the offsets are lost. Times are processor time, the least of several rounds run in turns. Growth is the time for twice
// the text over the time for once, for the worst of the floods.

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const ANSWER =
  "## What to do 🎉\n\nThe **quick** brown fox, they _say_, jumps over the lazy dog; see [the docs](https://example.com/docs) at 5:30 p.m. and run `npm test`.\n\n- First, pay $12.50\n- Then ask SQL\n\n| Name | Age |\n|---|---|\n| Ann | 30 |\n\n```js\nlet x = 1;\n```\n\n";
const FLOODS = ["*", "*a ", "_a ", "[", "[a](", "<", "<a ", "<!--", "`", ":", ":a", "|", "|a\n", "$a ", "\\(", "&a", "😂", "😂🎉", "👨\u200D", "\n", " ", "1", "1,2 ", "http://a)", "a@a", "- ", "x", "1. ", "$1 ", "a.", "x[i][j]", "$a$ ", "a | b "];
const PIECE = 4096;
const ROUNDS = 3;

const argv = process.argv.slice(2);
const module = argv.includes("--module") ? argv[argv.indexOf("--module") + 1] : undefined;
const text = await import(module === undefined ? "@parlando/core/text" : pathToFileURL(resolve(module)).href);

const words = [{ word: "SQL", say: "sequel" }, { word: "New York", say: "the Apple" }];
const say = () => undefined;
const pattern = () => ({ push: ({ text: piece }) => ({ text: piece.replaceAll(/[*_~`#|>]|\]\([^)]*\)/g, ""), sourceAt: () => 0 }), flush: () => ({ text: "", sourceAt: () => 0 }) });
const chains = {
  pattern: [pattern],
  markdown: [text.speakMarkdown()],
  links: [text.speakLinks()],
  emoji: [text.speakEmoji()],
  pronunciations: [text.pronounce({ words })],
  numbers: [text.speakNumbers({ say })],
  all: text.textForTheEar({ pronunciations: words, numbers: say }),
};

/** Processor time for a text through a chain, in milliseconds. */
function timeOf(chain, input) {
  const stages = chain.map((factory) => factory());
  const before = process.cpuUsage();
  for (let start = 0; start < input.length; start += PIECE) {
    let mapped = { text: input.slice(start, start + PIECE), sourceAt: (index) => start + index };
    for (const stage of stages) mapped = stage.push(mapped);
  }
  for (const stage of stages) stage.flush();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const filled = (unit, units) => unit.repeat(Math.ceil(units / unit.length));

function measureSpeed() {
  const input = filled(ANSWER, 400_000);
  const best = Object.fromEntries(Object.keys(chains).map((name) => [name, Infinity]));
  for (let round = 0; round < ROUNDS; round += 1) for (const [name, chain] of Object.entries(chains)) best[name] = Math.min(best[name], timeOf(chain, input));
  return Object.fromEntries(Object.entries(best).map(([name, ms]) => [name, { megabytesPerSecond: input.length / 1000 / Math.max(ms, 0.001), timesBaseline: ms / Math.max(best.pattern, 0.001) }]));
}

function measureGrowth() {
  const growth = {};
  for (const [name, chain] of Object.entries(chains)) {
    if (name === "pattern") continue;
    growth[name] = { ratio: 0, flood: "", slowest: Infinity };
    for (const flood of FLOODS) {
      let [once, twice] = [Infinity, Infinity];
      for (let round = 0; round < ROUNDS; round += 1) {
        once = Math.min(once, timeOf(chain, filled(flood, 65_536)));
        twice = Math.min(twice, timeOf(chain, filled(flood, 131_072)));
      }
      if (twice / once > growth[name].ratio && once > 5) Object.assign(growth[name], { ratio: twice / once, flood });
      growth[name].slowest = Math.min(growth[name].slowest, 131.072 / twice);
    }
  }
  return growth;
}

const report = { speed: measureSpeed(), growth: measureGrowth() };
if (argv.includes("--json")) console.log(JSON.stringify(report));
else {
  for (const [name, { megabytesPerSecond, timesBaseline }] of Object.entries(report.speed)) console.log(`${name.padEnd(16)} ${megabytesPerSecond.toFixed(1).padStart(8)} MB/s   ${timesBaseline.toFixed(0)}x the time of removing markers by a pattern`);
  for (const [name, { ratio, flood, slowest }] of Object.entries(report.growth)) console.log(`${name.padEnd(16)} twice the text: ${ratio.toFixed(2)}x (worst flood ${JSON.stringify(flood)}); slowest flood ${slowest.toFixed(2)} MB/s`);
}
