import { TTSError } from "@parlando/engine";

import { throwIfAborted } from "../line/abort.ts";
import type { Backend, Line, LineRequest } from "../line/line.ts";
import { NoAudioDeviceError } from "../line/no-audio-device.ts";
import { askPulseServer } from "../pulse/pulse-server.ts";

/** A way of playing, with the device that it should use. */
export interface Candidate {
  readonly backend: Backend;
  readonly device: string | undefined;
}

/** What to do where nothing plays. */
export const withoutDevice = "Connect a sound device or start a sound server (PulseAudio, PipeWire), or take the audio with `onChunk`, a sink or a file.";

/** Opens the first way of playing that works; when none does, the error has a clause for each. */
export async function openFirstLine(candidates: readonly Candidate[], format: { sampleRate: number; channels: number }, signal: AbortSignal): Promise<Line> {
  const problems: NoAudioDeviceError[] = [];
  const server = await askPulseServer(signal);
  for (const { backend, device } of candidates) {
    const request: LineRequest = { ...format, device, server };
    try {
      throwIfAborted(signal);
      return await backend.open(request, signal);
    } catch (error) {
      if (!(error instanceof NoAudioDeviceError)) throw error;
      problems.push(error);
    }
  }
  const [only] = problems;
  if (only !== undefined && problems.length === 1) throw only;
  throw new TTSError("NO_AUDIO_DEVICE", `Nothing can play sound here (${problems.map(({ clause }) => clause).join("; ")}). ${withoutDevice}`, { cause: problems[0] });
}

/** The ways of playing that have a device of this id or name. A backend that the caller named is trusted to know more devices than it lists. */
export async function candidatesFor(backends: readonly Backend[], device: string | undefined, signal: AbortSignal): Promise<readonly Candidate[]> {
  if (device === undefined) return backends.map((backend) => ({ backend, device }));
  const known: string[] = [];
  const found: Candidate[] = [];
  for (const backend of backends) {
    const devices = await backend.devices(signal);
    known.push(...devices.map(({ id }) => id));
    const match = devices.find(({ id }) => id === device) ?? devices.find(({ name }) => name === device);
    if (match !== undefined) found.push({ backend, device: match.id });
    else if (backends.length === 1) found.push({ backend, device });
  }
  if (found.length > 0) return found;
  const list = known.length === 0 ? "none were found" : `found: ${[...new Set(known)].join(", ")}`;
  throw new TTSError("NO_AUDIO_DEVICE", `No sound device has the id or name "${device}" (${list}). Name one of them, or leave \`device\` out for the default.`);
}
