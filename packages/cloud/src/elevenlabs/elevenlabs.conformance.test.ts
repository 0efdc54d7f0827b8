import { describeEngine } from "@parlando/testkit";
import { createFakeElevenLabs, type FakeElevenLabs, type FakeElevenLabsOptions } from "@parlando/testkit/fakes";
import { afterAll, beforeAll, describe, it } from "vitest";
import { createElevenLabsEngine } from "./elevenlabs-engine.ts";
import type { ElevenLabsOptions } from "./elevenlabs-options.ts";

const shapes: readonly (readonly [name: string, options: ElevenLabsOptions, fake: FakeElevenLabsOptions])[] = [
  ["elevenlabs, contexts", {}, {}],
  ["elevenlabs, contexts, ragged and in the other spelling", { tier: "pro" }, { raggedSeed: 11, contextIdKey: "context_id", alignmentKeys: "charsStartTimesMs", alignmentTime: "absolute", flushDone: true }],
  ["elevenlabs, sockets", { transport: "socket" }, { alignmentPasses: "overlapping" }],
  ["elevenlabs, HTTP, normalized numbers", { transport: "http", model: "eleven_multilingual_v2" }, { normalization: "digits", alignmentTime: "chunk" }],
  ["elevenlabs, HTTP, no marks", { transport: "http", marks: false, outputFormat: "pcm_16000" }, { raggedSeed: 5 }],
];

for (const [name, options, fakeOptions] of shapes) {
  describe(name, () => {
    let fake: FakeElevenLabs;
    beforeAll(async () => {
      fake = await createFakeElevenLabs({ encoding: "tones", key: "el-test", blockMs: 40, ...fakeOptions });
    });
    afterAll(() => fake.close());
    describeEngine(name, () => createElevenLabsEngine({ apiKey: "el-test", baseURL: fake.url, ...options }), { describe, it });
  });
}
