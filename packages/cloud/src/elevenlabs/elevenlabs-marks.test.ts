import { describe, expect, it } from "vitest";
import { MarkReader, type AlignmentTime } from "./elevenlabs-marks.ts";
import type { Alignment } from "./elevenlabs-wire.ts";

/** Every character lasts 100 ms. */
function align(text: string, fromMs: number): Alignment {
  const characters = [...text];
  return { characters, startsMs: characters.map((_, index) => fromMs + index * 100), endsMs: characters.map((_, index) => fromMs + (index + 1) * 100) };
}

interface Told {
  readonly alignment?: Alignment | undefined;
  readonly normalizedAlignment?: Alignment | undefined;
  readonly beforeMs: number;
}

function read(text: string, told: readonly Told[], { time = "chunk", kinds = ["word"], audioMs = 100_000 }: { time?: AlignmentTime; kinds?: readonly ("word" | "character")[]; audioMs?: number } = {}): string[] {
  const reader = new MarkReader({ kinds, time });
  reader.feed(text);
  const marks = told.flatMap(({ alignment, normalizedAlignment, beforeMs }) => {
    reader.read({ alignment, normalizedAlignment }, beforeMs);
    return reader.take(audioMs);
  });
  const all = [...marks, ...reader.finish(audioMs)];
  for (const mark of all) expect(mark.value).toBe(text.slice(mark.textStart, mark.textEnd));
  return all.map(({ value, timeMs, durationMs }) => `${value}@${timeMs}+${durationMs ?? 0}`);
}

describe("marks of an alignment", () => {
  const words = ["One@0+300", "two@400+300", "three@800+500"];

  it("reads times that count from their own message, and times that count from the beginning", () => {
    const pieces = [["One ", 0], ["two ", 400], ["three.", 800]] as const;
    for (const time of ["chunk", "absolute"] as const) {
      expect(read("One two three.", pieces.map(([text, beforeMs]) => ({ alignment: align(text, 0), beforeMs })), { time })).toEqual(words);
      expect(read("One two three.", pieces.map(([text, beforeMs]) => ({ alignment: align(text, beforeMs), beforeMs })), { time })).toEqual(words);
    }
  });

  it("joins words that lie across messages, and takes words of messages without an alignment as they come", () => {
    const told = [{ alignment: align("One tw", 0), beforeMs: 0 }, { beforeMs: 600 }, { alignment: align("o three.", 0), beforeMs: 600 }];
    expect(read("One two three.", told)).toEqual(words);
  });

  it("tells each character once where a second pass begins again at the first", () => {
    const told = [
      { alignment: align("One two ", 0), beforeMs: 0 },
      { alignment: align("One two three.", 0), beforeMs: 700 },
    ];
    expect(read("One two three.", told)).toEqual(words);
    expect(read("One two three.", told, { kinds: ["character"] })).toHaveLength(12);
  });

  it("places numbers where the spoken words before the next known word are", () => {
    const told = [{ normalizedAlignment: align(" We have forty two cats.", 0), beforeMs: 0 }];
    expect(read("We have 42 cats.", told)).toEqual(["We@100+200", "have@400+400", "42@900+900", "cats@1900+400"]);
  });

  it("goes over to the spoken text where the other alignment stops", () => {
    const told = [
      { alignment: align("One two ", 0), normalizedAlignment: align(" One two", 0), beforeMs: 0 },
      { normalizedAlignment: align(" three.", 0), beforeMs: 800 },
    ];
    expect(read("One two three.", told)).toEqual(["One@0+300", "two@400+300", "three@900+500"]);
  });

  it("does not mind white space that the service left out or joined", () => {
    expect(read("  One\n\n two   three.", [{ alignment: align("One two three.", 0), beforeMs: 0 }])).toEqual(words);
  });

  it("counts offsets in UTF-16 units", () => {
    expect(read("Hi 😀 naïve 𝒳.", [{ alignment: align("Hi 😀 naïve 𝒳.", 0), beforeMs: 0 }])).toEqual(["Hi@0+200", "naïve@500+500", "𝒳@1100+100"]);
  });

  it("splits words of scripts without spaces", () => {
    expect(read("今日は。", [{ alignment: align("今日は。", 0), beforeMs: 0 }]).length).toBeGreaterThan(0);
  });

  it("is monotonic where times go backwards, and cuts off what reaches beyond the audio", () => {
    const characters = [..."One two three."];
    const startsMs = characters.map((_, index) => (index < 4 ? 300 : 100));
    const alignment = { characters, startsMs, endsMs: startsMs.map((startMs) => startMs + 5000) };
    expect(read("One two three.", [{ alignment, beforeMs: 0 }], { audioMs: 900 })).toEqual(["One@300+600", "two@300+600", "three@300+600"]);
  });

  it("keeps marks back until their audio has come", () => {
    const reader = new MarkReader({ kinds: ["word"], time: "chunk" });
    reader.feed("One two three.");
    reader.read({ alignment: align("One two three.", 0), normalizedAlignment: undefined }, 0);
    expect(reader.take(350).map(({ value }) => value)).toEqual(["One"]);
    expect(reader.take(800).map(({ value }) => value)).toEqual(["two"]);
    // The last word of what was sent is told when it is said, and not only when the end is.
    expect(reader.take(1300).map(({ value }) => value)).toEqual(["three"]);
    expect(reader.finish(1400)).toEqual([]);
  });
});
