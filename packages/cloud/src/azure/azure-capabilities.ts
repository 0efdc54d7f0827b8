import type { Capabilities } from "@parlando/engine";
import { azureFormats } from "./azure-formats.ts";
import type { AzureOptions, AzureRequestOptions } from "./azure-options.ts";
import { isOpenAIVoice } from "./azure-wire.ts";

/** https://learn.microsoft.com/azure/ai-services/speech-service/speech-synthesis-markup-structure and the pages beside it. `voice` is written by the engine itself. */
const ssml: readonly string[] = [
  "speak", "p", "s", "break", "prosody", "say-as", "sub", "phoneme", "lang", "mark", "audio",
  "mstts:express-as", "mstts:silence", "mstts:audioduration", "mstts:viseme",
];

/** A lexicon is an address. */
const requestOptions: readonly (keyof AzureRequestOptions)[] = ["style", "styleDegree", "role", "effect", "temperature"];

/** Documented as the only voices that stress single words. */
const stressed = /^en-US-(?:Guy|Davis|Jane)Neural$/;

/** Documented to pass over most elements; which of them is not verified, so few are claimed. */
const highDefinition = /:DragonHD|MultilingualNeuralHD$/i;

/**
 * What the engine can do. Not measured against the clouds: the cost, and 2,000 characters for a segment, which keep the slowest speech (five characters a
 * second, as in Chinese) below the ten minutes after which the service cuts off without a word.
 */
export function capabilitiesFor({ textStreaming = false, concurrency }: AzureOptions): Capabilities {
  return {
    input: textStreaming ? ["segment", "incremental"] : ["segment"],
    output: "streaming",
    formats: azureFormats.map(({ format }) => format),
    marks: ["word", "sentence", "viseme", "bookmark"],
    ssml,
    limits: { segmentCharacters: 2_000, ...(concurrency === undefined ? {} : { concurrency }) },
    prosody: ["rate", "pitch", "volume"],
    runsIn: ["node", "browser"],
    ...(textStreaming ? { flush: "costly" as const } : {}),
    cancelCost: "billed",
    cost: { startMs: 150, perCharacterMs: 5 },
    deterministic: false,
    requestOptions,
  };
}

/** What one voice can do, by its name. */
export function capabilitiesOfVoice(capabilities: Capabilities, voice: string): Capabilities {
  const isStreamed = capabilities.input.includes("incremental") && !isOpenAIVoice(voice);
  return {
    ...capabilities,
    input: isStreamed ? capabilities.input : ["segment"],
    ssml: stressed.test(voice) ? [...capabilities.ssml, "emphasis"] : highDefinition.test(voice) ? ["speak", "say-as", "sub", "lang", "mark"] : capabilities.ssml,
    flush: isStreamed ? capabilities.flush : undefined,
  };
}
