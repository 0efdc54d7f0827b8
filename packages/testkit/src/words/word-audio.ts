import { renderExact, shortestExactFrames } from "./exact-code.ts";
import { spokenWords, type SpokenWord } from "./spoken-word.ts";
import { renderTones, toneCode } from "./tone-code.ts";

/** How words become audio. */
export interface WordAudioOptions {
  /** In Hz. Default 24,000. */
  sampleRate?: number | undefined;
  /** "tones" can be read after resampling; "exact" shows every single sample. Default "tones". */
  encoding?: "tones" | "exact" | undefined;
  /** Every unit of a word, and the space after it, lasts this long. Default 1000 / 15: the pace of English. */
  msPerCharacter?: number | undefined;
  /** Every word lasts this long, whatever its length. */
  wordMs?: number | undefined;
  /** "soft": each word begins and ends at zero. "hard": it begins and ends loud. "exact" is always soft. Default "soft". */
  edges?: "soft" | "hard" | undefined;
}

/** A word and its place in the audio. */
export interface TimedWord extends Readonly<SpokenWord> {
  readonly startFrame: number;
  readonly frames: number;
}

interface Rendering {
  sampleRate: number;
  encoding: "tones" | "exact";
  edges: "soft" | "hard";
}

/** The audio of a text, made as it is read. */
export interface WordAudio {
  readonly words: readonly TimedWord[];
  readonly frames: number;
  /** The samples from one frame up to another; a new array, shorter at the end. */
  read(from: number, to: number): Float32Array<ArrayBuffer>;
}

/**
 * Lays out the audio of a text. Each word has its own length, and the space after a word belongs to it, so the audio of a text is the
 * audio of its parts put together wherever it is cut between words.
 */
export function createWordAudio(text: string, options: WordAudioOptions = {}): WordAudio {
  const rendering: Rendering = { sampleRate: options.sampleRate ?? 24_000, encoding: options.encoding ?? "tones", edges: options.edges ?? "soft" };
  const { words, frames } = layOut(text, options, rendering);
  let near = 0;
  /** The last word that was rendered: most blocks are of one. */
  let last: { readonly word: TimedWord; readonly samples: Float32Array } | undefined;

  const samplesOf = (word: TimedWord, id: number): Float32Array => {
    if (last?.word !== word) last = { word, samples: renderWord(id, word.frames, rendering) };
    return last.samples;
  };

  function read(from: number, to: number): Float32Array<ArrayBuffer> {
    const samples = new Float32Array(Math.max(0, Math.min(to, frames) - from));
    while (near > 0 && (words[near]?.startFrame ?? Infinity) > from) near -= 1;
    for (let index = near; index < words.length; index += 1) {
      const word = words[index];
      if (word === undefined || word.startFrame >= to) break;
      near = index;
      if (word.id !== undefined && word.startFrame + word.frames > from) copyInto(samples, samplesOf(word, word.id), word.startFrame - from);
    }
    return samples;
  }
  return { words, frames, read };
}

function copyInto(target: Float32Array, source: Float32Array, at: number): void {
  const from = Math.max(0, -at);
  const to = Math.min(source.length, target.length - at);
  if (to > from) target.set(source.subarray(from, to), at + from);
}

function wordFrames(word: SpokenWord, options: WordAudioOptions, { sampleRate, encoding }: Rendering): number {
  const msPerCharacter = options.msPerCharacter ?? 1000 / 15;
  const asked = Math.round(((options.wordMs ?? (word.text.length + 1) * msPerCharacter) * sampleRate) / 1000);
  return Math.max(asked, encoding === "exact" ? shortestExactFrames : Math.ceil((toneCode.shortestMs * sampleRate) / 1000));
}

/** The words of a text with their places. */
interface Layout {
  readonly words: readonly TimedWord[];
  readonly frames: number;
}

/** Texts that were laid out are kept while they have so many words together: a thousand streams that say the same cost no more than one. */
const layouts = new Map<string, Layout>();
const maxLaidOutWords = 20_000;
let laidOutWords = 0;

function layOut(text: string, options: WordAudioOptions, rendering: Rendering): Layout {
  const key = `${options.msPerCharacter} ${options.wordMs} ${rendering.sampleRate} ${rendering.encoding} ${text}`;
  const known = layouts.get(key);
  if (known !== undefined) return known;
  let frames = 0;
  const words = spokenWords(text).map((word): TimedWord => {
    const { id, text: written, textStart, textEnd } = word;
    const timed = { id, text: written, textStart, textEnd, startFrame: frames, frames: wordFrames(word, options, rendering) };
    frames += timed.frames;
    // Who gets a layout next must find it as it was made.
    return Object.freeze(timed);
  });
  const layout = { words: Object.freeze(words), frames };
  layouts.set(key, layout);
  laidOutWords += words.length + 1;
  for (const [oldest, dropped] of layouts) {
    if (laidOutWords <= maxLaidOutWords) break;
    layouts.delete(oldest);
    laidOutWords -= dropped.words.length + 1;
  }
  return layout;
}

/** Rendered words are kept while they fit in 16 MB: a thousand streams that say the same cost no more than one. */
const cache = new Map<string, Float32Array<ArrayBuffer>>();
const maxCachedFrames = 4_000_000;
let cachedFrames = 0;

function renderWord(id: number, frames: number, { sampleRate, encoding, edges }: Rendering): Float32Array<ArrayBuffer> {
  const key = `${id} ${frames} ${sampleRate} ${encoding} ${edges}`;
  const known = cache.get(key);
  if (known) return known;
  const samples = encoding === "exact" ? renderExact(id, frames) : renderTones(id, frames, sampleRate, edges);
  cache.set(key, samples);
  cachedFrames += frames;
  for (const [oldest, dropped] of cache) {
    if (cachedFrames <= maxCachedFrames) break;
    cache.delete(oldest);
    cachedFrames -= dropped.length;
  }
  return samples;
}

/**
 * The samples that the scripted engine makes of a text, for comparison sample by sample. Cut a text between words, and the parts'
 * samples together are the whole's.
 */
export function expectedSamples(text: string, options?: WordAudioOptions): Float32Array<ArrayBuffer> {
  const audio = createWordAudio(text, options);
  return audio.read(0, audio.frames);
}
