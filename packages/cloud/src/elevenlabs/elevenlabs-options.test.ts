import { describe, expect, it } from "vitest";
import { createElevenLabsEngine } from "./elevenlabs-engine.ts";
import type { ElevenLabsOptions } from "./elevenlabs-options.ts";

describe("options", () => {
  it("refuses wrong options by name", () => {
    expect(() => createElevenLabsEngine({ transport: "carrier pigeon" as "http" })).toThrow(/transport/);
    expect(() => createElevenLabsEngine({ voiceSettings: { speed: 3 } })).toThrow(/speed/);
    expect(() => createElevenLabsEngine({ voiceId: "x" } as ElevenLabsOptions)).toThrow(/voiceId/);
    expect(() => createElevenLabsEngine({ model: "eleven_v3", transport: "multi" })).toThrow(expect.objectContaining({ code: "INVALID_CONFIG" }));
    expect(createElevenLabsEngine({ model: "eleven_v3" }).capabilities.input).toEqual(["segment"]);
  });

  it("of a request are checked too, and go before those of the engine", async () => {
    const engine = createElevenLabsEngine({ apiKey: "any", baseURL: "http://127.0.0.1:9" });
    const [format] = engine.capabilities.formats;
    if (format === undefined) throw new Error("no format");
    const speak = async (engineOptions: Readonly<Record<string, unknown>>): Promise<void> => {
      for await (const event of engine.synthesize({ text: "Hi.", ssml: false, format, marks: [], engineOptions }, new AbortController().signal)) expect(event).toBeDefined();
    };
    await expect(speak({ apiKey: "other" })).rejects.toMatchObject({ code: "INVALID_CONFIG" });
    await expect(speak({ seed: -1 })).rejects.toMatchObject({ code: "INVALID_CONFIG" });
    await expect(speak({ fields: { text: "other" } })).rejects.toMatchObject({ code: "INVALID_CONFIG" });
    await expect(speak({ seed: 1 })).rejects.toMatchObject({ code: "CONNECTION" });
    await engine.close();
  });
});
