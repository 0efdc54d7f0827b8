/**
 * Compressed audio for Parlando: MP3 and Opus, decoded and encoded in WebAssembly.
 *
 * @packageDocumentation
 */
export {};
