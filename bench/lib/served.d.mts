import type { ChildProcess } from "node:child_process";

/** What is served, and how fast its engine is. */
export interface ServeOrder {
  readonly lane: "parlando" | "bare";
  readonly pace: { readonly startMs: number; readonly rtf: number; readonly blockMs: number };
  readonly port?: number;
  readonly limits?: object;
  readonly options?: object;
  readonly graceMs?: number;
  readonly core?: number;
}

/** What the process tells of itself. */
export interface ServedLook {
  readonly atMs: number;
  readonly active: number;
  readonly begun: number;
  readonly fds: number;
  readonly memory: { readonly rss: number; readonly heapUsed: number; readonly arrayBuffers: number };
}

/** A server in a process of its own. */
export interface ServedProcess {
  readonly port: number;
  readonly child: ChildProcess;
  ask(question: "look" | "collect"): Promise<ServedLook>;
  stop(): Promise<number | null>;
}

export declare function startServer(order: ServeOrder): Promise<ServedProcess>;
