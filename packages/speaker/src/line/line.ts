import type { TTSError } from "@parlando/engine";

import type { PulseServer } from "../pulse/pulse-server.ts";

/** How a line wants to be fed. All in frames of the line, apart from the tick. */
export interface LinePacing {
  /** Audio is put until this much lies ahead of what is heard. */
  readonly leadFrames: number;
  /** Below this, what there is must be put, or the line runs dry. */
  readonly lowFrames: number;
  /** Where there is no audio, silence is put until this much lies ahead; 0 where the line makes its own silence. */
  readonly silenceFrames: number;
  /** How often to look. */
  readonly tickMs: number;
}

/**
 * An open way to the sound device that plays what is put into it, in order. Positions count the frames put since it was opened,
 * silence included. One sink uses it at a time.
 */
export interface Line {
  /** Which backend made it, for reports. */
  readonly backend: string;
  readonly sampleRate: number;
  readonly channels: number;
  /** What is put is a multiple of so many frames. */
  readonly blockFrames: number;
  /** May change while the line learns how its device behaves. */
  readonly pacing: LinePacing;
  readonly putFrames: number;
  /** Why the line is dead; undefined while it lives. */
  readonly failure: TTSError | undefined;
  /** What the listener has heard. Never falls, never passes `putFrames`. */
  heardFrames(): number;
  /** Interleaved samples in [-1, 1], a whole number of blocks. */
  put(samples: Float32Array): void;
  /** Fades out at once and takes back what was not heard; resolves with the first frame that is not heard. Missing: what was put is heard. */
  readonly cut?: (() => Promise<number>) | undefined;
  /** Ends the line and what plays for it; what was put may still be heard for a moment. Harmless when called again. */
  close(): Promise<void>;
}

/** What a sink asks a backend for. */
export interface LineRequest {
  readonly sampleRate: number;
  readonly channels: number;
  readonly device: string | undefined;
  /** The sound server of the machine, asked once for all backends. */
  readonly server: PulseServer;
}

/** One way of playing on this machine. */
export interface Backend {
  readonly id: BackendId;
  /** Rejects with NO_AUDIO_DEVICE when it cannot play here, within a few seconds. */
  open(request: LineRequest, signal: AbortSignal): Promise<Line>;
  /** The devices it could play on; empty where it cannot tell. */
  devices(signal: AbortSignal): Promise<readonly BackendDevice[]>;
}

/** A device as its backend names it. */
export interface BackendDevice {
  readonly id: string;
  readonly name: string;
  readonly isDefault: boolean;
}

/** The ways of playing, in the order in which they are tried. */
export type BackendId = "web-audio" | "pacat" | "aplay";
