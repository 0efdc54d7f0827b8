import { TTSError } from "@parlando/engine";
import type { CommandLineIO } from "./io.ts";
import type { Output } from "./output.ts";

/** Whether, and why, a command is to stop before its end. */
export interface Stopping {
  /** Aborted at Ctrl-C, and when the reader of standard output has gone. */
  readonly signal: AbortSignal;
  /** The exit status that the stop leads to; undefined as long as nobody asked for one. */
  status(): number | undefined;
  release(): void;
}

/** Watches for what stops a command. */
export function watchForStop(io: CommandLineIO, output: Output): Stopping {
  const stop = new AbortController();
  let status: number | undefined;
  const end = (newStatus: number): void => {
    status ??= newStatus;
    stop.abort(new TTSError("ABORTED", "The command was interrupted."));
  };
  const removeInterrupt = io.onInterrupt(end);
  // A reader that has enough is no failure: `parlando speak … --out - | head -c 1000`.
  const onClosed = (): void => end(0);
  output.closing.addEventListener("abort", onClosed, { once: true });
  return {
    signal: stop.signal,
    status: () => status,
    release: () => {
      removeInterrupt();
      output.closing.removeEventListener("abort", onClosed);
    },
  };
}
