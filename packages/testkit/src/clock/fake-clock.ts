import type { Clock } from "@parlando/core";
import { fail } from "../fail.ts";
import { createSleepQueue } from "./sleep-queue.ts";

/** What a fake clock can be told. */
export interface FakeClockOptions {
  /** What `now()` says at first, in milliseconds. Default 0. */
  startMs?: number | undefined;
  /** Turns of the real event loop given to promise chains between two steps. Default 4. */
  turns?: number | undefined;
}

/** How long {@link FakeClock.runUntil} tries. */
export interface RunUntilOptions {
  /** Fake milliseconds after which it gives up. Default one day. */
  maxMs?: number | undefined;
  /** Real milliseconds it waits for real work (an import, a worker) when nobody sleeps on the clock. Default 200. */
  idleMs?: number | undefined;
}

/** Time that only moves when a test says so. */
export interface FakeClock extends Clock {
  /** Sleeps that have not ended. */
  readonly pending: number;
  /** When the next sleep ends, in the clock's milliseconds; undefined when nobody sleeps. */
  readonly nextDueMs: number | undefined;
  /** Lets everything that can go on without time go on. */
  settle(): Promise<void>;
  /** Moves on by `ms`, from one due sleep to the next, letting all that follows from each settle before the next. */
  advance(ms: number): Promise<void>;
  /** Moves on from one due sleep to the next until the promise settles, and gives what it gives. Throws when time or sleeps run out. */
  runUntil<T>(promise: PromiseLike<T>, options?: RunUntilOptions): Promise<T>;
}

/** A program that sleeps for nothing this often, with no time passing, is going round in a circle. */
const maxStepsAtOneTime = 100_000;

/**
 * Makes a clock for tests. Sleeps end only by `advance` or `runUntil`; `sleep(0)` too, so that all that happens at one time is seen
 * together. An aborted sleep resolves at once.
 *
 * @example
 * ```ts
 * const clock = createFakeClock();
 * const stream = createSpeechStream({ engines: [{ engine: createScriptedEngine({ clock }) }], clock }, { sink });
 * void stream.feed(text);
 * stream.done();
 * const report = await clock.runUntil(stream.waitUntilDone());
 * ```
 */
export function createFakeClock(options: FakeClockOptions = {}): FakeClock {
  const turns = options.turns ?? 4;
  const queue = createSleepQueue();
  let nowMs = options.startMs ?? 0;

  /** Ends the next sleeps that are due, all those of one time together; tells whether there were any. */
  async function step(untilMs: number): Promise<boolean> {
    const dueMs = queue.nextDueMs();
    if (dueMs === undefined || dueMs > untilMs) return false;
    nowMs = Math.max(nowMs, dueMs);
    queue.release(nowMs);
    await settleTurns(turns);
    return true;
  }

  async function advance(ms: number): Promise<void> {
    const untilMs = nowMs + ms;
    const guard = createCircleGuard();
    await settleTurns(turns);
    while (await step(untilMs)) guard(nowMs);
    nowMs = untilMs;
  }

  async function runUntil<T>(promise: PromiseLike<T>, { maxMs = 86_400_000, idleMs = 200 }: RunUntilOptions = {}): Promise<T> {
    const untilMs = nowMs + maxMs;
    const guard = createCircleGuard();
    let settled = false;
    const watched = Promise.resolve(promise).finally(() => (settled = true));
    watched.catch(() => {});
    await settleTurns(turns);
    while (!settled) {
      if (await step(untilMs)) guard(nowMs);
      else await waitForRealWork();
    }
    return watched;

    async function waitForRealWork(): Promise<void> {
      const givenUpAt = performance.now() + idleMs;
      while (!settled && !((queue.nextDueMs() ?? Infinity) <= untilMs)) {
        if (performance.now() >= givenUpAt) failRun(queue.nextDueMs(), nowMs, maxMs);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    }
  }

  return {
    now: () => nowMs,
    sleep: (ms, signal) => queue.add(nowMs + (ms > 0 ? ms : 0), signal),
    get pending() {
      return queue.size();
    },
    get nextDueMs() {
      return queue.nextDueMs();
    },
    settle: () => settleTurns(turns),
    advance,
    runUntil,
  };
}

function failRun(dueMs: number | undefined, nowMs: number, maxMs: number): never {
  if (dueMs === undefined) {
    fail(`While running the fake clock until a promise settles: it is still open at ${nowMs} ms and nobody sleeps on the clock, so it can never settle. Something waits for an event that does not come.`);
  }
  fail(`While running the fake clock until a promise settles: it is still open at ${nowMs} ms, the next sleep ends at ${dueMs} ms, and only ${maxMs} ms were allowed. Raise \`maxMs\`, or look for what is stuck.`);
}

function createCircleGuard(): (nowMs: number) => void {
  let lastMs = Number.NaN;
  let steps = 0;
  return (nowMs) => {
    steps = nowMs === lastMs ? steps + 1 : 0;
    lastMs = nowMs;
    if (steps > maxStepsAtOneTime) fail(`While advancing the fake clock: ${maxStepsAtOneTime} sleeps ended at ${nowMs} ms and each was followed by another. Something sleeps for 0 ms in a circle.`);
  };
}

async function settleTurns(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}
