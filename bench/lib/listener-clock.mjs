// What a listener hears who begins when so much audio is there, and goes on as soon as more comes after it has run dry.

/** The prebuffers that are judged, in milliseconds. */
export const PREBUFFERS = [100, 250, 500];

/**
 * Judges one stream by when its audio arrived.
 *
 * @returns {{ arrived(atMs: number, audioMs: number): void, ended(atMs: number): { prebufferMs: number, stalls: number, stalledMs: number }[] }}
 */
export function createListenerClock(prebuffers = PREBUFFERS) {
  const players = prebuffers.map((prebufferMs) => ({ prebufferMs, dueAt: undefined, stalls: 0, stalledMs: 0 }));
  let audioMs = 0;

  function arrived(atMs, moreMs) {
    for (const player of players) {
      // `dueAt`: when the first sample of what comes now has to be there.
      if (player.dueAt !== undefined) {
        const lateMs = atMs - player.dueAt;
        if (lateMs > 0) {
          player.stalls += 1;
          player.stalledMs += lateMs;
          player.dueAt = atMs;
        }
        player.dueAt += moreMs;
      } else if (audioMs + moreMs >= player.prebufferMs) {
        player.dueAt = atMs + audioMs + moreMs;
      }
    }
    audioMs += moreMs;
  }

  return { arrived, ended: () => players.map(({ prebufferMs, stalls, stalledMs }) => ({ prebufferMs, stalls, stalledMs })) };
}
