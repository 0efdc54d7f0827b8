import type { CrossOriginPolicy } from "../shared/cross-origin.ts";
import type { FakeOptions, FakeRequest, FakeServer } from "../shared/fake-fault.ts";
import { defaultVoices, type FakeElevenLabsVoice } from "./account.ts";

/** Which way in a request for speech took. */
export type FakeElevenLabsEndpoint = "convert" | "with-timestamps" | "stream" | "stream/with-timestamps" | "stream-input" | "multi-stream-input";

/** What the fake has seen of one text: an HTTP request, a `stream-input` socket, or one context of a `multi-stream-input` socket. */
export interface FakeElevenLabsRequest extends FakeRequest {
  readonly endpoint: FakeElevenLabsEndpoint;
  /** The `request-id` header of the answer. */
  readonly requestId: string;
  /** Which socket it came over, counted from 0; undefined over HTTP. */
  readonly socket: number | undefined;
  /** Of a context: its name, "default" where the client gave none. */
  readonly contextId: string | undefined;
  /** Messages that only keep the stream alive. */
  keepAlives: number;
  /** Messages with `flush: true`. */
  flushes: number;
  /** Texts for which audio was made, in order. */
  readonly generations: string[];
  /** When the client asked for the end: `{"text":""}`, `close_context`, `close_socket`. */
  endAskedAtMs: number | undefined;
}

/** How the fake speaks where the provider's own descriptions differ, and its limits. */
export interface FakeElevenLabsOptions extends FakeOptions {
  /** Default {@link FakeElevenLabsVoice}s of four languages. Speech with another voice is refused with `voice_not_found`. */
  voices?: readonly FakeElevenLabsVoice[] | undefined;
  /** Voices on one page of `/v2/voices` where the client asks for no number. Default 10, as the provider. */
  voicesPerPage?: number | undefined;
  /** Generations at once; one more is refused with `too_many_concurrent_requests`. Default: no limit, and 10 in the headers. */
  maxConcurrentRequests?: number | undefined;
  /** Contexts of one socket that are open at once. Default 5, as the provider. */
  maxContexts?: number | undefined;
  /**
   * Whether times of an alignment count from the message's own audio, as the sockets' specification says, or from the start of all audio, as one
   * client in production reads them. Not verified against the service. Default "chunk" on sockets, "absolute" over HTTP.
   */
  alignmentTime?: "chunk" | "absolute" | undefined;
  /** "overlapping": halfway through a generation `alignment` begins again at its first character, as was seen with Flash; `normalizedAlignment` goes on. Default "sequential". */
  alignmentPasses?: "sequential" | "overlapping" | undefined;
  /** Times of alignments are multiplied with this: they then match the audio no longer, as was seen. Default 1. */
  alignmentStretch?: number | undefined;
  /** "digits": the normalized text has words in place of digits. Default "same": only the space that it begins with. */
  normalization?: "same" | "digits" | undefined;
  /** How sockets name the context in what they send. Default "contextId". */
  contextIdKey?: "contextId" | "context_id" | undefined;
  /** How sockets name the times of characters. Default "charStartTimesMs" (and "charDurationsMs"). */
  alignmentKeys?: "charStartTimesMs" | "charsStartTimesMs" | undefined;
  /** Contexts tell with `{"type":"flush_done"}` that the audio of a flush was sent; seen by a client in production, not in the specification. Default false. */
  flushDone?: boolean | undefined;
  /**
   * What becomes of audio that was asked for before `close_context`. "finish": it comes, then `isFinal`; clients in production count on it.
   * "cut": it does not ("no further audio will be generated", says the specification), `isFinal` comes at once, and the request is "called-off".
   * "flushed": it comes where a flush was the last that the context got, and is cut where not, as the vendor's own clients describe it.
   * Text that was not flushed is never spoken. Default "finish".
   */
  closeContext?: "finish" | "flushed" | "cut" | undefined;
  /** Overrules the `inactivity_timeout` that the client asks for (default 20 s). */
  inactivityTimeoutMs?: number | undefined;
  /** Pages of other origins may ask over HTTP and read the answer, with any header. Default true. Sockets know no origins. */
  crossOrigin?: boolean | undefined;
}

/** Pages in use send their key over HTTP from a browser; which headers of the answer they may read is not verified: none here. */
export const elevenLabsCrossOrigin: CrossOriginPolicy = { methods: ["POST", "PATCH", "OPTIONS", "DELETE", "GET", "PUT"], requestHeaders: "*", answerHeaders: [] };

/** A loopback server that speaks as ElevenLabs does. */
export interface FakeElevenLabs extends FakeServer {
  readonly requests: readonly FakeElevenLabsRequest[];
  /** `ws://127.0.0.1:PORT`. */
  readonly socketUrl: string;
  /** What the server's HTTP routes were asked, in order: "GET /v2/voices" and the like. */
  readonly calls: readonly string[];
}

/** The options with nothing left open. */
export interface FakeElevenLabsSettings extends FakeElevenLabsOptions {
  voices: readonly FakeElevenLabsVoice[];
  voicesPerPage: number;
  maxContexts: number;
  blockMs: number;
  alignmentPasses: "sequential" | "overlapping";
  alignmentStretch: number;
  normalization: "same" | "digits";
  contextIdKey: "contextId" | "context_id";
  alignmentKeys: "charStartTimesMs" | "charsStartTimesMs";
  flushDone: boolean;
  closeContext: "finish" | "flushed" | "cut";
}

/** Fills in what was not given. */
export function fillSettings(options: FakeElevenLabsOptions): FakeElevenLabsSettings {
  return {
    ...options,
    voices: options.voices ?? defaultVoices,
    voicesPerPage: options.voicesPerPage ?? 10,
    maxContexts: options.maxContexts ?? 5,
    blockMs: options.blockMs ?? 100,
    alignmentPasses: options.alignmentPasses ?? "sequential",
    alignmentStretch: options.alignmentStretch ?? 1,
    normalization: options.normalization ?? "same",
    contextIdKey: options.contextIdKey ?? "contextId",
    alignmentKeys: options.alignmentKeys ?? "charStartTimesMs",
    flushDone: options.flushDone ?? false,
    closeContext: options.closeContext ?? "finish",
  };
}
