import type { ErrorCode, SynthesisRequest } from "@parlando/engine";

/**
 * What goes wrong in one request. `afterMs` is the audio delivered before that; without it, the fault comes before the start event
 * (where there must be audio before it: at its first sample).
 *
 * - `error`: a typed error.
 * - `throw`: any value is thrown, as by an engine with a defect.
 * - `end`: the iterator ends as if all were well.
 * - `stall`: nothing comes any more, until the signal is aborted; `deaf`: not even then.
 * - `not-a-number`: one block of audio is not numbers.
 * - `silence`: from there on all samples are zero.
 * - `no-audio`: start, and the end.
 * - `ignore-abort`: goes on to the end of the text whatever the signal says.
 */
export type ScriptedFault =
  | { kind: "error"; code: ErrorCode; afterMs?: number | undefined; retryable?: boolean | undefined; retryAfterMs?: number | undefined }
  | { kind: "throw"; value: unknown; afterMs?: number | undefined }
  | { kind: "end"; afterMs: number }
  | { kind: "stall"; afterMs?: number | undefined; deaf?: boolean | undefined }
  | { kind: "not-a-number"; afterMs?: number | undefined }
  | { kind: "silence"; afterMs?: number | undefined }
  | { kind: "no-audio" }
  | { kind: "ignore-abort" };

/** Chooses the fault of a request. `index` counts the requests (or segments of sessions) of the engine from 0. */
export type ChooseFault = (request: SynthesisRequest, index: number) => ScriptedFault | undefined;
