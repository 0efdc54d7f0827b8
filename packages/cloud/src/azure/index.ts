/**
 * Azure Speech, through the vendor's SDK: SSML turns over a pooled WebSocket, with words, sentences, visemes and bookmarks.
 *
 * @packageDocumentation
 */

export { createAzureEngine, createAzureEngine as createEngine, type AzureEngine } from "./azure-engine.ts";
export type { AzureOptions, AzureRequestOptions } from "./azure-options.ts";
