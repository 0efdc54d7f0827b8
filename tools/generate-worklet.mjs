// Writes packages/web/src/player/worklet-source.generated.ts: what the player runs on the audio thread, as one text. `--check` only tells whether it is stale.
//
// A worklet is loaded by address and not by import, and a bundler of an app knows nothing of it: as a text it becomes a `blob:` address, or a
// file (`@parlando/web/worklet.js`, written from the same text by the build) where a Content-Security-Policy does not allow that.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const source = "packages/web/src/player-worklet.ts";
const target = "packages/web/src/player/worklet-source.generated.ts";

async function bundle() {
  const [bundled] = await build({
    root,
    configFile: false,
    logLevel: "warn",
    build: {
      write: false,
      target: "es2022",
      minify: false,
      lib: { entry: join(root, source), formats: ["iife"], name: "playerWorklet" },
      rolldownOptions: { output: { minify: { compress: false, mangle: false, codegen: { removeWhitespace: true, legalComments: "none" } } } },
    },
  });
  if (bundled.output.length !== 1) fail(`${source} became ${bundled.output.length} files; it has to be one.`);
  return bundled.output[0].code.trim();
}

function render(code) {
  return `// Written by tools/generate-worklet.mjs from src/player-worklet.ts: change that, then run it.

/** What the player runs on the audio thread: a whole script, without imports. */
export const workletSource: string = ${JSON.stringify(code)};
`;
}

function fail(message) {
  console.error(`generate-worklet: ${message}`);
  process.exit(1);
}

const text = render(await bundle());
const current = existsSync(join(root, target)) ? readFileSync(join(root, target), "utf8") : "";
if (process.argv.includes("--check")) {
  if (text !== current) fail(`${target} is stale; run: node tools/generate-worklet.mjs`);
} else if (text !== current) {
  writeFileSync(join(root, target), text);
}
