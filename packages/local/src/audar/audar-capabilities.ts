import type { AudioFormat, Capabilities } from "@parlando/engine";
import type { AudarRequestOptions } from "./audar-options.ts";
import type { AudarSettings } from "./audar-settings.ts";
import { longestPartOf } from "./audar-wire.ts";

/** What NeuCodec makes: one code is 480 samples. */
export const audarFormat: AudioFormat = { encoding: "pcm-f32le", sampleRate: 24_000, channels: 1 };

/** Codes until the first sound, by guess: those of the first piece and its look-ahead. */
const firstCodes = 12;

/** A voice is chosen by its own field; how much is made at least and at most, by whoever has the machine. */
const requestOptions: readonly (keyof AudarRequestOptions)[] = ["seed", "temperature", "topK", "topP", "minP", "repetitionPenalty", "repetitionWindow", "chunkCodes"];

/** What an engine can do, by its preset; each claim is held by a test. */
export function capabilitiesOf({ preset, slots, seeded, options }: AudarSettings): Capabilities {
  const { codeMs, decode } = preset.speed;
  return {
    input: ["segment"],
    output: "streaming",
    formats: [{ ...audarFormat }],
    marks: [],
    ssml: [],
    languages: preset.languages,
    limits: { segmentCharacters: longestPartOf(preset, undefined, options.maximumCodes), concurrency: slots },
    prosody: [],
    runsIn: ["node"],
    cancelCost: "none",
    cost: { startMs: Math.round(firstCodes * codeMs + decode.startMs + decode.perCodeMs * (firstCodes + preset.window.lookBack)), perCharacterMs: preset.codesPerCharacter * (codeMs + decode.perCodeMs) },
    deterministic: seeded,
    requestOptions,
  };
}
