/**
 * Compressed audio for Parlando: MP3 and Opus, decoded and encoded in WebAssembly.
 *
 * @packageDocumentation
 */

export { openDecoder } from "./open-decoder.ts";
export { openEncoder } from "./open-encoder.ts";
