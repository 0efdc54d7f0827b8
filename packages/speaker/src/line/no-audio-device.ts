import { TTSError } from "@parlando/engine";

/** In an error message that may hold several. */
const longestReason = 160;

/** NO_AUDIO_DEVICE of one way of playing. */
export class NoAudioDeviceError extends TTSError {
  /** What was tried and what was found, in a few words: one clause of an error that tells of several. */
  readonly clause: string;

  constructor(message: string, options: { readonly clause: string; readonly cause: unknown }) {
    super("NO_AUDIO_DEVICE", message, { cause: options.cause });
    this.clause = options.clause;
  }
}

/** A NO_AUDIO_DEVICE error: by which way it was to be played, what was found, what to do. */
export function noAudioDevice(way: string, found: string, remedy: string, cause?: unknown): NoAudioDeviceError {
  return new NoAudioDeviceError(`Playing through ${way}: ${found}. ${remedy}`, { clause: `${way}: ${found}`, cause });
}

/** The first line that a program said, without colours; cut between words where it is too long. Empty where it said nothing. */
export function oneLine(text: string): string {
  const lines = text.replaceAll(/\u001b\[[0-9;]*[A-Za-z]/gu, "").split(/[\r\n]+/u);
  const words = (lines.find((line) => line.trim() !== "") ?? "").replaceAll(/\s+/gu, " ").trim();
  if (words.length <= longestReason) return words;
  const cut = words.lastIndexOf(" ", longestReason);
  return `${words.slice(0, cut > 0 ? cut : longestReason)}…`;
}
