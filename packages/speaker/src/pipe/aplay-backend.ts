import type { Backend, BackendDevice } from "../line/line.ts";
import { noAudioDevice } from "../line/no-audio-device.ts";
import { playingRate } from "../pulse/playing-rate.ts";
import { runProgram } from "../pulse/run-program.ts";
import { aplay } from "./aplay.ts";
import { openPipeLine } from "./pipe-line.ts";

/** Listing asks no device. */
const longestListMs = 1500;

/** Plays through ALSA. */
export const aplayBackend: Backend = {
  id: "aplay",
  open: async (request, signal) => {
    const { server } = request;
    // ALSA's default device leads to the server on most desktops, and would wait for it for ever.
    if (server.status === "hangs" && request.device === undefined) throw noAudioDevice("aplay", server.detail, "Restart the sound server, or name an ALSA `device`.");
    return openPipeLine(aplay, { ...request, sampleRate: playingRate(request) }, signal);
  },
  devices: async (signal) => {
    const { output } = await runProgram("aplay", { arguments: ["-L"], longestMs: longestListMs, signal });
    return readAlsaDevices(output);
  },
};

/** Reads `aplay -L`: a name at the start of a line, what it is in the indented lines after it. */
export function readAlsaDevices(output: string): readonly BackendDevice[] {
  const devices: { id: string; name: string; isDefault: boolean }[] = [];
  for (const line of output.split("\n")) {
    if (line.trim() === "") continue;
    const last = devices.at(-1);
    if (!/^\s/u.test(line)) devices.push({ id: line.trim(), name: "", isDefault: line.trim() === "default" });
    else if (last !== undefined && last.name === "") last.name = line.trim();
  }
  return devices.filter(({ id }) => id !== "null").map((device) => ({ ...device, name: device.name === "" ? device.id : device.name }));
}
