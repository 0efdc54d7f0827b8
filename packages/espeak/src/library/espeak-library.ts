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
  /** Gets ready for the next call, which else does that first. */
  tidy(): void;
}

const voiceFolder = "/usr/share/espeak-ng-data/voices";
const variantFolder = "!v";
/** Variants and the voices of MBROLA, which is not here: 200 of the 375 files that the library would read to list its voices. */
const hiddenFolders: readonly string[] = [variantFolder, "mb"];

/**
 * Starts the library. What it speaks depends on every call made before; so its memory is kept as it was when it had just
 * started, and put back between calls. That costs a copy of about 1.2 MB and makes every call the first one.
 */
export async function loadEspeakLibrary(create: CreateEspeakModule, data: ArrayBuffer): Promise<EspeakLibrary> {
  const ignore = (): void => {};
  const module = await create({ getPreloadedPackage: () => data, print: ignore, printErr: ignore });
  const instance = startInstance(module);
  const variants = module.FS.readdir(`${voiceFolder}/${variantFolder}`).filter((name) => !name.startsWith("."));
  const voices = listVoices(instance);
  // The library allocates a cache for strings at its first call; it has to be inside the state that is kept.
  instance.set_voice(writeString(module, "gmw/en-US"), writeString(module, ""));
  const restore = keepMemory(module);
  let isTidy = true;
  const tidy = (): void => {
    if (!isTidy) restore();
    isTidy = true;
  };
  const prepare = (voice: string): void => {
    tidy();
    isTidy = false;
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
    tidy,
  };
}

/**
 * Makes the synthesizer. Meanwhile the clock stands still, since the library seeds the noise of its voices with the time of
 * day; and folders are out of the way whose files would take most of the time. One named in SSML would also be taken for a
 * voice of its own, which cannot speak.
 */
function startInstance(module: EspeakModule): EspeakInstance {
  const { FS } = module;
  const hidden = hiddenFolders.filter((name) => FS.readdir(voiceFolder).includes(name));
  const { now } = Date;
  for (const name of hidden) FS.rename(`${voiceFolder}/${name}`, `/hidden-${name}`);
  Date.now = () => 0;
  try {
    return new module.eSpeakNGWorker();
  } finally {
    Date.now = now;
    for (const name of hidden) FS.rename(`/hidden-${name}`, `${voiceFolder}/${name}`);
  }
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
  const kept = module.HEAP8.slice(0, usedBytes(module));
  return () => {
    const used = usedBytes(module);
    module.HEAP8.set(kept);
    // Not to the end: of the 17 MB most was never touched, and would only become memory of the process by being cleared.
    if (used > kept.length) module.HEAP8.fill(0, kept.length, used);
  };
}

/** Where nothing but zeros follows. Read by words, since the first time this code is not compiled yet. */
function usedBytes({ HEAP8 }: EspeakModule): number {
  const words = new Int32Array(HEAP8.buffer);
  let used = words.length;
  while (used > 0 && words[used - 1] === 0) used -= 1;
  return used * Int32Array.BYTES_PER_ELEMENT;
}
