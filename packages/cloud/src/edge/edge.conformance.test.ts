import { describeEngine } from "@parlando/testkit";
import { createFakeEdge, type FakeEdgeOptions, type FakeServer } from "@parlando/testkit/fakes";
import { afterAll, beforeAll, describe, it } from "vitest";
import { createEdgeEngine } from "./edge-engine.ts";
import { encodeMp3 } from "./edge-engine.test-helper.ts";

const shapes: readonly (readonly [name: string, options: Partial<FakeEdgeOptions>])[] = [
  ["edge", {}],
  ["edge, ragged bytes, another clock", { raggedSeed: 7, clockSkewMs: -3_600_000, trailingSilenceMs: 300 }],
];

for (const [name, options] of shapes) {
  describe(name, () => {
    let fake: FakeServer;
    beforeAll(async () => {
      fake = await createFakeEdge({ encodeMp3, msPerCharacter: 25, ...options });
    });
    afterAll(() => fake.close());
    describeEngine(name, () => createEdgeEngine({ baseURL: fake.url }), { describe, it });
  });
}
