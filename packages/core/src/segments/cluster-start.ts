/** Text that is cut into clusters: what readers see as one character. */
interface ClusterSegmenter {
  segment(text: string): { containing(at: number): { readonly index: number } | undefined };
}

/** Below it nothing joins but a carriage return and a line feed: the first marks are U+0300. */
const FIRST_JOINING = 0x300;
const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

let shared: ClusterSegmenter | undefined;
let isAsked = false;

/**
 * Where the cluster begins that the unit at `at` is part of (UAX 29: a letter with its marks, the letters of a Korean syllable, a flag,
 * joined emoji, the two units of a line end): `at` itself where one begins there. Looks at no text behind the character at `at`, so more
 * text changes nothing, unless that character is half of a pair. Takes as long as copying what is before it does.
 */
export function clusterStart(text: string, at: number): number {
  if (at <= 0 || at >= text.length) return at;
  const [before, unit] = [text.charCodeAt(at - 1), text.charCodeAt(at)];
  if (before < FIRST_JOINING && unit < FIRST_JOINING) return before === CARRIAGE_RETURN && unit === LINE_FEED ? at - 1 : at;
  const start = clusterSegmenter()?.segment(text.slice(0, at + 2)).containing(at)?.index;
  return start ?? (isPairAt(text, at) ? at - 1 : at);
}

/** Whether the units before and behind a place are the two of one character. */
export function isPairAt(text: string, at: number): boolean {
  return /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text.slice(Math.max(0, at - 1), at + 1));
}

/** Made where one is needed: the first takes about ten milliseconds. A runtime without it only keeps pairs together. */
function clusterSegmenter(): ClusterSegmenter | undefined {
  if (isAsked) return shared;
  isAsked = true;
  try {
    shared = new Intl.Segmenter("und", { granularity: "grapheme" });
  } catch {
    shared = undefined;
  }
  return shared;
}
