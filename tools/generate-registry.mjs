// Writes packages/parlando/src/registry.generated.ts from the engine folders of the workspace; `--check` only tells whether it is stale.
//
// A package that holds engines says so in its package.json: `"parlando": { "engines": "src" }`. In that folder, or in the folders inside it, an engine
// is an `index.ts` beside a `<id>-engine.ts`. An engine in `src` itself is imported by the package's name, one in `src/polly` by `<package>/polly`.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = "packages/parlando/src/registry.generated.ts";
const engineFile = /^([a-z0-9]+(?:-[a-z0-9]+)*)-engine\.ts$/;

const readJson = (path) => JSON.parse(readFileSync(join(root, path), "utf8"));
const foldersIn = (path) => readdirSync(join(root, path), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();

/** The engine that lies in a folder, if one does. In a folder of its own it bears the folder's name. */
function engineIn(folder, ownName) {
  if (!existsSync(join(root, folder, "index.ts"))) return undefined;
  const ids = readdirSync(join(root, folder)).flatMap((name) => engineFile.exec(name)?.[1] ?? []);
  const id = ownName === undefined ? ids[0] : ids.find((candidate) => candidate === ownName);
  if (ownName === undefined && ids.length > 1) fail(`${folder} holds several engines (${ids.join(", ")}); give each a folder of its own.`);
  return id;
}

/** What an engine says of itself that shares its package with others: the first sentence of the comment at the top of its index.ts. */
function descriptionOf(folder) {
  const comment = /^\s*\/\*\*([\s\S]*?)\*\//.exec(readFileSync(join(root, folder, "index.ts"), "utf8"))?.[1];
  const words = comment?.replaceAll(/^\s*\* ?/gm, "").split(/\n\s*\n|\n@/)[0]?.replaceAll(/\s+/g, " ").trim();
  if (!words) fail(`${folder}/index.ts does not begin with a comment that says what the engine is.`);
  return words.split(/(?<=[.:]) /)[0].replace(/[.:]$/, "");
}

function enginesOf(packageFolder) {
  const manifest = readJson(`packages/${packageFolder}/package.json`);
  const place = manifest.parlando?.engines;
  if (place === undefined) return [];
  const base = `packages/${packageFolder}/${place}`;
  const entry = (id, module, description) => ({ id, package: manifest.name, module, licence: manifest.license, description });

  const single = engineIn(base, undefined);
  const found = single === undefined ? [] : [entry(single, manifest.name, manifest.description)];
  for (const name of foldersIn(base)) {
    if (engineIn(`${base}/${name}`, name) !== undefined) found.push(entry(name, `${manifest.name}/${name}`, descriptionOf(`${base}/${name}`)));
  }
  if (found.length === 0) fail(`packages/${packageFolder}/package.json says that ${place} holds engines, but there is no <id>-engine.ts beside an index.ts.`);
  return found;
}

function assertUsable(engines) {
  const peers = readJson("packages/parlando/package.json").peerDependenciesMeta ?? {};
  const seen = new Set();
  for (const engine of engines) {
    if (seen.has(engine.id)) fail(`Two engines are called "${engine.id}".`);
    if (peers[engine.package]?.optional !== true) fail(`${engine.package} has to be an optional peer dependency of packages/parlando.`);
    seen.add(engine.id);
  }
}

function render(engines) {
  const entries = engines.map((engine) =>
    [
      "  {",
      `    id: ${JSON.stringify(engine.id)},`,
      `    package: ${JSON.stringify(engine.package)},`,
      `    description: ${JSON.stringify(engine.description)},`,
      `    licence: ${JSON.stringify(engine.licence)},`,
      `    load: () => import(${JSON.stringify(engine.module)}),`,
      "  },",
    ].join("\n"),
  );
  return `// Written by tools/generate-registry.mjs from the engine folders: change those, then run it.

import type { RegistryEntry } from "./engines/registry-entry.ts";

/** Every engine that has a package of Parlando's own, in the order of their names. */
export const registry: readonly RegistryEntry[] = [
${entries.join("\n")}
];
`;
}

function fail(message) {
  console.error(`generate-registry: ${message}`);
  process.exit(1);
}

const engines = foldersIn("packages").filter((name) => existsSync(join(root, "packages", name, "package.json"))).flatMap(enginesOf).sort((a, b) => (a.id < b.id ? -1 : 1));
assertUsable(engines);
const text = render(engines);
const current = existsSync(join(root, target)) ? readFileSync(join(root, target), "utf8") : "";
if (process.argv.includes("--check")) {
  if (text !== current) fail(`${target} is stale; run: node tools/generate-registry.mjs`);
} else if (text !== current) {
  writeFileSync(join(root, target), text);
}
