import type { TTSError } from "@parlando/engine";
import { askedPauseMs } from "./asked-pause.ts";

/** How long a failed engine is left alone, at first, and at most. */
const FIRST_REST_MS = 5_000;
const LONGEST_REST_MS = 300_000;
/** What does not pass by itself in seconds: a key, a plan, a package. */
const LASTING: ReadonlySet<string> = new Set(["AUTHENTICATION", "PERMISSION", "INVALID_CONFIG", "QUOTA_EXCEEDED", "ENGINE_UNAVAILABLE", "MODEL_NOT_FOUND", "DEVICE_UNAVAILABLE", "VOICE_NOT_FOUND", "UNSUPPORTED"]);
const LASTING_REST_MS = 60_000;
/** What says nothing of the engine, but of what it was asked. */
const INNOCENT: ReadonlySet<string> = new Set(["ABORTED", "INVALID_INPUT", "INTERNAL", "TEXT_TOO_LONG"]);

/**
 * Whether an engine that has failed is to be asked again. Open after a segment that it could not speak in all its tries; when its rest is over, one
 * segment probes it: spoken, the engine is back; failed, it rests twice as long.
 */
export class Circuit {
  #failures = 0;
  #openUntilMs = Number.NEGATIVE_INFINITY;
  #isProbed = false;

  /** When the engine may be asked again, on the clock; in the past where it may be. */
  get openUntilMs(): number {
    return this.#openUntilMs;
  }

  /** Whether a segment may be sent there now. */
  allows(nowMs: number): boolean {
    return nowMs >= this.#openUntilMs && !this.#isProbed;
  }

  /** A segment is sent. Where the engine had failed before, it is the probe: until it has ended, no other is sent. */
  begin(): void {
    this.#isProbed = this.#failures > 0;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#isProbed = false;
    this.#openUntilMs = Number.NEGATIVE_INFINITY;
  }

  /** A segment that was sent has ended in whatever way: it probes no more. */
  ended(): void {
    this.#isProbed = false;
  }

  /** A segment could not be spoken. */
  failed(error: TTSError, nowMs: number): void {
    this.#isProbed = false;
    // What was sent before it began to rest tells nothing new: one outage counts once, however many segments it has met.
    if (INNOCENT.has(error.code) || nowMs < this.#openUntilMs) return;
    const firstMs = LASTING.has(error.code) ? LASTING_REST_MS : FIRST_REST_MS;
    const restMs = Math.min(LONGEST_REST_MS, Math.max(askedPauseMs(error) ?? 0, firstMs * 2 ** this.#failures));
    this.#failures += 1;
    this.#openUntilMs = nowMs + restMs;
  }
}
