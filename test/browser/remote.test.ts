// The engine `remote` in a page on another origin than its server: tickets, credits, every sample.

import { createSpeechStream, type StreamOptions } from "@parlando/core";
import { createServer, type TTSServer } from "@parlando/server";
import { createScriptedEngine, numberedText, type ScriptedEngine } from "@parlando/testkit";
import { mkdtemp, rm } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { compareSpeech } from "../cloud/speech-of.test-helper.ts";
import { until } from "../serving/serve.test-helper.ts";
import { fromSources, watchProblems } from "./page-rig.test-helper.ts";
import type { RemoteOrder, RemoteSpeech } from "./remote-page/page.ts";
import { hasBrowser, inBrowser, launchBrowser, samplesOf, serveFolder } from "./rig.test-helper.ts";

const text = numberedText({ words: 30, sentenceWords: 7 });
const pieces = text.match(/[^]{1,9}/gu) ?? [];
const speech = { encoding: "exact", sampleRate: 24_000, msPerCharacter: 40 } as const;
const key = "key-of-the-page's-own-server";

describe.skipIf(!hasBrowser)(`the engine remote ${inBrowser}`, () => {
  let folder: string;
  let files: Server;
  let origin: string;
  let browser: Browser;
  let page: Page;
  let takeProblems: () => readonly string[];
  let server: TTSServer | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "parlando-remote-"));
    const root = fileURLToPath(new URL("./remote-page/", import.meta.url));
    [browser] = await Promise.all([
      launchBrowser(),
      build({ root, configFile: false, logLevel: "error", resolve: { alias: fromSources }, build: { target: "es2023", outDir: folder, emptyOutDir: true, minify: false, reportCompressedSize: false } }),
    ]);
    files = await serveFolder(folder);
    origin = `http://127.0.0.1:${String((files.address() as AddressInfo).port)}`;
    page = await browser.newPage();
    takeProblems = watchProblems(page);
    await page.goto(`${origin}/`);
    await page.waitForFunction("globalThis.parlando !== undefined");
  }, 120_000);

  afterEach(async () => {
    await page.evaluate("globalThis.parlando.close()");
    await server?.close();
    server = undefined;
  });

  afterAll(async () => {
    await browser.close();
    files.closeAllConnections();
    await new Promise((resolve) => files.close(resolve));
    await rm(folder, { recursive: true });
  });

  /** A server with keys, and a ticket as the page's own server would hand it out. */
  async function serve(engine: ScriptedEngine, origins: readonly string[]): Promise<{ url: string; ticket: string }> {
    server = await createServer(
      { engines: [engine], createStream: (options: StreamOptions = {}) => createSpeechStream({ engines: [{ engine }] }, options), voices: async () => await engine.voices!(new AbortController().signal) },
      { keys: [key], origins },
    );
    const { url } = await server.listen();
    const answer = await fetch(`${url}/v1/tickets`, { method: "POST", headers: { authorization: `Bearer ${key}`, "content-type": "application/json" }, body: "{}" });
    return { url, ticket: ((await answer.json()) as { ticket: string }).ticket };
  }

  const speak = (order: RemoteOrder): Promise<RemoteSpeech> => page.evaluate<RemoteSpeech>(`globalThis.parlando.speak(${JSON.stringify(order)})`);

  it("speaks text that comes in pieces, every sample as the engine made it, with its marks", async () => {
    const engine = createScriptedEngine({ ...speech, delivery: "bytes", marks: ["word"] });
    const { url, ticket } = await serve(engine, [origin]);
    for (let round = 0; round < 2; round += 1) {
      const { samples, words, voices, credentials, error } = await speak({ options: { url, ticket, windowMs: 400 }, pieces });
      expect(error).toBeUndefined();
      expect(compareSpeech(samplesOf(samples), text, speech)).toEqual({ words: 30, begunAgain: 0, repeated: 0, leftOut: 0, endsEarly: false, wrong: undefined });
      expect(words).toEqual(text.match(/\w+/g));
      expect([voices, credentials]).toEqual([2, "valid"]);
    }
    expect(takeProblems()).toEqual([]);
  });

  it("frees the server's engine when it is aborted, and when the page is left", async () => {
    const engine = createScriptedEngine({ ...speech, delivery: "bytes", realTimeFactor: 0.5 });
    const { url, ticket } = await serve(engine, [origin]);
    expect((await speak({ options: { url, ticket }, pieces, abortAfterMs: 500 })).error).toMatchObject({ code: "ABORTED" });
    await until(() => engine.activeRequests === 0, "the engine is free");
    void speak({ options: { url, ticket }, pieces }).catch(() => undefined);
    await until(() => engine.activeRequests > 0, "it speaks again");
    await page.goto(`${origin}/`);
    await page.waitForFunction("globalThis.parlando !== undefined");
    await until(() => engine.activeRequests === 0, "the engine is free of the page that is gone");
    expect(takeProblems()).toEqual([]);
  });

  it("is kept out where its origin is not let in, or its ticket is none", async () => {
    const engine = createScriptedEngine({ ...speech, delivery: "bytes" });
    const elsewhere = await serve(engine, []);
    expect(await speak({ options: elsewhere, pieces })).toMatchObject({ credentials: "unreachable", voices: 0, error: { code: "CONNECTION" } });
    await page.evaluate("globalThis.parlando.close()");
    await server?.close();
    const { url } = await serve(engine, [origin]);
    expect(await speak({ options: { url, ticket: "pt1.no.ticket" }, pieces })).toMatchObject({ credentials: "invalid", voices: 0, error: { code: "CONNECTION" } });
    expect(engine.requests).toHaveLength(0);
    // The browser's own words about what it was refused.
    expect(takeProblems().filter((problem) => !/CORS|WebSocket|Failed to load resource/.test(problem))).toEqual([]);
  });
});
