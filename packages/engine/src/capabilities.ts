import type { AudioFormat } from "./audio-format.ts";
import type { MarkKind } from "./mark.ts";

/**
 * What an engine can do. Three things follow from it: how core adapts, which conformance tests run, and what the table
 * in the docs prints. A claim that is not true fails a test.
 */
export interface Capabilities {
  /** "segment": text in whole segments. "incremental": `openSession` takes text as it comes. */
  input: readonly ("segment" | "incremental")[];
  /** "streaming": audio arrives while it is being made. "whole": when the request is finished. */
  output: "streaming" | "whole";
  /** Native formats, the one with the lowest latency first. */
  formats: readonly AudioFormat[];
  /** Kinds of marks that come with the audio when asked for. */
  marks: readonly MarkKind[];
  /**
   * The SSML that is honoured; a voice may narrow this. Empty: plain text only. An entry is the name of an element (`"prosody"`: with all its attributes
   * and values), of an attribute (`"prosody@rate"`) or of one value of it (`"say-as@interpret-as=characters"`). Once an element has an entry with `@`, only
   * the attributes and values that are listed are sent.
   */
  ssml: readonly string[];
  /** BCP-47; undefined: ask `voices()`. */
  languages?: readonly string[] | undefined;
  /** What one request, one account and one session may be. */
  limits: EngineLimits;
  /** Which of the three the engine changes by itself. */
  prosody: readonly ("rate" | "pitch" | "volume")[];
  runsIn: readonly ("node" | "browser")[];
  /** For incremental input: does a flush cost a request (or prosody) on the other side? Then core flushes at sentences only. */
  flush?: "free" | "costly" | undefined;
  /** "none": stops at once. "billed": what was sent is paid for. "runs": the other side finishes anyway. */
  cancelCost: "none" | "billed" | "runs";
  /** First guess of the cost of a request of n characters, `startMs + n * perCharacterMs`, until calls have been measured. */
  cost: { startMs: number; perCharacterMs: number };
  /** The same request gives the same samples. */
  deterministic: boolean;
  /**
   * Names of `engineOptions` that anybody may choose: a server passes them on from its clients. Left out are those that name an address, a file or
   * something of the account, and those that send anything as it is. Absent: none.
   */
  requestOptions?: readonly string[] | undefined;
}

/** Limits of an engine; what is left out is not limited. */
export interface EngineLimits {
  /** UTF-16 units in one request. */
  segmentCharacters?: number | undefined;
  /** UTF-8 bytes in one request. */
  segmentBytes?: number | undefined;
  /** Requests that run at once for one account. */
  concurrency?: number | undefined;
  /** How long a session may last. */
  sessionMs?: number | undefined;
  /** How long a request or session may stand still before the other side ends it. */
  idleMs?: number | undefined;
}
