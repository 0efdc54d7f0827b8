import { createFakeSpeech } from "../shared/fake-speech.ts";
import { sessionEnd, speechMarks, type SpeechMarkOptions } from "../shared/speech-marks.ts";
import { speechParts } from "../shared/speech-parts.ts";
import type { SpeechPart } from "../shared/speech-turn-messages.ts";
import { plainText } from "../shared/ssml-text.ts";
import { isOn, type AzureContext } from "./azure-context.ts";
import type { AzureFormat } from "./azure-formats.ts";
import type { FakeAzureOptions } from "./azure-options.ts";
import { inputProsody, ssmlProsody, withVolume, type AzureProsody } from "./azure-prosody.ts";
import type { TextInbox } from "./text-inbox.ts";

/** How a turn is spoken. */
export interface AzureSpeaking {
  options: FakeAzureOptions;
  format: AzureFormat;
  context: AzureContext;
  signal: AbortSignal;
}

/** All that a turn of SSML sends. */
export async function* ssmlParts(ssml: string, speaking: AzureSpeaking): AsyncGenerator<SpeechPart, void, undefined> {
  const { text, marks } = plainText(ssml);
  const wanted: SpeechMarkOptions = { ...marksOf(speaking.context), animations: /<mstts:viseme\s[^>]*FacialExpression/u.test(ssml), bookmarks: isOn(speaking.context.metadataOptions["bookmarkEnabled"]) ? marks : [] };
  const durationMs = yield* spoken(text, { ...speaking, prosody: ssmlProsody(ssml) }, wanted, speaking.options.firstAudioMs);
  if (isOn(speaking.context.metadataOptions["sessionEndEnabled"])) yield { kind: "metadata", entry: sessionEnd(durationMs) };
}

/** All that a turn of text in pieces sends. */
export async function* streamedParts(inbox: TextInbox, speaking: AzureSpeaking): AsyncGenerator<SpeechPart, void, undefined> {
  const prosody = inputProsody(speaking.context.input);
  let startMs = 0;
  for await (const text of inbox.parts(speaking.signal)) {
    const wanted: SpeechMarkOptions = { ...marksOf(speaking.context), startMs };
    startMs += yield* spoken(text, { ...speaking, prosody }, wanted, startMs === 0 ? speaking.options.firstAudioMs : 0);
  }
  if (isOn(speaking.context.metadataOptions["sessionEndEnabled"])) yield { kind: "metadata", entry: sessionEnd(startMs) };
}

async function* spoken(text: string, { options, format, signal, prosody }: AzureSpeaking & { prosody: AzureProsody }, wanted: SpeechMarkOptions, firstAudioMs: number | undefined): AsyncGenerator<SpeechPart, number, undefined> {
  const encoding = format.format === "pcm-s16le" ? options.encoding : "tones";
  const msPerCharacter = (options.msPerCharacter ?? 1000 / 15) / prosody.rate;
  const speech = withVolume(createFakeSpeech(text, { ...format, encoding, msPerCharacter }), prosody.volume);
  const { blockMs = 100, raggedSeed, realTimeFactor } = options;
  yield* speechParts(speech, speechMarks(text, speech, wanted), { blockMs, raggedSeed, realTimeFactor, firstAudioMs, signal });
  return speech.durationMs;
}

function marksOf({ metadataOptions }: AzureContext): SpeechMarkOptions {
  return {
    words: isOn(metadataOptions["wordBoundaryEnabled"]),
    punctuation: isOn(metadataOptions["punctuationBoundaryEnabled"]),
    sentences: isOn(metadataOptions["sentenceBoundaryEnabled"]),
    visemes: isOn(metadataOptions["visemeEnabled"]),
  };
}
