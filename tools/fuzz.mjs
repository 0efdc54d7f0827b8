// `node tools/fuzz.mjs --cases 200000 [--seed 1] [--only mp3]`: reads hostile bytes with every parser and decoder, and prints one line of JSON
// for each: how the cases ended, the largest piece of memory that was asked for, the slowest case. Fails with the number of the case that went wrong.

import { parseArgs } from "node:util";
import { runTool } from "./lib/run.mjs";

const { values } = parseArgs({
  options: { cases: { type: "string", default: "200000" }, seed: { type: "string", default: "1" }, only: { type: "string" } },
});
const env = {
  PARLANDO_FUZZ_CASES: values.cases,
  PARLANDO_FUZZ_SEED: values.seed,
  ...(values.only === undefined ? {} : { PARLANDO_FUZZ_ONLY: values.only }),
};
const { status } = await runTool("vitest", ["run", "test/fuzz"], { env });
process.exitCode = status;
