// What a user gets: every package is packed, looked at by publint and arethetypeswrong, and installed from its tarball in an
// empty folder, once with the optional packages and once without them.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageFolders } from "./lib/files.mjs";
import { root, run, runNpm, runTool } from "./lib/run.mjs";

const installArgs = ["install", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];

/** What importing `parlando` may load; everything else is loaded when a stream needs it. */
const loadedAtOnce = ["parlando", "@parlando/engine", "@parlando/core", "eventemitter3"];

const consumerOptions = {
  target: "ES2023",
  lib: ["ES2023", "ESNext.Disposable", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
  module: "NodeNext",
  moduleResolution: "NodeNext",
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  noEmit: true,
};

const plainConsumer = `
import { createTTS, type TTS, type TTSConfig } from "parlando";
import { createPlanner, createSegmenter, type AudioChunk, type Sink, type SpeechStream } from "@parlando/core";
import { TTSError, errorCodes, type Engine, type Mark } from "@parlando/engine";

const config: TTSConfig = { engine: ["espeak", { engine: "espeak", voice: "en-us" }], latency: "soonest", voice: undefined };
export async function speak(engine: Engine, sink: Sink): Promise<number> {
  const tts: TTS = await createTTS({ ...config, engine });
  const stream: SpeechStream = tts.createStream({ sink, onMark: (mark: Mark) => void mark.textStart });
  await stream.feed("Hello.");
  stream.done();
  return (await stream.waitUntilDone()).audioMs;
}
export const bytes = (chunk: AudioChunk): Uint8Array<ArrayBuffer> => chunk.bytes("pcm-s16le");
export const remedy = (error: unknown): string | undefined => (TTSError.isInstance(error) ? errorCodes[error.code].remedy : undefined);
export const segments: readonly string[] = createSegmenter({ language: "en" }).push("One. Two.").map((segment) => segment.text);
export const planner = createPlanner({ latency: "smoothest" });
`;

/** Prints the modules that importing `parlando` loads: ES modules as the loader sees them, CommonJS ones from its cache. */
const listLoadedModules = `
import { register, createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
const log = new URL("./loaded.txt", import.meta.url);
writeFileSync(log, "");
const hook = \`import { appendFileSync } from "node:fs";
export async function load(url, context, next) { appendFileSync(new URL(\${JSON.stringify(log.href)}), url + "\\\\n"); return next(url, context); }\`;
register("data:text/javascript," + encodeURIComponent(hook));
await import("parlando");
const required = Object.keys(createRequire(import.meta.url).cache);
const modules = [...readFileSync(log, "utf8").split("\\n"), ...required].filter((name) => name.includes("node_modules"));
process.stdout.write(JSON.stringify(modules.map((name) => name.slice(name.lastIndexOf("node_modules/") + 13))));
`;

const importEverything = (names) => names.map((name) => `import * as ${name.replaceAll(/[^a-z]/g, "_")} from "${name}";`).join("\n");

/** Collects what was found out; `check` runs one look and goes on whatever comes of it. */
function createTally() {
  const tally = { passed: 0, failed: 0 };
  return {
    tally,
    check: async (name, work) => {
      const problem = await work().catch((error) => String(error?.message ?? error));
      tally[problem ? "failed" : "passed"] += 1;
      process.stdout.write(problem ? `not ok - ${name}\n${String(problem).trim().replaceAll(/^/gm, "    ")}\n` : `ok - ${name}\n`);
    },
  };
}

/** The output of a program that failed, or undefined. */
const problemOf = ({ status, output }) => (status === 0 ? undefined : output.trim() || `exit status ${status}`);

async function packAll(folder) {
  const packed = await runNpm(["pack", "--workspaces", "--ignore-scripts", "--json", "--loglevel=error", "--pack-destination", folder], { capture: true });
  if (packed.status !== 0) throw new Error(`npm pack: ${packed.output}`);
  const list = JSON.parse(packed.output.slice(packed.output.search(/[[{]/)));
  const manifests = new Map(packageFolders().map((name) => JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8"))).map((manifest) => [manifest.name, manifest]));
  return (Array.isArray(list) ? list : Object.values(list)).map((entry) => {
    const tarball = { name: entry.name, file: join(folder, entry.filename), files: entry.files.map((file) => file.path), exports: manifests.get(entry.name).exports };
    return { ...tarball, entries: entriesOf(tarball) };
  });
}

/** What a package can be imported by: its exports, a pattern (`./*`) spelled out by the folders of its build. */
function entriesOf({ name, files, exports }) {
  return Object.keys(exports).flatMap((key) => {
    // A file that runs in an AudioWorklet is an entry for bundlers and pages, not for Node.
    if (key === "./package.json" || key.endsWith(".js")) return [];
    if (!key.includes("*")) return [`${name}${key.slice(1)}`];
    const [before, after] = exports[key].default.replace("./", "").split("*");
    return files.flatMap((file) => (file.startsWith(before) && file.endsWith(after) ? [`${name}${key.slice(1).replace("*", file.slice(before.length, file.length - after.length))}`] : []));
  });
}

async function lintTarball({ file }) {
  const { publint } = await import("publint");
  const { formatMessage } = await import("publint/utils");
  const content = readFileSync(file);
  const { messages, pkg } = await publint({ pack: { tarball: content.buffer.slice(content.byteOffset, content.byteOffset + content.byteLength) }, strict: true });
  return messages.map((message) => formatMessage(message, pkg, { color: false })).join("\n") || undefined;
}

/** A pattern cannot be looked into by itself: what it stands for is named. */
const attwEntries = ({ name, exports, entries }) => (Object.keys(exports).some((key) => key.includes("*") || key.endsWith(".js")) ? ["--entrypoints", ...entries.map((entry) => `.${entry.slice(name.length)}`)] : []);

function checkContents({ name, files }) {
  const unwanted = files.filter((path) => !/^(dist\/.*\.(js|d\.ts|js\.map|wasm|data)|dist\/page\/.*\.(html|css|svg|woff2)|voices\/([\w-]+\.json|NOTICE|LICENSE-APACHE)|package\.json|README\.md|LICENSE|COPYING|NOTICE\.md)$/.test(path));
  if (unwanted.length > 0) return `${name} also packs ${unwanted.join(", ")}`;
  if (!files.includes("LICENSE")) return `${name} packs no LICENSE`;
  return undefined;
}

/** What an app with React has installed itself, in the versions of the workspace. */
function reactSpecs() {
  const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return ["react", "react-dom", "@types/react"].map((name) => `${name}@${devDependencies[name]}`);
}

async function install(folder, tarballs, others = []) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  return problemOf(await runNpm([...installArgs, ...tarballs.map((entry) => entry.file), ...others], { cwd: folder, capture: true }));
}

function installScriptsIn(folder) {
  const lock = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
  const found = Object.entries(lock.packages).filter(([, entry]) => entry.hasInstallScript).map(([path]) => path);
  return found.length === 0 ? undefined : `install scripts in ${found.join(", ")}`;
}

async function typeCheck(folder, source, options) {
  writeFileSync(join(folder, "consumer.ts"), source);
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: { ...consumerOptions, ...options }, files: ["consumer.ts"] }));
  return problemOf(await runTool("tsc", ["-p", join(folder, "tsconfig.json")], { cwd: folder, capture: true }));
}

async function runSource(folder, name, source) {
  writeFileSync(join(folder, name), source);
  return run(process.execPath, [name], { cwd: folder, capture: true });
}

async function checkLoadedModules(folder) {
  const { status, output } = await runSource(folder, "list-loaded.mjs", listLoadedModules);
  if (status !== 0) return output;
  const packages = new Set(JSON.parse(output).map((path) => path.split("/").slice(0, path.startsWith("@") ? 2 : 1).join("/")));
  if (!packages.has("parlando")) return `the list of modules is wrong: ${output}`;
  const unexpected = [...packages].filter((name) => !loadedAtOnce.includes(name));
  return unexpected.length === 0 ? undefined : `importing parlando also loads ${unexpected.join(", ")}`;
}

async function checkMissingEngine(folder) {
  const { status, output } = await runSource(
    folder,
    "missing-engine.mjs",
    `import { createTTS } from "parlando";
     const error = await createTTS({ engine: "espeak" }).then((tts) => tts.speak("Hello.", { onChunk: () => {} }).finally(() => tts.close())).catch((reason) => reason);
     process.stdout.write(String(error.code) + " " + String(error.message));`,
  );
  if (status !== 0) return output;
  return /^ENGINE_UNAVAILABLE .*npm install @parlando\/espeak/s.test(output) ? undefined : `expected ENGINE_UNAVAILABLE with the install line, got: ${output}`;
}

async function checkCommandLine(folder) {
  const program = join(folder, "node_modules", ".bin", "parlando");
  const help = await run(program, ["--help"], { cwd: folder, capture: true });
  if (help.status !== 0) return help.output;
  const spoken = await run(program, ["speak", "The packages work.", "--engine", "espeak", "--out", "spoken.wav", "--quiet"], { cwd: folder, capture: true });
  if (spoken.status !== 0) return spoken.output;
  const file = join(folder, "spoken.wav");
  const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
  return bytes.toString("latin1", 0, 4) === "RIFF" && bytes.length > 20_000 ? undefined : `spoken.wav has ${bytes.length} bytes`;
}

/** Packs, installs and imports every package. @returns {Promise<{ passed: number, failed: number, note: string }>} */
export async function checkPackedPackages() {
  const folder = mkdtempSync(join(tmpdir(), "parlando-packed-"));
  const { tally, check } = createTally();
  try {
    const tarballs = await packAll(folder);
    const plain = tarballs.filter(({ name }) => ["parlando", "@parlando/engine", "@parlando/core"].includes(name));
    const [with_, without] = [join(folder, "with-optional"), join(folder, "without-optional")];

    await check("every package of the workspace is packed", async () => (tarballs.length === packageFolders().length ? undefined : `${tarballs.length} tarballs`));
    for (const tarball of tarballs) {
      await check(`${tarball.name}: contents`, async () => checkContents(tarball));
      await check(`${tarball.name}: publint`, () => lintTarball(tarball));
      await check(`${tarball.name}: are the types wrong`, async () => problemOf(await runTool("attw", [tarball.file, ...attwEntries(tarball), "--profile", "esm-only", "--no-definitely-typed", "--no-emoji", "--no-color"], { capture: true })));
    }

    await check("installs without optional packages", () => install(without, plain));
    await check("importing parlando loads no engine and no vendor package", () => checkLoadedModules(without));
    await check("an engine that is not installed is named with its install line", () => checkMissingEngine(without));
    await check("the types compile without optional packages and without Node's types", () => typeCheck(without, plainConsumer, { types: [] }));

    await check("installs with all packages", () => install(with_, tarballs, reactSpecs()));
    await check("nothing installed has an install script", async () => installScriptsIn(with_));
    await check("importing parlando loads no engine where engines are installed", () => checkLoadedModules(with_));
    const entries = tarballs.flatMap((tarball) => tarball.entries);
    await check("every entry is imported by Node", async () => problemOf(await runSource(with_, "import-all.mjs", importEverything(entries))));
    await check("the types of every entry compile", () => typeCheck(with_, `${importEverything(entries)}\nexport const entries = [${entries.map((name) => name.replaceAll(/[^a-z]/g, "_")).join(", ")}];`, { types: ["node"], typeRoots: [join(root, "node_modules", "@types")] }));
    await check("the command line speaks into a file", () => checkCommandLine(with_));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { ...tally, note: `${tally.passed} checks passed, ${tally.failed} failed` };
}

if (process.argv[1] === import.meta.filename) {
  const { failed } = await checkPackedPackages();
  process.exitCode = failed === 0 ? 0 : 1;
}
