import type { Codecs } from "@parlando/core";
import { TTSError } from "@parlando/engine";
import { loadOptionalPackage } from "../engines/load-optional-package.ts";
import { installLine } from "../engines/registry-entry.ts";

/** The package that reads and writes MP3 and Opus. */
export const codecsPackage = "@parlando/codecs";

/**
 * Imports what reads and writes MP3 and Opus, when it is first needed.
 *
 * @throws TTSError `UNSUPPORTED`, with the line that installs it where it is missing.
 */
export async function loadCodecs(): Promise<Codecs> {
  const loaded = await loadOptionalPackage({ name: codecsPackage, need: "Compressed audio (MP3, Opus)", code: "UNSUPPORTED", load: () => import("@parlando/codecs") });
  return codecsOf(loaded);
}

/**
 * The codecs in an imported module.
 *
 * @throws TTSError `UNSUPPORTED` where there are none.
 */
export function codecsOf(loaded: object): Codecs {
  if (isCodecs(loaded)) return loaded;
  throw new TTSError("UNSUPPORTED", `Compressed audio (MP3, Opus) needs the package ${codecsPackage}, but the installed one has no openDecoder() and openEncoder(); install it again with: ${installLine(codecsPackage)}`);
}

function isCodecs(value: object): value is Codecs {
  return "openDecoder" in value && typeof value.openDecoder === "function" && "openEncoder" in value && typeof value.openEncoder === "function";
}
