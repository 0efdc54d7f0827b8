/** A text to begin with. */
export interface SampleText {
  readonly name: string;
  /** BCP-47. */
  readonly language: string;
  readonly text: string;
}

/** Texts of different languages and kinds. */
export const sampleTexts: readonly [SampleText, ...SampleText[]] = [
  {
    name: "Harbour",
    language: "en",
    text: "A voice is only ever there while somebody is speaking, one word after the other, and so you lean in, and you stay, to hear how the sentence ends. Every morning at twenty to seven Marta reads the weather to the harbour: a gale in the north, the height of the tide, the ships that are expected before noon. Nobody has told her to go on. She simply never found the place to stop.",
  },
  {
    name: "Numbers",
    language: "en",
    text: "The parcel of 3.5 kg left Lisbon on 12 May at 06:45 and cost €17.90. Dr. Hale signed for it at no. 84, Rope Street. Is that cheaper than by rail? Yes: by 42 per cent, and it is there two days earlier.",
  },
  {
    name: "Deutsch",
    language: "de",
    text: "Wer spricht, hat keine Zeit zu verlieren: Das erste Wort soll schon klingen, während das letzte noch gedacht wird. Im Hafen schlägt eine Glocke, und der Nebel hebt sich langsam über den Dächern.",
  },
  {
    name: "العربية",
    language: "ar",
    text: "في الصباح الباكر يفتح بائع الكتب دكانه الصغير قرب الميناء، ويرتب على الرف الأول قصص البحارة والمسافرين. هل هناك مدينة أجمل من مدينة تنتظر فيها الكتب من يقرؤها؟",
  },
];
