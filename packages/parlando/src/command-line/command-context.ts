import type { CommandLineIO } from "./io.ts";
import type { Output } from "./output.ts";
import type { Stopping } from "./stopping.ts";

/** What every command works with. */
export interface CommandContext {
  readonly io: CommandLineIO;
  /** Standard output. */
  readonly output: Output;
  readonly stopping: Stopping;
}
