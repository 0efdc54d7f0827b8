import { describe, expect, it } from "vitest";
import { renderJson, renderTable } from "./table.ts";

describe("renderTable", () => {
  it("lines columns up and leaves no blanks at the end", () => {
    expect(renderTable(["ID", "NAME"], [["en-us", "English"], ["x", ""]])).toBe("ID     NAME\nen-us  English\nx\n");
  });
});

describe("renderJson", () => {
  it("ends with a line break", () => {
    expect(JSON.parse(renderJson({ a: 1 }))).toEqual({ a: 1 });
    expect(renderJson([])).toBe("[]\n");
  });
});
