// `npm run bench`: builds, then runs every `bench/*.bench.mjs`, one after the other. Numbers are for reading; nothing is asserted.

import { join } from "node:path";
import { buildPackages } from "./lib/bootstrap.mjs";
import { filesUnder } from "./lib/files.mjs";
import { root, runScript } from "./lib/run.mjs";

const asked = process.argv.slice(2);
const benches = filesUnder("bench").filter((path) => path.endsWith(".bench.mjs") && (asked.length === 0 || asked.some((name) => path.includes(name))));

let { status } = await buildPackages();
for (const path of benches) {
  if (status !== 0) break;
  process.stdout.write(`\n== ${path}\n`);
  ({ status } = await runScript(join(root, path)));
}
process.exitCode = status;
