/**
 * ElevenLabs, over HTTP and over WebSockets that take text as it comes, with word and character marks.
 *
 * @packageDocumentation
 */

export { createElevenLabsEngine, createElevenLabsEngine as createEngine, type ElevenLabsEngine } from "./elevenlabs-engine.ts";
export type { ElevenLabsOptions, ElevenLabsRequestOptions, ElevenLabsTier, ElevenLabsTransport, ElevenLabsVoiceSettings } from "./elevenlabs-options.ts";
