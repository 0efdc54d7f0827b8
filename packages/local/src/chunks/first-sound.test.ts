import { describe, expect, it } from "vitest";
import { speakPaced } from "./first-sound.test-helper.ts";
import { machineAt, simulateUpstream } from "./simulate.test-helper.ts";

const codes = 300;
const guess = { codeMs: 9, decode: { startMs: 10, perCodeMs: 1 }, samples: 0 };

describe("the first sound through the real pipeline, on a paced generator and a paced codec", () => {
  it.each([0.05, 0.1, 0.25])("comes in at most 0.35 of upstream's time at a real-time factor of 0.46, and it never runs dry; the codec has %d of the time", async (codecShare) => {
    const machine = machineAt({ factor: 0.46, codecShare, jitter: 0.2, whileDecoding: 1 });
    const upstream = simulateUpstream({ machine, codes, codeDurationMs: 20 });
    for (const reproducible of [false, true]) {
      const heard = await speakPaced({ machine, codes, chunkCodes: "adaptive", reproducible, guess });
      expect(heard.firstMs / upstream.firstMs).toBeLessThanOrEqual(0.35);
      expect(heard.dryMs).toBe(0);
      expect(heard.samples).toBe(codes * 480);
      expect(heard.warnings).toEqual([]);
    }
  });

  it("is held back on a machine that cannot keep up, which is told, and then never runs dry", async () => {
    const machine = machineAt({ factor: 1.3, codecShare: 0.05, whileDecoding: 1 });
    const heard = await speakPaced({ machine, codes, chunkCodes: "adaptive", reproducible: false, guess });
    expect(heard.dryMs).toBe(0);
    expect(heard.warnings).toEqual(["SLOWER_THAN_REAL_TIME"]);
  });
});
