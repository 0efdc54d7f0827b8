// The table in bench/README.md, from bench/results.json: what was measured, how, when, ours, the baseline beside it, and what is known of others.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run.mjs";

const readme = join(root, "bench", "README.md");
const begin = "<!-- table:begin (written by `npm run bench -- --table`) -->";
const end = "<!-- table:end -->";

const number = (value, digits = 0) => (typeof value === "number" && Number.isFinite(value) ? value.toFixed(digits) : "?");
const best = (rows, read) => Math.min(...rows.map(read));
const worst = (rows, read) => Math.max(...rows.map(read));

/** The rows of each bench. `ours`, `baseline` and `reference` are texts. A bench that is not here may give rows of its own, as `table`. */
const describe = {
  "when-to-send": whenToSendRows,
  load: ({ streams, seconds, stream, direct, quick, ...set }) => [
    { what: `First audio over the engine's own, ${streams} streams at once`, how: `${seconds} s each in real time, engine ${set["start-ms"]} ms and real-time factor ${set.rtf}, p50 / p99`, ours: `${number(stream?.overMs.p50, 1)} / ${number(stream?.overMs.p99, 1)} ms`, baseline: `${number(direct?.overMs.p50, 1)} / ${number(direct?.overMs.p99, 1)} ms, iterating the engine`, reference: "ours to reach: p99 under 50 ms" },
    ...(quick === undefined ? [] : [{ what: `First audio over the engine's own, ${streams} streams at once, an engine at ${number(1 / set["quick-rtf"])} times real time`, how: "as above; it gives more while streams begin, until they have enough ahead; p50 / p99", ours: `${number(quick.overMs.p50, 1)} / ${number(quick.overMs.p99, 1)} ms`, baseline: "", reference: "" }, { what: `Without audio, of ${seconds} s`, how: `that engine; a taker that holds ${set["buffer-ms"]} ms beside what it plays, nothing gathered before; p50 / p99`, ours: `${number(quick.underrunMs.p50)} / ${number(quick.underrunMs.p99)} ms`, baseline: "", reference: "" }]),
    { what: "Wrong or lost samples", how: "the first of both runs, every sample compared", ours: `${stream?.wrongSamples} / ${stream?.lostSamples}`, baseline: `${direct?.wrongSamples} / ${direct?.lostSamples}`, reference: "ours to reach: 0" },
    { what: "Processor time for a second of audio", how: "the same run, taker and engine included", ours: `${number(stream?.cpuMsPerSecond, 2)} ms`, baseline: `${number(direct?.cpuMsPerSecond, 2)} ms`, reference: "" },
    { what: "Event loop delay, p99", how: "the same run", ours: `${number(stream?.eventLoopDelayMs.p99)} ms`, baseline: `${number(direct?.eventLoopDelayMs.p99)} ms`, reference: "" },
    { what: "Memory for a stream", how: "the same run, resident set", ours: `${number(stream?.kilobytesPerStream)} kB`, baseline: `${number(direct?.kilobytesPerStream)} kB`, reference: "" },
  ],
  memory: ({ hours, slow, keepingUp, highWaterMs }) => [
    { what: `Heap growth after warm-up, ${hours} h of text`, how: "a taker ten times too slow, fake clock", ours: `${number(slow.grownMegabytes, 1)} MB (at most ${number(slow.mostGrownMegabytes, 1)})`, baseline: `${number(keepingUp.grownMegabytes, 1)} MB, taker in real time`, reference: "ours to reach: 20 MB" },
    { what: "Most audio ahead of the taker", how: `the same run, mark at ${highWaterMs} ms, blocks of 100 ms`, ours: `${number(slow.mostAheadMs)} ms`, baseline: `${number(keepingUp.mostAheadMs)} ms, taker in real time`, reference: `ours to reach: the mark and one chunk, ${slow.allowedAheadMs} ms` },
  ],
  import: ({ ratios, best: times }) => [
    { what: 'Cold `import "parlando"`', how: "least of alternating starts, wall / processor", ours: `${number(times.parlando.wallMs)} / ${number(times.parlando.cpuMs)} ms: ${number(ratios.parlando.wall, 2)}x / ${number(ratios.parlando.cpu, 2)}x`, baseline: `${number(times.empty.wallMs)} / ${number(times.empty.cpuMs)} ms, an empty module`, reference: "ours to reach: 2x" },
  ],
  "first-audio": ({ rows, engine }) => rows.map((row) => ({ what: `First audio, embedded voice, \`${row.latency}\`, fed ${row.fed}`, how: "median of the runs", ours: `${number(row.medianMs)} ms`, baseline: `${number(engine.medianMs)} ms, the engine's first sentence`, reference: "" })),
  throughput: ({ rows, engine }) => Object.entries(rows).map(([name, row]) => ({ what: `Throughput, embedded voice, ${name}`, how: "a long text taken at once", ours: `${number(row.timesRealTime)}x real time`, baseline: `${number(engine.timesRealTime)}x, the engine alone`, reference: "" })),
  segmenter: segmenterRows,
  resampler: ({ rows }) => rows.filter(({ conversion }) => ["24000 -> 48000", "48000 -> 44100", "24000 -> 16000"].includes(conversion)).map((row) => ({ what: `Resampling ${row.conversion.replace("->", "→")} Hz`, how: "tones and sweeps; speed on one core", ours: `residue ${number(row.residueDb)} dB, ripple ${number(row.rippleDb, 2)} dB, ${number(row.timesRealTime)}x`, baseline: `linear: ${number(row.linearResidueDb ?? Number.NaN)} dB, ${number(row.linearTimesRealTime)}x`, reference: "soxr HQ −135 dB, 666x; linear −7.7 dB (measured elsewhere, 2 cores, Node 20)" })),
  pipeline: ({ processor, firstAudio }) => [
    ...processor.map((row) => ({ what: `Processor time a minute of audio, nothing converted, blocks of ${row.blockMs} ms`, how: "24 kHz s16 in and out", ours: `${number(row.streamMsPerMinute, 1)} ms`, baseline: `${number(row.bareMsPerMinute, 1)} ms, iterating the engine`, reference: "ours to reach: 12 ms more" })),
    ...firstAudio.map((row) => ({ what: `First audio, nothing converted, blocks of ${row.blockMs} ms`, how: "from feed to the first chunk, median", ours: `${number(row.streamMs, 2)} ms`, baseline: `${number(row.bareMs, 2)} ms, iterating the engine`, reference: "ours to reach: 0.5 ms more" })),
  ],
  "short-streams": ({ rows }) => rows.map((row) => ({ what: `Processor time of a stream that says ${row.text}`, how: "from its making to its end, an engine that needs no time, least of five rounds", ours: `${number(row.streamMicros)} µs`, baseline: `${number(row.bareMicros)} µs, the engine's own request`, reference: "" })),
  stages: ({ rows }) => rows.map((row) => ({ what: `Stage: ${row.stage}`, how: "alone, a minute of audio in blocks of 20 ms", ours: `${number(row.msPerMinute, 2)} ms`, baseline: `${number(row.timesCopy, 1)}x a copy`, reference: "" })),
  codecs: ({ rows }) => rows.map((row) => ({ what: `Codec ${row.encoding}`, how: "20 s of speech; the library alone beside it", ours: `encodes ${number(row.encode?.timesRealTime)}x, decodes ${number(row.decode?.timesRealTime)}x real time`, baseline: `${number(row.encode?.bareTimesRealTime)}x, ${number(row.decode?.bareTimesRealTime)}x`, reference: "" })),
  pacing: ({ results }) => results.filter(({ way }) => way === "createFrameSink").map((row) => {
    const chain = results.find((other) => other.load === row.load && other.way === "setTimeout chain");
    return { what: `Pacing frames of 20 ms, ${row.load}`, how: "drift, lateness p99", ours: `${row["drift %"]} %, ${row.p99} ms`, baseline: `${chain?.["drift %"]} %, ${chain?.p99} ms, a setTimeout chain`, reference: "" };
  }),
  prebuffer: ({ results }) => results.filter(({ rule }) => rule === "auto").map((row) => {
    const none = results.find((other) => other.network === row.network && other["real-time factor"] === row["real-time factor"] && other.rule === "none");
    return { what: `Prebuffer learned, network ${row.network}, real-time factor ${row["real-time factor"]}`, how: "median first audio, runs with a gap; fake clock", ours: `${row["first audio ms, median"]} ms, ${row["runs with a gap %"]} %`, baseline: `${none?.["first audio ms, median"]} ms, ${none?.["runs with a gap %"]} %, no prebuffer`, reference: "" };
  }),
  "word-marks": ({ results }) => results.map((row) => ({ what: `Estimated word marks, ${row.language}`, how: "distance from the voice's own, mean / p95", ours: `${row["ours mean ms"]} / ${row["ours p95 ms"]} ms`, baseline: `${row["letters mean ms"]} / ${row["letters p95 ms"]} ms, spread by letters`, reference: "" })),
  transport: ({ firstByteMs, cpuMsPerMinute, abortMs, aheadBytes, ratios }) => {
    const each = (values, digits, scale = 1) => `${number(values["node:http"] / scale, digits)}, ${number(values.fetch / scale, digits)}`;
    const baseline = (values, digits, scale) => `${each(values, digits, scale)}: \`node:http\`, \`fetch\``;
    return [
      { what: "HTTP transport: first byte", how: "median, warm connection on this machine", ours: `${number(firstByteMs.ours, 2)} ms`, baseline: baseline(firstByteMs, 2), reference: "ours to reach: 0.5 ms over `fetch`" },
      { what: "HTTP transport: processor time a minute of audio", how: "writes of 20 ms, read as fast as they come", ours: `${number(cpuMsPerMinute.ours, 1)} ms, ${number(ratios.cpuOverNode, 2)}x \`node:http\``, baseline: baseline(cpuMsPerMinute, 1), reference: "ours to reach: 1.2x `node:http`" },
      { what: "HTTP transport: abort seen by the server", how: "median, audio in real time", ours: `${number(abortMs.ours, 2)} ms`, baseline: baseline(abortMs, 2), reference: "ours to reach: 2 ms" },
      { what: "HTTP transport: sent and not taken", how: "by a reader that stands still", ours: `${number(aheadBytes.ours / 1e6, 1)} MB`, baseline: baseline(aheadBytes, 1, 1e6), reference: "ours to reach: 5 MB" },
    ];
  },
  "local-loop": ({ rows, codes }) => rows.map((row) => ({ what: `Local neural engines: our loop around the runtime, ${row.model}`, how: `time for a code, quickest tenth of ${codes} codes a run, in turn with the bare runtime; mean in brackets`, ours: `${number(row.oursUs)} µs (${number(row.oursMeanUs)}): ${number(row.moreUs)} µs more, ${number(row.oursUs / row.bareUs, 2)}x`, baseline: `${number(row.bareUs)} µs (${number(row.bareMeanUs)}), the runtime alone`, reference: "ours to reach: 100 µs more, where a step takes next to nothing" })),
  "cloud-overhead": ({ engines }) => Object.entries(engines).flatMap(([name, row]) => cloudRows(cloudNames[name] ?? name, row)),
  "text-stages": ({ speed }) => Object.entries(speed).filter(([name]) => name !== "pattern").map(([name, row]) => ({ what: `Text stage: ${name}`, how: "in pieces of a few characters", ours: `${number(row.megabytesPerSecond, 1)} MB/s`, baseline: `${number(speed.pattern?.megabytesPerSecond)} MB/s, one pattern over the whole text`, reference: "" })),
};

const cloudNames = { openai: "OpenAI", elevenlabs: "ElevenLabs, HTTP", contexts: "ElevenLabs, contexts", polly: "Polly", azure: "Azure", edge: "Edge" };

/** Our engine, and a stream over it where that is comparable; beside them the bare clients. */
function cloudRows(name, { firstAudioMs, cpuMsPerMinute, ratios, callOffMs, turns }) {
  const bare = Object.keys(ratios);
  const baseline = (values, digits) => bare.filter((way) => values[way] !== undefined).map((way) => `${number(values[way], digits)} ms, \`${way}\``).join("; ");
  const ours = (values, digits) => `${number(values.engine, digits)} ms${values.stream === undefined ? "" : `; a stream ${number(values.stream, digits)} ms`}`;
  const over = (what) => bare.map((way) => `${what(ratios[way])} \`${way}\``).join(", ");
  const hasTarget = bare.includes("node:http");
  return [
    { what: `${name}: first audio`, how: name === "Edge" ? "median, with a connection for each request" : "median, warm connection, fake service on this machine", ours: `${ours(firstAudioMs, 2)}: ${over(({ firstAudioMoreMs }) => `${number(firstAudioMoreMs, 2)} ms over`)}`, baseline: baseline(firstAudioMs, 2), reference: hasTarget ? "ours to reach: 0.5 ms over `fetch`" : "" },
    { what: `${name}: processor time a minute of audio`, how: "as fast as it is read, blocks of 20 ms; least of the runs", ours: `${ours(cpuMsPerMinute, 1)}: ${over(({ cpuEngine }) => `${number(cpuEngine, 2)}x`)}`, baseline: baseline(cpuMsPerMinute, 1), reference: hasTarget ? "ours to reach: 1.2x `node:http`" : "" },
    { what: `${name}: calling off, seen by the server`, how: "median: signal / `interrupt()` / leaving the loop", ours: `${number(callOffMs.signal, 2)} / ${number(callOffMs.interrupt, 2)} / ${number(callOffMs.leave, 2)} ms`, baseline: baseline(callOffMs, 2), reference: "ours to reach: 2 ms" },
    { what: `${name}: second turn`, how: "median first audio of a new engine's first and second turn", ours: `${number(turns.firstMs, 2)}, then ${number(turns.secondMs, 2)} ms`, baseline: turns.connections === 1 ? "one connection for both" : `${turns.connections} connections`, reference: "" },
  ];
}

function whenToSendRows({ runs, scenarios }) {
  return scenarios.flatMap(({ engine, label, tokensPerSecond, wordBoundMs, rows }) => {
    const show = (row) => `${number(row.firstAudioMs)} ms, ${number(row.runsDryPercent, 1)} % dry`;
    const others = rows.filter(({ isOurs, failed }) => !isOurs && failed === undefined);
    const quickest = others.toSorted((left, right) => left.firstAudioMs - right.firstAudioMs)[0];
    return rows.filter(({ rule, failed }) => failed === undefined && (rule === "soonest" || rule === "balanced")).map((row) => ({
      what: `When to send, ${engine} (${label}), ${tokensPerSecond} tokens/s, \`${row.rule}\``,
      how: `median first audio and runs with a gap; ${runs} answers, fake clock`,
      ours: `${show(row)}, stall ${number(row.meanStallMs, 1)} ms`,
      baseline: quickest === undefined ? "" : `${show(quickest)} (“${quickest.rule}”, the quickest rule of thumb)`,
      reference: `cannot be beaten, cut at words: ${number(wordBoundMs)} ms`,
    }));
  });
}

function segmenterRows({ rules, natural, speed, growth }) {
  const ruleRows = Object.entries(rules ?? {}).map(([tier, languages]) => {
    const sum = (key) => Object.values(languages).reduce((total, entry) => total + entry[key], 0);
    return { what: `Cutting rules, ${tier}`, how: "fed in pieces of 3 to 5 characters", ours: `${sum("passed")} of ${sum("of")}`, baseline: "", reference: "pySBD streamed: en 37 of 52, all 123 of 160 (measured elsewhere)" };
  });
  const naturalRows = Object.entries(natural ?? {}).map(([name, row]) => ({ what: `Boundaries in natural text, ${name}`, how: "F1; delay p50 / p99 in characters", ours: `${number(row.f1, 1)}; ${row.delayP50} / ${row.delayP99}`, baseline: "", reference: "" }));
  return [
    ...ruleRows,
    ...naturalRows,
    { what: "Speed of cutting", how: "pieces of four characters", ours: `${number(speed.megabytesPerSecond, 1)} MB/s`, baseline: `${number(speed.naiveMegabytesPerSecond, 1)} MB/s, \`[.!?]\\s\``, reference: "best real peer 0.98 MB/s (measured elsewhere)" },
    { what: "Growth of cutting", how: "cost of doubling the input, worst of the floods", ours: `${number(worst(Object.values(growth), ({ factor }) => factor), 2)}x`, baseline: `best ${number(best(Object.values(growth), ({ factor }) => factor), 2)}x`, reference: "ours to reach: 2.3x" },
  ];
}

/** Writes the table between its two marks. */
export function writeBenchTable({ benches }) {
  const sorted = Object.entries(benches).toSorted(([left], [right]) => left.localeCompare(right));
  const machines = [...new Set(sorted.map(([, { machine }]) => machineLine(machine)))];
  const letterOf = (machine) => String.fromCharCode(65 + machines.indexOf(machineLine(machine)));
  const named = machines.map((machine, index) => `${String.fromCharCode(65 + index)}: ${machine}`).join("; ");
  const lines = ["", `Machines: ${named}. "Load" is the mean number of programs that wanted the processor when the bench began: above zero, other work slowed what depends on the clock.`, "", "| What | How | Ours | Baseline in the same run | Known of others, or to reach | Bench, machine, date, Node, load |", "| --- | --- | --- | --- | --- | --- |"];
  for (const [name, { machine, date, node, loadBefore, result }] of sorted) {
    for (const row of rowsOf(name, result)) lines.push(`| ${[row.what, row.how, row.ours, row.baseline, row.reference ?? "", `${name}, ${letterOf(machine)}, ${date}, ${node}, ${loadBefore}`].map((cell) => String(cell ?? "").replaceAll("|", "\\|")).join(" | ")} |`);
  }
  const text = readFileSync(readme, "utf8");
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`While writing the table of benches: bench/README.md has no lines "${begin}" and "${end}" to write between. Put them back.`);
  writeFileSync(readme, `${before}${begin}\n${lines.join("\n")}\n\n${end}${after}`);
}

function machineLine({ processor, cores, memoryGigabytes, system }) {
  return `${processor}, ${cores} cores, ${memoryGigabytes} GB, ${system}`;
}

/** A bench may have changed what it prints since it was last described here: then it says so, and the others stand. */
function rowsOf(name, result) {
  try {
    return result.table ?? describe[name]?.(result) ?? [];
  } catch (error) {
    return [{ what: name, how: "", ours: `its JSON could not be read here (${error instanceof Error ? error.message : String(error)})`, baseline: "" }];
  }
}
