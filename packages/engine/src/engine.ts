import type { Capabilities } from "./capabilities.ts";
import type { EngineEvent } from "./engine-event.ts";
import type { EngineSession } from "./engine-session.ts";
import type { SynthesisRequest } from "./synthesis-request.ts";
import type { CredentialReport, Voice } from "./voice.ts";

/**
 * What turns text into audio. A plain object: there is no class to extend. Opening once, closing once, order, retries,
 * limits and time-outs are done around engines by core; an engine only speaks.
 *
 * @example
 * ```ts
 * const beeper: Engine = {
 *   contract: "parlando/1",
 *   id: "beeper",
 *   capabilities,
 *   async *synthesize(request, signal) {
 *     yield { type: "start", format: capabilities.formats[0] };
 *     for (const letter of request.text) {
 *       signal.throwIfAborted();
 *       yield { type: "pcm", samples: beep(letter) };
 *     }
 *   },
 *   close: async () => {},
 * };
 * ```
 */
export interface Engine {
  readonly contract: "parlando/1";
  /** Lower case, stable: what config names. */
  readonly id: string;
  readonly capabilities: Capabilities;
  /** What this voice can do, where that is less; must not need the network. */
  capabilitiesOf?(voice: string): Capabilities;
  /** One segment. The iterator ending is the only sign of success. Stops within one step of `signal`. Every engine has this or `openSession`. */
  synthesize?(request: SynthesisRequest, signal: AbortSignal): AsyncIterable<EngineEvent>;
  /** `signal` ends the session, not only its opening. */
  openSession?(request: Omit<SynthesisRequest, "text">, signal: AbortSignal): Promise<EngineSession>;
  /** All voices, every page of them. */
  voices?(signal: AbortSignal): Promise<readonly Voice[]>;
  /** Absent: none are needed. */
  checkCredentials?(signal: AbortSignal): Promise<CredentialReport>;
  /** Loads what the first request would otherwise wait for. */
  warmUp?(signal: AbortSignal): Promise<void>;
  /** Ends everything the engine opened. May be called twice. */
  close(): Promise<void>;
}
