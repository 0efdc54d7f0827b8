import type { EvaluatedTokens } from "../backbone/code-generator.ts";
import type { ChunkMetrics, SpeechMetrics } from "./speech-metrics.ts";

/** The times of one speech, from which its metrics are made. All in milliseconds of one clock. */
export interface SpeechRecord {
  /** The prompt is evaluated; codes come from now on. */
  began(nowMs: number, evaluated: EvaluatedTokens): void;
  /** Since when the model makes codes; undefined: the prompt is still being evaluated. */
  beganAtMs(): number | undefined;
  /** Whether the speech rests because its reader is full: time that is not the model's. */
  rests(nowMs: number, resting: boolean): void;
  chunk(nowMs: number, piece: { codes: number; generated: number; decodeMs: number; durationMs: number; final: boolean }): ChunkMetrics;
  sum(nowMs: number, end: { codes: number; endedBy: "stop" | "length" }): SpeechMetrics;
}

/** Starts the record of a speech that reached the model at one time and was let in at another. */
export function createSpeechRecord({ arrivedAtMs, admittedAtMs }: { arrivedAtMs: number; admittedAtMs: number }): SpeechRecord {
  let beganAtMs: number | undefined;
  let evaluated: EvaluatedTokens = { prefix: 0, suffix: 0 };
  let restingSinceMs: number | undefined;
  let restedMs = 0;
  let firstChunkMs: number | undefined;
  let chunks = 0;
  let handed = 0;
  let audioMs = 0;

  function restedUntil(nowMs: number): number {
    return restedMs + (restingSinceMs === undefined ? 0 : nowMs - restingSinceMs);
  }
  function codesPerSecond(nowMs: number, codes: number): number {
    const spentMs = nowMs - (beganAtMs ?? nowMs) - restedUntil(nowMs);
    return spentMs > 0 ? (codes * 1_000) / spentMs : 0;
  }
  return {
    began: (nowMs, tokens) => {
      beganAtMs = nowMs;
      evaluated = tokens;
    },
    beganAtMs: () => beganAtMs,
    rests: (nowMs, resting) => {
      if (resting === (restingSinceMs !== undefined)) return;
      restedMs = restedUntil(nowMs);
      restingSinceMs = resting ? nowMs : undefined;
    },
    chunk: (nowMs, { codes, generated, decodeMs, durationMs, final }) => {
      firstChunkMs ??= nowMs - arrivedAtMs;
      handed += codes;
      audioMs += durationMs;
      chunks += 1;
      return {
        chunk: chunks - 1, codes, totalCodes: handed, durationMs, elapsedMs: nowMs - arrivedAtMs,
        codesPerSecond: codesPerSecond(nowMs, generated), firstChunkMs, decodeMs, final,
      };
    },
    sum: (nowMs, { codes, endedBy }) => {
      const queuedMs = admittedAtMs - arrivedAtMs;
      const elapsedMs = nowMs - arrivedAtMs;
      return {
        chunks, codes, audioMs, elapsedMs, queuedMs,
        prefillMs: (beganAtMs ?? admittedAtMs) - admittedAtMs,
        firstChunkMs: firstChunkMs ?? elapsedMs,
        codesPerSecond: codesPerSecond(nowMs, codes),
        realTimeFactor: audioMs > 0 ? (elapsedMs - queuedMs - restedUntil(nowMs)) / audioMs : 0,
        evaluatedPrefixTokens: evaluated.prefix,
        evaluatedPromptTokens: evaluated.prefix + evaluated.suffix,
        endedBy,
      };
    },
  };
}
