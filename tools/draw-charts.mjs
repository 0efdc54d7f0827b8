// Draws the pictures of docs/guide/latency.md from what `npm run bench -- when-to-send --write` has kept in bench/results.json: first audio
// against runs with a gap, a chart for each kind of engine. Node builtins only; the same numbers give the same pictures.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./lib/run.mjs";

const resultsFile = join(root, "bench", "results.json");
const folder = join(root, "docs", "guide", "assets");

const size = { width: 760, height: 430 };
const plot = { left: 64, right: 470, top: 84, bottom: 352 };
/** Ours in colour, with the rules of thumb in grey behind them. */
const ours = { soonest: "one", balanced: "two", smoothest: "three" };
const niceTimesMs = [50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000];
const nicePercents = [5, 10, 20, 50, 100];

const style = `
  text { font: 13px system-ui, sans-serif; fill: #24292f; }
  .title { font-size: 15px; font-weight: 600; }
  .quiet { fill: #57606a; }
  .paper { fill: #ffffff; }
  .line { stroke: #d0d7de; }
  .axis { stroke: #57606a; }
  .bound { stroke: #57606a; stroke-dasharray: 4 4; }
  .dot { stroke-width: 2; }
  .one { fill: #0969da; stroke: #0969da; } .two { fill: #1a7f37; stroke: #1a7f37; } .three { fill: #8250df; stroke: #8250df; } .rule { fill: #8c959f; stroke: #8c959f; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .quiet { fill: #9198a1; }
    .paper { fill: #0d1117; }
    .line { stroke: #30363d; }
    .axis, .bound { stroke: #9198a1; }
    .one { fill: #4493f8; stroke: #4493f8; } .two { fill: #3fb950; stroke: #3fb950; } .three { fill: #ab7df8; stroke: #ab7df8; } .rule { fill: #848d97; stroke: #848d97; }
  }
  circle.hollow { fill: #ffffff; }
  @media (prefers-color-scheme: dark) { circle.hollow { fill: #0d1117; } }
`;

if (!existsSync(resultsFile)) throw new Error("While drawing charts: there is no bench/results.json. Measure first: npm run bench -- when-to-send --write");
const kept = JSON.parse(readFileSync(resultsFile, "utf8")).benches["when-to-send"];
if (kept === undefined) throw new Error("While drawing charts: bench/results.json holds nothing of when-to-send. Measure first: npm run bench -- when-to-send --write");

mkdirSync(folder, { recursive: true });
for (const engine of new Set(kept.result.scenarios.map((scenario) => scenario.engine))) {
  const scenarios = kept.result.scenarios.filter((scenario) => scenario.engine === engine);
  const file = `when-to-send-${engine.toLowerCase()}.svg`;
  writeFileSync(join(folder, file), drawChart(scenarios, kept));
  process.stdout.write(`docs/guide/assets/${file}\n`);
}

/** One engine: a filled dot for each rule with text at the slower speed, a hollow one at the faster. */
function drawChart(scenarios, { result, date }) {
  const slowFirst = scenarios.toSorted((left, right) => left.tokensPerSecond - right.tokensPerSecond);
  const names = slowFirst[0].rows.map(({ rule }) => rule);
  const points = slowFirst.flatMap(({ rows }, speed) => rows.filter(({ failed }) => failed === undefined).map((row) => ({ ...row, speed })));
  const x = timeScale(slowFirst, points);
  const y = percentScale(points);
  const parts = [
    `<rect class="paper" width="${size.width}" height="${size.height}"/>`,
    text(20, 26, `Engine ${slowFirst[0].engine}: ${slowFirst[0].label}`, "title"),
    text(20, 46, `${slowFirst.map(({ tokensPerSecond }, speed) => `${speed === 0 ? "filled" : "hollow"}: ${tokensPerSecond} tokens a second`).join("; ")}. Lower left is better.`, "quiet"),
    ...drawAxes(x, y),
    ...drawBound(slowFirst[0], x),
    ...points.toSorted((left, right) => Number(left.isOurs) - Number(right.isOurs)).map((point) => drawPoint(point, { x, y })),
    ...drawNumbers(points, { x, y, names }),
    ...drawLegend(names),
    text(20, size.height - 14, `${result.runs} answers each, highWaterMs ${result.highWaterMs}, ${date}, Node ${kept.node}`, "quiet"),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${escape(`First audio against runs with a gap, engine ${slowFirst[0].engine}`)}">\n<style>${style}</style>\n${parts.join("\n")}\n</svg>\n`;
}

function timeScale(scenarios, points) {
  const times = [...points.map(({ firstAudioMs }) => firstAudioMs), ...scenarios.map(({ wordBoundMs }) => wordBoundMs)];
  const from = Math.min(...times) / 1.3;
  const to = Math.max(...times) * 1.3;
  const at = (ms) => plot.left + ((plot.right - plot.left) * Math.log(ms / from)) / Math.log(to / from);
  return { at, ticks: niceTimesMs.filter((ms) => ms >= from && ms <= to) };
}

function percentScale(points) {
  const most = Math.max(...points.map(({ runsDryPercent }) => runsDryPercent));
  const top = nicePercents.find((percent) => percent >= most) ?? 100;
  return { at: (percent) => plot.bottom - ((plot.bottom - plot.top) * percent) / (top * 1.05), ticks: [0, top / 4, top / 2, (3 * top) / 4, top] };
}

function drawAxes(x, y) {
  const times = x.ticks.flatMap((ms) => [line(x.at(ms), plot.top, x.at(ms), plot.bottom, "line"), text(x.at(ms), plot.bottom + 18, ms < 1000 ? `${ms} ms` : `${ms / 1000} s`, "quiet", "middle")]);
  const percents = y.ticks.flatMap((percent) => [line(plot.left, y.at(percent), plot.right, y.at(percent), "line"), text(plot.left - 8, y.at(percent) + 4, `${Number(percent.toFixed(1))} %`, "quiet", "end")]);
  return [...times, ...percents, line(plot.left, plot.bottom, plot.right, plot.bottom, "axis"), text((plot.left + plot.right) / 2, plot.bottom + 38, "median first audio, from the first text", "quiet", "middle"), text(plot.left, plot.top - 6, "runs with a gap", "quiet")];
}

function drawBound({ wordBoundMs }, x) {
  return [line(x.at(wordBoundMs), plot.top, x.at(wordBoundMs), plot.bottom, "bound")];
}

function drawPoint({ rule, runsDryPercent, firstAudioMs, speed }, { x, y }) {
  const told = escape(`${rule}: ${Math.round(firstAudioMs)} ms, ${runsDryPercent.toFixed(1)} %`);
  return `<circle class="dot ${ours[rule] ?? "rule"}${speed === 0 ? "" : " hollow"}" cx="${round(x.at(firstAudioMs))}" cy="${round(y.at(runsDryPercent))}" r="5"><title>${told}</title></circle>`;
}

/** Above the filled dots; those of dots that lie on each other stand side by side. */
function drawNumbers(points, { x, y, names }) {
  const places = [];
  for (const { rule, runsDryPercent, firstAudioMs } of points.filter(({ speed }) => speed === 0)) {
    const [left, top] = [x.at(firstAudioMs), y.at(runsDryPercent) - 10];
    const near = places.find((place) => Math.abs(place.left - left) < 8 && Math.abs(place.top - top) < 8);
    if (near === undefined) places.push({ left, top, rules: [rule] });
    else near.rules.push(rule);
  }
  return places.map(({ left, top, rules }) => text(left, top, rules.map((rule) => names.indexOf(rule) + 1).join(", "), "", "middle"));
}

function drawLegend(names) {
  const left = plot.right + 24;
  return [
    ...names.flatMap((name, index) => {
      const top = plot.top + 12 + 24 * index;
      return [text(left, top + 4, String(index + 1), "quiet", "end"), `<circle class="dot ${ours[name] ?? "rule"}" cx="${left + 14}" cy="${top}" r="5"/>`, text(left + 28, top + 4, ours[name] === undefined ? name : `latency: "${name}"`)];
    }),
    line(left + 6, plot.top + 24 * names.length + 14, left + 22, plot.top + 24 * names.length + 14, "bound"),
    text(left + 28, plot.top + 24 * names.length + 18, "cannot be beaten without gaps", "quiet"),
  ];
}

function line(fromX, fromY, toX, toY, kind) {
  return `<line class="${kind}" x1="${round(fromX)}" y1="${round(fromY)}" x2="${round(toX)}" y2="${round(toY)}"/>`;
}

function text(left, top, words, kind = "", anchor = "start") {
  return `<text x="${round(left)}" y="${round(top)}"${kind === "" ? "" : ` class="${kind}"`} text-anchor="${anchor}">${escape(words)}</text>`;
}

function round(value) {
  return Number(value.toFixed(1));
}

function escape(words) {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
