// `npm test`: the gate. Installs, builds, checks types, lints, runs every test, packs and installs the packages, writes the
// documentation. Starts from a fresh clone with Node and npm alone, so it uses Node's builtins only.
//
//   --fast   for work in progress: installs nothing, packs nothing, writes no documentation

import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { buildPackages, installPackages, installSystemPackages } from "./lib/bootstrap.mjs";
import { root, runScript, runTool } from "./lib/run.mjs";

const fast = process.argv.includes("--fast");
const script = (name) => join(root, "tools", name);
const reportFile = join(root, ".cache", "vitest-report.json");

/** Counts of one step: most are one thing that passes or fails. */
const single = ({ status }, note) => ({ passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, note });

async function runUnitTests() {
  mkdirSync(join(root, ".cache"), { recursive: true });
  rmSync(reportFile, { force: true });
  // Real sockets on a busy machine: what fails three times is a defect. Who works on it with vitest alone is not spared the first.
  const { status } = await runTool("vitest", ["run", "--retry=2", "--reporter=default", "--reporter=json", `--outputFile.json=${reportFile}`]);
  if (!existsSync(reportFile)) return { passed: 0, failed: 1, note: "vitest wrote no report" };
  const report = JSON.parse(readFileSync(reportFile, "utf8"));
  const brokenFiles = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed")).length;
  const failed = report.numFailedTests + brokenFiles;
  return {
    passed: report.numPassedTests,
    // An error outside of any test leaves no failed test behind, only vitest's exit status.
    failed: failed === 0 && status !== 0 ? 1 : failed,
    note: `${report.numPassedTests} passed, ${failed} failed, ${report.numPendingTests + (report.numTodoTests ?? 0)} skipped, in ${report.testResults.length} files`,
  };
}

async function checkPackedPackages() {
  const { checkPackedPackages: check } = await import("./packed-check.mjs");
  return check();
}

/** Steps in order. A `gate` that fails ends the run: nothing after it could tell anything. */
const steps = [
  { name: "install packages", skip: fast, gate: true, work: async () => { const result = await installPackages(); return single(result, result.note); } },
  { name: "install system packages", skip: fast, work: async () => ({ passed: 0, failed: 0, ...(await installSystemPackages()) }) },
  { name: "engine registry is up to date", work: async () => single(await runScript(script("generate-registry.mjs"), ["--check"])) },
  { name: "worklet source is up to date", work: async () => single(await runScript(script("generate-worklet.mjs"), ["--check"])) },
  { name: "emoji names are up to date", work: async () => single(await runScript(script("generate-emoji-names.mjs"), ["--check"])) },
  { name: "build", gate: true, work: async () => single(await buildPackages()) },
  { name: "types", work: async () => single(await runTool("tsc", ["-p", "tsconfig.json"])) },
  { name: "types of the snippets in the docs", work: async () => single(await runScript(script("check-snippets.mjs"))) },
  { name: "lint", work: async () => single(await runScript(script("lint.mjs"))) },
  { name: "tests", work: runUnitTests },
  { name: "tables in the docs are up to date", work: async () => single(await runScript(script("print-tables.mjs"), ["--check"])) },
  { name: "packed packages", skip: fast, work: checkPackedPackages },
  { name: "documentation", skip: fast, work: async () => single(await runTool("typedoc", ["--logLevel", "Warn"])) },
];

const total = { passed: 0, failed: 0 };
const summary = [];
for (const step of steps) {
  if (step.skip) continue;
  process.stdout.write(`\n== ${step.name}\n`);
  const startedAt = performance.now();
  const { passed, failed, note } = await step.work().catch((error) => ({ passed: 0, failed: 1, note: String(error?.stack ?? error) }));
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  total.passed += passed;
  total.failed += failed;
  summary.push(`${failed === 0 ? "ok    " : "FAILED"} ${seconds.padStart(6)} s  ${step.name}${note === undefined ? "" : ` (${note})`}`);
  process.stdout.write(`${summary.at(-1)}\n`);
  if (failed > 0 && step.gate) break;
}

process.stdout.write(`\n${summary.join("\n")}\n\n${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed === 0 ? 0 : 1;
