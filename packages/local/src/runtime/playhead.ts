/**
 * Where the listener of one speech is. Nobody tells: so the later of two guesses counts, that sound plays from the moment it was handed over, and that what
 * the reader has not taken cannot have been played.
 */
export interface Playhead {
  /** So much sound was handed over at this time. */
  sent(nowMs: number, soundMs: number): void;
  /** The reader took so much of it. */
  taken(soundMs: number): void;
  /** Sound handed over that the reader has not taken. */
  unreadMs(): number;
  /** When the listener runs dry, or ran dry; undefined before the first sound. */
  dryAtMs(nowMs: number): number | undefined;
}

/** Makes the playhead of a speech of which nothing was heard yet. */
export function createPlayhead(): Playhead {
  let playedOutAtMs: number | undefined;
  let unreadMs = 0;
  return {
    sent: (nowMs, soundMs) => {
      // Sound that comes late plays late: the listener waited meanwhile.
      playedOutAtMs = Math.max(playedOutAtMs ?? nowMs, nowMs) + soundMs;
      unreadMs += soundMs;
    },
    taken: (soundMs) => {
      unreadMs = Math.max(0, unreadMs - soundMs);
    },
    unreadMs: () => unreadMs,
    dryAtMs: (nowMs) => {
      if (playedOutAtMs === undefined) return undefined;
      return unreadMs > 0 ? Math.max(playedOutAtMs, nowMs + unreadMs) : playedOutAtMs;
    },
  };
}
