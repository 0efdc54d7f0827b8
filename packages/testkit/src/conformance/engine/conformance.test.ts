import { describe, expect, it } from "vitest";
import { createScriptedEngine } from "../../scripted/scripted-engine.ts";
import type { ScriptedEngineOptions } from "../../scripted/scripted-options.ts";
import { describeEngine } from "./describe-engine.ts";
import { runEngineChecks } from "./run-engine-checks.ts";

describeEngine("scripted", () => createScriptedEngine({ input: ["segment", "incremental"], credentials: { status: "not-needed", message: "None are needed." }, limits: { segmentCharacters: 3000 } }), { describe, it });

const variants: Record<string, ScriptedEngineOptions> = {
  "bytes in odd pieces": { delivery: "bytes", chunkBytes: [1, 3001], marks: ["word", "sentence", "character", "phoneme", "viseme"], markOrder: "after" },
  "wav with a lying header, whole": { delivery: "bytes", format: { encoding: "wav", sampleRate: 22_050, channels: 1 }, wavLength: "unknown", output: "whole", markOrder: "before" },
  "three formats, one request at a time, slow": {
    delivery: "bytes",
    formats: [{ encoding: "pcm-s16le", sampleRate: 24_000, channels: 1 }, { encoding: "wav", sampleRate: 24_000, channels: 1 }, { encoding: "pcm-f32le", sampleRate: 16_000, channels: 2 }],
    limits: { concurrency: 1 },
    startMs: 5,
    realTimeFactor: 0.002,
    marks: [],
  },
  "SSML with bookmarks": { marks: ["word", "bookmark"], capabilities: { ssml: ["speak", "mark"], prosody: ["rate"] }, leadMs: 50, tailMs: 80 },
  "sessions only": { input: ["incremental"], eagerCharacters: 12, chunkMs: [5, 90] },
};

describe("the suite", () => {
  it.each(Object.entries(variants))("passes an engine that is right: %s", async (_, options) => {
    const results = await runEngineChecks(() => createScriptedEngine(options));
    expect(results.filter(({ status }) => status === "failed").map(({ name, error }) => `${name}: ${String(error)}`)).toEqual([]);
    expect(results.filter(({ status }) => status === "passed").length).toBeGreaterThan(10);
  });

  it("knows only its own names", async () => {
    await expect(runEngineChecks(() => createScriptedEngine(), { names: ["is nice"] })).rejects.toThrow(/no check named "is nice"/u);
  });
});
