import { callAfter, type Clock, type Sink, type SpeechStream, type StreamOptions, type StreamReport, type Warning } from "@parlando/core";
import { TTSError } from "@parlando/engine";
import type { SpeechMeter, SpeechOutcome } from "../metrics/server-metrics.ts";
import { Problem } from "../problem/problem.ts";
import type { RequestScope } from "../route/request-scope.ts";
import type { ServerServices } from "../services.ts";
import { engineOptionsOf } from "./engine-fields.ts";
import { isVoiceName } from "./names.ts";
import { createFailoverWarnings } from "./failover-warnings.ts";
import { createSpeechRecord } from "./speech-record.ts";

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
  /** What the client calls options of the stream, where it has other names for them: `{ rate: "speed" }`. */
  readonly clientNames?: Readonly<Record<string, string>> | undefined;
  /** Is told what could not be done as asked, of an option by the client's name; those of opening before the promise of `openSpeech` resolves. */
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

/**
 * The one way to speak, for every route. The stream ends by itself with `ABORTED` when the scope's signal is aborted, and when it has lasted `speechMs` (then the error's
 * cause is a `TIMEOUT`). Nobody needs to wait for `waitUntilDone()`: its rejection is handled.
 */
export const openSpeech: OpenSpeechFunction = async (order, scope, services) => {
  const model = services.models.find(order.model);
  checkOrder(order, services);
  const { engineOptions, warnings } = engineOptionsOf(order.engineFields ?? {}, model.tts.engines);
  const voice = await services.models.voiceOf(order.voice, model);
  const slot = await services.admission.enter(scope.caller, scope.signal);
  const life = createLife(scope.signal, services.limits.speechMs, services.clock);
  let lastReport: StreamReport | undefined;
  let isOver = false;
  let stream: SpeechStream;
  try {
    for (const warning of warnings) order.onWarning?.(warning);
    const tellFailovers = createFailoverWarnings((warning) => order.onWarning?.(warning));
    const onMetrics = (report: StreamReport): void => {
      lastReport = report;
      // Who has ended it is told nothing more.
      if (!isOver && !life.signal.aborted) tellFailovers(report);
    };
    stream = model.tts.createStream(streamOptions(order, services, { voice, engineOptions, onMetrics, signal: life.signal }));
  } catch (error) {
    life.end();
    slot.release();
    throw error;
  }
  stream.waitUntilDone().catch(() => undefined);
  const record = createSpeechRecord({ scope, services, model, report: () => lastReport });
  return {
    stream,
    model: model.name,
    meter: record.meter,
    async end(outcome, error) {
      if (isOver) return;
      isOver = true;
      life.end();
      await stream.close().catch(() => undefined);
      slot.release();
      record.ended(outcome, error);
    },
  };
};

function checkOrder({ voice, stream }: SpeechOrder, { options }: ServerServices): void {
  if (voice !== undefined && !isVoiceName(voice)) {
    throw new Problem(400, "invalid_voice", "The name of the voice cannot be one: expected 1 to 256 characters without slashes, quotes, angle brackets and control characters. GET /v1/audio/voices lists what there is.", { field: "voice" });
  }
  if (stream.ssml === true && options.ssml !== true) {
    throw new Problem(400, "ssml_not_allowed", "The request asks for SSML, which this server does not take. Send plain text, or start the server with SSML allowed (option `ssml`).", { field: "ssml" });
  }
}

function streamOptions({ stream, sink, onWarning, clientNames }: SpeechOrder, { highWaterMs }: ServerServices, { voice, engineOptions, onMetrics, signal }: Pick<StreamOptions, "voice" | "engineOptions" | "onMetrics" | "signal">): StreamOptions {
  const { language, rate, pitch, volume, ssml, latency, marks, output } = stream;
  const warn = onWarning && ((warning: Warning): void => onWarning({ ...warning, option: clientNameOf(warning.option, clientNames) }));
  // Who plays it holds back as much as he needs; here it would only come later.
  return { voice, language, rate, pitch, volume, ssml, latency, marks, output, sink, engineOptions, highWaterMs, prebufferMs: 0, onWarning: warn, onMetrics, signal };
}

function clientNameOf(option: string | undefined, names: SpeechOrder["clientNames"]): string | undefined {
  return option !== undefined && names !== undefined && Object.hasOwn(names, option) ? names[option] : option;
}

/** How long a stream may live: as long as its client, and no longer than the limit. */
function createLife(parent: AbortSignal, mostMs: number, clock: Clock): { readonly signal: AbortSignal; end(): void } {
  const life = new AbortController();
  const follow = (): void => life.abort(parent.reason);
  if (parent.aborted) follow();
  parent.addEventListener("abort", follow, { once: true });
  const callOff = callAfter(clock, mostMs, () => {
    life.abort(new TTSError("TIMEOUT", `Speaking one utterance took longer than the ${mostMs} ms that this server allows (limit \`speechMs\`). Send the text in parts.`));
  });
  const end = (): void => {
    parent.removeEventListener("abort", follow);
    callOff();
  };
  return { signal: life.signal, end };
}

