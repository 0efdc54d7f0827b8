import { TTSError, type ErrorCode } from "@parlando/engine";
import { exitStatus } from "./io.ts";
import { UsageError } from "./usage-error.ts";

/** Mistakes of whoever typed the command or wrote its config. */
const usageCodes: readonly ErrorCode[] = ["ENGINE_NOT_FOUND", "VOICE_NOT_FOUND", "INVALID_CONFIG"];

/** The exit status that an error leads to. */
export function statusOf(error: unknown): number {
  if (error instanceof UsageError) return exitStatus.usage;
  return TTSError.isInstance(error) && usageCodes.includes(error.code) ? exitStatus.usage : exitStatus.failed;
}

/** An error in one line, with its code. */
export function errorLine(error: unknown): string {
  const code = TTSError.isInstance(error) ? error.code : "INTERNAL";
  return `parlando: ${code}: ${oneLine(error instanceof Error ? error.message : String(error))}\n`;
}

/** Line breaks become spaces. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ").trim();
}
