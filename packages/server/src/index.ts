/**
 * Serves speech: over HTTP as OpenAI's clients know it, over events, and over WebSockets with credits.
 *
 * @packageDocumentation
 */

export type { LogRecord } from "./log/log-record.ts";
export type { ServedModels, ServedTTS } from "./served-tts.ts";
export type { ServerAddress, TTSServer } from "./server.ts";
export type { LimitOptions, ServerOptions } from "./server-options.ts";
export type { ServerEnvironment } from "./route/route.ts";
