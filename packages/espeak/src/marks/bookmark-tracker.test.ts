import type { Mark } from "@parlando/engine";
import { describe, expect, it } from "vitest";
import { ssmlSpokenText } from "../text/ssml-text.ts";
import { createBookmarkTracker, type BookmarkTracker } from "./bookmark-tracker.ts";

const source = "One. <mark name=\"a\"/> Two <mark name=\"b\"/> three <mark name=\"a\"/> four.";

function track(work: (tracker: BookmarkTracker) => void): unknown[] {
  const marks: Mark[] = [];
  const { bookmarks, readable } = ssmlSpokenText(source);
  work(createBookmarkTracker({ tags: bookmarks, readable, add: (mark) => marks.push(mark) }));
  for (const mark of marks) expect(source.slice(mark.textStart, mark.textEnd)).toBe(`<mark name="${mark.value}"/>`);
  return marks.map(({ value, timeMs, textStart, source: origin }) => [value, timeMs, textStart, origin]);
}

const first = source.indexOf("<mark");
const second = source.indexOf("<mark", first + 1);
const third = source.indexOf("<mark", second + 1);

describe("bookmarks", () => {
  it("are taken from the library by name, in order", () => {
    expect(track((tracker) => ["a", "b", "a"].forEach((name, index) => tracker.reach(name, index * 100)))).toEqual([
      ["a", 0, first, "native"], ["b", 100, second, "native"], ["a", 200, third, "native"],
    ]);
  });

  it("are placed at what follows when the library passes over them", () => {
    expect(track((tracker) => {
      tracker.pass(0, 0);
      tracker.pass(source.indexOf("Two"), 600);
      tracker.reach("b", 800);
      tracker.pass(source.indexOf("three"), 800);
      tracker.reach("a", 1_000);
    })).toEqual([["a", 600, first, "native"], ["b", 800, second, "native"], ["a", 1_000, third, "native"]]);
  });

  it("are estimated when something was said between them and the place", () => {
    expect(track((tracker) => tracker.pass(source.length, 900))).toEqual([["a", 900, first, "estimated"], ["b", 900, second, "estimated"], ["a", 900, third, "estimated"]]);
    expect(track((tracker) => tracker.reach("b", 300))).toEqual([["a", 300, first, "estimated"], ["b", 300, second, "native"]]);
  });

  it("come once, whatever the library tells, and never go back", () => {
    expect(track((tracker) => {
      tracker.reach("nobody", 10);
      tracker.pass(second, 500);
      tracker.reach("b", 400);
      tracker.reach("b", 900);
      tracker.pass(source.length, 700);
      tracker.pass(source.length, 950);
      tracker.reach("a", 990);
    })).toEqual([["a", 500, first, "estimated"], ["b", 500, second, "native"], ["a", 700, third, "estimated"]]);
  });
});
