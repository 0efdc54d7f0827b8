// A page in a real browser: bundled by Vite from the packages as they are built, served from a loopback port of its own.

import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import type { TTSConfig } from "parlando";
import { chromium, type Browser, type Page } from "playwright-core";
import { build } from "vite";
import type { EngineAnswers } from "./page/ask-engine.ts";
import type { PartResults } from "./page/check-parts.ts";
import type { EngineOrder } from "./page/open-engine.ts";
import type { ConfiguredSpeech } from "./page/speak-by-config.ts";
import type { SpeechOrder, SpeechResult } from "./page/speak.ts";

const executablePath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
const launchFlags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const contentTypes: Readonly<Record<string, string>> = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".wasm": "application/wasm" };

/** Where there is no browser, its tests are skipped. */
export const hasBrowser = existsSync(executablePath);
/** Says so, in the name of what is skipped. */
export const inBrowser = `in Chromium (skipped where there is none at ${executablePath}; CHROMIUM_PATH names another)`;

/** One page. What it does crosses over as data. */
export interface OpenPage {
  speak(order: SpeechOrder): Promise<SpeechResult>;
  closeEngines(): Promise<void>;
  askEngine(order: EngineOrder): Promise<EngineAnswers>;
  checkParts(): Promise<PartResults>;
  speakByConfig(order: { config: TTSConfig | string; text: string }): Promise<ConfiguredSpeech>;
  /** Errors and warnings of the console, exceptions and rejections that nobody caught, since this was last asked. */
  takeProblems(): readonly string[];
  /** The page goes away in the middle of whatever it does. */
  leave(): Promise<void>;
}

/** A browser and what its pages load. */
export interface BrowserRig {
  openPage(): Promise<OpenPage>;
  close(): Promise<void>;
}

/** Bundles the page, serves it and starts the browser. */
export async function openRig(): Promise<BrowserRig> {
  const folder = await mkdtemp(join(tmpdir(), "parlando-page-"));
  const [browser] = await Promise.all([launchBrowser(), bundlePage(folder)]);
  const server = await serveFolder(folder);
  const address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
  return {
    openPage: () => openPage(browser, address),
    async close() {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}

/** Starts the browser. */
export async function launchBrowser(): Promise<Browser> {
  return await chromium.launch({ executablePath, args: launchFlags });
}

async function bundlePage(outDir: string): Promise<void> {
  const root = fileURLToPath(new URL("./page/", import.meta.url));
  await build({ root, configFile: false, logLevel: "error", worker: { format: "es" }, build: { target: "es2023", outDir, emptyOutDir: true, minify: false, reportCompressedSize: false } });
}

/** Serves the files of a folder from a loopback port of its own. */
export async function serveFolder(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const file = join(folder, normalize(pathname === "/" ? "/index.html" : pathname));
    readFile(file).then(
      (bytes) => response.writeHead(200, { "content-type": contentTypes[extname(file)] ?? "application/octet-stream" }).end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

async function openPage(browser: Browser, address: string): Promise<OpenPage> {
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => void problems.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    if (["error", "warning", "assert"].includes(message.type())) problems.push(`${message.type()}: ${message.text()}`);
  });
  await page.goto(address);
  await page.waitForFunction("globalThis.parlando !== undefined");
  return {
    speak: (order) => callPage<SpeechResult>(page, "speak", order),
    closeEngines: () => callPage<void>(page, "closeEngines"),
    askEngine: (order) => callPage<EngineAnswers>(page, "askEngine", order),
    checkParts: () => callPage<PartResults>(page, "checkParts"),
    speakByConfig: (order) => callPage<ConfiguredSpeech>(page, "speakByConfig", order),
    takeProblems: () => problems.splice(0),
    leave: () => page.close(),
  };
}

/** As text: what a test runner makes of a function may not stand alone. */
async function callPage<Result>(page: Page, name: string, order: object = {}): Promise<Result> {
  return await page.evaluate<Result>(`globalThis.parlando.${name}(${JSON.stringify(order)})`);
}

/** The samples that a page handed over. */
export function samplesOf(base64: string): Float32Array {
  const bytes = Buffer.from(base64, "base64");
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}
