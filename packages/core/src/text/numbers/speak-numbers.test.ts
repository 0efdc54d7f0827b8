import { describe, expect, it } from "vitest";
import { said, sourceOf, stage } from "../stages.test-helper.ts";
import type { NumberToken } from "./number-token.ts";
import { speakNumbers } from "./speak-numbers.ts";

function tokens(text: string, language = "en"): NumberToken[] {
  const found: NumberToken[] = [];
  const pieces = [...text];
  stage(speakNumbers({ language, say: (token) => void found.push(token) }), pieces);
  return found;
}

const brief = (text: string, language?: string): string[] => tokens(text, language).map((token) => `${token.kind} ${token.text}`);

describe("speakNumbers", () => {
  it.each([
    ["I have 3 cats, 1,234,567.5 ants and -7 dogs.", ["number 3", "number 1,234,567.5", "number -7"]],
    ["Up 5%, 3.5 % and the 3rd, 21st", ["percent 5%", "percent 3.5 %", "ordinal 3rd", "ordinal 21st"]],
    ["Pay $12.50, US$3, € 4, 5 EUR, USD 6, 7€, $2 million, £3bn.", ["currency $12.50", "currency US$3", "currency € 4", "currency 5 EUR", "currency USD 6", "currency 7€", "currency $2 million", "currency £3bn"]],
    ["On 2024-03-05, 3/5/2024, March 5, 2024, 5 March, Mar 5th.", ["date 2024-03-05", "date 3/5/2024", "date March 5, 2024", "date 5 March", "date Mar 5th"]],
    ["At 7:30, 12:30:45, 7 p.m. or 7.30 pm today", ["time 7:30", "time 12:30:45", "time 7 p.m", "time 7.30 pm"]],
    ["Version 2.0.1, 192.168.0.1, 555-1234, 5kg, x5, a_5, 16:9, file7.txt, 1/2", []],
    ["3–5 people, (8), 9.", ["number 3", "number 5", "number 8", "number 9"]],
    ["may 5 be with you; marching 5; USB 5", ["date may 5", "number 5", "number 5"]],
  ])("finds whole tokens in %j", (text, expected) => {
    expect(brief(text)).toEqual(expected);
  });

  it("knows what a comma and an order of numbers mean in the language", () => {
    expect(tokens("1.234,5 am 5.3.2024 und 3. März 2024, 8/9/2024", "de")).toMatchObject([
      { kind: "number", value: 1234.5 },
      { kind: "date", year: 2024, month: 3, day: 5 },
      { kind: "date", year: 2024, month: 3, day: 3 },
      { kind: "date", month: 9, day: 8 },
    ]);
    expect(tokens("1\u202F234,5 € à 10 h 30, le 1er mai", "fr")).toMatchObject([{ kind: "currency", value: 1234.5 }, { kind: "time", hour: 10, minute: 30 }, { kind: "date", month: 5, day: 1 }]);
    expect(tokens("8/9/2024", "en-GB")).toMatchObject([{ month: 9, day: 8 }]);
    expect(tokens("8/9/2024", "en-US")).toMatchObject([{ month: 8, day: 9 }]);
    expect(tokens("12", "not a tag!")).toMatchObject([{ value: 12 }]);
  });

  it("takes tokens apart", () => {
    expect(tokens("−$1,200.50 million at 7:05 p.m. x")).toEqual([
      { kind: "currency", text: "−$1,200.50 million", isNegative: true, integer: "1200", fraction: "50", value: -1200.5, currency: "$", scale: "million" },
      { kind: "time", text: "7:05 p.m", hour: 7, minute: 5, second: undefined, period: "pm" },
    ]);
  });

  it("says what the app says, and covers the token", () => {
    const say = (token: NumberToken): string | undefined => (token.kind === "currency" ? `${token.value} dollars` : undefined);
    const staged = stage(speakNumbers({ say }), "It is $5.00, or 7.");
    expect(staged.text).toBe("It is 5 dollars, or 7.");
    for (const word of ["5", "dollars"]) expect(sourceOf(staged, word)).toBe("$5.00");
    expect(said(speakNumbers({ say: () => undefined }), "1, 2 and $3")).toBe("1, 2 and $3");
  });
});
