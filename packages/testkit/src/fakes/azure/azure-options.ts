import type { FakeOptions } from "../shared/fake-fault.ts";
import type { FakeSocketServer } from "../shared/fake-socket-server.ts";
import type { SocketRequests } from "../shared/socket-requests.ts";
import { speechVendorFaults, type SpeechVendorFault } from "../shared/speech-vendor-faults.ts";
import type { FakeAzureVoice } from "./azure-voices.ts";

/** A name of {@link azureVendorFaults}. */
export type AzureVendorFault = SpeechVendorFault | "late-messages" | "other-sample-rate";

/** The faults of `{ kind: "vendor" }` that the fake Azure plays, and what each does. */
export const azureVendorFaults: Readonly<Record<AzureVendorFault, string>> = {
  ...speechVendorFaults,
  "late-messages": "Audio, a mark and an end of this turn come once more in the next turn on its connection.",
  "other-sample-rate": "PCM at two thirds of the sample rate; nothing tells.",
};

/** What the fake Azure takes. */
export interface FakeAzureOptions extends FakeOptions {
  /** Voices that exist; others are refused as the service does. Default: fifteen well-known ones. */
  voices?: readonly FakeAzureVoice[] | undefined;
  /** Text that comes in pieces is spoken by the word or by the sentence. What the service does is not known. Default "sentence". */
  speakBy?: "word" | "sentence" | undefined;
}

/** What the parts of the fake share. */
export interface AzureService {
  readonly options: FakeAzureOptions;
  readonly voices: readonly FakeAzureVoice[];
  readonly requests: SocketRequests;
  /** Tokens that the fake has given out. */
  readonly tokens: ReadonlySet<string>;
  readonly report: FakeSocketServer["report"];
}
