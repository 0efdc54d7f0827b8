import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ContextRest } from "./context-rest.ts";

/** A context whose changes come when the test says so, as a browser's do: later. */
class LateContext {
  state: AudioContextState = "suspended";
  readonly asked: string[] = [];
  rest: ContextRest | undefined;

  async suspend(): Promise<void> {
    this.asked.push("suspend");
  }

  resume(): Promise<void> {
    this.asked.push("resume");
    return new Promise(() => undefined);
  }

  become(state: AudioContextState): void {
    this.state = state;
    this.rest?.follow();
  }
}

describe("a context's rest", () => {
  let context: LateContext;
  let rest: ContextRest;
  let changes = 0;

  function open(idleMs: number): void {
    context = new LateContext();
    rest = new ContextRest({ context, idleMs, onChange: () => void (changes += 1) });
    context.rest = rest;
    changes = 0;
  }

  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    rest.close();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it("begins when nothing has played for a while, and ends when something is about to", () => {
    open(5_000);
    context.become("running");
    rest.isPlaying = true;
    vi.advanceTimersByTime(60_000);
    expect(context.asked).toEqual([]);
    rest.isPlaying = false;
    vi.advanceTimersByTime(4_999);
    expect(context.asked).toEqual([]);
    vi.advanceTimersByTime(1);
    expect([context.asked, rest.isOpen]).toEqual([["suspend"], true]);
    context.become("suspended");
    rest.wake();
    expect([context.asked, rest.isOpen]).toEqual([["suspend", "resume"], true]);
    context.become("running");
    // Nothing came after all.
    vi.advanceTimersByTime(5_000);
    expect(context.asked).toEqual(["suspend", "resume", "suspend"]);
    context.become("suspended");
    rest.isPlaying = true;
    rest.isPlaying = true;
    expect(context.asked).toEqual(["suspend", "resume", "suspend", "resume"]);
  });

  it("is ended also before it has begun: the browser takes its time", () => {
    open(1_000);
    context.become("running");
    vi.advanceTimersByTime(1_000);
    rest.isPlaying = true;
    expect(context.asked).toEqual(["suspend", "resume"]);
    context.become("suspended");
    context.become("running");
    vi.advanceTimersByTime(60_000);
    expect([context.asked.length, rest.isOpen]).toEqual([2, true]);
  });

  it("does not hide that the browser wants a gesture", () => {
    open(1_000);
    context.become("running");
    vi.advanceTimersByTime(1_000);
    context.become("suspended");
    rest.wake();
    vi.advanceTimersByTime(1_000);
    expect([rest.isOpen, changes]).toEqual([false, 1]);
  });

  it("is none before a gesture, where it is not wanted, and where the app has woken it", () => {
    open(1_000);
    rest.wake();
    rest.isPlaying = true;
    rest.isPlaying = false;
    vi.advanceTimersByTime(60_000);
    expect([context.asked, rest.isOpen]).toEqual([[], false]);
    open(0);
    context.become("running");
    vi.advanceTimersByTime(60_000);
    expect(context.asked).toEqual([]);
    open(1_000);
    context.become("running");
    vi.advanceTimersByTime(1_000);
    context.become("suspended");
    context.become("running");
    rest.wake();
    expect(context.asked).toEqual(["suspend"]);
  });
});
