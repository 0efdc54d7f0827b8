// Takes the pictures of the demo page for the guide: the server of `npm run demo -- --web`, in a headless Chromium. `CHROMIUM_PATH` names another than
// /usr/bin/chromium, `PAGE_URL` a server that runs already.

import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const executablePath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
const folder = fileURLToPath(new URL("../docs/guide/assets/", import.meta.url));
const desktop = { width: 1280, height: 930 };
const phone = { width: 390, height: 844 };

const button = (page, name) => page.getByRole("button", { name, exact: true });

/** Speaks until the given word is heard. */
async function speakUntil(page, word) {
  await button(page, "Speak").click();
  await page.locator(".stage-captions [data-heard]", { hasText: word }).first().waitFor();
}

const pictures = [
  { name: "demo-desktop-light", viewport: desktop, colorScheme: "light", prepare: (page) => speakUntil(page, "stay,") },
  { name: "demo-desktop-dark", viewport: desktop, colorScheme: "dark", prepare: (page) => speakUntil(page, "stay,") },
  { name: "demo-phone-light", viewport: phone, colorScheme: "light", scale: 2, prepare: (page) => speakUntil(page, "lean") },
  {
    name: "demo-phone-dark",
    viewport: phone,
    colorScheme: "dark",
    scale: 2,
    async prepare(page) {
      await speakUntil(page, "after");
      await page.locator(".listen").evaluate((part) => part.scrollIntoView());
    },
  },
  {
    name: "demo-panels-dark",
    viewport: { width: 1280, height: 940 },
    colorScheme: "dark",
    async prepare(page) {
      await button(page, "Start both").click();
      await page.waitForTimeout(6_000);
      await button(page, "Stop both").click();
      await button(page, "Speak with faults").click();
      await page.waitForTimeout(9_000);
      await page.locator("section:has(#race)").evaluate((part) => globalThis.scrollTo(0, part.getBoundingClientRect().top + globalThis.scrollY - 24));
    },
  },
];

async function take(browser, url, { name, viewport, colorScheme, scale = 1, prepare }) {
  const context = await browser.newContext({ viewport, colorScheme, deviceScaleFactor: scale });
  const page = await context.newPage();
  await page.goto(url);
  await button(page, "Speak").waitFor();
  await prepare(page);
  await page.screenshot({ path: `${folder}${name}.png` });
  process.stdout.write(`${name}.png\n`);
  await context.close();
}

const server = process.env["PAGE_URL"] === undefined ? await (await import("./demo/show-page.mjs")).openDemoServer() : undefined;
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
try {
  const only = process.argv.slice(2);
  for (const picture of pictures) if (only.length === 0 || only.includes(picture.name)) await take(browser, server?.url ?? process.env["PAGE_URL"], picture);
} finally {
  await browser.close();
  await server?.close();
}
