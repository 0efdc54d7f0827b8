// Writes the tables of the docs that are printed from code, between their markers: the engines from the registry and their capabilities, the error
// codes from the contract. `--check` only tells whether they are stale. Reads the built packages.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { routeTable } from "@parlando/server";
import { errorCodes, registry } from "parlando";
import { root } from "./lib/run.mjs";

// Engines look for their keys and addresses in the environment; what they declare here must not depend on this machine.
for (const name of Object.keys(process.env)) delete process.env[name];

const row = (cells) => `| ${cells.join(" | ")} |`;
const table = (head, rows) => [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");
const list = (values) => (values.length === 0 ? "none" : values.join(", "));

/** Entries may name attributes and values of an element too: `prosody@rate`. */
const elementsOf = (ssml) => new Set(ssml.map((entry) => entry.split("@", 1).join("")));

async function engineRow(entry) {
  const module = await entry.load();
  const engine = await module.createEngine();
  try {
    const { input, output, marks, ssml, prosody, runsIn, deterministic, languages } = engine.capabilities;
    return [
      `\`${entry.id}\``,
      `\`${entry.package}\``,
      input.includes("incremental") ? "as it comes" : "in segments",
      output === "streaming" ? "while it is made" : "when it is finished",
      list(marks),
      ssml.length === 0 ? "no" : `${elementsOf(ssml).size} elements`,
      list(prosody),
      languages === undefined ? "ask `voices()`" : String(languages.length),
      list(runsIn),
      deterministic ? "yes" : "no",
      entry.licence,
    ];
  } finally {
    await engine.close();
  }
}

async function engineTable() {
  const head = ["Engine", "Package", "Takes text", "Gives audio", "Marks", "SSML", "Prosody", "Languages", "Runs in", "Same samples again", "Licence"];
  return table(head, await Promise.all(registry.map(engineRow)));
}

/** Where an engine that shares its package has its page; one that has a package of its own has its README. */
function pageOf({ id, package: name }) {
  const own = `engines/${id}.md`;
  return existsSync(join(root, "docs", "guide", own)) ? own : `../../packages/${name.replace("@parlando/", "")}/README.md`;
}

function engineList() {
  return table(["Engine", "What it is", "Package"], registry.map((entry) => [`[\`${entry.id}\`](${pageOf(entry)})`, entry.description, `\`${entry.package}\``]));
}

function errorTable() {
  const rows = Object.entries(errorCodes).map(([code, entry]) => [`<a id="${code.toLowerCase()}"></a>\`${code}\``, entry.meaning, entry.remedy, entry.retryable ? "yes" : "no"]);
  return table(["Code", "What has happened", "What to do", "Can trying again help?"], rows);
}

function routesTable() {
  return table(["Route", "What it does", "Who", "Name"], routeTable().map(({ method, path, summary, access, name }) => [`\`${method} ${path}\``, summary, access, `\`${name}\``]));
}

const places = [
  { file: "README.md", marker: "engines", content: await engineTable() },
  { file: "docs/guide/README.md", marker: "engine-pages", content: engineList() },
  { file: "docs/guide/serving.md", marker: "routes", content: routesTable() },
  { file: "docs/guide/errors.md", marker: "error-codes", content: errorTable() },
];

let stale = 0;
for (const { file, marker, content } of places) {
  const path = join(root, file);
  const before = readFileSync(path, "utf8");
  const [start, end] = [`<!-- ${marker}: printed by tools/print-tables.mjs -->`, `<!-- /${marker} -->`];
  const [from, to] = [before.indexOf(start), before.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has no markers for the table "${marker}"`);
  const after = `${before.slice(0, from + start.length)}\n${content}\n${before.slice(to)}`;
  if (after === before) continue;
  stale += 1;
  if (process.argv.includes("--check")) process.stderr.write(`${file}: the table "${marker}" is stale; run: node tools/print-tables.mjs\n`);
  else writeFileSync(path, after);
}

process.stdout.write(stale === 0 ? "tables in the docs: up to date\n" : `tables in the docs: ${stale} ${process.argv.includes("--check") ? "stale" : "written"}\n`);
process.exitCode = stale > 0 && process.argv.includes("--check") ? 1 : 0;
