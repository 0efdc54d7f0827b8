import type { FakeOptions } from "../shared/fake-fault.ts";
import type { FakeSocketServer } from "../shared/fake-socket-server.ts";
import type { SocketRequests } from "../shared/socket-requests.ts";
import { speechVendorFaults, type SpeechVendorFault } from "../shared/speech-vendor-faults.ts";
import type { FakeEdgeVoice } from "./edge-voices.ts";

/** Makes MP3 of mono samples from -1 to 1: 48 kbit/s at 24 kHz, constant bit rate, without ID3 and without an information frame. */
export type EncodeMp3 = (samples: Float32Array, sampleRate: number) => Uint8Array | Promise<Uint8Array>;

/** A name of {@link edgeVendorFaults}. */
export type EdgeVendorFault = SpeechVendorFault;

/** The faults of `{ kind: "vendor" }` that the fake Edge plays, and what each does. */
export const edgeVendorFaults: Readonly<Record<EdgeVendorFault, string>> = speechVendorFaults;

/** What the fake Edge takes. `key` means nothing: the service has none. `encoding` is always "tones": MP3 carries no exact samples. */
export interface FakeEdgeOptions extends FakeOptions {
  /** The service speaks MP3; the encoder is the caller's, so that the testkit needs none. */
  encodeMp3: EncodeMp3;
  /** Voices that exist; a turn with another comes without audio. Default: seventeen well-known ones. */
  voices?: readonly FakeEdgeVoice[] | undefined;
  /** The server's clock is ahead of this machine's by so much. Default 0. */
  clockSkewMs?: number | undefined;
  /** Silence after the last word, as the service leaves it. Default 0. */
  trailingSilenceMs?: number | undefined;
}

/** What the parts of the fake share. */
export interface EdgeService {
  readonly options: FakeEdgeOptions;
  readonly voices: readonly FakeEdgeVoice[];
  readonly requests: SocketRequests;
  readonly report: FakeSocketServer["report"];
}

/** The time by the server's clock. */
export function serverTimeMs({ options }: Pick<EdgeService, "options">): number {
  return Date.now() + (options.clockSkewMs ?? 0);
}
