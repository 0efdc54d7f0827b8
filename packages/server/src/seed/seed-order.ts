import type { Limits } from "../services.ts";
import { assertText } from "../speech/assert-text.ts";
import type { SpeechOrder } from "../speech/open-speech.ts";
import { readAudioPrompt } from "../uploads/audio-prompt.ts";
import { promptField, type SeedRequest } from "./seed-schema.ts";

/**
 * What such a request orders. An upload is read, and checked, whether an engine takes it or not.
 *
 * @throws Problem 400 and 413 for a text or an upload that cannot be.
 */
export async function seedOrder(request: SeedRequest, upload: Uint8Array | undefined, limits: Limits): Promise<Omit<SpeechOrder, "sink">> {
  const { text, model, voice, language, ...fields } = request;
  assertText(text, limits.inputCharacters, "text");
  const audioPrompt = upload === undefined ? undefined : await readAudioPrompt(upload, promptField, limits);
  return { model, voice, stream: { language, output: { channels: 1 }, marks: [] }, engineFields: { ...fields, [promptField]: audioPrompt } };
}
