// Lets a benchmark import what a package does not export: its sources, stripped of their types as they are loaded.

import { register } from "node:module";

const hooks = `
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import typescript from ${JSON.stringify(import.meta.resolve("typescript"))};

const options = { module: typescript.ModuleKind.ESNext, target: typescript.ScriptTarget.ES2023, verbatimModuleSyntax: true };

export async function load(url, context, next) {
  if (!url.endsWith(".ts")) return next(url, context);
  const source = await readFile(fileURLToPath(url), "utf8");
  return { format: "module", shortCircuit: true, source: typescript.transpileModule(source, { compilerOptions: options }).outputText };
}
`;

register(`data:text/javascript,${encodeURIComponent(hooks)}`);

/**
 * Imports a source file of the workspace.
 *
 * @param {string} path From the root of the repository: "packages/core/src/audio/gain.ts".
 */
export function importSource(path) {
  return import(new URL(`../../${path}`, import.meta.url));
}
