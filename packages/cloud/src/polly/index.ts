/**
 * Amazon Polly through AWS's own client, `@aws-sdk/client-polly`: all four of its engines, marks, and incremental text for generative voices.
 *
 * @packageDocumentation
 */

export { createPollyEngine, createPollyEngine as createEngine, type PollyEngine } from "./polly-engine.ts";
export type { PollyCredentials, PollyEngineName, PollyFormatName, PollyOptions, PollyRequestOptions } from "./polly-options.ts";
