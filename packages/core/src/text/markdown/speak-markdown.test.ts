import { describe, expect, it } from "vitest";
import { said, sourceOf, stage } from "../stages.test-helper.ts";
import { speakMarkdown } from "./speak-markdown.ts";

const read = (text: string, options = {}): string => said(speakMarkdown(options), text);

describe("speakMarkdown, in a line", () => {
  it.each([
    ["**bold** and _it_ and *it* and __bold__ and ~~gone~~.", "bold and it and it and bold and gone."],
    ["***both*** and **bold *it***.", "both and bold it."],
    ["2 * 3 * 4 and 2*3*4 and 2**3", "2 * 3 * 4 and 2*3*4 and 2**3"],
    ["snake_case_name and _private stay", "snake_case_name and _private stay"],
    ["A 5* hotel, f*** and ****1234, ~5 min", "A 5* hotel, f*** and ****1234, ~5 min"],
    ["你好**世界**吗？他说**“你好”**。", "你好世界吗？他说“你好”。"],
    ["un*believ*able", "unbelievable"],
    ["Use `npm install` and ``a ` b`` now.", "Use npm install and a ` b now."],
    ["An open ` stays.", "An open ` stays."],
    ["See [the docs](https://x.org/a_(b) \"Title\") now.", "See the docs now."],
    ["A [**bold** link][ref] and [none] here.", "A bold link and [none] here."],
    ["Look: ![a cat](cat.png) and [![alt](i.png)](l)!", "Look: a cat and alt!"],
    ["Text[^1] and more[^note].", "Text and more."],
    ["a \\* b \\_c\\_ \\# d", "a * b _c_ # d"],
    ["<b>bold</b> <!-- hidden --> a < b > c, List<String>", "bold  a < b > c, List<String>"],
    ["Mail <jane@example.com> or <https://example.com/a_b_c>.", "Mail jane@example.com or https://example.com/a_b_c."],
    ["Fish &amp; chips&nbsp;&#8212; R&D &bogus;", "Fish & chips — R&D &bogus;"],
    ["Let $a_1 * b_1$ and \\(x_1\\) cost $5 and $10.", "Let a 1 * b 1 and x 1 cost $5 and $10."],
    ["So $x = \\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a}$, $$E = mc^2$$ and $\\alpha \\le \\text{max}$.", "So x = (−b ± √(b² − 4ac)) / 2a, E = mc² and α ≤ max."],
    ["Take x[i][j], m[0][1][2] and [this][one].", "Take x[i][j], m[0][1][2] and this."],
    ["Replace <name> in `git clone <url>`; <answer>42</answer>", "Replace name in git clone <url>; 42"],
    ["Set A=$HOME and B=$PATH:$HOME; a<b and c>d, <3", "Set A=$HOME and B=$PATH:$HOME; a<b and c>d, <3"],
    ["She said: | no |\n| a | b\n|x| = 5 || y", "She said: no\na, b\n|x| = 5 || y"],
    ["> [!TIP]\n> Use it.\n\n[!TIP] stays", "Tip:\nUse it.\n\n[!TIP] stays"],
    ["Serves 4 | **Time** 20 min | a|b", "Serves 4, Time 20 min, a|b"],
    ["Go to https://x.org/_a_*b now", "Go to https://x.org/_a_*b now"],
    ["#topic and C# stay", "#topic and C# stay"],
    ["**Note:** *Terms* apply, \"*yes*\" (*no*).", "Note: Terms apply, \"yes\" (no)."],
  ])("%j", (text, expected) => {
    expect(read(text)).toBe(expected);
  });
});

describe("speakMarkdown, blocks", () => {
  it.each([
    ["# Title\nText", "Title.\nText"],
    ["## What now? ##\nText", "What now?\nText"],
    ["Intro\n- one\n- two!\n* three\n\nText", "Intro\n\none.\ntwo!\nthree.\n\nText"],
    ["- a long item\n  goes on\n- next\nEnd", "a long item\n  goes on.\nnext.\nEnd"],
    ["1. One\n2. Two\n", "1. One.\n2. Two.\n"],
    ["- [x] Buy milk\n- [ ] Sell it\n", "Done: Buy milk.\nTo do: Sell it.\n"],
    ["> Quoted text\n> goes on.\n> > deeper\n", "Quoted text\ngoes on.\n\ndeeper\n"],
    ["Above\n\n---\n\n* * *\nBelow", "Above\n\n\n\n\nBelow"],
    ["Title\n=====\nText", "Title\n\nText"],
    ["| Name | Age |\n|:-----|----:|\n| Ann | 30 |\n| Bob |  |\n\nEnd", "Name, Age.\nAnn, 30.\nBob.\n\nEnd"],
    ["[^1]: The note.\n[ref]: https://example.com \"T\"\n[Note]: this stays\n", "The note.\n\n[Note]: this stays\n"],
    ["<h1>Head</h1><p>Text<br>more</p>", "Head.\nText\nmore\n"],
    ["これは見出し\n", "これは見出し\n"],
    ["# 見出し\n本文", "見出し。\n本文"],
  ])("%j", (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it("says a phrase for a block of code, in the language that is spoken, or what is asked for", () => {
    const text = "Look:\n```python\nx = 1\n# no heading\n```\nDone.";
    expect(read(text)).toBe("Look:\n\nCode block in Python.\n\nDone.");
    expect(read(text, { language: "de-AT" })).toContain("Codeblock in Python.");
    expect(read(text, { codeBlocks: "omit" })).not.toContain("x = 1");
    expect(read(text, { codeBlocks: "read" })).toContain("x = 1\n# no heading\n");
    expect(read(text, { codeBlocks: (language: string) => `Some ${language}.` })).toContain("Some Python.");
    expect(read("~~~~\n```\n~~~\n~~~~\nText")).toMatch(/^Code block\.\n\nText$/u);
  });

  it("knows a table whose rows begin without a bar", () => {
    expect(read("Name | Age\n--- | ---\nAnn | 30\n\nEither | or")).toBe("Name, Age.\nAnn, 30.\n\nEither, or");
  });

  it.each([
    ["Plan|Price\n----|-----\nFree|0\n", "Plan, Price.\nFree, 0.\n"],
    ["| A | B |\n|---|---|\n| x<br>y | 2 |\n", "A, B.\nx, y, 2.\n"],
    ["| 名称 | 年龄 |\n|---|---|\n| 小明 | 20 |\n", "名称，年龄。\n小明，20。\n"],
    ["<thinking>\nhm\n</thinking>\n", "\nhm\n\n"],
  ])("%j", (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it("says formulas as is asked for", () => {
    expect(read("So $x^2$.", { formulas: "keep" })).toBe("So $x^2$.");
    expect(read("So $x^2$.", { formulas: "omit" })).toBe("So .");
    expect(read("So \\[x^2\\].", { formulas: (latex: string) => `<${latex}>` })).toBe("So <x^2>.");
  });

  it("gives what is there when the text ends in the middle", () => {
    expect(read("**bold")).toBe("bold");
    expect(read("[link](http://x")).toBe("[link](http://x");
    expect(read("```js\ncode")).toBe("Code block in JavaScript.\n");
    expect(read("a `code")).toBe("a `code");
    expect(read("| a | b")).toContain("a");
  });

  it("begins anew after a flush", () => {
    const reader = speakMarkdown()();
    const push = (text: string): string => reader.push({ text, sourceAt: (index) => index }).text + reader.flush().text;
    expect(push("```js\ncode")).toBe("Code block in JavaScript.\n");
    expect(push("# Title\n")).toBe("Title.\n");
    expect(push("* open *and")).toBe("open and");
    expect(push("2 * 3")).toBe("2 * 3");
  });

  it("goes on after a pause", () => {
    const reader = speakMarkdown()();
    const push = (text: string): string => reader.push({ text, sourceAt: (index) => index }).text;
    expect(push("Look:\n```js\ncode ") + (reader.settle?.().text ?? "")).toBe("Look:\n\nCode block in JavaScript.\n");
    expect(push("more\n```\nText **is") + (reader.settle?.().text ?? "")).toBe("\nText is");
    expect(push(" bold** now.")).toBe(" bold now.");
  });
});

describe("speakMarkdown, the way back", () => {
  it("gives a stop that was put in the end of what was said before it, whatever the pieces", () => {
    for (const pieces of [["* one *item*\n* two"], ["* one *ite", "m*\n* two"], [..."* one *item*\n* two"]]) {
      const reader = speakMarkdown()();
      let fed = 0;
      const ends: [string, number | undefined][] = [];
      for (const piece of pieces) {
        const start = fed;
        const said = reader.push({ text: piece, sourceAt: (index) => start + index });
        [...said.text].forEach((unit, index) => ends.push([unit, said.sourceEndAt?.(index + 1)]));
        fed += piece.length;
      }
      expect(ends.slice(8, 10)).toEqual([[".", 11], ["\n", 13]]);
    }
  });

  it("covers the words and not the markers", () => {
    const text = "# A **bold** word\n- see [the docs](https://x.org) &amp; `code_x`\n";
    const staged = stage(speakMarkdown(), text);
    expect(staged.text).toBe("A bold word.\nsee the docs & code_x.\n");
    for (const word of ["A", "bold", "word", "see", "the", "docs", "code_x"]) expect(sourceOf(staged, word)).toBe(word);
    expect(sourceOf(staged, "&")).toBe("&amp;");
    expect(sourceOf(staged, "word.")).toBe("word");
    expect(text.slice(staged.mapped.sourceAt(2), staged.mapped.sourceAt(6))).toBe("bold");
  });
});
