import { describe, expect, it } from "vitest";
import { said, sourceOf, stage } from "../stages.test-helper.ts";
import { speakLinks, type SpeakLinksOptions } from "./speak-links.ts";

const read = (text: string, options: SpeakLinksOptions = {}): string => said(speakLinks(options), text);

describe("speakLinks", () => {
  it.each([
    ["See https://www.example.com/a/b?c=d#e.", "See example dot com."],
    ["(www.example.org/a_(b)), http://x.y:8080!", "(example dot org), x dot y!"],
    ["Write to jane.doe-2@mail.example.com.", "Write to jane dot doe dash 2 at mail dot example dot com."],
    ["mailto:jane@example.com?subject=x now", "jane at example dot com now"],
    ["<https://example.com> and <jane@example.com>", "example dot com and jane at example dot com"],
    ["[the docs](https://x.org \"T\") and [https://x.org](https://x.org)", "the docs and x dot org"],
    ["![a cat](cat.png) wow!", "a cat wow!"],
    ["请看https://例子.中国/路径。谢谢", "请看例子 dot 中国。谢谢"],
    ["Try example.com, docs.python.org/3/ or (GitHub.com).", "Try example dot com, docs dot python dot org or (GitHub dot com)."],
    ["访问example.com。café.fr, x.com看", "访问example dot com。café dot fr, x.com看"],
    ["main.py README.md e.g. U.S.com.x a_b.com example.com-based /etc/x.com end.So x[i][j]", "main.py README.md e.g. U.S.com.x a_b.com example.com-based /etc/x.com end.So x[i][j]"],
    ["file.txt Node.js a@b 3@4 @user http:// wwwhat hello", "file.txt Node.js a@b 3@4 @user http:// wwwhat hello"],
  ])("%j", (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it("says as much as is asked for", () => {
    const text = "Go https://www.example.com/the_docs/a-b/ or a@b.com";
    expect(read(text, { urls: "link" })).toBe("Go link to example dot com or a at b dot com");
    expect(read(text, { urls: "full" })).toBe("Go example dot com slash the underscore docs slash a dash b or a at b dot com");
    expect(read(text, { urls: "omit", emails: "omit" })).toBe("Go  or ");
    expect(read(text, { urls: "keep", emails: "keep" })).toBe(text);
    expect(read(text, { urls: (url) => `<${url.length}>`, emails: () => "mail" })).toBe("Go <37> or mail");
    expect(read(text, { language: "de-CH" })).toBe("Go example Punkt com or a ät b Punkt com");
    expect(read(text, { language: "xx" })).toContain("example dot com");
  });

  it("covers the whole address with every word", () => {
    const staged = stage(speakLinks(), "See https://www.example.com/a. Ok");
    for (const word of ["example", "dot", "com"]) expect(sourceOf(staged, word)).toBe("https://www.example.com/a");
    expect(sourceOf(staged, "Ok")).toBe("Ok");
  });

  it("leaves the rest of an endless address out", () => {
    expect(read(`See https://x.org/${"a".repeat(5000)} end`)).toBe("See x dot org end");
    expect(read(`See [text](data:image/png;base64,${"A".repeat(5000)}) end`)).toBe("See text end");
    expect(read(`https://x.org/${")".repeat(1900)} end`)).toBe(`x dot org${")".repeat(1900)} end`);
  });

  it("reads letters of two units whole, however the text is cut", () => {
    const options: SpeakLinksOptions = { urls: "full", emails: "omit" };
    for (const text of ["Ask me@x.org𝐁𝐨𝐥𝐝 text", "Ask me@x.𝐁𝐨𝐥𝐝 text", `Ask me@x.${"𝐁".repeat(200)} text`, `Ask me@xy.${"𝐁".repeat(200)} text`]) {
      const whole = read(text, options);
      expect(whole).not.toContain("me@");
      for (const length of [1, 2, 3, 5, 9, 12, 300]) {
        const pieces = Array.from({ length: Math.ceil(text.length / length) }, (_, index) => text.slice(index * length, (index + 1) * length));
        expect(stage(speakLinks(options), pieces).text, `pieces of ${length}`).toBe(whole);
      }
    }
  });
});
