/** Numbers from a seed, the same on every machine. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number;
}

/** Makes a source of numbers (mulberry32, public domain). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
  return { next, below: (limit) => Math.floor(next() * limit) };
}

/** Values that length fields lie with. */
const lies = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

type Change = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

const changes: readonly Change[] = [
  function flipBit(bytes, random) {
    const at = random.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    return bytes;
  },
  function setByte(bytes, random) {
    bytes[random.below(bytes.length)] = random.below(256);
    return bytes;
  },
  /** Near the start, where the heads are, as often as anywhere. */
  function lieAboutLength(bytes, random) {
    const value = lies[random.below(lies.length)] ?? 0;
    const at = random.below(random.next() < 0.5 ? Math.min(bytes.length, 64) : bytes.length);
    const field = new DataView(new ArrayBuffer(4));
    field.setUint32(0, value, random.next() < 0.5);
    bytes.set(new Uint8Array(field.buffer).subarray(0, Math.min(1 + random.below(4), bytes.length - at)), at);
    return bytes;
  },
  function fill(bytes, random) {
    const at = random.below(bytes.length);
    return bytes.fill(random.next() < 0.5 ? 0xff : 0, at, at + random.below(40));
  },
  function truncate(bytes, random) {
    return bytes.slice(0, random.below(bytes.length + 1));
  },
  function cutStart(bytes, random) {
    return bytes.slice(random.below(bytes.length + 1));
  },
  function remove(bytes, random) {
    const at = random.below(bytes.length);
    return join(bytes.subarray(0, at), bytes.subarray(at + random.below(64)));
  },
  function insertNoise(bytes, random) {
    const at = random.below(bytes.length);
    return join(bytes.subarray(0, at), noise(random, random.below(64)), bytes.subarray(at));
  },
  function repeat(bytes, random) {
    const at = random.below(bytes.length);
    return join(bytes.subarray(0, at), bytes.subarray(random.below(at + 1)));
  },
  function splice(bytes, random, other) {
    return join(bytes.subarray(0, random.below(bytes.length + 1)), other.subarray(random.below(other.length + 1)));
  },
];

/** Longest input of a case. */
export const longestCase = 16_384;

/** One hostile input: a valid file that was changed a few times, rarely random bytes from start to end. */
export function hostileBytes(seeds: readonly Uint8Array[], random: Random): Uint8Array {
  const pick = (): Uint8Array => seeds[random.below(seeds.length)] ?? new Uint8Array(0);
  if (random.next() < 0.05) return noise(random, random.below(2_000));
  let bytes: Uint8Array = pick().slice();
  for (let left = random.below(6); left > 0 && bytes.length > 0; left -= 1) {
    const change = changes[random.below(changes.length)];
    bytes = change?.(bytes, random, pick()) ?? bytes;
  }
  return bytes.slice(0, longestCase);
}

/** Cuts bytes anywhere: often into a few large pieces, sometimes, at the start, into single bytes. */
export function piecesOf(bytes: Uint8Array, random: Random): Uint8Array[] {
  const longest = random.next() < 0.1 ? 3 : random.next() < 0.5 ? 300 : 5_000;
  const pieces: Uint8Array[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const length = 1 + random.below(offset < 1_000 ? longest : 5_000);
    pieces.push(bytes.slice(offset, offset + length));
    offset += length;
  }
  return pieces;
}

function noise(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.below(256));
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
