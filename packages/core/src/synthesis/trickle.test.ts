import { describe, expect, it } from "vitest";
import { TrickleWatch } from "./trickle.ts";

const limits = { firstAudioMs: 1_000, betweenMs: 500 };
const mark = { type: "mark", mark: { kind: "viseme", value: "p", timeMs: 0, textStart: 0, textEnd: 1, source: "native" } } as const;

describe("TrickleWatch", () => {
  it("lets small packets with marks between them add up to progress", () => {
    const watch = new TrickleWatch({ limits, engine: "small" });
    for (let packet = 0; packet < 500; packet += 1) {
      watch.came({ type: "audio", bytes: new Uint8Array(60) }, 20);
      watch.came(mark, 0);
    }
    expect(watch.hasBegun).toBe(true);
  });

  it("ends marks without audio, before the first and behind it", () => {
    const untold = new TrickleWatch({ limits, engine: "silent" });
    expect(() => Array.from({ length: 50 }, () => untold.came(mark, 100))).toThrow("no audio for 1 s");
    const begun = new TrickleWatch({ limits, engine: "silent" });
    begun.came({ type: "pcm", samples: new Float32Array(2_400) }, 100);
    expect(() => Array.from({ length: 50 }, () => begun.came(mark, 100))).toThrow("next to no audio for 1 s");
  });
});
