import type { FakeFault, FakeOptions, FakeRequest, FakeServer } from "../shared/fake-fault.ts";
import type { FakePollyRequest } from "./polly-request.ts";
import type { FakePollyVoice } from "./polly-voices.ts";

/** What the fake of Polly takes. `key` is the access key id; signatures are looked for, but not computed. */
export interface FakePollyOptions extends FakeOptions {
  /** Default {@link fakePollyVoices}. */
  voices?: readonly FakePollyVoice[] | undefined;
  /** Voices in one page of `GET /v1/voices`. Default 10, so that there are several. */
  voicesPerPage?: number | undefined;
  /**
   * What goes wrong in requests for voices, counted from 0: "status", "no-answer", "wrong-body", "reset", "cut", "stall", or "vendor" with the
   * name of an error.
   */
  voicesFault?: ((index: number) => FakeFault | undefined) | undefined;
  /** Names of lexicons that exist. Default: none. */
  lexicons?: readonly string[] | undefined;
  /** Characters of one text, or of one text event. Default: 3,000 that are paid for, 6,000 in all. */
  textLimits?: { billed: number; total: number } | undefined;
  /** Without an input event for so long, the two-way stream ends with an exception. Default 5,000. */
  inboundEventTimeoutMs?: number | undefined;
  /** The longest life of a two-way stream. Default 600,000. */
  streamTimeoutMs?: number | undefined;
}

/** The fake of Polly. */
export interface FakePolly extends FakeServer {
  readonly requests: readonly FakePollyRequest[];
  /** Requests for pages of voices so far. */
  readonly voiceRequests: number;
}

/** The options with their defaults. */
export interface PollySettings {
  key: string | undefined;
  fault(request: FakeRequest, index: number): FakeFault | undefined;
  voices: readonly FakePollyVoice[];
  voicesPerPage: number;
  voicesFault(index: number): FakeFault | undefined;
  lexicons: readonly string[];
  textLimits: { billed: number; total: number };
  inboundEventTimeoutMs: number;
  streamTimeoutMs: number;
  speech: Pick<FakeOptions, "encoding" | "msPerCharacter">;
  blocks: { blockMs: number } & Pick<FakeOptions, "firstAudioMs" | "realTimeFactor" | "raggedSeed">;
}
