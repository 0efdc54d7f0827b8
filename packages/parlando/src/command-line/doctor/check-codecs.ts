import { installLine } from "../../engines/registry-entry.ts";
import type { Services } from "../../services.ts";
import { codecsPackage } from "../../speech/load-codecs.ts";
import { installedVersion } from "../installed-package.ts";
import { reasonOf, type Check } from "./check.ts";

const name = "codecs";

/** Whether MP3 and Opus can be read and written. Nothing else needs them, so their absence is worth a note. */
export async function checkCodecs({ loadCodecs }: Services): Promise<Check> {
  try {
    if (loadCodecs === undefined) return { name, status: "warning", detail: "there are none: only uncompressed audio" };
    await loadCodecs();
    return { name, status: "ok", detail: `${codecsPackage} ${(await installedVersion(codecsPackage)) ?? ""}`.trim().concat(" reads and writes MP3 and Opus") };
  } catch (error) {
    return { name, status: "warning", detail: reasonOf(error), fix: `${installLine(codecsPackage)}, for MP3 and Opus.` };
  }
}
