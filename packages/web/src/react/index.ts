/**
 * Parts of pages that speak, for React 18 and later.
 *
 * @packageDocumentation
 */

export type { Speech, SpeechPhase, SpeechState, UseSpeechOptions } from "./speech-state.ts";
