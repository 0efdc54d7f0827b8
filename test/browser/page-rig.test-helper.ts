// Pages with parts of React in a real browser: bundled from the sources, looked at as a user does.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import type { Alias } from "vite";

const packages = fileURLToPath(new URL("../../packages/", import.meta.url));

/** Packages of the workspace as their sources, so that a test sees what is written now. */
export const fromSources: Alias[] = [
  { find: /^@parlando\/web\/react$/, replacement: join(packages, "web/src/react/index.ts") },
  { find: /^@parlando\/(engine|core|protocol|testkit|web)$/, replacement: join(packages, "$1/src/index.ts") },
];

/** What the console and nobody's handlers have seen. */
export function watchProblems(page: Page): () => readonly string[] {
  const problems: string[] = [];
  page.on("pageerror", (error) => void problems.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    if (["error", "warning", "assert"].includes(message.type())) problems.push(`${message.type()}: ${message.text()}`);
  });
  return () => problems.splice(0);
}

interface AxeResults {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[] }[];
}

/** Everything that axe finds wrong, as one line each; colours included. */
export async function findBarriers(page: Page): Promise<readonly string[]> {
  // Not as a script of the page: its policy lets none in.
  await page.evaluate(await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
  const { violations } = await page.evaluate<AxeResults>("axe.run(document, { resultTypes: ['violations'] })");
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ""}`));
}
