import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPlanner } from "./create-planner.ts";
import { createSegmenter } from "./create-segmenter.ts";
import type { PlannerState } from "./planner-state.ts";
import { isLoneShortWord, pullsNext } from "./pulling-words.ts";

type Latency = "soonest" | "balanced" | "smoothest";

const costs = {
  fast: { startMs: 80, startMsHigh: 80, perCharacterMs: 7 },
  slow: { startMs: 250, startMsHigh: 250, perCharacterMs: 33 },
  cloud: { startMs: 350, startMsHigh: 700, perCharacterMs: 8 },
  tooSlow: { startMs: 300, startMsHigh: 300, perCharacterMs: 80 },
} as const;

function stateWith(part: Partial<PlannerState>): PlannerState {
  return { nowMs: 0, pendingText: "", ended: false, sentSegments: 0, inFlight: 0, freeSlots: 1, securedMs: Infinity, msPerCharacter: 67, cost: costs.fast, output: "whole", ...part };
}

function asked(latency: Latency, part: Partial<PlannerState>): number | { askAgainInMs: number } {
  return createPlanner({ latency }).next(stateWith(part));
}

const pieces = (text: string, length = 4): string[] => text.match(new RegExp(`[^]{1,${String(length)}}`, "g")) ?? [];

interface Run {
  latency: Latency;
  text: string;
  cost: PlannerState["cost"];
  slots: number;
  output: "whole" | "streaming";
  /** Milliseconds between two pieces of four units. */
  pieceMs: number;
  withCuts: boolean;
}

/** Feeds a text in pieces, lets time pass, and returns what was sent. Engines here cost exactly what is said. */
function sent({ latency, text, cost, slots, output, pieceMs, withCuts }: Run): string[] {
  const planner = createPlanner({ latency });
  const segmenter = createSegmenter();
  const arriving = pieces(text);
  const done: number[] = [];
  const result: string[] = [];
  let pendingText = "";
  let playedUntilMs = -1;
  for (let nowMs = 0; nowMs < 300_000; nowMs += 5) {
    while (arriving.length > 0 && (text.length / 4 - arriving.length) * pieceMs <= nowMs) {
      const piece = arriving.shift() ?? "";
      pendingText += piece;
      segmenter.add(piece, arriving.length === 0);
    }
    for (let isSending = true; isSending; ) {
      const inFlight = done.filter((time) => time > nowMs).length;
      const state = stateWith({
        nowMs, pendingText, inFlight, cost, output,
        cuts: withCuts ? segmenter.cuts() : undefined,
        ended: arriving.length === 0,
        sentSegments: result.length,
        freeSlots: slots - inFlight,
        securedMs: result.length === 0 ? Infinity : Math.max(0, playedUntilMs - nowMs),
      });
      const answer = planner.next(state);
      const units = typeof answer === "number" ? answer : 0;
      isSending = units > 0;
      if (!isSending) continue;
      expect(state.freeSlots).toBeGreaterThan(0);
      result.push(segmenter.take(units).text);
      pendingText = pendingText.slice(units);
      done.push(nowMs + cost.startMs + cost.perCharacterMs * units);
      playedUntilMs = Math.max(playedUntilMs, done.at(-1) ?? 0) + units * 67;
    }
    if (arriving.length === 0 && pendingText.trim() === "") return result;
  }
  expect.fail(`left unsent: ${pendingText}`);
}

const story =
  "Well, the ferry left the harbour at 7 in the morning. Nobody on board had slept, and the captain, who knew the strait better than any map, kept her eyes on a line of cloud that was 12 miles away. “Do we turn back?” asked the boy. She did not answer at once. The wind had gone round to the north. By noon they could see the island.";
const words = fc.constantFrom("the", "a", "of", "rain", "mountain", "yes", "no", "in", "12", "kilometres", "she", "walked,", "home.", "Dr.", "then", "stopped!", "—", "(or not)", "Why?", "in the", "und", "die", "Häuser", "\n\n", "e.g.");
const someText = fc.array(words, { minLength: 1, maxLength: 80 }).map((list) => list.join(" "));
const someRun = fc.record({
  text: someText,
  cost: fc.constantFrom(...Object.values(costs)),
  slots: fc.constantFrom(1, 3),
  output: fc.constantFrom("whole" as const, "streaming" as const),
  pieceMs: fc.constantFrom(0, 10, 33),
  withCuts: fc.boolean(),
});

describe("every planner", () => {
  it.each<Latency>(["soonest", "balanced", "smoothest"])("%s sends the whole text in order, and never cuts inside a word", (latency) => {
    fc.assert(
      fc.property(someRun, (run) => {
        const parts = sent({ latency, ...run });
        expect(parts.join("").trimEnd()).toBe(run.text.trimEnd());
        let at = 0;
        for (const part of parts) {
          expect(part.trim()).not.toBe("");
          at += part.length;
          if (at < run.text.length) expect(/\s/.test(run.text.charAt(at)) || /\s$/.test(part)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each<Latency>(["soonest", "balanced", "smoothest"])("%s waits for a free slot, and sends nothing of white space", (latency) => {
    expect(asked(latency, { pendingText: "A whole sentence. And more", freeSlots: 0, ended: true })).toBe(0);
    for (const pendingText of ["", "  ", "\n\n \u3000"]) for (const ended of [false, true]) expect(asked(latency, { pendingText, ended })).toBe(0);
  });

  it.each<Latency>(["soonest", "balanced", "smoothest"])("%s sends the end with the white space behind it, however short", (latency) => {
    for (const pendingText of ["a", "Hi.", " the ", "12\n"]) expect(asked(latency, { pendingText, ended: true })).toBe(pendingText.length);
    expect(asked(latency, { pendingText: " the", ended: true, cuts: [], securedMs: 500, sentSegments: 3 })).toBe(4);
  });
});

describe("soonest", () => {
  it("begins with the first word when a start costs next to nothing", () => {
    expect(asked("soonest", { pendingText: "The ferry left the harbour" })).toBe(3);
    expect(asked("soonest", { pendingText: "The" })).toBe(0);
  });

  it("begins with as much as keeps up with speech when a start costs more", () => {
    const units = asked("soonest", { pendingText: "The ferry left the harbour at seven", cost: costs.slow });
    expect(units).toBe(14);
  });

  it("takes the last sentence that is safe, else a clause, else a word", () => {
    const text = "One two three. Four five six, seven eight nine ten eleven. ";
    const at = (securedMs: number, pendingText: string): unknown => asked("soonest", { pendingText: pendingText + text.repeat(8), securedMs, sentSegments: 1, cost: costs.slow });
    expect(at(1_000, text)).toBe(14);
    expect(at(1_500, "Four five six, seven eight nine ten eleven ")).toBe(14);
    expect(at(1_000, "Four five six seven eight nine ten eleven ")).toBe(19);
  });

  it("waits for a better place while there is time, and not longer", () => {
    const part = { pendingText: "and then the", sentSegments: 2, cost: costs.slow };
    expect(asked("soonest", { ...part, securedMs: 3_000 })).toEqual({ askAgainInMs: expect.any(Number) as number });
    expect(asked("soonest", { ...part, securedMs: 500 })).toBe(8);
  });

  it("has gaps on none of the engines that are faster than speech, when they cost what they say", () => {
    for (const cost of [costs.fast, costs.slow]) {
      const parts = sent({ latency: "soonest", text: story, cost, slots: 1, output: "whole", pieceMs: 10, withCuts: true });
      let readyMs = 0;
      let playedMs = Infinity;
      for (const part of parts) {
        readyMs += cost.startMs + cost.perCharacterMs * part.length;
        if (playedMs === Infinity) playedMs = readyMs;
        expect(readyMs).toBeLessThanOrEqual(playedMs + 100);
        playedMs = Math.max(playedMs, readyMs) + 67 * part.length;
      }
    }
  });
});

describe("balanced", () => {
  it("is the default", () => {
    const state = stateWith({ pendingText: "The ferry left the harbour" });
    expect(createPlanner().next(state)).toBe(createPlanner({ latency: "balanced" }).next(state));
  });

  it.each([
    ["an article", "Look at the mountains over there", "Look"],
    ["a number before its unit", "It weighs 12 kilograms when it is empty", "It weighs"],
    ["a preposition", "Nobody in the village remembered it", "Nobody in the village"],
    ["a title", "I asked Dr. Alvarez about that yesterday", "I asked"],
    ["a German article", "Dort steht der Wagen meiner Eltern", "Dort steht"],
    ["a French preposition", "Elle habite dans une maison bleue", "Elle habite"],
    ["an Arabic preposition", "ذهبت سلمى إلى السوق القديم", "ذهبت سلمى"],
  ])("does not cut after %s", (_name, pendingText, expected) => {
    const units = asked("balanced", { pendingText });
    expect(typeof units === "number" ? pendingText.slice(0, units) : units).toBe(expected === "Look" ? "Look at the mountains" : expected);
  });

  it("never sends a lone short word, or cuts after one that pulls the next, before the text is over", () => {
    fc.assert(
      fc.property(someRun, (run) => {
        const parts = sent({ latency: "balanced", ...run, withCuts: true });
        const segmenter = createSegmenter();
        segmenter.add(run.text, true);
        const kinds = new Map(segmenter.cuts(1_000_000).map((cut) => [cut.at, cut.kind]));
        let at = 0;
        for (const part of parts.slice(0, -1)) {
          at += part.length;
          // A text in which no place is good is cut all the same, and a finished sentence may go alone after a while.
          if (part.length >= 150 || kinds.get(at) === "sentence") continue;
          expect(isLoneShortWord(part, 0, part.length, false)).toBe(false);
          if (kinds.get(at) === "word") expect(pullsNext(part, part.length)).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each(["ein Kuchen für Herrn", "und dann Frau", "потому что моя", "в доме моего", "об этой"])("knows that %j leans on the name or noun behind it", (text) => {
    expect(pullsNext(text, text.length)).toBe(true);
    expect(pullsNext(`${text} Haus`, text.length + 5)).toBe(false);
  });

  it("sends a short sentence alone when nothing follows for a while", () => {
    const planner = createPlanner();
    const state = stateWith({ pendingText: "One moment. ", cost: costs.cloud });
    expect(planner.next(state)).toEqual({ askAgainInMs: 250 });
    expect(planner.next({ ...state, nowMs: 100 })).toEqual({ askAgainInMs: 150 });
    expect(planner.next({ ...state, nowMs: 250 })).toBe(11);
  });

  it("cuts a long text that has no good place", () => {
    const units = asked("balanced", { pendingText: "the ".repeat(100) });
    expect(units).toBeGreaterThan(100);
  });
});

describe("smoothest", () => {
  it("sends one sentence at a time, whatever the time and the audio at hand are", () => {
    const pendingText = "One two. Three four. Five";
    for (const securedMs of [Infinity, 0, 100_000]) {
      for (const nowMs of [0, 1e6]) {
        for (const cost of Object.values(costs)) expect(asked("smoothest", { pendingText, securedMs, nowMs, cost })).toBe(8);
      }
    }
    expect(asked("smoothest", { pendingText: "One two three, four" })).toBe(0);
  });

  it("sends the same for every speed of text, engine and clock", () => {
    fc.assert(
      fc.property(someRun, someRun, (one, other) => {
        const run = { latency: "smoothest" as const, withCuts: true };
        expect(sent({ ...other, ...run, text: one.text })).toEqual(sent({ ...one, ...run }));
      }),
      { numRuns: 60 },
    );
  });

  it("cuts a sentence of more than 600 units at its last clause, else word, within that", () => {
    const long = `${"word ".repeat(100)}here, ${"word ".repeat(60)}`;
    expect(asked("smoothest", { pendingText: long.slice(0, 590) })).toBe(0);
    expect(asked("smoothest", { pendingText: long })).toBe(505);
    expect(asked("smoothest", { pendingText: "word ".repeat(200) })).toBe(599);
  });
});
