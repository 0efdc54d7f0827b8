import { describe, expect, it } from "vitest";
import { chinese } from "./languages/chinese.ts";
import { japanese } from "./languages/japanese.ts";

describe("the data of Chinese and Japanese", () => {
  it("tells each word that goes on behind a quotation once", () => {
    const firsts = chinese.continuations.flatMap(({ first }) => [...first]);
    expect(new Set(firsts).size).toBe(firsts.length);
    for (const first of firsts) expect(chinese.linking).not.toContain(first);
  });

  it("has verbs of speech of two characters, once each", () => {
    const verbs = chinese.reporting.split(" ");
    expect(new Set(verbs).size).toBe(verbs.length);
    for (const verb of verbs) expect(verb).toMatch(/^\p{Script=Han}{2}$/u);
  });

  it("is written in the characters of its script", () => {
    for (const set of [chinese.saying, chinese.aspects, chinese.negations, chinese.introducing, chinese.linking, chinese.leaning, chinese.foreignNames.ends, chinese.foreignNames.starts]) expect(set).toMatch(/^\p{Script=Han}+$/u);
    for (const set of [japanese.finiteEndings, japanese.finishing, japanese.objectParticle]) expect(set).toMatch(/^\p{Script=Hiragana}+$/u);
    expect(japanese.quoting).toMatch(/^[\p{Script=Hiragana}、]+$/u);
  });
});
