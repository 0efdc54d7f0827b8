/**
 * OpenAI's speech, and every server that speaks its `POST /audio/speech`.
 *
 * @packageDocumentation
 */

export { createOpenAIEngine, createOpenAIEngine as createEngine, type OpenAIEngine } from "./openai-engine.ts";
export type { OpenAIFormatName, OpenAIOptions, OpenAIRequestOptions, OpenAIVoiceReference } from "./openai-options.ts";
