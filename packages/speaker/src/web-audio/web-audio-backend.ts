import { createRequire } from "node:module";

import type { Backend } from "../line/line.ts";
import { noAudioDevice } from "../line/no-audio-device.ts";
import { playingRate } from "../pulse/playing-rate.ts";
import { firstReport, openWebAudioLine, startHost } from "./web-audio-line.ts";

const library = "node-web-audio-api";

/** Plays through node-web-audio-api, in a process of its own whose program is `hostFile`. */
export function createWebAudioBackend(hostFile: URL | undefined): Backend {
  return {
    id: "web-audio",
    open: async (request, signal) => {
      if (hostFile === undefined) throw noAudioDevice(library, "the program of its process is missing", "Build or install @parlando/speaker anew.");
      if (!isInstalled()) throw noAudioDevice(library, "it is not installed", `Install it with \`npm install ${library}@1\`.`);
      const { server } = request;
      if (server.status === "hangs" && request.device === undefined) throw noAudioDevice(library, server.detail, "Restart the sound server.");
      return openWebAudioLine(hostFile, { ...request, sampleRate: playingRate(request) }, signal);
    },
    devices: async (signal) => {
      if (hostFile === undefined || !isInstalled()) return [];
      const child = startHost(hostFile, { task: "list-devices" });
      const report = await firstReport(child, signal).catch(() => undefined);
      child.kill("SIGKILL");
      return report?.type === "devices" ? report.devices.map((device) => ({ ...device, isDefault: device.id === "default" })) : [];
    },
  };
}

/** Found without loading it: loading native code is the host's business. */
function isInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve(library);
    return true;
  } catch {
    return false;
  }
}
