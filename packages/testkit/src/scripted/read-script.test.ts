import { describe, expect, it } from "vitest";
import { createFakeClock } from "../clock/fake-clock.ts";
import { createCaller } from "./caller.ts";
import { readScript, type Rest, type Script } from "./read-script.ts";

interface Said {
  type: "said";
  word: string;
}

const said = (word: string): Said => ({ type: "said", word });
const rest = (ms: number, change: Partial<Rest> = {}): Rest => ({ type: "rest", ms, isDeaf: false, ...change });

function perform(steps: () => Script<Said>) {
  const clock = createFakeClock();
  const controller = new AbortController();
  const caller = createCaller(controller.signal);
  return { clock, controller, caller, reader: readScript(steps(), { clock, caller }) };
}

describe("readScript", () => {
  it("gives event after event, with the rests between them", async () => {
    const { clock, reader } = perform(function* () {
      yield said("one");
      yield rest(50);
      yield rest(25);
      yield said("two");
    });
    const heard: [string, number][] = [];
    await clock.runUntil((async () => {
      for await (const { word } of reader) heard.push([word, clock.now()]);
    })());
    expect(heard).toEqual([["one", 0], ["two", 75]]);
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });

  it("takes calls in order when they are made at once, the one that leaves too", async () => {
    const { clock, reader } = perform(function* () {
      for (const word of ["one", "two", "three"]) {
        yield rest(10);
        yield said(word);
      }
    });
    const all = Promise.all([reader.next(), reader.next(), reader.return?.(), reader.next()]);
    const results = await clock.runUntil(all);
    expect(results.map((result) => (result?.done === true ? "end" : result?.value.word))).toEqual(["one", "two", "end", "end"]);
    expect(clock.pending).toBe(0);
  });

  it("ends a rest when the caller calls off, unless it is deaf, and leaves what follows to the script", async () => {
    const { clock, controller, caller, reader } = perform(function* () {
      yield rest(1000);
      yield said(caller.isGone ? "gone" : "there");
      yield rest(30, { isDeaf: true });
      yield said("late");
    });
    const first = reader.next();
    await clock.advance(10);
    controller.abort("enough");
    expect(await first).toEqual({ done: false, value: said("gone") });
    expect(caller.reason).toBe("enough");
    expect(clock.pending).toBe(0);
    expect(await clock.runUntil(reader.next())).toEqual({ done: false, value: said("late") });
    expect(clock.now()).toBe(40);
  });

  it("ends a rest for what it waits for", async () => {
    let wake = (): void => undefined;
    const change = new Promise<void>((resolve) => (wake = resolve));
    const { clock, reader } = perform(function* () {
      yield rest(Infinity, { or: change });
      yield said("awake");
    });
    const first = reader.next();
    await clock.settle();
    wake();
    expect(await first).toEqual({ done: false, value: said("awake") });
  });

  it("runs what a script does at its end, however it ends", async () => {
    const ends: string[] = [];
    const script = (name: string) =>
      function* (): Script<Said> {
        try {
          yield said(name);
          yield rest(5);
          throw new TypeError("broken");
        } finally {
          ends.push(name);
        }
      };
    const failing = perform(script("failing"));
    await failing.reader.next();
    await expect(failing.clock.runUntil(failing.reader.next())).rejects.toThrow("broken");
    expect(await failing.reader.next()).toEqual({ done: true, value: undefined });
    const left = perform(script("left"));
    for await (const event of left.reader) if (event.type === "said") break;
    const untouched = perform(script("untouched"));
    await untouched.reader.return?.();
    expect(ends).toEqual(["failing", "left"]);
  });

  it("listens to its caller only while it is read", async () => {
    const others = new Set<ReturnType<typeof createCaller>>();
    const caller = createCaller(new AbortController().signal, others);
    const reader = readScript((function* (): Script<Said> {
      yield said("one");
    })(), { clock: createFakeClock(), caller });
    expect(others.size).toBe(0);
    await reader.next();
    expect(others.has(caller)).toBe(true);
    await reader.next();
    expect(others.size).toBe(0);
  });
});
