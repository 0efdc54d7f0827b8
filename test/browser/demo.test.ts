import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openDemoRig, type DemoRig, type OpenDemo } from "./demo-rig.test-helper.ts";
import { findBarriers } from "./page-rig.test-helper.ts";
import { hasBrowser, inBrowser } from "./rig.test-helper.ts";

const patience = 60_000;
const button = (page: Page, name: string): Locator => page.getByRole("button", { name, exact: true });
const panel = (page: Page, id: string): Locator => page.locator(`section:has(#${id})`);
/** The number below a name, in a part of the page. */
const number = async (part: Locator, name: string): Promise<number> => {
  const shown = await part.locator("dl > div", { has: part.page().getByText(name, { exact: true }) }).first().locator(".value").textContent();
  return Number(shown?.replaceAll(",", ""));
};
const phase = (page: Page, name: string): Promise<void> => page.locator(`.listen[data-phase="${name}"]`).waitFor();
const write = (page: Page, text: string): Promise<void> => page.getByLabel("Type or paste").fill(text);

describe.skipIf(!hasBrowser)(`the demo page ${inBrowser}`, () => {
  let rig: DemoRig;
  const opened: OpenDemo[] = [];

  beforeAll(async () => {
    rig = await openDemoRig();
  }, 120_000);

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((demo) => demo.close()));
  });

  afterAll(() => rig.close());

  async function open(options?: Parameters<DemoRig["open"]>[0]): Promise<OpenDemo> {
    const demo = await rig.open(options);
    opened.push(demo);
    return demo;
  }

  it("has no code of Node, and nothing from elsewhere", () => {
    expect(rig.script).not.toMatch(/(?:from\s*|import\()["'](?:node:|ws["'])/u);
    expect(rig.script).not.toMatch(/\beval\(|new Function\(/u);
  });

  it("speaks what is typed, lights its words and offers the file, under the server's policy", async () => {
    const { page, takeProblems } = await open();
    await write(page, "one two three four five.");
    await button(page, "Speak").click();
    await page.locator('.stage-captions [data-heard="now"]').first().waitFor();
    await phase(page, "ended");
    const stage = page.locator(".stage");
    expect(await number(stage, "First audio")).toBeGreaterThan(0);
    // How many depends on who else is at work here.
    expect(await number(stage, "Underruns")).not.toBeNaN();
    expect(await stage.locator('[data-heard="past"]').count()).toBe(5);
    expect(await stage.getByRole("link", { name: "WAV" }).getAttribute("download")).toBe("parlando.wav");
    expect(takeProblems()).toEqual([]);
  }, patience);

  it("has live lists of engines and voices", async () => {
    const { page } = await open();
    const engines = page.locator(".compose select").first();
    // The list comes from the server, after the page.
    await engines.locator("option").first().waitFor({ state: "attached" });
    expect(await engines.locator("option").allTextContents()).toEqual(["quick", "slow"]);
    await page.getByRole("option", { name: "Ada" }).waitFor({ state: "attached" });
    expect(await page.locator(".compose optgroup").evaluateAll((groups) => groups.map((group) => group.getAttribute("label")))).toEqual(["Arabic", "English"]);
    await page.locator(".compose select").nth(1).selectOption("ar-x");
    await button(page, "العربية").click();
    await button(page, "Speak").click();
    await phase(page, "playing");
    expect(await page.locator(".stage-captions").evaluate((box) => getComputedStyle(box).direction)).toBe("rtl");
  }, patience);

  it("says that its server has gone, keeps what was typed, and speaks on when one is back", async () => {
    const demo = await open({ key: "the-key-of-the-demo" });
    const { page } = demo;
    await page.getByLabel("This server wants a key.").fill("the-key-of-the-demo");
    await button(page, "Open").click();
    await page.locator('.server[data-status="open"]').waitFor();
    await write(page, "one two three.");
    await button(page, "Speak").click();
    await phase(page, "ended");
    await demo.killServer();
    await page.locator('.server[data-status="lost"]').waitFor();
    expect(await page.locator(".server").textContent()).toBe("no answer");
    await page.getByRole("alert").getByText("The server does not answer any more.").waitFor();
    expect(await page.getByLabel("Type or paste").inputValue()).toBe("one two three.");
    expect(await findBarriers(page)).toEqual([]);
    await demo.startServer();
    await page.locator('.server[data-status="open"]').waitFor();
    expect(await page.getByRole("alert").count()).toBe(0);
    // The ticket was one of the server that has gone: the page takes another.
    await button(page, "Speak").click();
    await phase(page, "playing");
    await phase(page, "ended");
  }, patience);

  it("says that voices cannot be listed, and lists them when it is asked again", async () => {
    const { page } = await open();
    await page.locator(".compose select").nth(1).locator("optgroup").first().waitFor({ state: "attached" });
    await page.route("**/v1/audio/voices*", (route) => route.fulfill({ status: 502, contentType: "application/json", body: JSON.stringify({ error: { message: "The engine does not answer." } }) }));
    await page.locator(".compose select").first().selectOption("slow");
    await page.getByRole("alert").getByText("The voices cannot be listed. The engine does not answer.").waitFor();
    expect(await page.locator(".compose optgroup").count()).toBe(0);
    expect(await findBarriers(page)).toEqual([]);
    await page.unroute("**/v1/audio/voices*");
    await button(page, "List them again").click();
    await page.getByRole("option", { name: "Ada" }).waitFor({ state: "attached" });
    expect(await page.getByRole("alert").count()).toBe(0);
  }, patience);

  it("has a real-time factor as soon as there is audio, long before the first segment has ended", async () => {
    const { page } = await open();
    await page.locator(".compose select").first().selectOption("slow");
    // One sentence, of about eighteen seconds.
    await write(page, `${"one two three four five ".repeat(25)}six.`);
    await button(page, "Speak").click();
    await phase(page, "playing");
    const stage = page.locator(".stage");
    expect(await number(stage, "Real-time factor")).toBeGreaterThan(0);
    await button(page, "Stop").first().click();
  }, patience);

  it("is led by the keyboard", async () => {
    const { page } = await open();
    await page.getByLabel("Type or paste").focus();
    await page.keyboard.press("Control+Enter");
    await phase(page, "playing");
    await button(page, "Pause").press("Space");
    await phase(page, "paused");
    await button(page, "Resume").press("Enter");
    await phase(page, "playing");
    await page.keyboard.press("Escape");
    await phase(page, "idle");
    await page.getByRole("tab", { name: "React" }).press("ArrowRight");
    expect(await page.getByRole("tab", { name: "Page" }).getAttribute("aria-selected")).toBe("true");
    expect(await page.getByRole("tabpanel").textContent()).toContain("createSpeechClient");
  }, patience);

  it.each(["light", "dark"] as const)("has no barriers that axe knows: %s", async (colorScheme) => {
    const { page } = await open({ colorScheme });
    await button(page, "Speak").waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await button(page, "Speak").click();
    await page.locator('.stage-captions [data-heard="now"]').first().waitFor();
    await button(page, "Pause").click();
    await phase(page, "paused");
    expect(await findBarriers(page)).toEqual([]);
  }, patience);

  it("lets two engines race: one voice at a time, first audio by engine", async () => {
    const { page } = await open();
    const race = panel(page, "race");
    await write(page, "one two three four five six seven.");
    await button(page, "Speak").click();
    await phase(page, "playing");
    await button(page, "Start both").click();
    await phase(page, "idle");
    await race.getByText("first to speak").waitFor();
    await race.getByLabel("hear this").check();
    expect(await race.locator('.lane[data-heard="true"] select').inputValue()).toBe("slow");
    await button(page, "Start both").waitFor();
    const [one, other] = [race.locator(".lane").first(), race.locator(".lane").nth(1)];
    expect(await number(other, "First audio")).toBeGreaterThan(await number(one, "First audio"));
    expect(await race.getByRole("link", { name: "WAV" }).count()).toBe(2);
  }, patience);

  it("shows what a stall and a dead engine do to the listener", async () => {
    const { page, takeProblems } = await open();
    const faults = panel(page, "faults");
    const set = (name: string, value: number): Promise<void> => faults.getByLabel(name, { exact: true }).fill(String(value));
    await write(page, "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen.");
    await set("Stall", 4_000);
    await button(page, "Speak with faults").click();
    await expect.poll(() => number(faults, "Silences heard"), { timeout: patience }).toBeGreaterThan(0);
    expect(await number(faults, "Underruns")).toBeGreaterThan(0);
    await button(page, "Stop").last().click();
    await set("Stall", 0);
    // Shorter than some of the words: an engine that gets on by a word each time is asked again instead.
    await set("Engine dies", 250);
    await button(page, "Speak with faults").click();
    await faults.getByText("FAILOVER").first().waitFor();
    expect(await faults.locator(".warnings").textContent()).toContain('"quick-backup" goes on where it stopped');
    await button(page, "Speak with faults").waitFor();
    expect(takeProblems()).toEqual([]);
  }, patience);

  it("falls silent, without an error, when another engine is picked while it speaks", async () => {
    const { page } = await open();
    await write(page, "one two three four five six seven eight nine ten eleven twelve thirteen fourteen.");
    await button(page, "Speak").click();
    await phase(page, "playing");
    await page.locator(".compose select").first().selectOption("slow");
    await phase(page, "idle");
    await button(page, "Speak").click();
    await phase(page, "ended");
    expect(await page.locator(".problem").count()).toBe(0);
  }, patience);

  it("is silent at Escape, whichever part speaks", async () => {
    const { page } = await open();
    await button(page, "Speak with faults").click();
    await button(page, "Speak with faults").waitFor({ state: "detached" });
    await page.keyboard.press("Escape");
    await button(page, "Speak with faults").waitFor();
    await button(page, "Start both").click();
    await button(page, "Stop both").waitFor();
    await page.keyboard.press("Escape");
    await button(page, "Start both").waitFor();
  }, patience);

  it("takes a long text, tells what is too long, and speaks no empty one", async () => {
    const { page } = await open();
    await write(page, "");
    await page.getByLabel("Type or paste").focus();
    await page.keyboard.insertText("one two three. ".repeat(1_200));
    expect((await page.getByLabel("Type or paste").inputValue()).length).toBe(18_000);
    await button(page, "Speak").click();
    await phase(page, "playing");
    await page.keyboard.press("Escape");
    await page.getByLabel("Type or paste").focus();
    await page.keyboard.insertText("one two three. ".repeat(1_200));
    await page.getByText("That is all that fits: 20,000 characters.").waitFor();
    await write(page, " ");
    for (const name of ["Speak", "Start both", "Speak with faults", "Measure"]) expect(await button(page, name).isDisabled(), name).toBe(true);
    await page.getByLabel("Type or paste").press("Control+Enter");
    expect(await page.locator(".listen").getAttribute("data-phase")).toBe("idle");
  }, patience);

  it("says how faults are allowed, where the server takes none", async () => {
    const { page } = await open({ isFaultless: true });
    await write(page, "one two three.");
    await button(page, "Speak with faults").click();
    await page.getByText("parlando serve --faults").waitFor();
  }, patience);

  it("measures streaming against a whole file", async () => {
    const { page } = await open();
    await write(page, "one two three four five six seven eight nine.");
    await button(page, "Measure").click();
    await page.locator(".verdict").waitFor();
    const [streamed, whole] = (await page.locator(".waitbar-value").allTextContents()).map((shown) => Number(shown.replaceAll(/[^0-9]/gu, "")));
    expect(whole).toBeGreaterThan(streamed!);
  }, patience);

  it("measures the beginning of a long text, and not on when it is stopped", async () => {
    const { page } = await open();
    const whole = panel(page, "whole");
    await write(page, "one two three. ".repeat(1_200));
    await button(page, "Measure").click();
    await whole.getByRole("button", { name: "Stop" }).click();
    await button(page, "Measure").waitFor();
    expect(await whole.locator(".verdict, .problem").count()).toBe(0);
    await whole.getByLabel("Engine").selectOption("quick");
    await button(page, "Measure").click();
    await whole.locator(".verdict").waitFor();
    expect(await whole.locator(".problem").count()).toBe(0);
  }, patience);

  it("asks for a key where the server wants one, and takes tickets for it", async () => {
    const { page } = await open({ key: "the-key-of-the-demo" });
    await page.getByLabel("This server wants a key.").fill("wrong");
    await button(page, "Open").click();
    await page.getByRole("alert").waitFor();
    await page.getByLabel("This server wants a key.").fill("the-key-of-the-demo");
    await button(page, "Open").click();
    await page.getByRole("tab", { name: "curl" }).click();
    expect(await page.getByRole("tabpanel").textContent()).toContain("authorization: Bearer $PARLANDO_SERVER_KEY");
    await write(page, "one two.");
    await button(page, "Speak").click();
    await phase(page, "ended");
    expect(await page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])")).toBe('[{},{},""]');
  }, patience);

  it("fits a phone, and shows typed markup as text", async () => {
    const { page } = await open({ viewport: { width: 360, height: 740 }, hasTouch: true });
    await write(page, "one <b>two</b> <script>three</script>");
    await button(page, "Speak").tap();
    await phase(page, "ended");
    expect(await page.locator(".stage-captions").textContent()).toBe("one <b>two</b> <script>three</script>");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(360);
  }, patience);
});
