import { number, object, string } from "valibot";
import { describe, expect, it } from "vitest";
import { checkOptions } from "./check-options.ts";

const schema = object({ name: string("a text"), size: number("a number") });
const check = (value: unknown): unknown => checkOptions({ engine: "one", what: "the options", schema, value });

describe("checkOptions", () => {
  it.each([
    [{ size: 1 }, "Reading the options: `name` is missing."],
    [{ name: 5, size: 1 }, "Reading the options: `name` is a number that is not allowed, expected a text."],
    ["text", "Reading the options: it is a text that is not allowed, expected an object."],
  ])("says what is wrong with %j", (value, message) => {
    expect(() => check(value)).toThrow(message);
  });
});
