import { mkdtemp, rm } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { assertSpoken, numberedText } from "@parlando/testkit";
import type { Browser, Page } from "playwright-core";
import { build } from "vite";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { findBarriers, fromSources, watchProblems } from "./page-rig.test-helper.ts";
import { hasBrowser, inBrowser, launchBrowser, serveFolder } from "./rig.test-helper.ts";

const text = numberedText({ words: 8, sentenceWords: 4 });
const patience = 60_000;

interface Numbers {
  readonly mounts: number;
  readonly streams: number;
  readonly contexts: number;
  readonly frames: number;
  readonly phases: readonly string[];
  readonly lit: readonly string[];
  readonly states: readonly string[];
}

describe.skipIf(!hasBrowser)(`parts of React ${inBrowser}`, () => {
  let folder: string;
  let browser: Browser;
  let server: Server;
  const pages: Page[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "parlando-react-"));
    const root = fileURLToPath(new URL("./react-page/", import.meta.url));
    await build({ root, configFile: false, logLevel: "error", mode: "development", define: { "process.env.NODE_ENV": '"development"' }, resolve: { alias: fromSources }, build: { target: "es2023", outDir: folder, emptyOutDir: true, minify: false, reportCompressedSize: false } });
    [browser, server] = await Promise.all([launchBrowser(), serveFolder(folder)]);
  }, 120_000);

  afterEach(async () => {
    await Promise.all(pages.splice(0).map((page) => page.context().close()));
  });

  afterAll(async () => {
    await browser.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });

  async function open(query: Record<string, string> = {}, reducedMotion: "reduce" | "no-preference" = "no-preference") {
    const context = await browser.newContext({ reducedMotion });
    const page = await context.newPage();
    pages.push(page);
    page.setDefaultTimeout(patience);
    const takeProblems = watchProblems(page);
    await page.goto(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/?${new URLSearchParams({ text, ...query }).toString()}`);
    await page.getByRole("button", { name: "Play" }).waitFor();
    const phase = (wanted: string): Promise<void> => page.locator(`.parlando-player[data-phase="${wanted}"]`).waitFor();
    const numbers = async (): Promise<Numbers> => await page.evaluate<Numbers>("parlando.numbers()");
    return { page, takeProblems, phase, numbers };
  }

  it("speak once in StrictMode, light every word as it is heard, and give the whole as WAV", async () => {
    const { page, takeProblems, phase, numbers } = await open();
    await page.getByRole("button", { name: "Play" }).click();
    await phase("ended");
    const { mounts, streams, contexts, phases, lit, states } = await numbers();
    expect([mounts, streams, contexts]).toEqual([2, 1, 1]);
    expect(states.every((state) => state === "finished")).toBe(true);
    expect(phases.filter((name) => name !== "buffering")).toEqual(["idle", "connecting", "playing", "ended"]);
    // The last may be lit for less than a look.
    expect(text.split(" ").slice(0, lit.length)).toEqual(lit);
    expect(lit.length).toBeGreaterThanOrEqual(text.split(" ").length - 1);
    await page.getByRole("link", { name: "Download WAV" }).waitFor();
    const file = Buffer.from(await page.evaluate<string>("parlando.recorded()"), "base64");
    const samples = Float32Array.from(new Int16Array(file.buffer, file.byteOffset + 44, (file.length - 44) / 2), (value) => value / 32_768);
    assertSpoken(samples, file.readUInt32LE(24), text);
    expect(takeProblems()).toEqual([]);
  }, patience);

  it("obey the keyboard: Space plays, holds and goes on, Escape stops", async () => {
    const { page, phase, numbers } = await open({ pace: "200" });
    const captions = page.getByRole("group", { name: "Captions" });
    await captions.focus();
    await page.keyboard.press("Space");
    await phase("playing");
    await page.keyboard.press("Space");
    await phase("paused");
    expect(await page.getByRole("status").first().textContent()).toBe("Paused");
    await page.keyboard.press("Space");
    await phase("playing");
    await page.getByRole("button", { name: "Pause" }).focus();
    await page.keyboard.press("Space");
    await phase("paused");
    await page.keyboard.press("Escape");
    await phase("idle");
    expect((await numbers()).streams).toBe(1);
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.tagName")).not.toBe("BODY");
  }, patience);

  it("have no barriers that axe knows, silent, speaking and behind the end", async () => {
    const { page, phase } = await open();
    expect(await findBarriers(page)).toEqual([]);
    await page.getByRole("button", { name: "Play" }).click();
    await phase("playing");
    expect(await findBarriers(page)).toEqual([]);
    await phase("ended");
    expect(await findBarriers(page)).toEqual([]);
  }, patience);

  it("end what they speak when they go away", async () => {
    const { page, takeProblems, phase, numbers } = await open({ pace: "200", factor: "1" });
    await page.getByRole("button", { name: "Play" }).click();
    await phase("playing");
    await page.evaluate("parlando.leave()");
    await expect.poll(async () => (await numbers()).states.every((state) => state !== "active"), { timeout: patience }).toBe(true);
    expect((await numbers()).states).not.toContain("failed");
    expect(takeProblems()).toEqual([]);
  }, patience);

  it("keep still for those who want less motion", async () => {
    const still = await open({}, "reduce");
    await still.page.getByRole("button", { name: "Play" }).click();
    await still.phase("ended");
    expect((await still.numbers()).frames).toBe(0);
    const moving = await open();
    await moving.page.getByRole("button", { name: "Play" }).click();
    await moving.phase("ended");
    expect((await moving.numbers()).frames).toBeGreaterThan(10);
  }, patience);

  it("show text as text, whatever is in it", async () => {
    const { page, phase } = await open({ text: "one <img src=x onerror=alert(1)> two." });
    await page.getByRole("button", { name: "Play" }).click();
    await phase("ended");
    expect(await page.locator("img").count()).toBe(0);
    expect(await page.locator(".parlando-captions").textContent()).toBe("one <img src=x onerror=alert(1)> two.");
  }, patience);

  it("tell that speaking failed, and why", async () => {
    const { page, takeProblems, phase } = await open({ fail: "1" });
    await page.getByRole("button", { name: "Play" }).click();
    await phase("error");
    expect(await page.getByRole("status").first().textContent()).toBe("Speaking failed");
    expect((await page.locator(".parlando-error").textContent())?.length).toBeGreaterThan(20);
    expect(takeProblems()).toEqual([]);
  }, patience);

  it("are a button that speaks and stops", async () => {
    const { page, numbers } = await open({ pace: "200" });
    await page.getByRole("button", { name: "Listen" }).click();
    const stop = page.locator(".parlando-button", { hasText: "Stop" });
    await stop.waitFor();
    await page.locator('.parlando-button[data-phase="playing"]').waitFor();
    await stop.click();
    await page.getByRole("button", { name: "Listen" }).waitFor();
    expect((await numbers()).streams).toBe(1);
  }, patience);
});
