import type { Backend } from "../line/line.ts";
import { noAudioDevice } from "../line/no-audio-device.ts";
import { playingRate } from "../pulse/playing-rate.ts";
import { askPulseServer } from "../pulse/pulse-server.ts";
import { pacat } from "./pacat.ts";
import { openPipeLine } from "./pipe-line.ts";

/** Plays through PulseAudio or PipeWire. */
export const pacatBackend: Backend = {
  id: "pacat",
  open: async (request, signal) => {
    const { server } = request;
    const silent = server.status === "hangs" || server.status === "unreachable" || (server.status === "running" && server.sinks.length === 0);
    if (silent) throw noAudioDevice("pacat", server.detail, `${pacat.remedy}.`);
    return openPipeLine(pacat, { ...request, sampleRate: playingRate(request) }, signal);
  },
  devices: async (signal) => {
    const { sinks } = await askPulseServer(signal);
    return sinks.map(({ name, isDefault }) => ({ id: name, name, isDefault }));
  },
};
