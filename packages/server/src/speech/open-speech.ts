import type { Sink, SpeechStream, StreamOptions, Warning } from "@parlando/core";
import type { SpeechMeter, SpeechOutcome } from "../metrics/server-metrics.ts";
import type { RequestScope } from "../route/request-scope.ts";
import type { ServerServices } from "../services.ts";

/** What is to be spoken, as a route has read it; nothing in it was checked against models and engines yet. */
export interface SpeechOrder {
  readonly model?: string | undefined;
  readonly voice?: string | undefined;
  /** `onWarning`, `signal` and `highWaterMs` are the server's. */
  readonly stream: Pick<StreamOptions, "language" | "rate" | "pitch" | "volume" | "ssml" | "latency" | "marks" | "output">;
  /** A sink, or "pull" for `encoded()`. */
  readonly sink: Sink | "pull";
  /** Options by the names that clients use for them; see `engine-fields.ts`. Those that no engine of the model has become warnings. */
  readonly engineFields?: Readonly<Record<string, unknown>> | undefined;
  /** Is told what could not be done as asked; those of opening before the promise of `openSpeech` resolves. */
  readonly onWarning?: ((warning: Warning) => void) | undefined;
}

/** An utterance with a place, counted and logged. */
export interface OpenSpeech {
  readonly stream: SpeechStream;
  readonly model: string;
  readonly meter: SpeechMeter;
  /**
   * The utterance is over: closes the stream if it has not ended, gives the place back, counts and logs. Called exactly once by whoever opened it, in a `finally`; later
   * calls do nothing. Never rejects.
   */
  end(outcome: SpeechOutcome, error?: unknown): Promise<void>;
}

/**
 * Opens an utterance: finds model and voice, takes a place, makes the stream. `scope.signal` ends the stream at once (hang-up to free engine within 50 ms).
 *
 * @throws Problem or TTSError as a route may throw them.
 */
export type OpenSpeechFunction = (order: SpeechOrder, scope: RequestScope, services: ServerServices) => Promise<OpenSpeech>;
