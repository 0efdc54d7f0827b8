import { disposeKept, type KeptCache } from "./cache.ts";

/** A kept prefix in somebody's hands: it is not disposed before `release`. */
export interface BorrowedPrefix {
  readonly cache: KeptCache;
  /** Twice is no harm. */
  release(): void;
}

/** Evaluated prefixes by their key. When there is no room, the least recently used one goes. */
export interface PrefixShelf {
  /** Bytes that those on the shelf take; borrowed ones that had to go count until they are given back. */
  readonly bytes: number;
  borrow(key: string): BorrowedPrefix | undefined;
  /**
   * Keeps a prefix, and lends it to who brought it. One that is larger than the whole shelf goes as soon as it is given back. It replaces what had the same key.
   */
  put(key: string, cache: KeptCache): BorrowedPrefix;
  /** Disposes all that is not borrowed, and the rest when it is given back. Twice is no harm. */
  close(): void;
}

interface Entry {
  readonly cache: KeptCache;
  borrowers: number;
  isOnShelf: boolean;
}

/**
 * Makes a shelf.
 *
 * @param options - `maximumBytes`: how much it holds.
 */
export function createPrefixShelf({ maximumBytes }: { maximumBytes: number }): PrefixShelf {
  // A map remembers the order of insertion: the first is the least recently used.
  const entries = new Map<string, Entry>();
  let shelved = 0;
  let bytes = 0;
  let isClosed = false;

  const drop = (entry: Entry): void => {
    bytes -= entry.cache.bytes;
    disposeKept(entry.cache);
  };
  const takeOff = (key: string, entry: Entry): void => {
    entries.delete(key);
    entry.isOnShelf = false;
    shelved -= entry.cache.bytes;
    if (entry.borrowers === 0) drop(entry);
  };
  return {
    get bytes() {
      return bytes;
    },
    borrow(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      return lend(entry, drop);
    },
    put(key, cache) {
      const old = entries.get(key);
      if (old !== undefined) takeOff(key, old);
      const entry: Entry = { cache, borrowers: 0, isOnShelf: true };
      const borrowed = lend(entry, drop);
      entries.set(key, entry);
      shelved += cache.bytes;
      bytes += cache.bytes;
      for (const [other, candidate] of entries) {
        if (shelved <= maximumBytes && !isClosed) break;
        takeOff(other, candidate);
      }
      return borrowed;
    },
    close() {
      isClosed = true;
      for (const [key, entry] of entries) takeOff(key, entry);
    },
  };
}

/** Counts a borrower; when the last one has given back what is not on the shelf any more, it goes. */
function lend(entry: Entry, drop: (entry: Entry) => void): BorrowedPrefix {
  let isReleased = false;
  entry.borrowers += 1;
  return {
    cache: entry.cache,
    release() {
      if (isReleased) return;
      isReleased = true;
      entry.borrowers -= 1;
      if (entry.borrowers === 0 && !entry.isOnShelf) drop(entry);
    },
  };
}
