import { TTSError } from "@parlando/engine";
import { describe, expect, it } from "vitest";
import { createSegmenter } from "./create-segmenter.ts";

/** The sentences of a text fed in pieces of three units. */
function sentencesOf(text: string, language?: string): string[] {
  const segmenter = createSegmenter({ language });
  const found: string[] = [];
  for (let from = 0; from < text.length; from += 3) found.push(...segmenter.push(text.slice(from, from + 3)).map((segment) => segment.text));
  return [...found, ...segmenter.flush().map((segment) => segment.text)];
}

function expectSentences(language: string | undefined, sentences: readonly string[], joint = " "): void {
  expect(sentencesOf(sentences.join(joint), language)).toEqual(sentences);
}

describe("sentences of English", () => {
  it.each<[string, string[]]>([
    ["plain ones", ["The kettle is on.", "Do you take sugar?", "Good!", "I thought so."]],
    ["titles before names", ["Mrs. Okafor met Dr. Lind and Prof. Abebe at the gate.", "St. Olaf was closed."]],
    ["initials", ["The plaque names J. S. Whitlock and Mary T. Green.", "Nobody knew them."]],
    ["an abbreviation that ends a sentence", ["They sold it to Harrow & Co. The price was never told."].flatMap((text) => text.split(/(?<=Co\.) /))],
    ["an abbreviation inside a sentence", ["They sold it to Harrow & Co. in March.", "It was dear."]],
    ["what points at something", ["Bring tools, e.g. Phillips screwdrivers, i.e. those with a cross.", "That is all."]],
    ["acronyms with full stops", ["She moved to the U.K. in 2003.", "He stayed in the U.S. She wrote to him."].flatMap((text) => text.split(/(?<=U\.S\.) /))],
    ["times of day", ["We land at 6 a.m. tomorrow.", "Dinner is at 7 p.m. They will wait."].flatMap((text) => text.split(/(?<=7 p\.m\.) /))],
    ["decimals, money, versions", ["It costs $4.99 or 3.50 euros.", "Version 2.0.1 is out.", "Pi is 3.14159."]],
    ["pages and numbers", ["See p. 12 and fig. 3 for No. 7.", "The rest is on pp. 4-9."]],
    ["addresses of the net", ["Go to https://docs.example.org/a.b/index.html?x=1.5#Top. Then press start."].flatMap((text) => text.split(/(?<=#Top\.) /))],
    ["e-mail addresses and files", ["Write to first.last@mail.example.com today.", "Open readme.md or notes.v2.txt first."]],
    ["quotes that close a sentence", ["“Is it late?” she asked.", "“It is.” He sighed.", "\"Go on.\" Nobody moved."].flatMap((text) => text.split(/(?<=(?:is\.”|on\.")) /))],
    ["brackets", ["It rained (as it does every April.) and we stayed in.", "(Nobody minded.)", "We read."]],
    ["ellipses", ["I wonder... maybe not.", "Well... That was quick.", "Odd… very odd."].flatMap((text) => text.split(/(?<=Well\.\.\.) /))],
    ["several marks", ["What?!", "No way!!", "Really???", "Yes."]],
    ["a missing space", ["We were late.Nobody cared.", "It was noon."].flatMap((text) => text.split(/(?<=late\.)/))],
    ["words without capitals", ["i went home early.", "it was raining.", "we slept."]],
    ["names that begin small", ["I sold it.", "iPhones are dear.", "eBay was slow."]],
    ["months and days", ["He was born on Jan. 5 and left on Fri. Nov. 3.", "She sat. Mary stood."].flatMap((text) => text.split(/(?<=She sat\.) /))],
    ["emoji", ["Thanks! 😊", "See you 🎉 soon. 👩‍👩‍👧", "Bye."]],
    ["faces", ["That went well :-) We should do it again."].flatMap((text) => text.split(/(?<=:-\)) /))],
  ])("%s", (_name, sentences) => {
    const text = sentences.join(" ").replace("late. Nobody", "late.Nobody");
    expect(sentencesOf(text, "en")).toEqual(sentences);
  });
});

describe("sentences of other languages", () => {
  it.each<[string, string[], string?]>([
    ["de", ["Am 3. Oktober 1990 war Herr Dr. Brandt z. B. in Köln.", "Das weiß ich, d. h. ich glaube es.", "„Wirklich?“, fragte sie."]],
    ["de", ["Ludwig XIV. von Frankreich trug Nr. 5.", "Er kam um ca. 8 Uhr.", "»Komm rein.« Sie ging."].flatMap((text) => text.split(/(?<=rein\.«) /))],
    ["fr", ["M. Petit habite au n° 4, av. Foch.", "Vient-il ce soir ?", "« Peut-être. » Il sourit."].flatMap((text) => text.split(/(?<=être\. ») /))],
    ["es", ["¿Dónde vive la Sra. Peña?", "¡Vaya pregunta!", "El Dr. Ruiz llegó a las 5 p. m. ayer."]],
    ["it", ["Il sig. Conti abita in p.za Roma.", "Arriva alle 8?", "Sì."]],
    ["pt", ["O Sr. Alves mora na av. Central.", "Chegou ontem.", "Que bom!"]],
    ["nl", ["Dhr. de Vries kwam o.a. voor de kaas.", "Hij bleef niet lang."]],
    ["da", ["Den 5. maj kom hr. Holm hjem.", "Han var f.eks. træt.", "Hvad så?"]],
    ["pl", ["Prof. Nowak mieszka przy ul. Długiej.", "Ma np. dwa koty.", "Tak."]],
    ["cs", ["Dne 12. března přijel pan Novák.", "Bydlí tam např. jeho bratr."]],
    ["ru", ["Проф. Иванов живёт на ул. Мира.", "А. П. Чехов писал письма.", "Когда?"]],
    ["el", ["Πού πας;", "Δεν ξέρω.", "Έλα!"]],
    ["hy", ["Ես գալիս եմ:", "Դու ո՞ւր ես:"]],
    ["ar", ["أين تسكن؟", "أسكن في عمّان.", "وصل د. سامي أمس."]],
    ["fa", ["سلام.", "حال شما چطور است؟", "خوبم."]],
    ["ur", ["آپ کیسے ہیں؟", "میں ٹھیک ہوں۔", "شکریہ۔"]],
    ["hi", ["यह मेरा घर है।", "तुम कब आओगे?", "डॉ. शर्मा कल आएँगे।"]],
    ["mr", ["आज पाऊस आहे.", "तू कुठे आहेस?"]],
    ["zh", ["今天很冷。", "你去哪儿？", "“我回家。”", "价格是3.5元！"], ""],
    ["zh", ["“几点了？”她问。", "没人回答。"], ""],
    ["ja", ["今日は寒いです。", "どこへ行きますか？", "「行く。」と彼は言った。", "本当!"], ""],
    ["am", ["ሰላም ነው።", "ደህና ነህ፧"], ""],
    ["my", ["နေကောင်းလား။", "ကောင်းပါတယ်။"], ""],
    ["ko", ["오늘은 추워요.", "어디 가세요?", "집에 가요!"]],
    ["he", ["מה שלומך?", "אני בסדר.", "תודה!"]],
    ["tr", ["Bugün 5. gün.", "Nereye gidiyorsun?", "Eve."]],
  ])("%s: %j", (language, sentences, joint) => {
    expectSentences(language, sentences, joint);
  });

  it("takes English where the language is missing or unknown, and the first part of a tag", () => {
    expectSentences(undefined, ["Mr. Hale left.", "He ran."]);
    expectSentences("xx-klingon", ["Mr. Hale left.", "He ran."]);
    expectSentences("de-AT", ["Am 7. Mai kam er.", "Gut."]);
  });
});

describe("lines, lists and markup", () => {
  it.each<[string, string, string[]]>([
    ["paragraphs", "A heading\n\nFirst one. Second\n\n\nthird", ["A heading", "First one.", "Second", "third"]],
    ["wrapped lines", "The road went up and\ndown again.\nThen it ended.", ["The road went up and\ndown again.", "Then it ended."]],
    ["lines of their own", "Ingredients:\nFlour\nTwo eggs\nMix well.", ["Ingredients:", "Flour", "Two eggs", "Mix well."]],
    ["carriage returns", "One.\r\nTwo\r\n\r\nThree", ["One.", "Two", "Three"]],
    ["numbered lists", "1. Boil water. 2. Add tea. 3. Wait.", ["1. Boil water.", "2. Add tea.", "3. Wait."]],
    ["lists in one line", "1) Bread 2) Butter 3) Jam", ["1) Bread", "2) Butter", "3) Jam"]],
    ["bullets", "• Bread • Butter\n- Jam\n- Tea", ["• Bread", "• Butter", "- Jam", "- Tea"]],
    ["numbers that are no markers", "I have 1. an apple and 2. a pear.", ["I have 1. an apple and 2. a pear."]],
    ["Markdown", "# Title\nSome **bold.** And *this.*\n> A quote\n| a | b |", ["# Title", "Some **bold.**", "And *this.*", "> A quote", "| a | b |"]],
    ["code", "Run this:\n```js\nconsole.log(1. toFixed()); // Done. Really.\nexit();\n```\nThen stop.", ["Run this:", "```js\nconsole.log(1. toFixed()); // Done. Really.\nexit();\n```", "Then stop."]],
    ["tags", "Go <b class=\"x. Y\">now.</b> Then <i>rest</i>.", ["Go <b class=\"x. Y\">now.</b>", "Then <i>rest</i>."]],
    ["blocks", "<p>One two</p><p>Three. Four.</p>", ["<p>One two</p>", "<p>Three.", "Four.</p>"]],
    ["what only looks like a tag", "If a < b. Then c <- d. <5 is small.", ["If a < b.", "Then c <- d.", "<5 is small."]],
    ["footnotes", "It was shown before.12 The proof is long.[3] We skip it.", ["It was shown before.12", "The proof is long.[3]", "We skip it."]],
    ["a fourth dot of an ellipsis", "He waited . . . and left . . . . Nobody came.", ["He waited . . . and left . . . .", "Nobody came."]],
  ])("%s", (_name, text, sentences) => {
    expect(sentencesOf(text, "en")).toEqual(sentences);
  });
});

describe("what is given out", () => {
  it("has exact offsets and no white space around it", () => {
    const text = "  One.\n\n Two three?  ";
    const segmenter = createSegmenter();
    const segments = [...segmenter.push(text), ...segmenter.flush()];
    expect(segments).toEqual([
      { text: "One.", start: 2, end: 6, kind: "sentence" },
      { text: "Two three?", start: 9, end: 19, kind: "sentence" },
    ]);
  });

  it("comes as soon as the next word shows that the sentence is over", () => {
    const segmenter = createSegmenter();
    expect(segmenter.push("It is late.")).toEqual([]);
    expect(segmenter.push(" ")).toEqual([]);
    expect(segmenter.push("W").map((segment) => segment.text)).toEqual(["It is late."]);
  });

  it("needs no white space where the full stop is used for nothing else", () => {
    const segmenter = createSegmenter({ language: "ja" });
    expect(segmenter.push("寒いです。")).toEqual([]);
    expect(segmenter.push("行").map((segment) => segment.text)).toEqual(["寒いです。"]);
  });

  it("is nothing for empty text and white space", () => {
    for (const text of ["", " ", "\n\n", "\u3000\t"]) {
      const segmenter = createSegmenter();
      expect([...segmenter.push(text), ...segmenter.flush(), ...segmenter.flush()]).toEqual([]);
    }
  });

  it("is not held back for ever by a quote or bracket that is never closed", () => {
    const rest = "This goes on and on. ".repeat(10).trim();
    expect(sentencesOf(`He said "and then ${rest}`).length).toBeGreaterThan(5);
    expect(sentencesOf(`He said (and then ${rest}`).length).toBeGreaterThan(5);
  });

  it("cuts a sentence without end at words, and one without words between characters", () => {
    const words = sentencesOf("word ".repeat(4000));
    expect(words.length).toBeGreaterThan(2);
    expect(Math.max(...words.map((text) => text.length))).toBeLessThanOrEqual(5000);
    const letters = sentencesOf("a".repeat(20_000));
    expect(letters.join("")).toBe("a".repeat(20_000));
    expect(Math.max(...letters.map((text) => text.length))).toBeLessThanOrEqual(5000);
  });
});

describe("misuse", () => {
  it("is refused with a typed error", () => {
    const splitting = createSegmenter();
    splitting.push("a");
    expect(() => splitting.add("b")).toThrow(TTSError);
    splitting.flush();
    expect(() => splitting.push("c")).toThrow(TTSError);

    const planning = createSegmenter();
    planning.add("Hello there", true);
    expect(() => planning.push("b")).toThrow(TTSError);
    expect(() => planning.add("more")).toThrow(TTSError);
    for (const units of [0, -1, 1.5, 99, NaN]) expect(() => planning.take(units)).toThrow(TTSError);
  });
});
