/**
 * Serves speech: over HTTP as OpenAI's clients know it, over events, and over WebSockets with credits.
 *
 * @packageDocumentation
 */

export { createServer } from "./create-server.ts";
export { createFaultyEngine, type FaultyEngineOptions } from "./faults/faulty-engine.ts";
export type { EngineFaults } from "./faults/engine-faults.ts";
export type { LogRecord } from "./log/log-record.ts";
export type { ServedModels, ServedTTS } from "./served-tts.ts";
export type { ServerAddress, TTSServer, UpgradeOptions } from "./server.ts";
export type { LimitOptions, ServerOptions } from "./server-options.ts";
export type { ServerEnvironment } from "./route/route.ts";
export { routeTable, type RouteLine } from "./route/route-table.ts";
