import { describe, expect, it } from "vitest";
import { FlushMarks } from "./flush-marks.ts";

describe("flushes of an utterance", () => {
  it("are due when the last frame of their text was sent", () => {
    const marks = new FlushMarks();
    marks.fed("One. ");
    expect(marks.flush()).toBe(true);
    marks.fed("Two.");
    expect(marks.flush()).toBe(true);
    expect(marks.due(1_000)).toEqual([]);
    marks.segmentDone({ textThrough: 5, endFrame: 100 });
    expect(marks.due(99)).toEqual([]);
    expect(marks.due(100)).toEqual([5]);
    marks.segmentDone({ textThrough: 9, endFrame: 300 });
    expect(marks.due(299)).toEqual([]);
    expect(marks.due(300)).toEqual([9]);
    expect(marks.due(300)).toEqual([]);
  });

  it("do not wait for white space, of which nothing is said", () => {
    const marks = new FlushMarks();
    marks.fed("One.");
    marks.segmentDone({ textThrough: 4, endFrame: 100 });
    marks.fed(" \n");
    expect(marks.flush()).toBe(true);
    expect(marks.due(100)).toEqual([6]);
  });

  it("without new text are none", () => {
    const marks = new FlushMarks();
    expect(marks.flush()).toBe(false);
    marks.fed("One.");
    expect([marks.flush(), marks.flush()]).toEqual([true, false]);
  });

  it("of nothing but white space are due at once, but not before those ahead of them", () => {
    const marks = new FlushMarks();
    marks.fed("  ");
    marks.flush();
    expect(marks.due(0)).toEqual([2]);
    marks.fed("One.");
    marks.flush();
    marks.fed("  ");
    marks.flush();
    expect(marks.due(0)).toEqual([]);
    marks.segmentDone({ textThrough: 6, endFrame: 50 });
    expect(marks.due(50)).toEqual([6, 8]);
  });

  it("are all answered at the end", () => {
    const marks = new FlushMarks();
    marks.fed("<p>One.</p>");
    marks.flush();
    expect(marks.due(Infinity)).toEqual([11]);
  });
});
