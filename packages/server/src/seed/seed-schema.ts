import * as v from "valibot";

/** A number that a form sends as text. */
function formNumber(least: number, most: number, description: string): v.GenericSchema<number | string, number> {
  const wrong = `It has to be a number from ${least} to ${most}.`;
  const number = v.pipe(v.number(), v.minValue(least, wrong), v.maxValue(most, wrong));
  const text = v.pipe(v.string(), v.regex(/^-?\d{1,9}(\.\d{1,9})?$/, wrong), v.transform(Number), v.minValue(least, wrong), v.maxValue(most, wrong));
  return v.pipe(v.union([number, text], wrong), v.description(description));
}

const forEngines = "For engines that have it; others leave it out, with a warning.";

/** What a request of `/synthesize` or `/synthesize-stream` says. */
export interface SeedRequest {
  readonly text: string;
  readonly model?: string | undefined;
  readonly voice?: string | undefined;
  readonly language?: string | undefined;
  readonly chunk_size?: number | undefined;
  readonly exaggeration?: number | undefined;
  readonly temperature?: number | undefined;
  readonly cfg_weight?: number | undefined;
  readonly seed?: number | undefined;
}

/** Fields of `/synthesize` and `/synthesize-stream`. What only some engines have is passed to those. */
export const seedSchema: v.GenericSchema<unknown, SeedRequest> = v.strictObject({
  text: v.pipe(v.string(), v.minLength(1), v.description("The text to speak.")),
  model: v.optional(v.pipe(v.string(), v.description("One of GET /v1/models. Default: the first."))),
  voice: v.optional(v.pipe(v.string(), v.description("One of GET /v1/audio/voices. Default: the engine's."))),
  language: v.optional(v.pipe(v.string(), v.description("BCP-47, of the text."))),
  chunk_size: v.optional(formNumber(1, 10_000, `Speech tokens that are made at once. ${forEngines}`)),
  exaggeration: v.optional(formNumber(0, 10, forEngines)),
  temperature: v.optional(formNumber(0, 10, forEngines)),
  cfg_weight: v.optional(formNumber(0, 10, forEngines)),
  seed: v.optional(formNumber(0, 4_294_967_295, forEngines)),
});

/** The field that may be an upload: a recording to speak like. */
export const promptField = "audio_prompt";
