import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { watchServer, type ServerWatch } from "./server-watch.ts";

describe("watchServer", () => {
  let isUp = true;
  let isSeen = true;
  let looks = 0;
  let told: boolean[] = [];
  let watch: ServerWatch;

  beforeEach(() => {
    vi.useFakeTimers();
    [isUp, isSeen, looks, told] = [true, true, 0, []];
    watch = watchServer({
      look: async () => {
        looks += 1;
        if (!isUp) throw new Error("Nobody answers.");
      },
      onChange: (isThere) => void told.push(isThere),
      isSeen: () => isSeen,
      everyMs: 5_000,
      answerMs: 4_000,
    });
  });

  afterEach(() => {
    watch.stop();
    vi.useRealTimers();
  });

  it("tells that the server has gone, and that it is back; once each", async () => {
    await vi.advanceTimersByTimeAsync(10_000);
    expect([looks, told]).toEqual([2, []]);
    isUp = false;
    await vi.advanceTimersByTimeAsync(15_000);
    expect(told).toEqual([false]);
    isUp = true;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(told).toEqual([false, true]);
    expect(looks).toBe(6);
  });

  it("asks nothing for a page that nobody sees, and at once when it is seen again", async () => {
    isSeen = false;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(looks).toBe(0);
    isSeen = true;
    isUp = false;
    watch.lookNow();
    watch.lookNow();
    await vi.advanceTimersByTimeAsync(0);
    expect([looks, told]).toEqual([1, [false]]);
  });

  it("asks nothing more when it was stopped", async () => {
    watch.stop();
    watch.lookNow();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([looks, vi.getTimerCount()]).toEqual([0, 0]);
  });
});
