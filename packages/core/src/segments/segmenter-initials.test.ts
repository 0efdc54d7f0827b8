import { describe, it } from "vitest";
import { checkMarked } from "./marked-text.test-helper.ts";

describe("initials that are words as well", () => {
  it.each<[string, string]>([
    ["en", "The poem by E. A. Poe is dark. ¦It ends badly."],
    ["en", "We read A. A. Milne today. ¦Tomorrow comes W. A. Mozart."],
    ["en", "It was H. I. Smith, not C. I. Lewis or I. A. Richards, who came."],
    ["en", "They named it for J. A.-M. Roux."],
    ["en", "Eat more vitamin A. ¦I take it too. ¦Then came plan B. ¦A dog ate it."],
    ["en", "My brother got an A. ¦I'm proud of him."],
    ["ru", "Роман написал И. А. Гончаров. ¦Мы его читали."],
    ["ru", "А. С. Пушкин знал Н. А. Корсакова. ¦В. С. Высоцкий пел, Н. С. Хрущёв слушал."],
    ["ru", "Приехал О. В. Иванов. ¦Встретил его И. И. Петров."],
    ["ru", "Это витамин Е. ¦Он полезен."],
    ["uk", "Це написав І. Я. Франко. ¦А потім Т. Г. Шевченко."],
    ["es", "Lo escribió E. A. Poe. ¦Y luego murió."],
    ["it", "Lo scrisse E. A. Poe. ¦E poi morì."],
    ["pt", "Foi o E. A. Poe. ¦E morreu."],
    ["pl", "Napisał to W. I. Nowak. ¦I umarł."],
    ["de", "Es ist von F. Schubert und E. T. A. Hoffmann. ¦Der Rest ist neu."],
  ])("%s: %s", (language, marked) => {
    checkMarked(language, marked);
  });
});

describe("initials of one syllable", () => {
  it.each<[string, string]>([
    ["mr", "लेखक वि. कुलकर्णी आले. ¦ते गेले. ¦श्री. वि. कुलकर्णी आणि शि. साने बसले. ¦पु. ल. देशपांडे आले."],
    ["mr", "तू ये. ¦मी जा. ¦हो. ¦तू दे."],
    ["hi", "कवि सु. पंत आए. ¦वह घर है. ¦ज. प्र. नारायण गए."],
    ["ne", "त्यो राम्रो छ नि. ¦हामी यहाँ बस्छौं. ¦कवि वि. अधिकारी आए."],
  ])("%s: %s", (language, marked) => {
    checkMarked(language, marked);
  });
});
