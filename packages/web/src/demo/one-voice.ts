/** One at a time: whoever begins to speak has the others stop. */
export interface OneVoice {
  /** Returns what takes it out again. */
  join(stop: () => void): () => void;
  /** To be called with one's own `stop` right before speaking. */
  begin(stop: () => void): void;
  /** Silence. */
  stopAll(): void;
}

/** For all panels of the page. */
export function createOneVoice(): OneVoice {
  const all = new Set<() => void>();
  return {
    join(stop) {
      all.add(stop);
      return () => void all.delete(stop);
    },
    begin(own) {
      for (const stop of [...all]) if (stop !== own) stop();
    },
    stopAll() {
      for (const stop of [...all]) stop();
    },
  };
}
