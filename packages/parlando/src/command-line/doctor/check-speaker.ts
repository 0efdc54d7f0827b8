import { TTSError } from "@parlando/engine";
import { installLine } from "../../engines/registry-entry.ts";
import type { Services } from "../../services.ts";
import { speakerPackage } from "../../speech/shared-speaker.ts";
import { installedVersion } from "../installed-package.ts";
import { reasonOf, type Check } from "./check.ts";

const name = "sound";
/** What holds whatever is wrong with the sound. */
const withoutSound = "Speaking into files and streams works without: `parlando speak --out FILE`.";

/** Whether there is a sound device, and what plays through it. */
export async function checkSpeaker(services: Services): Promise<Check> {
  const version = await installedVersion(speakerPackage);
  const label = `${speakerPackage} ${version ?? ""}`.trim();
  try {
    const device = await services.loadSpeaker();
    try {
      return await checkDevice(label, device);
    } finally {
      await device.close();
    }
  } catch (error) {
    const isMissing = TTSError.isInstance(error) && version === undefined;
    const fix = isMissing ? `${installLine(speakerPackage)}. ${withoutSound}` : `See the message. ${withoutSound}`;
    return { name, status: "warning", detail: reasonOf(error), fix };
  }
}

async function checkDevice(label: string, device: Awaited<ReturnType<Services["loadSpeaker"]>>): Promise<Check> {
  const report = await device.describe?.();
  if (report === undefined) return { name, status: "ok", detail: label };
  if (report.backend !== undefined) return { name, status: "ok", detail: `${label} plays by way of ${report.backend}${report.sampleRate === undefined ? "" : ` at ${report.sampleRate} Hz`}` };
  const notes = report.backends.map(({ backend, detail }) => `${backend}: ${detail.replaceAll(/\s*\n\s*/g, " ")}`);
  return { name, status: "warning", detail: `${label} finds nothing that plays`, notes, fix: [report.remedy, withoutSound].filter((part) => part !== undefined).join(" ") };
}
