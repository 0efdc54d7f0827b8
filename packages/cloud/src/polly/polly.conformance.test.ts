import { describeEngine } from "@parlando/testkit";
import { createFakePolly, type FakePolly, type FakePollyOptions } from "@parlando/testkit/fakes";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createPollyEngine } from "./polly-engine.ts";
import type { PollyOptions } from "./polly-options.ts";

// The fake speaks no compressed formats.
const formats = ["pcm", "mulaw", "alaw"] as const;
const shapes: readonly (readonly [name: string, options: PollyOptions, fake: FakePollyOptions])[] = [
  ["polly", {}, {}],
  ["polly, standard", { engine: "standard", voice: "Joanna" }, {}],
  ["polly, ragged bytes", { engine: "neural" }, { raggedSeed: 7 }],
  ["polly, generative", { engine: "generative", voice: "Ruth" }, {}],
];

for (const [name, options, fakeOptions] of shapes) {
  describe(name, () => {
    let fake: FakePolly;
    beforeAll(async () => {
      fake = await createFakePolly({ encoding: "tones", key: "AKIDEXAMPLE", blockMs: 40, ...fakeOptions });
    });
    afterAll(async () => {
      await vi.waitFor(() => expect(fake.openConnections).toBe(0));
      await fake.close();
    });
    const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
    describeEngine(name, () => createPollyEngine({ region: "us-east-1", endpoint: fake.url, credentials, formats, ...options }), { describe, it });
  });
}
