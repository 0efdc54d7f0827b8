import { describe, expect, it } from "vitest";
import { loadOptionalPackage } from "../engines/load-optional-package.ts";
import { codecsOf, loadCodecs } from "./load-codecs.ts";

describe("loadCodecs", () => {
  it("gives what reads and writes compressed audio", async () => {
    const codecs = await loadCodecs();
    const encoder = await codecs.openEncoder({ encoding: "mp3", sampleRate: 24_000, channels: 1 });
    expect(encoder.sampleRate).toBe(24_000);
    encoder.close();
  });

  it("says how to install what is missing, and that another package is not it", async () => {
    const missing = async (): Promise<never> => {
      throw Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
    };
    await expect(loadOptionalPackage({ name: "@parlando/codecs", need: "Compressed audio", code: "UNSUPPORTED", load: missing })).rejects.toMatchObject({
      code: "UNSUPPORTED",
      message: expect.stringContaining("npm install @parlando/codecs") as string,
    });
    for (const loaded of [{}, { openDecoder: () => undefined }, { openDecoder: 1, openEncoder: 2 }]) {
      expect(() => codecsOf(loaded)).toThrow(expect.objectContaining({ code: "UNSUPPORTED", message: expect.stringContaining("npm install @parlando/codecs") as string }) as Error);
    }
  });
});
