import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRewriter } from "./rewrite/rewriter.ts";
import { dropEmoji, speakEmoji } from "./emoji/speak-emoji.ts";
import { speakLinks } from "./links/speak-links.ts";
import { unchangedText, type TextStage } from "./mapped-text.ts";
import { speakMarkdown } from "./markdown/speak-markdown.ts";
import { speakNumbers } from "./numbers/speak-numbers.ts";
import { pronounce } from "./pronunciation/pronounce.ts";
import { cutAt, said, sourceOf, stage } from "./stages.test-helper.ts";
import { textForTheEar } from "./text-for-the-ear.ts";

const words = [
  { word: "SQL", say: "sequel" },
  { word: "New York", say: "the Big Apple" },
  { word: "Nguyen", ipa: "ŋwiən" },
  { word: "C++", say: "see plus plus" },
  { word: "東京", say: "とうきょう" },
  { word: "café", say: "caffay" },
];
const numbers = (token: { kind: string; text: string }): string => `<${token.kind}>`;

const stages: Readonly<Record<string, readonly (() => TextStage)[]>> = {
  markdown: [speakMarkdown()],
  "markdown, code read": [speakMarkdown({ codeBlocks: "read", inlineCode: (code) => `code ${code}` })],
  links: [speakLinks()],
  "links announced": [speakLinks({ urls: "link", emails: "omit" })],
  emoji: [speakEmoji()],
  "emoji dropped": [dropEmoji()],
  pronunciations: [pronounce({ words })],
  "pronunciations in French": [pronounce({ language: "fr", words, caseSensitive: true })],
  numbers: [speakNumbers({ say: numbers })],
  "numbers in German": [speakNumbers({ language: "de", say: numbers })],
  "numbers in French": [speakNumbers({ language: "fr", say: (token) => (token.kind === "number" ? undefined : numbers(token)) })],
  all: textForTheEar({ pronunciations: words, numbers }),
};

/** Parts of which hostile texts are made. */
const parts = [
  ..."*_~`[](){}<>|#-+=:!\\$&.\n\t\r \"'’@/0123456789,;%€$",
  ..."abcXYZ東京の見",
  "  \n", "\n\n", "\n", " ", "**", "__", "~~", "```", "~~~", "```js\n", "---", "***", "===", "- ", "* ", "1. ", "12. ", "> ", "# ", "## ", " ##", "[x] ", "[ ] ", "| ", " | ", "|-|-|\n", "--- | ---\n",
  "](", "](http://a.b/c)", "![", "[^1]", "[^1]: ", "[r]: http://x.y\n", "<!--", "-->", "<b>", "</b>", "<br>", "<img alt='x y'>", "</h1>", "<td", "&amp;", "&#65;", "&x;", "$a_b$", "$$", "\\(", "\\)",
  "http://", "https://example.com/a_b?c=(d)", "www.x.org", "mailto:", "jane.doe@example.com", "a@", "<https://x.y>", "://", ".com",
  "😀", "😂😂", "👨‍👩‍👧", "👍🏽", "🇩🇪", "1️⃣", "❤️", "❤", "©", "\u200D", "\uFE0F", "\uD83D", "\uDE00", ":tada:", ":a_b", "🏴\u{E0067}\u{E0062}\u{E007F}", " 😀 ",
  "$\\frac{a}{b}$", "\\[", "\\]", "<name>", "</x>", "> [!NOTE]\n", "[!TIP]", "\n| a | b\n", "a|b", "example.com", "x.io/", ".de", "co.uk:80", ":+1:", ":+", "🔟", "x[i][j]",
  "SQL", "sql", "SQLs", "New", "York", "New  York", "Nguyen's", "nguyen", "C++", "café", "cafe\u0301", "l'", "東京都", "don't",
  "1,234.5", "1.234,5", "$12.50", "12 €", "5 %", "3rd", "12:30", "7 p.m.", "2024-03-05", "5/3/2024", "March 5, 2024", "5. März", "Mar", "USD 5", "5 million", "192.168.0.1", "-7", "word", "Word", "two words", "end.", "ende",
];

const hostile = fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 40 }).map((list) => list.join(""));
const cuts = fc.array(fc.nat(500), { maxLength: 60 });

describe.each(Object.entries(stages))("%s", (_, list) => {
  it("says the same, from the same places, however the text was cut", () => {
    fc.assert(
      fc.property(hostile, cuts, (text, places) => {
        const whole = stage(list, text);
        for (const pieces of [cutAt(text, places), text.split("")]) {
          const cut = stage(list, pieces);
          expect(cut.text).toBe(whole.text);
          expect(cut.offsets).toEqual(whole.offsets);
          expect(cut.ranges).toEqual(whole.ranges);
          expect(cut.mapped.phonemes).toEqual(whole.mapped.phonemes);
        }
      }),
      { numRuns: 400 },
    );
  });

  it("goes forward only, and stays within what was fed", () => {
    fc.assert(
      fc.property(hostile, cuts, (text, places) => {
        const { offsets, ranges } = stage(list, cutAt(text, places));
        let last = 0;
        for (const offset of offsets) {
          expect(offset).toBeGreaterThanOrEqual(last);
          expect(offset).toBeLessThanOrEqual(text.length);
          last = offset;
        }
        ranges.forEach(({ start, end }, index) => {
          expect(start).toBeLessThanOrEqual(end);
          expect(start).toBeGreaterThanOrEqual(ranges[index - 1]?.start ?? 0);
          expect(end).toBeGreaterThanOrEqual(ranges[index - 1]?.end ?? 0);
        });
      }),
      { numRuns: 200 },
    );
  });

  it("loses no word of plain text, and can be used again", () => {
    const text = "Plain words, and more of them; nothing else. Grüße, señor! 你好，世界。";
    const chain = list.map((factory) => factory());
    for (let round = 0; round < 3; round += 1) {
      let mapped = { text, sourceAt: (index: number) => index };
      for (const one of chain) {
        const before = one.push(mapped);
        const rest = one.flush();
        mapped = { text: before.text + rest.text, sourceAt: (index) => index };
      }
      expect(mapped.text).toBe(text);
    }
  });
});

describe("what is held back", () => {
  const BOUNDS: Readonly<Record<string, number>> = { markdown: 2001, links: 2001, emoji: 76, "emoji dropped": 80, pronunciations: 220, numbers: 64 };
  const floods = ["*", "_", "~", "`", "[", "![", "(", "<", "<!--", "<a ", "<b x", "|", "| ", "#", "-", "- ", "=", ":", ":a", "$", "$$", "\\", "\\(", "&", "&a", "😀", "👨\u200D", "\u200D", "🇩", "1", "1,", "1.", "@", "a@", "a.", "http://", "www.", "h", "'", "\n", " ", "> ", "New ", "C+", "**a ", "_a ", "[a](", "[a](b \"", "\uD83D", "x", "5 ", "-5", "€", "March "];

  it.each(Object.keys(BOUNDS))("%s: never more than it says, under any flood", (name) => {
    for (const flood of floods) {
      for (const prefix of ["", "```\n", "[", "a | b", "# "]) {
        const [one] = (stages[name] ?? []).map((factory) => factory());
        const text = prefix + flood.repeat(Math.ceil(6000 / flood.length));
        for (let start = 0; start < text.length; start += 97) one?.push(unchangedText(text.slice(start, start + 97), start));
        const rest = one?.flush();
        if (rest === undefined || rest.text === "") continue;
        expect(text.length - rest.sourceAt(0), `${JSON.stringify(prefix)} ${JSON.stringify(flood)}`).toBeLessThanOrEqual(BOUNDS[name] ?? 0);
      }
    }
  });
});

describe("textForTheEar", () => {
  it("reads an answer of a language model as a person would", () => {
    const text = "## Setup 🚀\n\n1. Run `npm i` in **New York**\n2. See [docs](https://x.org/a) or https://www.example.com/path. 😂😂\n\n| A | B |\n|---|---|\n| SQL | $5 |\n";
    const list = textForTheEar({ pronunciations: words, numbers: (token) => (token.kind === "currency" ? "five dollars" : undefined) });
    expect(said(list, text)).toBe("Setup rocket.\n\n1. Run npm i in the Big Apple.\n2. See docs or example dot com. face with tears of joy.\n\nA, B.\nsequel, five dollars.\n");
    const staged = stage(list, text);
    expect(sourceOf(staged, "rocket")).toBe("🚀");
    expect(sourceOf(staged, "Big")).toBe("New York");
    expect(sourceOf(staged, "dot")).toBe("https://www.example.com/path");
    expect(sourceOf(staged, "sequel")).toBe("SQL");
    expect(sourceOf(staged, "dollars")).toBe("$5");
  });

  it("leaves parts out that are not wanted", () => {
    const text = "**A** 😀 https://x.org";
    expect(said(textForTheEar({ markdown: false, links: false, emoji: false }), text)).toBe(text);
    expect(said(textForTheEar({ language: "de" }), text)).toBe("A x Punkt org");
  });
});

describe("createRewriter", () => {
  it("does not hang on a reader that stands still", () => {
    const stuck = createRewriter({ read: () => true, restart: () => undefined });
    expect(() => stuck.push({ text: "a", sourceAt: (index) => index })).toThrow(/had not/u);
    const undecided = createRewriter({ read: () => false, restart: () => undefined });
    expect(undecided.push({ text: "ab", sourceAt: (index) => index }).text + undecided.flush().text).toBe("ab");
  });
});
