import { TTSError } from "@parlando/engine";

const longestReason = 300;

/** A NO_AUDIO_DEVICE error: what was being done, what was found, what to do. */
export function noAudioDevice(doing: string, found: string, remedy: string, cause?: unknown): TTSError {
  return new TTSError("NO_AUDIO_DEVICE", `${doing}: ${found}. ${remedy}`, { cause });
}

/** What a program complained of, on one line and not too long. */
export function oneLine(text: string): string {
  const words = text.replaceAll(/\u001b\[[0-9;]*[A-Za-z]/gu, "").replaceAll(/\s+/gu, " ").trim();
  return words.length > longestReason ? `${words.slice(0, longestReason)}…` : words;
}
