import { TTSError } from "@parlando/engine";
import { describe, expect, it } from "vitest";
import { createMarkupStage } from "../../packages/core/src/ssml/markup-stage.ts";
import { lowerMarkup } from "../../packages/core/src/ssml/lower/lower-markup.ts";
import { readSupport } from "../../packages/core/src/ssml/lower/support.ts";
import { parseSsml } from "../../packages/core/src/ssml/parse-ssml.ts";
import { ssmlParts } from "../../packages/core/src/ssml/ssml-soup.test-helper.ts";
import { createRandom, type Random } from "./mutate.ts";

// `node tools/fuzz.mjs --cases 200000 --only ssml` sets these.
const cases = Number(process.env["PARLANDO_FUZZ_CASES"] ?? 400);
const seed = Number(process.env["PARLANDO_FUZZ_SEED"] ?? 1);
const only = process.env["PARLANDO_FUZZ_ONLY"];

const supports = [[], ["speak"], ["speak", "p", "s", "break", "emphasis", "prosody", "say-as", "phoneme", "sub", "mark", "voice", "lang", "audio"], ["speak", "prosody@rate", "mark", "say-as@interpret-as=date"]].map(readSupport);
const valid = `<?xml version="1.0"?><speak version="1.1" xml:lang="en"><p>One &amp; <emphasis level="strong">two</emphasis>.</p><s>Three<break time="1s"/> <sub alias="four">4</sub></s><mark name="m"/><prosody rate="slow" pitch="+2st">five <say-as interpret-as="characters">six</say-as></prosody></speak>`;

/** Parts of documents in any order, or a document with a few units changed. */
function hostileText(random: Random): string {
  const any = (): string => (random.next() < 0.9 ? (ssmlParts[random.below(ssmlParts.length)] ?? "") : String.fromCharCode(random.below(random.next() < 0.8 ? 128 : 65_536)));
  if (random.next() < 0.6) return Array.from({ length: random.below(40) }, any).join("");
  let text = valid;
  for (let changes = random.below(5); changes >= 0; changes -= 1) {
    const at = random.below(text.length + 1);
    text = text.slice(0, at) + (random.next() < 0.5 ? any() : "") + text.slice(at + random.below(12));
  }
  return text;
}

/** Words as they come in pieces, and the documents of some engine for each piece. */
function read(text: string, random: Random): { words: string; problems: number } {
  let problems = 0;
  const stage = createMarkupStage({ onProblem: () => (problems += 1) });
  const support = supports[random.below(supports.length)] ?? readSupport([]);
  let words = "";
  const take = (marked: ReturnType<typeof stage.push>): void => {
    expect(marked.cutText).toHaveLength(marked.text.length);
    words += marked.text;
    const lowered = lowerMarkup(marked, support);
    if (lowered.ssml) parseSsml(lowered.text);
    for (let index = 1; index <= lowered.text.length; index += 7) {
      if (lowered.sourceAt(index) < lowered.sourceAt(index - 1) || lowered.sourceEndAt(index) > text.length) throw new TTSError("INTERNAL", "A place in a document leads back to a wrong place.");
    }
  };
  for (let at = 0; at < text.length;) {
    const length = 1 + random.below(random.next() < 0.5 ? 4 : 400);
    const start = at;
    take(stage.push({ text: text.slice(at, at + length), sourceAt: (index) => start + index }));
    at += length;
  }
  take(stage.end());
  return { words, problems };
}

function codeOf(work: () => unknown): string {
  try {
    work();
    return "none";
  } catch (error) {
    return TTSError.isInstance(error) ? error.code : "untyped";
  }
}

describe.runIf(only === undefined || only === "ssml")(`hostile SSML, ${cases} cases`, () => {
  it("ssml", { timeout: 0 }, () => {
    const outcomes: Record<string, number> = { none: 0, INVALID_INPUT: 0 };
    let slowestMs = 0;
    for (let number = 0; number < cases; number += 1) {
      const random = createRandom(seed * 1_000_003 + number);
      const text = hostileText(random);
      const startedAt = performance.now();
      const code = codeOf(() => parseSsml(text));
      const lenient = codeOf(() => {
        const one = read(text, random);
        if (number % 10 === 0 && JSON.stringify(read(text, random)) !== JSON.stringify(one)) throw new TTSError("INTERNAL", "The words depend on the pieces.");
      });
      slowestMs = Math.max(slowestMs, performance.now() - startedAt);
      if (lenient !== "none" || (code !== "none" && code !== "INVALID_INPUT")) expect.fail(`case ${number} ended with ${code}, and read leniently with ${lenient}`);
      outcomes[code] = (outcomes[code] ?? 0) + 1;
    }
    if (process.env["PARLANDO_FUZZ_CASES"] !== undefined) process.stdout.write(`${JSON.stringify({ name: "ssml", cases, outcomes, slowestMs })}\n`);
    // Both must occur, or the inputs are not what they should be: between valid and nonsense.
    expect(outcomes["none"]).toBeGreaterThan(0);
    expect(outcomes["INVALID_INPUT"]).toBeGreaterThan(0);
  });
});
