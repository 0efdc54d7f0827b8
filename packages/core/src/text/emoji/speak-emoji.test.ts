import { describe, expect, it } from "vitest";
import { said, sourceOf, stage } from "../stages.test-helper.ts";
import { loadEmojiNames } from "./emoji-names.ts";
import { dropEmoji, speakEmoji } from "./speak-emoji.ts";

describe("speakEmoji", () => {
  it.each([
    ["Hi 👋 there", "Hi waving hand there"],
    ["Great!🎉 Go👍on", "Great! party popper Go thumbs up on"],
    ["👨‍👩‍👧‍👦 and 👩🏽‍🚀 and 👍🏿", "family: man, woman, girl, boy and woman astronaut and thumbs up"],
    ["🇩🇪🇫🇷 🏴󠁧󠁢󠁳󠁣󠁴󠁿 1️⃣", "flag: Germany, flag: France flag: Scotland 1"],
    ["😂😂😂 and 😂 😂 then 😀😂", "face with tears of joy and face with tears of joy then grinning face, face with tears of joy"],
    ["👍👍🏽", "thumbs up"],
    ["I ❤️ it, and ❤ too", "I red heart it, and ❤ too"],
    ["© 2024 ®️ ™ 5 # * 12 ☀︎", "© 2024 ®️ ™ 5 # * 12 ☀︎"],
    ["(🎉) \"🎉\"", "(party popper) \"party popper\""],
    ["Yes :tada: at 10:30:45, a:b:c, std::move", "Yes tada at 10:30:45, a:b:c, std::move"],
    ["🧑‍🦲‍🫨 new", "person, bald, shaking face new"],
    ["Done 🎉.", "Done party popper."],
  ])("%j", (text, expected) => {
    expect(said(speakEmoji(), text)).toBe(expected);
  });

  it("covers the whole sequence, each word of its name", () => {
    const staged = stage(speakEmoji(), "Fly 👩🏽‍🚀👩🏽‍🚀 now");
    for (const word of ["woman", "astronaut", "woman astronaut"]) expect(sourceOf(staged, word)).toBe("👩🏽‍🚀");
    expect(sourceOf(staged, "now")).toBe("now");
  });

  it("takes names of other languages, and says when there are none", async () => {
    const names = await loadEmojiNames("de-AT");
    expect(said(speakEmoji({ language: "de", names }), "Hallo 🎉!")).toBe("Hallo Konfettibombe!");
    expect(said(speakEmoji({ language: "zh", names: await loadEmojiNames("zh") }), "你好👋世界")).toBe("你好挥手世界");
    expect(said(speakEmoji({ language: "eo", names: { "👋🏽": "mano", "🎉": "festo" }, say: (name) => `[${name}]` }), "👋🎉😀")).toBe("[mano], [festo]😀");
    expect(() => speakEmoji({ language: "de" })).toThrow(/loadEmojiNames/u);
    await expect(loadEmojiNames("xx")).rejects.toMatchObject({ code: "UNSUPPORTED" });
    expect((await loadEmojiNames("en-GB")).get("🎉")).toBe("party popper");
  });

  it("has a table for every language that it names", async () => {
    for (const language of ["de", "es", "fr", "hi", "it", "ja", "ko", "nl", "pl", "pt", "ru", "uk", "zh"]) {
      const names = await loadEmojiNames(language);
      expect(names.size).toBeGreaterThan(1800);
      expect(names.get("🎉")).not.toBe("");
    }
  });
});

describe("dropEmoji", () => {
  it.each([
    ["Hi 👋 there", "Hi there"],
    ["Hi👋there 👍🏽.", "Hi there."],
    ["🎉🎉 Start", " Start"],
    ["Text :tada: © 5️⃣ 🔟", "Text © 5 10"],
    ["Ok 😀 😀 😀, go", "Ok, go"],
  ])("%j", (text, expected) => {
    expect(said(dropEmoji(), text)).toBe(expected);
  });
});
