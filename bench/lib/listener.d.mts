import type { Agent } from "node:http";

/** Who listens to what, and how. */
export interface ListenOrder {
  readonly host?: string;
  readonly port: number;
  readonly seed: number;
  readonly durationMs: number;
  readonly path?: string;
  readonly manner?: "all" | "leave" | "stall";
  readonly agent?: Agent;
  readonly dueAt?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** What was heard. */
export interface Heard {
  readonly firstMs: number | undefined;
  readonly bytes: number;
  readonly wrongBytes: number;
  readonly lostBytes: number;
  readonly status: number | undefined;
  readonly end: "complete" | "left" | "broken" | "refused";
  readonly clocks: readonly { readonly prebufferMs: number; readonly stalls: number; readonly stalledMs: number }[];
}

export declare function listen(order: ListenOrder): Promise<Heard>;
