// What it costs to import Parlando: a process that does nothing else, against one that does nothing at all.
//
//   node bench/import.bench.mjs [--rounds 15] [--json]
//
// Both are started alternately; of each the least time counts, of the clock and of the processor, since other work on the machine only adds.

import { spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { readOptions, report } from "./lib/options.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const options = readOptions({ rounds: 15 });
const programs = {
  empty: [],
  parlando: ['import "parlando"'],
  core: ['import "@parlando/core"'],
};
const best = Object.fromEntries(Object.keys(programs).map((name) => [name, { wallMs: Infinity, cpuMs: Infinity }]));

for (let round = 0; round < options.rounds; round += 1) {
  for (const [name, [code = ""]] of Object.entries(programs)) {
    const measured = start(code);
    best[name].wallMs = Math.min(best[name].wallMs, measured.wallMs);
    best[name].cpuMs = Math.min(best[name].cpuMs, measured.cpuMs);
  }
}
const ratioOf = (name, kind) => best[name][kind] / best.empty[kind];
const ratios = Object.fromEntries(["parlando", "core"].map((name) => [name, { wall: ratioOf(name, "wallMs"), cpu: ratioOf(name, "cpuMs") }]));
report(options, { bench: "import", rounds: options.rounds, best, ratios }, () => {
  console.table(Object.fromEntries(Object.entries(best).map(([name, { wallMs, cpuMs }]) => [name, { "wall ms": Number(wallMs.toFixed(1)), "cpu ms": Number(cpuMs.toFixed(1)), "x empty": Number((wallMs / best.empty.wallMs).toFixed(2)), "x empty, cpu": Number((cpuMs / best.empty.cpuMs).toFixed(2)) }])));
});

/** Starts Node with a module of this code; the child tells at its end how much processor time it had. */
function start(code) {
  const told = `${code};process.on("exit", () => { const { user, system } = process.cpuUsage(); process.stdout.write(String((user + system) / 1000)); });`;
  const beganAt = performance.now();
  const child = spawnSync(process.execPath, ["--input-type=module", "-e", told], { cwd: here, encoding: "utf8" });
  const wallMs = performance.now() - beganAt;
  if (child.status !== 0) throw new Error(`A child process ended with ${child.status}: ${child.stderr}`);
  return { wallMs, cpuMs: Number(child.stdout) };
}
