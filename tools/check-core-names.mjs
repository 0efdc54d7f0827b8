// Core knows no engine by name: what an engine can do reaches it as capabilities. This looks for the id of every engine of the
// workspace in core's strings and identifiers. Exit status 1 when one is there.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { filesUnder } from "./lib/files.mjs";
import { root } from "./lib/run.mjs";

const registry = readFileSync(join(root, "packages/parlando/src/registry.generated.ts"), "utf8");
const engineIds = [...registry.matchAll(/^\s+id: "([^"]+)"/gm)].map((match) => match[1]);

/** Comments may tell where a rule comes from; code may not. */
const withoutComments = (source) => source.replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, (comment) => comment.replaceAll(/[^\n]/g, " "));

/** Also words of the trade (the edge of a segment): only a string that is nothing but the id names the engine. */
const everydayWords = new Set(["edge"]);
const nameOf = (id) => (everydayWords.has(id) ? new RegExp(`(["'\`])${id}\\1`) : new RegExp(`(?<![a-z])${id}(?![a-z])`, "i"));

const findings = [];
for (const path of filesUnder("packages/core/src").filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))) {
  const lines = withoutComments(readFileSync(join(root, path), "utf8")).split("\n");
  for (const id of engineIds) {
    const name = nameOf(id);
    lines.forEach((line, index) => {
      if (name.test(line)) findings.push(`${path}:${index + 1}: names the engine "${id}"; ask its capabilities instead`);
    });
  }
}

for (const finding of findings) process.stderr.write(`${finding}\n`);
process.stdout.write(`engine names in core: ${findings.length} (looked for ${engineIds.join(", ") || "none yet"})\n`);
process.exitCode = findings.length === 0 ? 0 : 1;
