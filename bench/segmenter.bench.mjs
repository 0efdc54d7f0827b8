// How well and how fast text is cut: rules that pass, boundary F1 on natural text, delay after the true end, speed, growth.
//
//   node bench/segmenter.bench.mjs [--data DIR] [--module FILE] [--json] [--failures]
//
// `--data`, else PARLANDO_SEGMENTATION_DATA, is a folder with rules-dev.json and natural-dev.json; without one, only speed, growth
// and the cost of cuts() are measured. `--module` is what exports createSegmenter; by default the built @parlando/core.
// `--failures` lists on standard error what was cut wrongly.
//
// Times are processor time, the least of several rounds; what is compared is run in turns, so that a busy machine weighs on both.

import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const SEEDS = [1, 2, 3];
/** Texts that are nothing but one thing, which many splitters take ever longer over. */
const floods = {
  letters: "a", words: "word ", quotes: '"', singleQuotes: "' ", openQuotes: "“a ", dots: ".", spacedDots: ". ", brackets: "(", closedBrackets: "(a) ", digits: "1", numbers: "1. ", less: "<", tags: "<a ",
  emoji: "😀", marks: "e\u0301\u0301", spaces: " ", newlines: "\n", han: "漢", thai: "ก", family: "👩‍👩‍👧", exclaim: "!?", abbreviations: "Dr. ", backticks: "\u0060", commas: "a, ",
  wideStops: "。", wideQuotes: "“好！”", wideBrackets: "（好。）", openWideQuotes: "“好",
};
/** Sizes that are compared: each double the one before. */
const GROWTH_KILOBYTES = [128, 256, 512];
/** What is timed lasts at least so long, since shorter is not told exactly; not much longer, since a busy machine leaves no long time alone. */
const SHORTEST_MEASURE_MS = 30;
const GROWTH_ROUNDS = 8;
/** A factor above this is measured again, with the least of all rounds kept: what the machine did goes away, what the code does stays. */
const SUSPECT_FACTOR = 2.15;
const MOST_GROWTH_ROUNDS = 64;
const options = readOptions(process.argv.slice(2));
const { createSegmenter } = await import(options.module ? pathToFileURL(resolve(options.module)).href : "@parlando/core");
const report = { rules: undefined, natural: undefined, speed: measureSpeed(), cuts: measureCuts(), growth: measureGrowth() };

if (!options.data) console.error("No data was given (--data DIR, or PARLANDO_SEGMENTATION_DATA): rules, boundaries and delay are left out.");
const rules = readData("rules-dev.json");
if (rules !== undefined) report.rules = measureRules(rules.rules);
const natural = readData("natural-dev.json");
if (natural !== undefined) report.natural = measureNatural(natural.languages);
if (options.json) console.log(JSON.stringify(report));
else printReport(report);

function readOptions(argv) {
  const found = { data: process.env.PARLANDO_SEGMENTATION_DATA, module: undefined, json: false, failures: false };
  for (let index = 0; index < argv.length; index += 1) {
    if (argv[index] === "--data") found.data = argv[(index += 1)];
    else if (argv[index] === "--module") found.module = argv[(index += 1)];
    else if (argv[index] === "--json") found.json = true;
    else if (argv[index] === "--failures") found.failures = true;
  }
  return found;
}

/** What a file of the data holds; undefined, and a word about it, where it is not there. */
function readData(name) {
  if (!options.data) return undefined;
  const file = resolve(options.data, name);
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8"));
  console.error(`There is no ${file}: what it measures is left out.`);
  return undefined;
}

function createRandom(seed) {
  let state = seed >>> 0 || 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 0x1_0000_0000;
  };
}

/** Pieces of 3 to 5 units. */
function pieces(text, seed) {
  const random = createRandom(seed);
  const found = [];
  for (let from = 0; from < text.length; ) {
    const length = 3 + Math.floor(random() * 3);
    found.push(text.slice(from, from + length));
    from += length;
  }
  return found;
}

function split(text, language, parts) {
  const segmenter = createSegmenter({ language });
  const segments = [];
  for (const piece of parts) segments.push(...segmenter.push(piece));
  segments.push(...segmenter.flush());
  return segments;
}

function squeeze(text) {
  return text.replace(/\s+/g, "");
}

/** A rule passes when the trimmed segments equal the expected list; white space inside is not compared, since some rules join lines. */
function measureRules(rules) {
  const tiers = {};
  for (const rule of rules) {
    if (!rule.lossless) continue;
    const expected = rule.expected.map(squeeze);
    const results = SEEDS.map((seed) => split(rule.input, rule.language, pieces(rule.input, seed)).map((segment) => segment.text.trim()));
    const passed = results.every((result) => JSON.stringify(result.map(squeeze)) === JSON.stringify(expected));
    const tier = (tiers[rule.tier] ??= {});
    const language = (tier[rule.language] ??= { passed: 0, of: 0 });
    language.of += 1;
    if (passed) language.passed += 1;
    else if (options.failures) console.error(`${rule.id}\n  got      ${JSON.stringify(results[0])}\n  expected ${JSON.stringify(rule.expected)}`);
  }
  return tiers;
}

/** Offsets of boundaries, counted in units that are not white space. */
function boundaries(segments) {
  const found = [];
  let offset = 0;
  for (const segment of segments) {
    offset += squeeze(segment).length;
    found.push(offset);
  }
  return found.slice(0, -1);
}

function measureNatural(languages) {
  const result = {};
  for (const [name, { documents }] of Object.entries(languages)) {
    let hits = 0;
    let made = 0;
    let wanted = 0;
    const delays = [];
    const language = name.split("-")[0];
    for (const { text, sentences } of documents) {
      const truth = new Set(boundaries(sentences));
      const found = boundaries(split(text, language, pieces(text, 1)).map((segment) => segment.text));
      wanted += truth.size;
      made += found.length;
      hits += found.filter((offset) => truth.has(offset)).length;
      if (options.failures) printMisses(name, text, truth, new Set(found));
      delays.push(...measureDelays(text, language, sentences));
    }
    delays.sort((left, right) => left - right);
    result[name] = { f1: (200 * hits) / (made + wanted), precision: hits / made, recall: hits / wanted, delayP50: quantile(delays, 0.5), delayP90: quantile(delays, 0.9), delayP99: quantile(delays, 0.99) };
  }
  return result;
}

function printMisses(name, text, truth, found) {
  const compact = squeeze(text);
  for (const offset of new Set([...truth, ...found])) {
    if (truth.has(offset) && found.has(offset)) continue;
    console.error(`${name} ${truth.has(offset) ? "missed " : "invented"} ${compact.slice(Math.max(0, offset - 40), offset)} | ${compact.slice(offset, offset + 30)}`);
  }
}

/** Units fed after the true end of a sentence before it came out, fed one by one. */
function measureDelays(text, language, sentences) {
  const ends = new Set();
  let position = 0;
  for (const sentence of sentences) {
    const start = text.indexOf(sentence, position);
    position = start + sentence.length;
    ends.add(position);
  }
  const delays = [];
  const segmenter = createSegmenter({ language });
  for (let index = 0; index < text.length; index += 1) {
    for (const { end } of segmenter.push(text[index])) if (ends.has(end)) delays.push(index + 1 - end);
  }
  return delays;
}

function quantile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

function prose(length) {
  const sentences = ["Dr. Smith paid $3.50 for it, and left. ", "“Is that all?” she asked. ", "The site (see https://example.com/a.b?c=1) was down at 5 p.m. today! ", "We waited... and waited; nothing came of it. "];
  let text = "";
  for (let index = 0; text.length < length; index += 1) text += sentences[index % sentences.length];
  return text.slice(0, length);
}

/** Milliseconds of processor time. */
function timed(run) {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The least time of each run, the runs taking turns. */
function leastTimes(rounds, ...runs) {
  const least = runs.map(() => Infinity);
  for (let round = 0; round < rounds; round += 1) runs.forEach((run, index) => (least[index] = Math.min(least[index], timed(run))));
  return least;
}

/** Pieces of four units. The text is bytes but for its quotes, so that units are counted as bytes. */
function measureSpeed() {
  const text = prose(1_000_000);
  const parts = text.match(/[^]{1,4}/g);
  const [ours, naive] = leastTimes(8, () => split(text, "en", parts), () => naiveSplit(parts));
  const megabytes = text.length / 1_000_000;
  return { megabytesPerSecond: (1000 * megabytes) / ours, naiveMegabytesPerSecond: (1000 * megabytes) / naive, ratio: naive / ours };
}

/** Milliseconds for cuts() of 1,000 ideographs without punctuation, the first time in the process and later, beside the dictionary of the runtime alone. */
function measureCuts() {
  const words = ["我们", "今天", "一起", "学习", "新的", "语言", "然后", "回家", "吃饭", "图书馆", "朋友", "很多", "看见", "城市", "里面"];
  let text = "";
  for (let index = 0; text.length < 1000; index = (index * 7 + 3) % 1009) text += words[index % words.length];
  const cut = () => {
    const segmenter = createSegmenter({ language: "zh" });
    segmenter.add(text.slice(0, 1000), true);
    segmenter.cuts();
    return segmenter;
  };
  const first = timed(cut);
  const intl = new Intl.Segmenter("zh", { granularity: "word" });
  const [later, dictionary] = leastTimes(30, cut, () => Array.from(intl.segment(text.slice(0, 1000))));
  const asked = cut();
  const [again] = leastTimes(30, () => asked.cuts());
  return { firstMs: first, laterMs: later, againMs: again, dictionaryMs: dictionary };
}

/** The baseline: the pattern that everybody begins with. */
function naiveSplit(parts) {
  let buffer = "";
  let count = 0;
  for (const piece of parts) {
    buffer += piece;
    const pieces = buffer.split(/(?<=[.!?])\s+/);
    count += pieces.length - 1;
    buffer = pieces.at(-1);
  }
  return count;
}

function measureGrowth() {
  return Object.fromEntries(Object.entries(floods).map(([name, unit]) => [name, measureFlood(unit)]));
}

/**
 * Processor time for each size in pieces of four, and the most that a doubling costs. A size is read as often as makes all of them the
 * same amount of text: a longer measure meets more of what else the machine does, and would look like growth.
 */
function measureFlood(unit) {
  const most = GROWTH_KILOBYTES.at(-1);
  const runs = GROWTH_KILOBYTES.map((kilobytes) => {
    const text = unit.repeat(Math.ceil((kilobytes * 1024) / unit.length));
    const parts = text.match(/[^]{1,4}/g);
    return (times) => {
      for (let time = 0; time < (times * most) / kilobytes; time += 1) split(text, "en", parts);
    };
  });
  const [onceMs] = leastTimes(3, () => runs.at(-1)(1));
  const times = Math.max(1, Math.ceil(SHORTEST_MEASURE_MS / Math.max(1, onceMs)));
  let milliseconds = runs.map(() => Infinity);
  for (let rounds = 0; rounds === 0 || (growthOf(milliseconds) > SUSPECT_FACTOR && rounds < MOST_GROWTH_ROUNDS); rounds += GROWTH_ROUNDS) {
    const more = leastTimes(GROWTH_ROUNDS, ...runs.map((run) => () => run(times)));
    milliseconds = milliseconds.map((least, index) => Math.min(least, (more[index] * GROWTH_KILOBYTES[index]) / most / times));
  }
  return { milliseconds, factor: growthOf(milliseconds) };
}

/** The most that a doubling costs. */
function growthOf(milliseconds) {
  return Math.max(...milliseconds.slice(1).map((time, index) => time / milliseconds[index]));
}

function printReport({ rules, natural, speed, cuts, growth }) {
  for (const [tier, languages] of Object.entries(rules ?? {})) {
    const all = Object.values(languages);
    const sum = (key) => all.reduce((total, entry) => total + entry[key], 0);
    console.log(`rules ${tier}: ${sum("passed")} of ${sum("of")}   ${Object.entries(languages).map(([name, { passed, of }]) => `${name} ${passed}/${of}`).join(" ")}`);
  }
  for (const [name, { f1, precision, recall, delayP50, delayP90, delayP99 }] of Object.entries(natural ?? {})) {
    console.log(`natural ${name.padEnd(7)} F1 ${f1.toFixed(1)}  precision ${(100 * precision).toFixed(1)} recall ${(100 * recall).toFixed(1)}  delay p50 ${delayP50} p90 ${delayP90} p99 ${delayP99}`);
  }
  console.log(`speed ${speed.megabytesPerSecond.toFixed(1)} MB/s in pieces of four; naive pattern ${speed.naiveMegabytesPerSecond.toFixed(1)} MB/s; ${speed.ratio.toFixed(2)} times as fast`);
  console.log(`cuts() of 1,000 ideographs: ${cuts.firstMs.toFixed(1)} ms the first time in a process, then ${cuts.laterMs.toFixed(2)} ms, asked again ${cuts.againMs.toFixed(3)} ms; the runtime's dictionary alone ${cuts.dictionaryMs.toFixed(2)} ms`);
  for (const [name, { milliseconds, factor }] of Object.entries(growth)) console.log(`growth ${name.padEnd(15)} ${milliseconds.map((time) => time.toFixed(1)).join(" / ")} ms for ${GROWTH_KILOBYTES.join(" / ")} kB, at most ${factor.toFixed(2)}x per doubling`);
}
