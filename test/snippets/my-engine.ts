import type { Engine } from "@parlando/engine";

/** The reader's own engine, in the snippets of the docs. */
export declare const createMyEngine: () => Engine;
