// The demo page as a server serves it, over engines that speak by script.

import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createSpeechStream } from "@parlando/core";
import type { Engine } from "@parlando/engine";
import { createFaultyEngine, createServer, type ServedTTS, type TTSServer } from "@parlando/server";
import { createScriptedEngine } from "@parlando/testkit";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { build } from "vite";
import { fromSources, watchProblems } from "./page-rig.test-helper.ts";
import { launchBrowser } from "./rig.test-helper.ts";

/** The page, open. */
export interface OpenDemo {
  readonly page: Page;
  takeProblems(): readonly string[];
  /** The server dies, and everything on it. */
  killServer(): Promise<void>;
  /** Another one, at the same address. */
  startServer(): Promise<void>;
  close(): Promise<void>;
}

/** How it is opened. */
export interface DemoOptions extends BrowserContextOptions {
  /** The server wants it. */
  readonly key?: string;
  /** Its engines know nothing of faults. */
  readonly isFaultless?: boolean;
}

/** A server with the page, and a browser. */
export interface DemoRig {
  /** All scripts of the page in one. */
  readonly script: string;
  open(options?: DemoOptions): Promise<OpenDemo>;
  close(): Promise<void>;
}

const voices = [
  { id: "en-x", name: "Ada", engine: "scripted", languages: ["en"], gender: "female" },
  { id: "ar-x", name: "Badr", engine: "scripted", languages: ["ar"], gender: "male" },
] as const;

/** Builds the page from the sources, by the settings of its package. */
export async function openDemoRig(): Promise<DemoRig> {
  const folder = await mkdtemp(join(tmpdir(), "parlando-demo-"));
  const configFile = fileURLToPath(new URL("../../packages/web/vite.config.ts", import.meta.url));
  const [browser] = await Promise.all([launchBrowser(), build({ configFile, logLevel: "error", resolve: { alias: fromSources }, build: { outDir: folder, minify: false } })]);
  const names = await readdir(join(folder, "assets"));
  const script = (await Promise.all(names.filter((name) => name.endsWith(".js")).map((name) => readFile(join(folder, "assets", name), "utf8")))).join("\n");
  return {
    script,
    open: (options) => openDemo(browser, folder, options),
    async close() {
      await browser.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function openDemo(browser: Browser, folder: string, options: DemoOptions = {}): Promise<OpenDemo> {
  const { key, isFaultless = false, ...contextOptions } = options;
  const first = await openServer(folder, { key, isFaultless });
  const { url } = first;
  let { server } = first;
  const context = await browser.newContext(contextOptions);
  const page = await context.newPage();
  page.setDefaultTimeout(25_000);
  const takeProblems = watchProblems(page);
  await page.goto(url);
  return {
    page,
    takeProblems,
    killServer: () => server.close(),
    async startServer() {
      ({ server } = await openServer(folder, { key, isFaultless, port: Number(new URL(url).port) }));
    },
    async close() {
      await context.close();
      await server.close();
    },
  };
}

/** "quick" has a second engine behind it; "slow" has none, and takes three quarters of real time. */
async function openServer(folder: string, { key, isFaultless, port }: { readonly key: string | undefined; readonly isFaultless: boolean; readonly port?: number | undefined }): Promise<{ readonly server: TTSServer; readonly url: string }> {
  const engine = (id: string, always = {}): Engine => createFaultyEngine(createScriptedEngine({ msPerCharacter: 30, voices }), { id, always });
  const faultless = { plain: serve(createScriptedEngine({ msPerCharacter: 30, voices })) };
  const models = isFaultless ? faultless : { quick: serve(engine("quick"), engine("quick-backup")), slow: serve(engine("slow", { delayMs: 300, realTimeFactor: 0.75 })) };
  const server = await createServer(models, { page: { folder }, ...(key === undefined ? {} : { keys: [key] }) });
  const { url } = await server.listen({ port });
  return { server, url: `${url}/` };
}

function serve(...engines: readonly Engine[]): ServedTTS {
  return {
    engines,
    createStream: (options = {}) => createSpeechStream({ engines: engines.map((engine) => ({ engine })) }, options),
    voices: async () => await engines[0]!.voices!(new AbortController().signal),
  };
}
