import type { JapaneseData } from "../unspaced-language-data.ts";

/** What stands at the joints of sentences: particles and endings. */
export const japanese: JapaneseData = {
  quoting: "とっなはがをにのでもや、",
  finiteEndings: "るただいうくすむぶぐつぬんねよ",
  finishing: "ねよぞぜわた",
  objectParticle: "を",
};
