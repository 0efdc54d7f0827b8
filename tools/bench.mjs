// `npm run bench`: builds, then runs every `bench/*.bench.mjs`, one after the other. Numbers are for reading; nothing is asserted.
//
//   npm run bench                         all of them, each printing its tables
//   npm run bench -- load when-to-send    those whose names contain one of these
//   npm run bench -- --json               one JSON on standard output: the machine, the date, and what each bench measured
//   npm run bench -- --write [NAME...]    keeps that in bench/results.json (those named are replaced), and writes the table of bench/README.md
//   npm run bench -- --table              only writes the table anew, from what is kept
//
// What stands behind `--with` is handed to the benches: `npm run bench -- when-to-send --with --runs 300`.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { arch, cpus, loadavg, platform, release, totalmem } from "node:os";
import { basename, join } from "node:path";
import { buildPackages } from "./lib/bootstrap.mjs";
import { writeBenchTable } from "./lib/bench-table.mjs";
import { filesUnder } from "./lib/files.mjs";
import { root, run } from "./lib/run.mjs";

const resultsFile = join(root, "bench", "results.json");
const given = process.argv.slice(2);
const handedOn = given.includes("--with") ? given.slice(given.indexOf("--with") + 1) : [];
const own = given.includes("--with") ? given.slice(0, given.indexOf("--with")) : given;
const flags = new Set(own.filter((argument) => argument.startsWith("--")));
const names = own.filter((argument) => !argument.startsWith("--"));
/** Benches that measure memory collect garbage first. The others must not: a forced collection also throws compiled code away. */
const collecting = new Set(["memory", "load"]);

const nameOf = (path) => basename(path, ".bench.mjs");
const benches = filesUnder("bench").filter((path) => path.endsWith(".bench.mjs") && (names.length === 0 || names.some((name) => nameOf(path).includes(name))));

if (flags.has("--table")) writeBenchTable(readKept());
else process.exitCode = await runAll();

async function runAll() {
  const built = await buildPackages();
  if (built.status !== 0) return built.status;
  if (!flags.has("--json") && !flags.has("--write")) return showEach();
  const measured = await measureEach();
  if (flags.has("--write")) keep(measured);
  if (flags.has("--json")) process.stdout.write(`${JSON.stringify(measured, null, 1)}\n`);
  return Object.values(measured.benches).some(({ error }) => error !== undefined) ? 1 : 0;
}

async function showEach() {
  for (const path of benches) {
    process.stdout.write(`\n== ${path}\n`);
    const { status } = await run(process.execPath, [...(collecting.has(nameOf(path)) ? ["--expose-gc"] : []), join(root, path), ...handedOn]);
    if (status !== 0) return status;
  }
  return 0;
}

/** Each bench's own JSON, with the machine and the date beside it; a bench that fails tells its last words. */
async function measureEach() {
  const found = {};
  for (const path of benches) {
    process.stderr.write(`${nameOf(path)} ...\n`);
    found[nameOf(path)] = { ...describeRun(), ...(await measureOne(path)) };
    const { error } = found[nameOf(path)];
    if (error !== undefined) process.stderr.write(`${nameOf(path)} ${error}\n`);
  }
  return { machine: describeMachine(), benches: found };
}

function measureOne(path) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...(collecting.has(nameOf(path)) ? ["--expose-gc"] : []), join(root, path), "--json", ...handedOn], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    const said = { stdout: [], stderr: [] };
    for (const name of ["stdout", "stderr"]) child[name].on("data", (piece) => said[name].push(piece));
    child.on("close", (status) => {
      const textOf = (name) => Buffer.concat(said[name]).toString("utf8");
      if (status !== 0) return resolve({ error: `ended with ${status}: ${textOf("stderr").trim().slice(-600)}` });
      try {
        resolve({ result: JSON.parse(textOf("stdout")) });
      } catch {
        resolve({ error: "printed something that is not one JSON object" });
      }
    });
  });
}

function describeMachine() {
  const [first] = cpus();
  return { processor: first?.model ?? "unknown", cores: cpus().length, memoryGigabytes: Math.round(totalmem() / 1e9), system: `${platform()} ${release()} ${arch()}`, node: process.version };
}

/** How busy the machine was with other things shows what a number is worth. */
function describeRun() {
  return { date: new Date().toISOString().slice(0, 10), node: process.version, loadBefore: Number((loadavg()[0] ?? 0).toFixed(2)) };
}

function readKept() {
  return existsSync(resultsFile) ? JSON.parse(readFileSync(resultsFile, "utf8")) : { benches: {} };
}

/** Each with the machine that it was measured on: those that are kept may be of another. */
function keep({ machine, benches: measured }) {
  const good = Object.entries(measured).flatMap(([name, found]) => (found.error === undefined ? [[name, { machine, ...found }]] : []));
  const kept = { benches: { ...readKept().benches, ...Object.fromEntries(good) } };
  writeFileSync(resultsFile, `${JSON.stringify(kept, null, 1)}\n`);
  writeBenchTable(kept);
}
