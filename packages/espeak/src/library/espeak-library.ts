import type { CreateEspeakModule, EspeakInstance, EspeakModule, NativeCallback, NativePointer, NativeVoice } from "./espeak-module.ts";

/** Settings of one call, in the library's own units. */
export interface EspeakSettings {
  /** The voice's file, with `+variant` behind it where one is wanted. */
  voice: string;
  /** Words a minute, 80 to 450. */
  wordsPerMinute: number;
  /** 0 to 99. */
  pitch: number;
  /** Intonation, 0 to 99. */
  range: number;
}

/** A voice of the library with what its record tells. */
export interface LibraryVoice extends NativeVoice {
  /** 0 unknown, 1 male, 2 female. */
  gender: number;
}

/** The library behind four calls, each of which starts from the same state. */
export interface EspeakLibrary {
  readonly sampleRate: number;
  readonly voices: readonly LibraryVoice[];
  /** Names that may follow a voice after a `+`. */
  readonly variants: readonly string[];
  /** Speaks `text` (the library's SSML). Blocks until done or until `callback` returns true. */
  speak(text: string, settings: EspeakSettings, callback: NativeCallback): void;
  /** IPA of plain `text`: phonemes joined by `_`, words by a space, clauses by ` | `. */
  phonemes(text: string, voice: string): string;
}

const variantFolder = "/usr/share/espeak-ng-data/voices/!v";

/**
 * Starts the library. What it speaks depends on every call made before; so its memory is kept as it was when it had just
 * started, and put back before each call. That costs a copy of about 1.2 MB and makes every call the first one.
 */
export async function loadEspeakLibrary(create: CreateEspeakModule, data: ArrayBuffer): Promise<EspeakLibrary> {
  const ignore = (): void => {};
  const module = await create({ getPreloadedPackage: () => data, print: ignore, printErr: ignore });
  const instance = new module.eSpeakNGWorker();
  const variants = module.FS.readdir(variantFolder).filter((name) => !name.startsWith("."));
  const voices = listVoices(instance);
  // The library allocates a cache for strings at its first call; it has to be inside the state that is kept.
  instance.set_voice(writeString(module, "gmw/en-US"), writeString(module, ""));
  const restore = keepMemory(module);
  const prepare = (voice: string): void => {
    restore();
    instance.set_voice(writeString(module, voice), writeString(module, ""));
  };
  return {
    sampleRate: instance.samplerate,
    voices,
    variants,
    speak(text, settings, callback) {
      prepare(settings.voice);
      instance.rate = settings.wordsPerMinute;
      instance.pitch = settings.pitch;
      instance.range = settings.range;
      instance.synthesize(writeString(module, text), callback);
    },
    phonemes(text, voice) {
      prepare(voice);
      return readString(module, instance.text_to_phonemes(writeString(module, text), 1));
    },
  };
}

function listVoices(instance: EspeakInstance): LibraryVoice[] {
  return instance.list_voices().map((voice, index) => ({ ...voice, gender: instance.get_voices(index).get_gender() }));
}

function writeString(module: EspeakModule, text: string): NativePointer {
  const bytes = new TextEncoder().encode(text);
  const ptr = module._malloc(bytes.length + 1);
  const memory = new Uint8Array(module.HEAP8.buffer);
  memory.set(bytes, ptr);
  memory[ptr + bytes.length] = 0;
  return { ptr };
}

function readString(module: EspeakModule, { ptr }: NativePointer): string {
  const memory = new Uint8Array(module.HEAP8.buffer);
  return ptr === 0 ? "" : new TextDecoder().decode(memory.subarray(ptr, memory.indexOf(0, ptr)));
}

function keepMemory(module: EspeakModule): () => void {
  const memory = new Uint8Array(module.HEAP8.buffer);
  let used = memory.length;
  while (used > 0 && memory[used - 1] === 0) used -= 1;
  const kept = memory.slice(0, used);
  return () => {
    const now = new Uint8Array(module.HEAP8.buffer);
    now.set(kept);
    now.fill(0, kept.length);
  };
}
