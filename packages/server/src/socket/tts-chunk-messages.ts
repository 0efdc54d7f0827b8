import { wireLimits } from "@parlando/protocol";
import * as v from "valibot";
import { servedFormatNames } from "../audio/audio-formats.ts";
import { Problem } from "../problem/problem.ts";

/** A text to be spoken. */
export interface SpeakRequest {
  readonly text: string;
  readonly voice?: string | undefined;
  readonly model?: string | undefined;
  /** One of `servedFormatNames`. */
  readonly format?: string | undefined;
}

/** What a client of this dialect says: speak a text, or stop. */
export type ChunkRequest = { readonly event: "speak"; readonly data: SpeakRequest } | { readonly event: "interrupt" };

/** Many serializers write null for what is not set, as over HTTP. */
const maybe = <Value>(schema: v.GenericSchema<Value>): v.GenericSchema<Value | null | undefined, Value | undefined> => v.pipe(v.nullish(schema), v.transform((value) => value ?? undefined));

const name = maybe(v.pipe(v.string(), v.nonEmpty(), v.maxLength(wireLimits.nameUnits)));

const request: v.GenericSchema<unknown, ChunkRequest> = v.union([
  v.strictObject({ event: v.literal("speak"), data: v.strictObject({ text: v.string(), voice: name, model: name, format: maybe(v.picklist(servedFormatNames)) }) }),
  v.strictObject({ event: v.literal("interrupt"), data: maybe(v.strictObject({})) }),
]);

/**
 * Reads a message of a client.
 *
 * @throws Problem 400, which says what was expected and never what was found.
 */
export function parseChunkRequest(json: string): ChunkRequest {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw malformed("JSON");
  }
  const result = v.safeParse(request, value);
  if (result.success) return result.output;
  throw malformed(`{"event":"speak","data":{"text", "voice"?, "model"?, "format"?: one of ${servedFormatNames.join(", ")}}} or {"event":"interrupt"}`);
}

function malformed(expected: string): Problem {
  return new Problem(400, "invalid_message", `Reading a message: it is not what was expected: ${expected}.`);
}
