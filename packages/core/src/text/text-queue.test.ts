import { describe, expect, it } from "vitest";
import { createSegmenter } from "../segments/create-segmenter.ts";
import { unchangedText, type MappedText, type TextStage } from "./mapped-text.ts";
import { TextQueue } from "./text-queue.ts";

const createQueue = (stages: (() => TextStage)[] = []): TextQueue => new TextQueue({ createSegmenter: () => createSegmenter({ language: "en" }), longestSegmentUnits: 600, stages });

/** Takes every piece at its first sentence cut. */
function takeSentences(queue: TextQueue): { text: string; start: number; end: number }[] {
  const taken: { text: string; start: number; end: number }[] = [];
  for (;;) {
    const view = queue.view();
    const cut = view?.cuts.find(({ kind }) => kind === "sentence");
    if (view === undefined || cut === undefined) return taken;
    const piece = queue.take(cut.at);
    taken.push({ text: piece.text, start: piece.sourceAt(0), end: piece.sourceAt(piece.text.length) });
  }
}

/** Says "and" for "&", and holds a "&" at the end back until something follows. */
function createAmpersandStage(): TextStage {
  let held: MappedText = unchangedText("", 0);
  const spoken = ({ text, sourceAt }: MappedText): MappedText => {
    const sources: number[] = [];
    let result = "";
    for (let index = 0; index < text.length; index += 1) {
      const letters = text[index] === "&" ? "and" : (text[index] ?? "");
      for (const letter of letters) {
        result += letter;
        sources.push(sourceAt(index));
      }
    }
    return { text: result, sourceAt: (index) => sources[index] ?? sourceAt(text.length) };
  };
  return {
    push(mapped) {
      const before = held;
      const text = before.text + mapped.text;
      const sourceAt = (index: number): number => (index < before.text.length ? before.sourceAt(index) : mapped.sourceAt(index - before.text.length));
      const keep = text.endsWith("&") ? 1 : 0;
      held = { text: text.slice(text.length - keep), sourceAt: (index) => sourceAt(text.length - keep + index) };
      return spoken({ text: text.slice(0, text.length - keep), sourceAt });
    },
    flush() {
      const rest = held;
      held = unchangedText("", 0);
      return spoken(rest);
    },
  };
}

describe("TextQueue", () => {
  it("gives sentences with their place in the fed text", () => {
    const queue = createQueue();
    const text = "One is here. Two is there. Three";
    for (const letter of text) queue.feed(letter);
    expect(takeSentences(queue).map(({ start, end }) => text.slice(start, end).trim())).toEqual(["One is here.", "Two is there."]);
    expect(queue.waiting).toBe(" Three".length);
    queue.end();
    expect(takeSentences(queue).map(({ text: piece }) => piece.trim())).toEqual(["Three"]);
    expect(queue.drained).toBe(true);
  });

  it("never cuts across a flush, and ends what stands before it", () => {
    const queue = createQueue();
    queue.feed("Half a sen");
    queue.flush();
    queue.flush();
    queue.feed("tence. Rest");
    expect(takeSentences(queue).map(({ text }) => text.trim())).toEqual(["Half a sen", "tence."]);
    queue.end();
    expect(takeSentences(queue).map(({ text }) => text.trim())).toEqual(["Rest"]);
    expect(queue.drained).toBe(true);
  });

  it("is drained by white space alone", () => {
    const queue = createQueue();
    queue.feed("  \n ");
    expect(queue.view()).toBeUndefined();
    expect(queue.drained).toBe(false);
    queue.end();
    expect(queue.drained).toBe(true);
    expect(queue.waiting).toBe(0);
  });

  it("finds what comes behind a sea of white space", () => {
    const queue = createQueue();
    queue.feed(" ".repeat(100_000));
    queue.feed("Here. ");
    queue.end();
    expect(takeSentences(queue).map(({ text, end }) => [text.trim(), end])).toEqual([["Here.", 100_005]]);
    expect(queue.drained).toBe(true);
  });

  it("reads only a window ahead of a long text", () => {
    const queue = createQueue();
    queue.feed("word ".repeat(200_000));
    expect(queue.view()?.text.length).toBeLessThanOrEqual(8192);
    expect(queue.waiting).toBe(1_000_000);
  });

  it("keeps the way back through text stages, also for what they hold", () => {
    const queue = createQueue([createAmpersandStage]);
    const text = "Fish & chips. Salt & vinegar &";
    for (const letter of text) queue.feed(letter);
    queue.end();
    const taken = takeSentences(queue);
    expect(taken.map((piece) => piece.text.trim())).toEqual(["Fish and chips.", "Salt and vinegar and"]);
    expect(taken.map(({ start, end }) => text.slice(start, end).trim())).toEqual(["Fish & chips.", "Salt & vinegar &"]);
  });
});
