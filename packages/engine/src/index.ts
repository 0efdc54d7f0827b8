/**
 * The contract between Parlando and speech engines: types, capabilities and errors, without dependencies. Engines are written
 * against this package alone.
 *
 * @packageDocumentation
 */

export type { AudioFormat } from "./audio-format.ts";
export type { Capabilities, EngineLimits } from "./capabilities.ts";
export type { Engine } from "./engine.ts";
export type { EngineEvent, SessionEvent } from "./engine-event.ts";
export type { EngineSession } from "./engine-session.ts";
export { errorCodes, type ErrorCode, type ErrorCodeEntry } from "./error-code.ts";
export type { Mark, MarkKind } from "./mark.ts";
export { BufferError, StreamError } from "./stream-error.ts";
export type { SynthesisRequest } from "./synthesis-request.ts";
export { TTSError, type TTSErrorOptions } from "./tts-error.ts";
export type { CredentialReport, Voice } from "./voice.ts";
