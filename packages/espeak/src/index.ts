/**
 * The embedded voice of Parlando: eSpeak NG, in Node and in browsers, and IPA phonemes for other engines. This package alone
 * is under the GPL.
 *
 * @packageDocumentation
 */

export { createEspeakEngine, createEspeakEngine as createEngine, type EspeakEngine } from "./espeak-engine.ts";
export type { EspeakOptions, EspeakVoiceOptions } from "./espeak-options.ts";
export { createPhonemizer, phonemize, type PhonemizeOptions, type Phonemizer } from "./phonemizer.ts";
