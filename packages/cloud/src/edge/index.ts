/**
 * The voices of Microsoft Edge's Read Aloud, through the browser's own unofficial service: no account, no key, no promise that it stays (Node).
 *
 * @packageDocumentation
 */

export { createEdgeEngine, createEdgeEngine as createEngine, type EdgeEngine } from "./edge-engine.ts";
export type { EdgeOptions, EdgeRequestOptions } from "./edge-options.ts";
