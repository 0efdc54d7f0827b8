import type { Sink } from "@parlando/core";

import type { BackendId } from "../line/line.ts";

/** How to play. */
export interface SpeakerOptions {
  /** Id or name of a device that `devices()` lists; by default the machine's own choice. */
  device?: string | undefined;
  /** Linear, 1 (the default) leaves the samples as they are; at most 4. */
  volume?: number | undefined;
  /** Which way to play; "auto", the default, takes the first that works: Web Audio, `pacat`, `aplay`. */
  backend?: "auto" | BackendId | undefined;
}

/** What a sink is opened for. */
export interface SpeakerFormat {
  /** Frames a second of what will be played. The sink may ask for another rate: see its `format`. */
  sampleRate: number;
  /** 1 or 2. */
  channels: number;
}

/** A device that can be named in {@link SpeakerOptions.device}. */
export interface SpeakerDevice {
  id: string;
  name: string;
  backend: BackendId;
  isDefault: boolean;
}

/** Whether one way of playing works on this machine. */
export interface BackendReport {
  backend: BackendId;
  usable: boolean;
  /** What was found: the rate at which it plays, or why it does not and what would help. */
  detail: string;
}

/** What would be used to play, and why not something else: for `parlando doctor`. */
export interface SpeakerReport {
  /** What `openSink()` would use; undefined when nothing works. */
  backend: BackendId | undefined;
  /** The rate of the sinks it would open, in Hz. */
  sampleRate: number | undefined;
  /** Every way that was tried, in order. */
  backends: readonly BackendReport[];
  /** What to do when nothing works. */
  remedy: string | undefined;
}

/** The sound device of the machine. */
export interface Speaker {
  /**
   * Opens a sink that plays. Its `format` is what the device takes: chunks must have that rate and number of channels.
   *
   * `signal` calls off the opening.
   *
   * @throws TTSError NO_AUDIO_DEVICE when nothing can play here, telling what was tried; ABORTED; STREAM_CLOSED after `close()`.
   */
  openSink(format: SpeakerFormat, signal?: AbortSignal): Promise<Sink>;
  /** Devices by id, of every way of playing that can list them. */
  devices(): Promise<readonly SpeakerDevice[]>;
  /** Tries every way of playing with a moment of silence. */
  describe(): Promise<SpeakerReport>;
  /** Linear; sinks that are open reach it within 20 ms. */
  setVolume(volume: number): void;
  /** Closes every sink that is still open. Harmless when called again. */
  close(): Promise<void>;
}
