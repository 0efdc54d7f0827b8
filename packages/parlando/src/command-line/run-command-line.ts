import { CommanderError } from "commander";
import type { CommandContext } from "./command-context.ts";
import { installedVersion } from "./installed-package.ts";
import { exitStatus, type CommandLineIO } from "./io.ts";
import { watchOutput } from "./output.ts";
import { createProgram } from "./program.ts";
import { errorLine, statusOf } from "./report-error.ts";
import { watchForStop } from "./stopping.ts";
import { UsageError } from "./usage-error.ts";
import { usageProblem } from "./usage-problem.ts";

/**
 * Runs the command line and resolves with its exit status; never rejects.
 *
 * @param words - What stands after the program's name.
 *
 * @example
 * ```ts
 * const status = await runCommandLine(["speak", "Hello", "--out", "hello.wav"], processIO());
 * ```
 */
export async function runCommandLine(words: readonly string[], io: CommandLineIO): Promise<number> {
  const output = watchOutput(io.stdout);
  const errors = watchOutput(io.stderr);
  const stopping = watchForStop(io, output);
  const context: CommandContext = { io, output, stopping };
  try {
    return await runCommand(words, context);
  } catch (error) {
    await errors.write(errorLine(error)).catch(() => undefined);
    return statusOf(error);
  } finally {
    stopping.release();
    output.release();
    errors.release();
  }
}

async function runCommand(words: readonly string[], context: CommandContext): Promise<number> {
  const help: string[] = [];
  let status: number = exitStatus.done;
  const program = createProgram({
    version: (await installedVersion("parlando")) ?? "unknown",
    run: async (work) => {
      status = await work(context);
    },
    writeHelp: (text) => help.push(text),
  });
  if (words.length === 0) {
    program.outputHelp();
    context.io.stderr.write(help.join(""));
    return exitStatus.usage;
  }
  try {
    await program.parseAsync(words, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander ends help and version in this way too, and a parent without a command with help on standard error.
    if (error.exitCode !== 0) throw new UsageError(usageProblem(error));
  }
  await context.output.write(help.join(""));
  return status;
}
