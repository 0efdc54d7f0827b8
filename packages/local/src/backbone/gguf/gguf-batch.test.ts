import { afterEach, describe, expect, it } from "vitest";
import { createTinyWeights } from "../../testing/create-tiny-weights.ts";
import { codesOf, drawn, freely, hasLlama, openTiny, prefixOf, requestOf, speak, type Opened } from "./gguf.test-helper.ts";

const opened: Opened[] = [];

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

describe.runIf(hasLlama)("speeches that share steps", () => {
  it.each(["f32", "q8_0"] as const)("say the same when the prompt of another is evaluated meanwhile, and so does that (%s)", async (type) => {
    const weights = createTinyWeights();
    const limits = { minimumCodes: 0, maximumCodes: 120 };
    const quiet = await openTiny(weights, { type, slots: 3 });
    opened.push(quiet);
    const long = prefixOf(quiet.codeTokens, 700, "long");
    const alone = [await speak(quiet, { limits }), await speak(quiet, { limits, prefix: long, sampling: { ...drawn, seed: 9 } })];
    const busy = await openTiny(weights, { type, slots: 3 });
    opened.push(busy);
    const first = codesOf(await busy.generator.start(requestOf(busy.codeTokens, { limits }), busy.codeTokens, freely));
    const second = speak(busy, { limits, prefix: long, sampling: { ...drawn, seed: 9 } });
    expect(await Promise.all([first, second])).toEqual(alone);
  });
});
