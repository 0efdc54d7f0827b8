// `npm run lint`: how the code looks (ESLint), what imports what (dependency-cruiser), and no engine named in core; side by side.
// Arguments go to ESLint: `npm run lint -- packages/core --fix`.

import { join } from "node:path";
import { root, runScript, runTool } from "./lib/run.mjs";

const asked = process.argv.slice(2);
const eslintArgs = asked.length > 0 ? asked : ["."];

const checks = [
  { name: "eslint", work: runTool("eslint", ["--no-warn-ignored", ...eslintArgs], { capture: true }) },
  { name: "dependency-cruiser", work: runTool("depcruise", ["--config", ".dependency-cruiser.mjs", "packages"], { capture: true }) },
  { name: "engine names in core", work: runScript(join(root, "tools", "check-core-names.mjs"), [], { capture: true }) },
];

let failed = false;
for (const { name, work } of checks) {
  const { status, output } = await work;
  if (output.trim() !== "") process.stdout.write(`${output.trim()}\n`);
  if (status !== 0) {
    failed = true;
    process.stdout.write(`${name}: failed\n`);
  }
}
process.exitCode = failed ? 1 : 0;
