import type { Clock } from "@parlando/core";
import { createAlarm } from "../clock/alarm.ts";
import type { Caller } from "./caller.ts";

/** A rest between the events of a script. Ends when the caller calls off, too, unless it is deaf. */
export interface Rest {
  readonly type: "rest";
  /** Infinity: until something else ends it. */
  readonly ms: number;
  readonly isDeaf: boolean;
  /** Ends the rest early. */
  readonly or?: Promise<void> | undefined;
}

/** What happens in a request or a turn, in order: events, and rests between them. Synchronous, so that only a rest costs a promise. */
export type Script<Event> = Generator<Event | Rest, void, undefined>;

interface UnderWay<Event> {
  resolve(result: IteratorResult<Event, undefined>): void;
  reject(error: unknown): void;
}

/** Who reads a script, and on what clock. */
export interface ReadScriptOptions {
  readonly clock: Clock;
  readonly caller: Caller;
}

/** Performs a script for whoever iterates, one call after the other as a generator does. The caller is listened to from the first call to the end. */
export function readScript<Event extends { readonly type: string }>(script: Script<Event>, options: ReadScriptOptions): AsyncIterableIterator<Event, undefined> {
  const performance = createPerformance(script, { ...options, onRead: () => turns.forget() });
  const turns = createTurns(performance.isReading);
  const { take } = turns;
  return {
    next: () => take(performance.read),
    return: () => take(performance.leave),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** A script being read. */
interface Performance<Event> {
  /** The next event, or the end. */
  read(): Promise<IteratorResult<Event, undefined>>;
  /** Ends it early. */
  leave(): Promise<IteratorResult<Event, undefined>>;
  isReading(): boolean;
}

function createPerformance<Event extends { readonly type: string }>(script: Script<Event>, { clock, caller, onRead }: ReadScriptOptions & { readonly onRead: () => void }): Performance<Event> {
  const alarm = createAlarm(clock, goOn);
  let resting: Rest | undefined;
  let reading: UnderWay<Event> | undefined;
  let hasBegun = false;

  function begin(): void {
    hasBegun = true;
    caller.whenGone = () => void (resting?.isDeaf === false && goOn());
    caller.arrive();
  }
  function end(): typeof ended {
    resting = undefined;
    alarm.clear();
    caller.leave();
    return ended;
  }
  /** Goes on to the next event or the end; undefined when there is a rest before it. */
  function run(): IteratorResult<Event, undefined> | undefined {
    if (!hasBegun) begin();
    for (;;) {
      const { done, value } = script.next();
      if (done === true) return end();
      if (!isRest(value)) return { done: false, value };
      if (startRest(value)) return undefined;
    }
  }
  function startRest(rest: Rest): boolean {
    if (caller.isGone && !rest.isDeaf) return false;
    resting = rest;
    if (rest.ms < Infinity) alarm.set(rest.ms);
    void rest.or?.then(() => resting === rest && goOn());
    return true;
  }
  function goOn(): void {
    if (resting === undefined || reading === undefined) return;
    resting = undefined;
    alarm.clear();
    settle(reading);
  }
  function settle(waiting: UnderWay<Event>): void {
    try {
      const result = run();
      reading = result === undefined ? waiting : undefined;
      if (result === undefined) return;
      onRead();
      waiting.resolve(result);
    } catch (error) {
      end();
      reading = undefined;
      waiting.reject(error);
    }
  }
  return {
    read: () => new Promise((resolve, reject) => settle({ resolve, reject })),
    leave: async () => (end(), script.return(), ended),
    isReading: () => reading !== undefined,
  };
}

const ended: IteratorReturnResult<undefined> = { done: true, value: undefined };

function isRest(step: { readonly type: string }): step is Rest {
  return step.type === "rest";
}

/** Calls that go one after the other. */
interface Turns {
  take<Result>(call: () => Promise<Result>): Promise<Result>;
  /** The call under way has been answered. Its answer is not kept: audio that lives on for longer than it is needed becomes old memory. */
  forget(): void;
}

/** Lets calls go one after the other, as those of a generator do. Whoever waits for each before the next call pays nothing for it. */
function createTurns(isBusy: () => boolean): Turns {
  let behind = 0;
  let last: Promise<unknown> = nobody;
  const left = (): void => void (behind -= 1);
  return {
    take(call) {
      if (behind === 0 && !isBusy()) {
        const first = call();
        if (isBusy()) last = first;
        return first;
      }
      behind += 1;
      const mine = last.then(call, call);
      mine.then(left, left);
      last = mine;
      return mine;
    },
    forget() {
      if (behind === 0) last = nobody;
    },
  };
}

const nobody = Promise.resolve();
