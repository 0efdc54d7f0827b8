// A sink that plays without a device, in the time of any clock: for measuring when speech begins and where it stops.

/**
 * Plays what is written at once and in real time, and asks for more when less than `bufferMs` are left. Unlike a device it does nothing
 * in between, so that hours are played in seconds on a fake clock.
 */
export function createIdealPlayer({ clock, bufferMs = 40 }) {
  const stopped = new AbortController();
  let playedUntilMs;
  let writtenFrames = 0;
  let sampleRate = 24_000;
  const measured = { firstAudioAtMs: undefined, underruns: 0, stallMs: 0, frames: 0 };

  return {
    measured,
    async write(chunk) {
      const nowMs = clock.now();
      measured.firstAudioAtMs ??= nowMs;
      const gapMs = playedUntilMs === undefined ? 0 : nowMs - playedUntilMs;
      if (gapMs > 0.5) {
        measured.underruns += 1;
        measured.stallMs += gapMs;
      }
      sampleRate = chunk.sampleRate;
      writtenFrames += chunk.samples.length / chunk.channels;
      measured.frames = writtenFrames;
      playedUntilMs = Math.max(playedUntilMs ?? nowMs, nowMs) + chunk.durationMs;
      const waitMs = playedUntilMs - bufferMs - nowMs;
      if (waitMs > 0) await clock.sleep(waitMs, stopped.signal);
    },
    playedFrames: () => Math.max(0, writtenFrames - (Math.max(0, (playedUntilMs ?? 0) - clock.now()) * sampleRate) / 1000),
    pause: async () => {},
    resume: async () => {},
    clear: async () => {
      stopped.abort();
      return writtenFrames;
    },
    end: async () => {
      const leftMs = (playedUntilMs ?? 0) - clock.now();
      if (leftMs > 0) await clock.sleep(leftMs, stopped.signal);
    },
    close: async () => stopped.abort(),
  };
}
