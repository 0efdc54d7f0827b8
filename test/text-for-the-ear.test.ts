import { createMemorySink, createSpeechStream } from "@parlando/core";
import { textForTheEar } from "@parlando/core/text";
import type { Engine } from "@parlando/engine";
import { createEngine } from "@parlando/espeak";
import { afterAll, beforeAll, expect, it } from "vitest";

const TEXT = "## The **big** plan 🎉\n\n- Ask [Dr. Jones](https://x.org/a) about SQL and **$12.50**\n\nSee https://example.com/a?b=c for _more_ 👩‍🚀 now.\n";
/** What the voice says, and what its marks have to cover in what was fed. */
const EXPECTED = [
  ["The", "The"], ["big", "big"], ["plan", "plan"], ["party", "🎉"], ["popper", "🎉"],
  ["Ask", "Ask"], ["Dr", "Dr"], ["Jones", "Jones"], ["about", "about"], ["sequel", "SQL"], ["language", "SQL"], ["and", "and"], ["$12.50", "$12.50"],
  ["See", "See"], ["example", "https://example.com/a?b=c"], ["dot", "https://example.com/a?b=c"], ["com", "https://example.com/a?b=c"], ["for", "for"], ["more", "more"], ["woman", "👩‍🚀"], ["astronaut", "👩‍🚀"], ["now", "now"],
];

let engine: Engine;
beforeAll(() => {
  engine = createEngine();
});
afterAll(() => engine.close());

it.each([["whole", [TEXT]], ["letter by letter", TEXT.split("")]])("the embedded voice marks the words that were fed, through all stages, %s", async (_, pieces) => {
  const words: string[][] = [];
  const stream = createSpeechStream(
    { engines: [{ engine, voice: "en-us" }] },
    {
      sink: createMemorySink(),
      latency: "smoothest",
      textStages: textForTheEar({ pronunciations: [{ word: "SQL", say: "sequel language" }] }),
      onMark: (mark) => {
        if (mark.kind === "word") words.push([mark.value, TEXT.slice(mark.textStart, mark.textEnd)]);
      },
    },
  );
  for (const piece of pieces) await stream.feed(piece);
  stream.done();
  await stream.waitUntilDone();
  expect(words).toEqual(EXPECTED);
});
