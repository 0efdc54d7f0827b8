import { describe, it } from "vitest";
import { checkMarked } from "./marked-text.test-helper.ts";

describe("Georgian", () => {
  it.each<[string, string]>([
    ["ka", "ეს არის დიდი სახლი. ¦ის ძალიან ლამაზია. ¦ჩვენ აქ ვცხოვრობთ! ¦რატომ? ¦არ ვიცი."],
    ["en", "მე ვარ. ¦ის არის. ¦კი. ¦არა."],
    ["ka", "რა კარგია!¦ძალიან! ¦ფასი 3.5 ლარია. ¦კარგი."],
    ["ka", "კ. გამსახურდია და ი. ჭავჭავაძე, ე.ი. ორივე, მაგ. თბილისში, იხ. გვ. 5."],
    ["ka", "ᲔᲡ ᲐᲠᲘᲡ ᲓᲘᲓᲘ ᲡᲐᲮᲚᲘ. ¦ის ლამაზია."],
  ])("%s: %s", (language, marked) => {
    checkMarked(language, marked);
  });
});
