import { getEventListeners } from "node:events";
import { TTSError, type Voice } from "@parlando/engine";
import { describe, expect, it } from "vitest";
import { createInactivityWatch, type WatchTimers } from "./inactivity.ts";
import { errorOf, pause } from "./servers.test-helper.ts";
import { createVoiceCache } from "./voice-cache.ts";

/** Timers that go when told to. */
function fakeTimers(): WatchTimers & { advance(ms: number): void; armed: number } {
  let nowMs = 0;
  const waiting = new Set<{ atMs: number; call: () => void }>();
  return {
    armed: 0,
    now: () => nowMs,
    set(call, ms) {
      const timer = { atMs: nowMs + ms, call };
      waiting.add(timer);
      this.armed += 1;
      return timer;
    },
    clear: (timer) => void waiting.delete(timer as { atMs: number; call: () => void }),
    advance(ms) {
      const untilMs = nowMs + ms;
      for (;;) {
        const next = [...waiting].filter(({ atMs }) => atMs <= untilMs).sort((left, right) => left.atMs - right.atMs)[0];
        if (next === undefined) break;
        waiting.delete(next);
        nowMs = next.atMs;
        next.call();
      }
      nowMs = untilMs;
    },
  };
}

describe("createInactivityWatch", () => {
  it("calls once when a wait is too long, at its time", () => {
    const timers = fakeTimers();
    const watch = createInactivityWatch(timers);
    const late: number[] = [];
    watch.expect(100, () => late.push(timers.now()));
    timers.advance(60);
    watch.expect(100, () => late.push(timers.now()));
    timers.advance(99);
    expect(late).toEqual([]);
    timers.advance(500);
    expect(late).toEqual([160]);
  });

  it("is quiet while nothing is waited for, and when it is closed", () => {
    const timers = fakeTimers();
    const watch = createInactivityWatch(timers);
    let late = 0;
    watch.expect(100, () => (late += 1));
    watch.rest();
    timers.advance(1000);
    watch.expect(100, () => (late += 1));
    watch.expect(undefined, () => (late += 1));
    timers.advance(1000);
    watch.expect(100, () => (late += 1));
    watch.close();
    watch.close();
    watch.expect(100, () => (late += 1));
    timers.advance(1000);
    expect(late).toBe(0);
  });

  it("notices a shorter limit behind a longer one", () => {
    const timers = fakeTimers();
    const watch = createInactivityWatch(timers);
    const late: number[] = [];
    watch.expect(10_000, () => late.push(-1));
    timers.advance(10);
    watch.expect(50, () => late.push(timers.now()));
    timers.advance(20_000);
    expect(late).toEqual([60]);
  });

  it("arms a timer for many waits, not for each", () => {
    const timers = fakeTimers();
    const watch = createInactivityWatch(timers);
    for (let wait = 0; wait < 10_000; wait += 1) {
      watch.expect(1000, () => {});
      timers.advance(1);
      watch.rest();
    }
    expect(timers.armed).toBeLessThan(25);
  });
});

describe("createVoiceCache", () => {
  const voices: Voice[] = [{ id: "a", name: "A", engine: "acme", languages: ["en"], gender: "unknown" }];

  /** A fetch that is ended from outside, and ends with its signal. */
  function source(): { loads: number; signals: AbortSignal[]; finish: (error?: Error) => void; load: (signal: AbortSignal) => Promise<readonly Voice[]> } {
    const self = {
      loads: 0,
      signals: [] as AbortSignal[],
      finish: (_error?: Error): void => {},
      load: (signal: AbortSignal) => {
        self.loads += 1;
        self.signals.push(signal);
        return new Promise<readonly Voice[]>((resolve, reject) => (self.finish = (error) => (error === undefined ? resolve(voices) : reject(error))));
      },
    };
    return self;
  }

  it("fetches once for all who ask, and keeps the list for its time", async () => {
    const from = source();
    let nowMs = 0;
    const cache = createVoiceCache({ engine: "acme", load: from.load, keepMs: 1000, now: () => nowMs });
    const { signal } = new AbortController();
    const asked = [cache.get(signal), cache.get(signal), cache.get(signal)];
    from.finish();
    expect(await Promise.all(asked)).toEqual([voices, voices, voices]);
    nowMs = 999;
    expect(await cache.get(signal)).toEqual(voices);
    expect(from.loads).toBe(1);
    nowMs = 1000;
    const again = cache.get(signal);
    from.finish();
    await again;
    expect(from.loads).toBe(2);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  it("keeps no failure", async () => {
    const from = source();
    const cache = createVoiceCache({ engine: "acme", load: from.load });
    const { signal } = new AbortController();
    const failed = [errorOf(cache.get(signal)), errorOf(cache.get(signal))];
    from.finish(new TTSError("SERVICE", "Down."));
    expect((await Promise.all(failed)).map(({ code }) => code)).toEqual(["SERVICE", "SERVICE"]);
    const again = cache.get(signal);
    from.finish();
    expect(await again).toEqual(voices);
  });

  it("ends the wait of one without that of the others, and the fetch with the last", async () => {
    const from = source();
    const cache = createVoiceCache({ engine: "acme", load: from.load });
    const [first, second] = [new AbortController(), new AbortController()];
    const one = errorOf(cache.get(first.signal));
    const two = errorOf(cache.get(second.signal));
    first.abort();
    expect((await one).code).toBe("ABORTED");
    expect(from.signals[0]?.aborted).toBe(false);
    second.abort();
    expect((await two).code).toBe("ABORTED");
    expect(from.signals[0]?.aborted).toBe(true);
    const third = cache.get(new AbortController().signal);
    from.finish();
    expect(await third).toEqual(voices);
    expect(from.loads).toBe(2);
    expect((await errorOf(cache.get(first.signal))).code).toBe("ABORTED");
  });

  it("ends everything when it is closed, twice", async () => {
    const from = source();
    const cache = createVoiceCache({ engine: "acme", load: from.load });
    const waiting = errorOf(cache.get(new AbortController().signal));
    cache.close();
    cache.close();
    expect((await waiting).code).toBe("ABORTED");
    expect(from.signals[0]?.aborted).toBe(true);
    from.finish(new Error("late"));
    await pause(1);
    expect((await errorOf(cache.get(new AbortController().signal))).code).toBe("ABORTED");
  });
});
