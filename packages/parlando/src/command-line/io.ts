import type { Writable } from "node:stream";
import type { Environment } from "../config/environment.ts";
import type { Services } from "../services.ts";

/** Text or bytes that come in. */
export interface InputStream extends AsyncIterable<string | Uint8Array> {
  readonly isTTY?: boolean | undefined;
}

/** Where a command runs: the process itself, or a test. */
export interface CommandLineIO {
  readonly stdin: InputStream;
  readonly stdout: Writable & { readonly isTTY?: boolean | undefined };
  readonly stderr: Writable & { readonly isTTY?: boolean | undefined; readonly columns?: number | undefined };
  readonly env: Environment;
  readonly services: Services;
  /** Calls the listener with the exit status when the user wants to stop (Ctrl-C: 130). Returns what takes the listener away. */
  onInterrupt(listener: (status: number) => void): () => void;
}

/** The exit statuses of the command line; an interrupted command has that of its signal, as shells expect: 130 for Ctrl-C. */
export const exitStatus = { done: 0, failed: 1, usage: 2 } as const;
