import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import type { SynthesisRequest } from "@parlando/engine";
import { createEngine } from "@parlando/espeak";
import { chromium, type Browser } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const executablePath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
const hasChromium = existsSync(executablePath);
const launchFlags = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
  "--disable-sync", "--autoplay-policy=no-user-gesture-required",
];
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const library = fileURLToPath(new URL("./", import.meta.resolve("@echogarden/espeak-ng-emscripten")));

/** What the page does; it is the same with and without a bundler. */
const script = `
import { createEngine, phonemize } from "@parlando/espeak";
window.check = async (options) => {
  const engine = createEngine(options);
  const request = (text, rest) => ({ text, ssml: false, format: engine.capabilities.formats[0], marks: ["word"], ...rest });
  const speak = async (text, signal = new AbortController().signal) => {
    const [blocks, marks] = [[], []];
    for await (const event of engine.synthesize(request(text), signal)) {
      if (event.type === "pcm") blocks.push(event.samples);
      if (event.type === "mark") marks.push([event.mark.value, event.mark.timeMs]);
    }
    const samples = new Float32Array(await new Blob(blocks).arrayBuffer());
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-1", samples));
    return { frames: samples.length, marks, hash: [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("") };
  };
  await engine.warmUp(new AbortController().signal);
  const spoken = await speak("Hello 😀 world, it costs $12.50.");
  const controller = new AbortController();
  const iterator = engine.synthesize(request("A long text that goes on. ".repeat(150)), controller.signal);
  await iterator.next();
  const before = performance.now();
  controller.abort();
  const aborted = await iterator.next().then(() => "no error", (error) => error.code);
  const abortMs = performance.now() - before;
  const again = await speak("Hello 😀 world, it costs $12.50.");
  const missing = await engine.synthesize(request("x", { voice: "nobody" }), new AbortController().signal).next().catch((error) => error.code);
  const voices = (await engine.voices(new AbortController().signal)).length;
  await engine.close();
  const ipa = options === undefined ? await phonemize("Hello, world!", "en-us") : undefined;
  return { isolated: crossOriginIsolated, spoken, again, aborted, abortMs, missing, voices, ipa };
};
`;

interface PageResult {
  isolated: boolean;
  spoken: { frames: number; marks: [string, number][]; hash: string };
  again: { frames: number; hash: string };
  aborted: string;
  abortMs: number;
  missing: string;
  voices: number;
  ipa: string | undefined;
}

/** A folder, or several under one prefix each, on a loopback port. */
async function serve(folders: Readonly<Record<string, string>>, isolated: boolean): Promise<Server> {
  const types: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript", ".data": "application/octet-stream" };
  const headers = isolated ? { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" } : {};
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost").pathname;
    const prefix = Object.keys(folders).find((candidate) => url.startsWith(candidate)) ?? "/";
    const file = join(folders[prefix] ?? "", normalize(url.slice(prefix.length) || "index.html"));
    readFile(file).then(
      (bytes) => response.writeHead(200, { ...headers, "content-type": types[extname(file)] ?? "text/plain" }).end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

async function speakInNode(): Promise<string> {
  const engine = createEngine();
  const hash = createHash("sha1");
  const request: SynthesisRequest = { text: "Hello 😀 world, it costs $12.50.", ssml: false, format: engine.capabilities.formats[0]!, marks: [] };
  for await (const event of engine.synthesize(request, new AbortController().signal)) if (event.type === "pcm") hash.update(new Uint8Array(event.samples.buffer));
  await engine.close();
  return hash.digest("hex");
}

describe.skipIf(!hasChromium)(`in a browser (skipped where there is no Chromium at ${executablePath}; CHROMIUM_PATH names another)`, () => {
  let browser: Browser;
  let source: string;
  let bundled: string;
  let hashInNode: string;
  const servers: Server[] = [];

  beforeAll(async () => {
    source = await mkdtemp(join(tmpdir(), "parlando-espeak-page-"));
    bundled = join(source, "dist");
    await writeFile(join(source, "page.js"), script);
    await writeFile(join(source, "index.html"), "<!doctype html><meta charset=\"utf-8\"><script type=\"module\" src=\"./page.js\"></script>");
    const alias = { "@parlando/espeak": path("../dist/index.js"), "@parlando/engine": path("../../engine/dist/index.js") };
    await build({ root: source, configFile: false, logLevel: "error", resolve: { alias }, worker: { format: "es" }, build: { target: "es2023", outDir: bundled } });
    browser = await chromium.launch({ executablePath, args: launchFlags });
    hashInNode = await speakInNode();
  }, 120_000);

  afterAll(async () => {
    await browser.close();
    for (const server of servers) server.close();
    await rm(source, { recursive: true });
  });

  async function run(folders: Readonly<Record<string, string>>, options: { isolated: boolean; engine?: object }): Promise<PageResult> {
    const server = await serve(folders, options.isolated);
    servers.push(server);
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(error.message));
    await page.goto(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`);
    await page.waitForFunction("window.check !== undefined");
    const result = await page.evaluate(`window.check(${JSON.stringify(options.engine) ?? "undefined"})`);
    await page.close();
    expect(problems).toEqual([]);
    return result as PageResult;
  }

  function expectGood(result: PageResult): void {
    expect(result.spoken.frames).toBeGreaterThan(40_000);
    expect(result.spoken.marks.map(([value]) => value)).toEqual(["Hello", "😀", "world", "it", "costs", "$12.50"]);
    expect(result.spoken.hash).toBe(hashInNode);
    expect(result.again.hash).toBe(hashInNode);
    expect(result.aborted).toBe("ABORTED");
    expect(result.missing).toBe("VOICE_NOT_FOUND");
    expect(result.voices).toBeGreaterThan(130);
  }

  it.each([true, false])("speaks in a bundle (page isolated: %s)", async (isolated) => {
    const result = await run({ "/": bundled }, { isolated });
    expect(result.isolated).toBe(isolated);
    expectGood(result);
    expect(result.ipa).toBe("həlˈoʊ , wˈɜːld !");
  }, 60_000);

  it("speaks without a bundler, told where its files are", async () => {
    const imports = { "@parlando/espeak": "/espeak/index.js", "@parlando/engine": "/engine/index.js" };
    const plain = await mkdtemp(join(tmpdir(), "parlando-espeak-plain-"));
    await writeFile(join(plain, "page.js"), script);
    await writeFile(join(plain, "index.html"), `<!doctype html><meta charset="utf-8"><script type="importmap">${JSON.stringify({ imports })}</script><script type="module" src="./page.js"></script>`);
    const folders = { "/espeak/": path("../dist/"), "/engine/": path("../../engine/dist/"), "/assets/": library, "/": plain };
    expectGood(await run(folders, { isolated: true, engine: { assetsUrl: "/assets/" } }));
    await rm(plain, { recursive: true });
  }, 60_000);
});
