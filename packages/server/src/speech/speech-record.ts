import type { StreamReport } from "@parlando/core";
import { TTSError } from "@parlando/engine";
import { StalledError } from "../audio/stalled-error.ts";
import type { LogEntry } from "../log/log-record.ts";
import type { SpeechMeter, SpeechOutcome } from "../metrics/server-metrics.ts";
import { Problem } from "../problem/problem.ts";
import type { RequestScope } from "../route/request-scope.ts";
import type { ServerServices } from "../services.ts";
import type { ServedModel } from "./model-shelf.ts";
import { rootOf } from "./outcome-of.ts";

/** What {@link createSpeechRecord} works with. */
export interface SpeechRecordOptions {
  readonly scope: RequestScope;
  readonly services: ServerServices;
  readonly model: ServedModel;
  /** The last that the stream has reported of itself. */
  readonly report: () => StreamReport | undefined;
}

/** Counts one utterance, and logs it when it is over. */
export interface SpeechRecord {
  /** Passes on what it is told, and adds it up for the log. */
  readonly meter: SpeechMeter;
  ended(outcome: SpeechOutcome, error: unknown): void;
}

/** Makes the record of an utterance that begins now. */
export function createSpeechRecord({ scope, services, model, report }: SpeechRecordOptions): SpeechRecord {
  const { clock, metrics, log } = services;
  const inner = metrics.speech(scope.route);
  const begunMs = clock.now();
  let firstAudioMs: number | undefined;
  let audioMs = 0;
  const meter: SpeechMeter = {
    firstAudio() {
      firstAudioMs ??= clock.now() - begunMs;
      inner.firstAudio();
    },
    audio(ms) {
      audioMs += ms;
      inner.audio(ms);
    },
    held: () => inner.held(),
    ended: (outcome, facts) => inner.ended(outcome, facts),
  };
  return {
    meter,
    ended(outcome, error) {
      const root = rootOf(error);
      const last = report();
      const engine = (TTSError.isInstance(root) ? root.engine : undefined) ?? last?.engines.at(-1) ?? model.tts.engines[0]?.id;
      const code = codeOf(root);
      const elapsedMs = clock.now() - begunMs;
      meter.ended(outcome, { audioMs, madeMs: last?.madeMs, elapsedMs, realTimeFactor: last?.realTimeFactor, engine, errorCode: code });
      log({ level: levelOf(outcome), event: outcome === "stalled" ? "slow-listener" : "speech", requestId: scope.id, route: scope.route, outcome, model: model.name, engine, code, message: messageOf(root), characters: last?.characters, firstAudioMs, audioMs, elapsedMs });
    },
  };
}

function levelOf(outcome: SpeechOutcome): LogEntry["level"] {
  if (outcome === "failed") return "error";
  return outcome === "stalled" || outcome === "shutdown" ? "warning" : "info";
}

function codeOf(error: unknown): string | undefined {
  if (error === undefined) return undefined;
  if (TTSError.isInstance(error) || error instanceof Problem) return error.code;
  return error instanceof StalledError ? "slow_listener" : "INTERNAL";
}

/** Only messages that are ours: those of others may hold anything. */
function messageOf(error: unknown): string | undefined {
  return TTSError.isInstance(error) || error instanceof Problem || error instanceof StalledError ? error.message : undefined;
}
