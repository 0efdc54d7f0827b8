import { array, custom, function_, integer, maxValue, minLength, minValue, number, object, optional, picklist, pipe, strictObject, string, union, type GenericSchema } from "valibot";
import { checkOptions } from "../options/check-options.ts";
import type { DeviceChoice } from "../runtime/device.ts";
import type { RuntimeModules } from "../runtime/model-spec.ts";
import type { ChunkMetrics } from "../runtime/speech-metrics.ts";
import type { Phonemize } from "../text/phonemize.ts";
import type { NeuralVoice } from "../voices/neural-voice.ts";
import { checkVoice } from "../voices/read-voice.ts";

/** The id of the engine, as config names it. */
export const audarId = "audar";

/** The numbers of one piece of sound, as upstream gives them, and the request that it belongs to. */
export interface AudarChunkMetrics extends ChunkMetrics {
  /** As in the `start` event. */
  readonly requestId: string;
  /** A long text is made in parts, one after the other; counted from 0. */
  readonly part: number;
}

/** What may be said for one request, in `engineOptions`, or for all of them when the engine is made. */
export interface AudarRequestOptions {
  /** A voice's name where a request names none; in `engineOptions` it goes before the request's own. Default `Eve`. */
  voice?: string | undefined;
  /** From 0 to 4,294,967,295. Given when the engine is made, the same request gives the same samples, on one machine, model and device. Default: another one each time. */
  seed?: number | undefined;
  /** 0 takes the most likely code always. Default: the preset's, as the next five. */
  temperature?: number | undefined;
  /** How many of the most likely codes are left; 0: all. */
  topK?: number | undefined;
  /** The most likely codes are kept until they have this much of the probability, above 0 and up to 1. */
  topP?: number | undefined;
  /** Codes with less than this part of the most likely one's probability are left out; 0: none. */
  minP?: number | undefined;
  /** Codes that came lately are made less likely by it; 1: off. */
  repetitionPenalty?: number | undefined;
  /** How many tokens back "lately" reaches. */
  repetitionWindow?: number | undefined;
  /** No end of speech before so many codes; 50 are a second. Default: the preset's, as the next one. */
  minimumCodes?: number | undefined;
  /** The end of speech at the latest, for each part of a text. */
  maximumCodes?: number | undefined;
  /**
   * Codes that become one piece of sound: a number from 1 to 500, where 50 are a second and what upstream does; or "adaptive" (the default): few at first,
   * then more, by the measured speed of the machine.
   */
  chunkCodes?: number | "adaptive" | undefined;
}

/** What may be said for one request only. */
export interface AudarEngineOptions extends AudarRequestOptions {
  /** A voice handed in with the request, in place of one from a file. */
  reference?: NeuralVoice | undefined;
}

/** Options of `createAudarEngine`. */
export interface AudarOptions extends AudarRequestOptions {
  /** `audar-v1-flash` (plain text) or `audar-v1-phonemes`. Default: `audar-v1-flash`, but for a model file that is named as one of the first generation. */
  preset?: string | undefined;
  /** The model's file (`.gguf` or `.onnx`), or a folder with all that the preset needs. */
  model?: string | undefined;
  /** A folder of models; the variable `PARLANDO_MODELS` names more of them. */
  modelsFolder?: string | undefined;
  /** The file of the codec's decoder (`.onnx`), where it does not lie with the model. */
  codec?: string | undefined;
  /** `tokenizer.json`, for a model in ONNX, where it does not lie with the model. */
  tokenizer?: string | undefined;
  /** The file of a codec's encoder (`.onnx`), for voices from audio: see `createVoice`. */
  encoder?: string | undefined;
  /** Where the language model runs. Default "auto". */
  device?: DeviceChoice | undefined;
  /** Where the codec runs. Default "cpu", as upstream. */
  codecDevice?: DeviceChoice | undefined;
  /** Threads of the processor, for each of both models or one by one. Default: together as many as there are cores; at most 8 for the language model and 4 for the codec. For either, more than there are cores count as that many. */
  threads?: number | { backbone?: number | undefined; codec?: number | undefined } | undefined;
  /** Requests in the making at once. Each needs memory for its context. Default 2; 1 where a seed is given, since nobody has shown that quantised weights give the same bits to a request that shares its steps with another. */
  slots?: number | undefined;
  /** A folder with voices of your own, as JSON. They go before those of the package. */
  voicesFolder?: string | undefined;
  /** For `audar-v1-phonemes`: a function, or the name of a module that exports `phonemize`, such as `@parlando/espeak` (GPL-3.0; this package brings none). */
  phonemizer?: Phonemize | string | undefined;
  /** Sound that may lie unread before the model rests, in milliseconds. Default 2,000. */
  highWaterMs?: number | undefined;
  /** The longest wait for other requests that is acceptable, in milliseconds. Default 10,000. */
  maximumWaitMs?: number | undefined;
  /** Other modules in place of `onnxruntime-node` and `node-llama-cpp`: names or `file:` URLs, since they are imported by another process. */
  runtimes?: Partial<RuntimeModules> | undefined;
  /** Called with the numbers of each piece of sound. */
  onMetrics?: ((metrics: AudarChunkMetrics) => void) | undefined;
}

const text = pipe(string("a text"), minLength(1, "a text that is not empty"));
const between = (least: number, most: number) => pipe(number(`a number from ${String(least)} to ${String(most)}`), minValue(least, `a number from ${String(least)} to ${String(most)}`), maxValue(most, `a number from ${String(least)} to ${String(most)}`));
const whole = (least: number, most: number) => pipe(between(least, most), integer("a whole number"));
const deviceNames = ["cpu", "cuda", "vulkan", "metal", "webgpu", "directml", "coreml"] as const;
const deviceList = `"auto", one of ${deviceNames.join(", ")}, or a list of these`;
const device = union([picklist([...deviceNames, "auto"]), pipe(array(picklist(deviceNames)), minLength(1, deviceList))], deviceList);
const threads = whole(1, 1_024);

const requestEntries = {
  voice: optional(text),
  seed: optional(whole(0, 4_294_967_295)),
  temperature: optional(between(0, 10)),
  topK: optional(whole(0, 1_000_000)),
  topP: optional(between(0.000_001, 1)),
  minP: optional(between(0, 0.999_999)),
  repetitionPenalty: optional(between(0.1, 10)),
  repetitionWindow: optional(whole(0, 1_000_000)),
  minimumCodes: optional(whole(0, 6_000)),
  maximumCodes: optional(whole(1, 6_000)),
  chunkCodes: optional(union([picklist(["adaptive"]), whole(1, 500)], 'a whole number from 1 to 500, or "adaptive"')),
};
const requestSchema = strictObject({ ...requestEntries, reference: optional(custom<object>((value) => typeof value === "object" && value !== null, "a voice: name, refText and codes")) });
const engineSchema = strictObject({
  ...requestEntries,
  preset: optional(text),
  model: optional(text),
  modelsFolder: optional(text),
  codec: optional(text),
  tokenizer: optional(text),
  encoder: optional(text),
  device: optional(device),
  codecDevice: optional(device),
  threads: optional(union([threads, strictObject({ backbone: optional(threads), codec: optional(threads) })], "a whole number of threads, or { backbone, codec }")),
  slots: optional(whole(1, 64)),
  voicesFolder: optional(text),
  phonemizer: optional(union([function_(), text], "a function, or the name of a module that exports phonemize")),
  highWaterMs: optional(between(100, 600_000)),
  maximumWaitMs: optional(between(0, 3_600_000)),
  runtimes: optional(object({ onnx: optional(text), llama: optional(text) })),
  onMetrics: optional(function_("a function")),
});

/**
 * Checks the options of the engine.
 *
 * @throws TTSError `INVALID_CONFIG`, naming the field and what is allowed, never a value.
 */
export function checkEngineOptions(value: unknown): AudarOptions {
  return checkOptions({ engine: audarId, what: `the options of the ${audarId} engine`, schema: engineSchema as GenericSchema<unknown, AudarOptions>, value });
}

/**
 * Checks the `engineOptions` of a request.
 *
 * @throws TTSError `INVALID_CONFIG`, naming the field and what is allowed, never a value.
 */
export function checkRequestOptions(value: unknown): AudarEngineOptions {
  const options = checkOptions({ engine: audarId, what: `engineOptions for ${audarId}`, schema: requestSchema as GenericSchema<unknown, AudarEngineOptions>, value });
  if (options.reference === undefined) return options;
  return { ...options, reference: checkVoice(options.reference, { engine: audarId, what: "`reference` in engineOptions" }) };
}
