/** A voice: what was said in a recording, and the recording as codes. The form of the JSON files too. */
export interface NeuralVoice {
  /** Letters, digits, `-`, `_` and spaces: it may become a file's name. */
  readonly name: string;
  /** What is said in the recording, as text. */
  readonly refText: string;
  /** The same as IPA, for presets with phonemes; made by the phonemizer where it is missing. */
  readonly phonemes?: string | undefined;
  /** The recording, one code for 20 ms. */
  readonly codes: readonly number[];
  readonly metadata?: VoiceMetadata | undefined;
}

/** What is told about a voice. */
export interface VoiceMetadata {
  readonly gender?: "female" | "male" | "neutral" | "unknown" | undefined;
  /** BCP-47, or `multilingual`. */
  readonly lang?: string | undefined;
  readonly description?: string | undefined;
}
