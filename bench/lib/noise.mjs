// Audio for the benches of the server: noise that follows from a seed, as 16-bit samples at 24 kHz. No sample is 0, so that silence is never taken for it, and both ends are
// quiet, so that nothing has to be faded or trimmed: what an engine gives and what a listener must hear are the same bytes.

export const SAMPLE_RATE = 24_000;
export const BYTES_PER_MS = (2 * SAMPLE_RATE) / 1000;

/** A second of every ten or so comes again: no multiple of any block, so that a block at a wrong place shows. */
const PERIOD_FRAMES = 240_007;
/** Below what would be faded (65), above what counts as silence (33). */
const QUIET_LEVEL = 48;
/** 2.5 ms; a fade looks at 1.5. */
const EDGE_FRAMES = 60;

/** Seeds that listeners use, from 0. */
export const SEEDS = 16;

const made = new Map();

/** Makes the noise of all seeds: before anything is measured. */
export function makeAllNoise() {
  for (let seed = 0; seed < SEEDS; seed += 1) bodyOf(seed);
}

/** The text that is spoken as so much noise. One short word, so that it is one segment, and nobody judges its length. */
export const noiseText = (seed, durationMs) => `n${seed}x${durationMs}`;

/** What such a text asks for; undefined for any other. */
export function readNoise(text) {
  const found = /n(\d+)x(\d+)/u.exec(text);
  return found === null ? undefined : createNoise(Number(found[1]), Number(found[2]) * BYTES_PER_MS);
}

/**
 * The noise of a seed.
 *
 * @param {number} seed
 * @param {number} bytes Of the whole; even.
 */
export function createNoise(seed, bytes) {
  const body = bodyOf(seed);
  const edgeBytes = 2 * EDGE_FRAMES;
  const edge = edgeOf(seed);

  /** A view where it can be one. Yours to read, never to write. */
  function read(from, to) {
    const inside = from >= edgeBytes && to <= bytes - edgeBytes;
    const place = from % body.length;
    if (inside && place + to - from <= body.length) return body.subarray(place, place + to - from);
    const piece = Buffer.allocUnsafe(to - from);
    for (let at = from; at < to; at += 1) piece[at - from] = at < edgeBytes || at >= bytes - edgeBytes ? edge[at % edge.length] : body[at % body.length];
    return piece;
  }

  return { seed, bytes, durationMs: bytes / BYTES_PER_MS, read, matches: (from, piece) => from + piece.length <= bytes && read(from, from + piece.length).equals(piece) };
}

function bodyOf(seed) {
  const known = made.get(seed);
  if (known !== undefined) return known;
  const random = createRandom(seed);
  const samples = Int16Array.from({ length: PERIOD_FRAMES }, () => {
    const sample = (random() >> 18) & 0x3fff;
    return (sample === 0 ? 1 : sample) * (random() & 1 ? 1 : -1);
  });
  const bytes = Buffer.from(samples.buffer);
  made.set(seed, bytes);
  return bytes;
}

/** Alternates, a little differently for every seed. */
const edgeOf = (seed) => Buffer.from(Int16Array.from({ length: EDGE_FRAMES }, (_, index) => (index % 2 === 0 ? 1 : -1) * (QUIET_LEVEL - ((seed + index) % 7))).buffer);

/** Whole numbers of 32 bits (xorshift, by George Marsaglia). */
function createRandom(seed) {
  let state = (Math.imul(seed + 1, 0x9e3779b9) | 1) >>> 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state;
  };
}
