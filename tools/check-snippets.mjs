// Checks the types of every TypeScript snippet in the README and the docs, against the sources of the packages.
// What snippets take for granted is declared in `test/snippets/ambient.d.ts`.

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { filesUnder, packageFolders } from "./lib/files.mjs";
import { root, runTool } from "./lib/run.mjs";

const folder = join(root, ".cache", "snippets");
const documents = ["README.md", ...packageFolders().map((name) => `packages/${name}/README.md`).filter((path) => existsSync(join(root, path))), ...filesUnder("docs").filter((path) => path.endsWith(".md") && !path.startsWith("docs/api/"))];

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

const places = new Map();
for (const document of documents) {
  const text = readFileSync(join(root, document), "utf8");
  for (const match of text.matchAll(/^```(tsx?)\n([\s\S]*?)^```$/gm)) {
    const line = text.slice(0, match.index).split("\n").length;
    const name = `${document.replaceAll(/[^a-z0-9]+/gi, "-")}-${line}.${match[1]}`;
    places.set(name, { document, line });
    writeFileSync(join(folder, name), `${match[2]}export {};\n`.replaceAll("from \"./my-", "from \"../../test/snippets/my-"));
  }
}

writeFileSync(
  join(folder, "tsconfig.json"),
  JSON.stringify({
    extends: "../../tsconfig.json",
    compilerOptions: { incremental: false, noUnusedLocals: false },
    include: ["*.ts", "*.tsx", "../../test/snippets/ambient.d.ts"],
  }),
);

const { status, output } = await runTool("tsc", ["-p", join(folder, "tsconfig.json"), "--pretty", "false"], { capture: true });
const located = output.replaceAll(/^\S*?([\w-]+\.tsx?)\((\d+),(\d+)\)/gm, (all, name, line, column) => {
  const place = places.get(name);
  return place === undefined ? all : `${place.document}(${place.line + Number(line)},${column})`;
});
process.stdout.write(status === 0 ? `snippets in the docs: ${places.size} checked\n` : located);
process.exitCode = status === 0 ? 0 : 1;
