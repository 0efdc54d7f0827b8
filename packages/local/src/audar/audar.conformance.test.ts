import { createPhonemizer } from "@parlando/espeak";
import { describeEngine } from "@parlando/testkit";
import { afterAll, beforeAll, describe, it } from "vitest";
import { assembleAudar, type AudarEngine } from "./assemble-audar.ts";
import { writeModelFiles, type ModelFiles } from "./model-files.test-helper.ts";
import { createScriptedHost } from "./scripted-model.test-helper.ts";

// One for all checks: an engine whose config names the module starts a worker of its own, which takes half a second each.
const phonemizer = createPhonemizer();
afterAll(() => phonemizer.close());

const shapes: readonly (readonly [name: string, options: object])[] = [
  ["audar, plain text", { preset: "audar-v1-flash" }],
  ["audar, seeded", { preset: "audar-v1-flash", seed: 5, slots: 3 }],
  ["audar, phonemes", { preset: "audar-v1-phonemes", phonemizer: phonemizer.phonemize, voice: "Salem" }],
];

for (const [name, options] of shapes) {
  describe(name, () => {
    let files: ModelFiles;
    beforeAll(async () => {
      files = await writeModelFiles();
    });
    afterAll(() => files.remove());

    let seed = 0;
    const create = (): AudarEngine =>
      assembleAudar({ model: files.folder, ...options }, { host: async () => createScriptedHost({ pieceMs: 1 }), environment: {}, randomSeed: () => (seed += 1), newRequestId: () => "request" });
    describeEngine(name, create, { describe, it });
  });
}
