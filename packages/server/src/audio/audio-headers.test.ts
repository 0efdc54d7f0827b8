import { expect, it } from "vitest";
import { audioHeaders } from "./audio-headers.ts";

const headerOf = (warnings: readonly { code: string; option?: string }[]): string | undefined => audioHeaders({ contentType: "audio/wav", streamId: "s", sampleRate: 24_000, warnings, base: {} })["x-tts-warnings"];

it("names each warning once, with the option that it is about", () => {
  expect(headerOf([{ code: "UNSUPPORTED_OPTION", option: "seed" }, { code: "FAILOVER" }, { code: "UNSUPPORTED_OPTION", option: "seed" }, { code: "UNSUPPORTED_OPTION", option: "audio_prompt" }])).toBe(
    "UNSUPPORTED_OPTION;option=seed,FAILOVER,UNSUPPORTED_OPTION;option=audio_prompt",
  );
  expect(headerOf([])).toBeUndefined();
});

it("has nothing in it that is no name, and no more than 16", () => {
  for (const option of ["", "a b", "a\r\nset-cookie: b", "\u00e4", "a;b", "a,b", "a".repeat(65)]) expect(headerOf([{ code: "UNSUPPORTED_OPTION", option }])).toBe("UNSUPPORTED_OPTION");
  expect(headerOf([{ code: "a b" }, { code: "a\nb", option: "seed" }])).toBeUndefined();
  expect(headerOf(Array.from({ length: 40 }, (_, index) => ({ code: "C".repeat(64), option: `o${index}` })))?.split(",")).toHaveLength(16);
});
