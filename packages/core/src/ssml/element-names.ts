/** Elements after which another sentence begins, whatever the punctuation. */
export const BLOCKS: ReadonlySet<string> = new Set(["speak", "p", "s", "paragraph", "sentence", "voice"]);

/** Elements that are one thing said: text is never cut inside them. */
export const WHOLE: ReadonlySet<string> = new Set(["say-as", "phoneme", "sub", "w", "token", "audio"]);

/** Elements whose text is not for the ear. */
export const UNSPOKEN: ReadonlySet<string> = new Set(["metadata", "desc", "lexicon", "meta"]);

/** Elements that stand between words. */
export const BETWEEN_WORDS: ReadonlySet<string> = new Set(["break", "audio"]);

/** Every element of SSML 1.1 (https://www.w3.org/TR/speech-synthesis11/), and the older long names of two. */
export const STANDARD: ReadonlySet<string> = new Set(
  "audio break desc emphasis lang lexicon lookup mark meta metadata p paragraph phoneme prosody s say-as sentence speak sub token voice w".split(" "),
);

/** Elements of vendors that are in wide use: names that may be repeated in a message. */
export const VENDORS: ReadonlySet<string> = new Set(
  "amazon:auto-breaths amazon:breath amazon:domain amazon:effect amazon:emotion google:style mstts:audioduration mstts:backgroundaudio mstts:express-as mstts:silence mstts:viseme".split(" "),
);
