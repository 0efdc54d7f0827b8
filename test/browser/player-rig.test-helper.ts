// The player in a real browser: bundled from the sources, a tap behind it. Each page reports what it has heard.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { build } from "vite";
import { workletSource } from "../../packages/web/src/player/worklet-source.generated.ts";
import { tapSource } from "./player-page/tap.ts";
import { launchBrowser, serveFolder } from "./rig.test-helper.ts";

const pageFolder = fileURLToPath(new URL("./player-page/", import.meta.url));
const packages = fileURLToPath(new URL("../../packages/", import.meta.url));

/** A page with players. */
export interface PlayerPage {
  readonly page: Page;
  call<Result>(name: string, order?: object): Promise<Result>;
  /** Errors and warnings of the console, and exceptions, since this was last asked. */
  takeProblems(): readonly string[];
  /** What the page reports by itself: waits for the next report of a name. */
  report<Value>(name: string): Promise<Value>;
  close(): Promise<void>;
}

/** A browser and what its pages load. */
export interface PlayerRig {
  /** Where its pages come from. */
  readonly origin: string;
  /** `file`: "index.html", "strict.html" or "autoplay.html". */
  openPage(file: string): Promise<PlayerPage>;
  close(): Promise<void>;
}

/** Bundles the pages, serves them and starts the browser. */
export async function openPlayerRig(): Promise<PlayerRig> {
  const folder = await mkdtemp(join(tmpdir(), "parlando-player-"));
  const [browser] = await Promise.all([launchBrowser(), bundlePages(folder)]);
  await Promise.all([writeFile(join(folder, "worklet.js"), workletSource), writeFile(join(folder, "tap.js"), tapSource)]);
  const server = await serveFolder(folder);
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    origin,
    openPage: async (file) => openPage(await (await browser.newContext()).newPage(), `${origin}/${file}`),
    async close() {
      await browser.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}

async function bundlePages(outDir: string): Promise<void> {
  await build({
    root: pageFolder,
    configFile: false,
    logLevel: "error",
    resolve: { alias: [{ find: /^@parlando\/(engine|core|protocol|testkit|web)$/, replacement: join(packages, "$1/src/index.ts") }] },
    build: {
      target: "es2022",
      outDir,
      emptyOutDir: true,
      minify: false,
      reportCompressedSize: false,
      rolldownOptions: { input: ["index.html", "strict.html", "autoplay.html"].map((file) => join(pageFolder, file)) },
    },
  });
}

async function openPage(page: Page, address: string): Promise<PlayerPage> {
  const problems: string[] = [];
  const reports = new Map<string, unknown>();
  const listeners = new Set<() => void>();
  page.on("pageerror", (error) => void problems.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    if (["error", "warning", "assert"].includes(message.type())) problems.push(`${message.type()}: ${message.text()}`);
    if (message.type() !== "info") return;
    const { name, value } = JSON.parse(message.text()) as { readonly name: string; readonly value: unknown };
    reports.set(name, value);
    for (const listener of listeners) listener();
  });
  await page.goto(address);
  return {
    page,
    async call<Result>(name: string, order: object = {}) {
      await page.waitForFunction("globalThis.parlando !== undefined");
      return await page.evaluate<Result>(`globalThis.parlando.${name}(${JSON.stringify(order)})`);
    },
    takeProblems: () => problems.splice(0),
    async report<Value>(name: string) {
      while (!reports.has(name)) await new Promise<void>((resolve) => listeners.add(resolve));
      const value = reports.get(name) as Value;
      reports.delete(name);
      return value;
    },
    close: () => page.context().close(),
  };
}
