import { createSpeechStream } from "@parlando/core";
import { TTSError } from "@parlando/engine";
import { describe, expect, it } from "vitest";
import { createToneEngine } from "../testing/tone-engine.ts";
import { appConfig, checkConfig, checkPartialConfig } from "./config-schema.ts";

function messageFor(config: unknown): string {
  try {
    checkConfig(config, appConfig);
  } catch (error) {
    expect(TTSError.isInstance(error)).toBe(true);
    expect((error as TTSError).code).toBe("INVALID_CONFIG");
    return (error as TTSError).message;
  }
  return "accepted";
}

describe("checkConfig", () => {
  it("accepts every form of an engine", () => {
    const tone = createToneEngine();
    for (const engine of ["espeak", tone, { engine: "espeak", voice: "en-us" }, { engine: tone, options: { a: 1 } }, ["espeak", tone, { engine: "polly", language: "en-US" }]]) {
      expect(messageFor({ engine })).toBe("accepted");
    }
  });

  it("keeps engines, sinks and stages as they are", () => {
    const tone = createToneEngine();
    const checked = checkConfig({ engine: [tone], textStages: [], engineOptions: { style: "calm" } }, appConfig);
    expect((checked.engine as unknown[])[0]).toBe(tone);
    expect(checked.engineOptions).toEqual({ style: "calm" });
  });

  it("accepts time-outs, one of them too", () => {
    expect(checkConfig({ engine: "espeak", timeouts: { firstAudioMs: 1, betweenMs: 86_400_000 } }, appConfig).timeouts).toEqual({ firstAudioMs: 1, betweenMs: 86_400_000 });
    expect(messageFor({ engine: "espeak", timeouts: { betweenMs: 5000 } })).toBe("accepted");
    expect(messageFor({ engine: "espeak", timeouts: { firstAudioMs: undefined, betweenMs: undefined } })).toBe("accepted");
    expect(messageFor({ engine: "espeak", timeouts: undefined })).toBe("accepted");
  });

  it.each([0, 0.5, 1, 86_400_000, 86_400_001, NaN])("draws the line for time-outs where core draws it: %d", (firstAudioMs) => {
    const make = (): unknown => createSpeechStream({ engines: [{ engine: createToneEngine() }] }, { timeouts: { firstAudioMs }, sink: "pull" }).close();
    if (messageFor({ engine: "espeak", timeouts: { firstAudioMs } }) === "accepted") expect(make).not.toThrow();
    else expect(make).toThrow("timeouts.firstAudioMs");
  });

  it("accepts undefined for every optional field", () => {
    expect(messageFor({ engine: "espeak", voice: undefined, rate: undefined, output: { sampleRate: undefined }, sink: undefined })).toBe("accepted");
  });

  it.each<[string, unknown, string[]]>([
    ["a number as text", { engine: "espeak", rate: "fast" }, ['rate: given "fast"', "a number from 0.1 to 10"]],
    ["a number out of range", { engine: "espeak", rate: 0 }, ["rate: given 0", "a number from 0.1 to 10"]],
    ["not a number", { engine: "espeak", pitch: NaN }, ["pitch: given NaN"]],
    ["a wrong choice", { engine: "espeak", latency: "smothest" }, ['latency: given "smothest"', '"soonest", "balanced", "smoothest"', 'did you mean "smoothest"?']],
    ["an unknown field", { engine: "espeak", vioce: "en" }, ["vioce: no such field", 'did you mean "voice"?']],
    ["an unknown field of output", { engine: "espeak", output: { samplerate: 8000 } }, ["output.samplerate: no such field", 'did you mean "sampleRate"?']],
    ["a time-out out of range", { engine: "espeak", timeouts: { firstAudioMs: 0 } }, ["timeouts.firstAudioMs: given 0", "a number from 1 to 86400000"]],
    ["a time-out that is no number", { engine: "espeak", timeouts: { betweenMs: "15s" } }, ['timeouts.betweenMs: given "15s"']],
    ["a single time-out", { engine: "espeak", timeouts: 5000 }, ["timeouts: given 5000", "firstAudioMs, betweenMs"]],
    ["an unknown time-out", { engine: "espeak", timeouts: { firstAudio: 9 } }, ["timeouts.firstAudio: no such field", 'did you mean "firstAudioMs"?', "allowed: firstAudioMs, betweenMs"]],
    ["an unknown field of an engine", { engine: [{ engine: "espeak", voise: "en" }] }, ["engine.0.voise: no such field", 'did you mean "voice"?']],
    ["a wrong field of an engine", { engine: [{ engine: "espeak", voice: 3 }] }, ["engine.0.voice: given 3", "the id of a voice"]],
    ["no engine", {}, ["engine: given nothing", '"espeak"']],
    ["an empty list of engines", { engine: [] }, ["engine: given an empty list"]],
    ["an engine of a wrong type", { engine: 5 }, ["engine: given 5", "the name of an engine"]],
    ["an engine entry without an engine", { engine: { voice: "x" } }, ["engine.engine: given nothing"]],
    ["a wrong kind of mark", { engine: "espeak", marks: ["words"] }, ['marks.0: given "words"', '"word"']],
    ["a wrong sink", { engine: "espeak", sink: "speakers" }, ['sink: given "speakers"', '"speaker", "pull"']],
    ["a config that is no object", 7, ["given 7"]],
    ["a config that is a list", ["espeak"], ["given a list of 1"]],
    ["a config that is an engine", createToneEngine(), ["given an engine", "{ engine: … }"]],
    ["a config that is null", null, ["given null"]],
    ["stages that are no functions", { engine: "espeak", textStages: ["x"] }, ["textStages: given a list of 1", "a list of functions"]],
  ])("names the field, what was given and what is allowed: %s", (_, config, parts) => {
    const message = messageFor(config);
    for (const part of parts) expect(message).toContain(part);
  });

  it("names several wrong fields at once", () => {
    const message = messageFor({ engine: "espeak", rate: "x", pitch: "y" });
    expect(message).toContain("rate:");
    expect(message).toContain("pitch:");
  });

  it("never repeats long text or anything that may be a secret", () => {
    const secret = "sk-0123456789";
    expect(messageFor({ engine: "espeak", engineOptions: secret })).not.toContain(secret);
    expect(messageFor({ engine: { engine: "espeak", options: secret } })).not.toContain(secret);
    expect(messageFor({ engine: "espeak", apiKey: secret })).not.toContain(secret);
    expect(messageFor({ engine: "espeak", latency: "l".repeat(5000) })).toContain("text of 5000 characters");
  });

  it("refuses an engine of another contract, saying which one is known", () => {
    const message = messageFor({ engine: { ...createToneEngine(), contract: "parlando/2" } });
    expect(message).toContain('contract "parlando/2"');
    expect(message).toContain('"parlando/1"');
  });

  it.each([
    ["id", { id: "" }],
    ["synthesize", { synthesize: undefined }],
    ["close", { close: undefined }],
    ["capabilities", { capabilities: undefined }],
  ])("refuses an engine without %s", (part, change) => {
    expect(messageFor({ engine: { ...createToneEngine(), ...change } })).toContain(`\`${part}\``);
  });

  it("lets a part of a config do without an engine", () => {
    expect(checkPartialConfig({ voice: "en-us" }, appConfig)).toEqual({ voice: "en-us" });
  });
});
