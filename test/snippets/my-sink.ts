import type { Sink } from "@parlando/core";

/** The reader's own sink, in the snippets of the docs. */
export declare const createMySink: () => Sink;
