import type { PulseServer } from "./pulse-server.ts";

/** What nearly every device runs at, ALSA's mixer included. */
const commonRate = 48_000;

/** Below this a device, or the poor converter before it, would convert; core does it better. */
const lowestDeviceRate = 44_100;

/** The rate at which to open a device, so that audio is converted once and by core: the device's own where it is known. */
export function playingRate(request: { sampleRate: number; device: string | undefined; server: PulseServer }): number {
  const { device, server } = request;
  const sink = server.sinks.find((candidate) => (device === undefined ? candidate.isDefault : candidate.name === device));
  return sink?.sampleRate ?? (request.sampleRate >= lowestDeviceRate ? request.sampleRate : commonRate);
}
