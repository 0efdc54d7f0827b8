// From a fresh clone to built packages. Node builtins only.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, run, runNpm, runTool } from "./run.mjs";

const lockFile = join(root, "package-lock.json");
const installed = join(root, "node_modules", ".package-lock.json");
const stamp = join(root, "node_modules", ".parlando-lock");

const lockHash = () => createHash("sha256").update(readFileSync(lockFile)).digest("hex");

/** Whether `node_modules` is what the lockfile says: by the stamp of our last install, else by age. */
function isInstalled() {
  if (!existsSync(installed)) return false;
  if (existsSync(stamp)) return readFileSync(stamp, "utf8") === lockHash();
  return statSync(installed).mtimeMs >= statSync(lockFile).mtimeMs;
}

/**
 * Installs what the lockfile names, unless it is there.
 *
 * @returns {Promise<{ status: number, note: string }>}
 */
export async function installPackages() {
  if (isInstalled()) return { status: 0, note: "already installed" };
  const { status } = await runNpm(["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]);
  if (status === 0) writeFileSync(stamp, lockHash());
  return { status, note: status === 0 ? "installed" : "npm ci failed: see above" };
}

/** Builds every package, in the order of their arrows; what has not changed comes from turbo's own cache in `.turbo/`. */
export async function buildPackages({ filter } = {}) {
  const args = ["run", "build", "--output-logs=errors-only", "--no-update-notifier"];
  if (filter !== undefined) args.push(`--filter=${filter}`);
  const built = await runTool("turbo", args, { capture: true });
  if (built.status !== 0) process.stdout.write(built.output);
  return built;
}

/** Debian packages that some tests need, and what is not tested without them. */
const systemPackages = {
  pulseaudio: "the speaker, judged on a recording of what was played",
  "pulseaudio-utils": "the speaker through pacat, and its recording",
  "alsa-utils": "the speaker through aplay",
  "libasound2-plugins": "the speaker through ALSA onto PulseAudio",
  chromium: "core, the cloud engines and the embedded voice in a browser",
  nginx: "the server behind nginx",
  haproxy: "the server behind HAProxy",
};

async function missingSystemPackages() {
  const names = Object.keys(systemPackages);
  const asked = await Promise.all(names.map((name) => run("dpkg-query", ["-W", "-f=${db:Status-Status}", name], { capture: true })));
  return names.filter((_, index) => asked[index].status !== 0 || !asked[index].output.startsWith("installed"));
}

/**
 * Installs the Debian packages that tests use, where that can be done; where it cannot, says what will be skipped. Never fails.
 *
 * @returns {Promise<{ note: string }>}
 */
export async function installSystemPackages() {
  const debian = (await run("dpkg-query", ["--version"], { capture: true })).status === 0;
  const missing = debian ? await missingSystemPackages() : Object.keys(systemPackages);
  if (missing.length === 0) return { note: "already installed" };
  const allowed = debian && process.getuid?.() === 0;
  const problem = allowed ? await aptInstall(missing) : debian ? "not root" : "not a Debian system";
  if (problem === undefined) return { note: `installed ${missing.join(", ")}` };

  const left = debian ? await missingSystemPackages() : missing;
  process.stdout.write(`System packages were not installed (${problem}). Tests that need them are skipped, unless the programs are there all the same:\n`);
  for (const name of left) process.stdout.write(`  ${name}: ${systemPackages[name]}\n`);
  return { note: `missing: ${left.join(", ")}` };
}

/** Returns what went wrong, or undefined. */
async function aptInstall(names) {
  const updated = await run("apt-get", ["update", "-qq"], { capture: true });
  if (updated.status !== 0) return `apt-get update: ${lastLine(updated.output)}`;
  const result = await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...names], { capture: true });
  return result.status === 0 ? undefined : `apt-get install: ${lastLine(result.output)}`;
}

const lastLine = (text) => text.trim().split("\n").at(-1) ?? "";
