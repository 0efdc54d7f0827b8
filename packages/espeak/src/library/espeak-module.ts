/** A pointer handed to the library where it would else copy a string through its own cache. */
export interface NativePointer {
  ptr: number;
}

/** What the library reports beside the audio, in order. */
export interface NativeEvent {
  type: "word" | "sentence" | "mark" | "play" | "end" | "msg_terminated" | "phoneme" | "samplerate";
  /** 1-based, in code points of the text given. */
  text_position: number;
  /** In code points. */
  word_length: number;
  /** In milliseconds from the start of the call. */
  audio_position: number;
  /** The phoneme or the name of a mark; the number of a word or sentence. */
  id: string | number | undefined;
}

/** Called about every 100 ms of audio, while the call runs; true stops it. */
export type NativeCallback = (samples: Int16Array, events: NativeEvent[]) => boolean;

/** A voice as the library lists it. */
export interface NativeVoice {
  name: string;
  /** Path of the voice file, such as `gmw/en-US`. */
  identifier: string;
  languages: { priority: number; name: string }[];
}

/** The record behind one entry of the voice list. */
export interface NativeVoiceRecord {
  get_gender(): number;
}

/** One synthesizer. */
export interface EspeakInstance {
  rate: number;
  pitch: number;
  range: number;
  volume: number;
  readonly samplerate: number;
  list_voices(): NativeVoice[];
  get_voices(index: number): NativeVoiceRecord;
  set_voice(name: NativePointer, language: NativePointer): number;
  synthesize(text: NativePointer, callback: NativeCallback): void;
  /** `useIpa` is 1; answers with where the result lies. Reads plain text. */
  text_to_phonemes(text: NativePointer, useIpa: 1): NativePointer;
}

/** The module once it runs. */
export interface EspeakModule {
  readonly HEAP8: Int8Array;
  readonly FS: { readdir(path: string): string[]; rename(from: string, to: string): void };
  readonly eSpeakNGWorker: new () => EspeakInstance;
  _malloc(bytes: number): number;
}

/** What the module is started with. */
export interface EspeakModuleSettings {
  /** Hands over the voice data, so that the library does not look for it by itself. */
  getPreloadedPackage: () => ArrayBuffer;
  print: (line: string) => void;
  printErr: (line: string) => void;
}

/** The library's default export. */
export type CreateEspeakModule = (settings: EspeakModuleSettings) => Promise<EspeakModule>;
