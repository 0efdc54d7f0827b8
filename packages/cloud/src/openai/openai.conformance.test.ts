import { describeEngine } from "@parlando/testkit";
import { createFakeOpenAI, type FakeOpenAIOptions, type FakeServer } from "@parlando/testkit/fakes";
import { afterAll, beforeAll, describe, it } from "vitest";
import { createOpenAIEngine } from "./openai-engine.ts";

// The fake speaks PCM and WAV only.
const formats = ["pcm", "wav"] as const;
const shapes: readonly (readonly [name: string, streamFormat: "audio" | "sse", options: FakeOpenAIOptions])[] = [
  ["openai, bytes", "audio", {}],
  ["openai, ragged bytes", "audio", { raggedSeed: 7, transfer: "content-length" }],
  ["openai, events", "sse", { sse: { lineEnd: "mixed", comments: true, unknownEvents: true, byteOrderMark: true }, voiceList: "objects" }],
];

for (const [name, streamFormat, options] of shapes) {
  describe(name, () => {
    let fake: FakeServer;
    beforeAll(async () => {
      fake = await createFakeOpenAI({ encoding: "tones", key: "sk-test", blockMs: 40, ...options });
    });
    afterAll(() => fake.close());
    describeEngine(name, () => createOpenAIEngine({ apiKey: "sk-test", baseURL: `${fake.url}/v1`, formats, streamFormat }), { describe, it });
  });
}
