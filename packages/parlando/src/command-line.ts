#!/usr/bin/env node
import { processIO } from "./command-line/process-io.ts";
import { runCommandLine } from "./command-line/run-command-line.ts";

// A reader that goes away after the command has ended is nobody's error any more.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

// A warning of some package to its developers ("a later version will want a later Node") is nothing for those who use the program.
process.removeAllListeners("warning");

const status = await runCommandLine(process.argv.slice(2), processIO());
// What is still being written goes out first; then nothing waits, say, for more input from a pipe.
await new Promise<void>((resolve) => process.stdout.write("", () => resolve()));
process.exit(status);
