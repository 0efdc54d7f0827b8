import type { EngineEvent, SynthesisRequest } from "@parlando/engine";
import type { HostedModel } from "../runtime/model-host.ts";
import type { VoiceReference } from "../runtime/model-spec.ts";
import type { SpeechMetrics } from "../runtime/speech-metrics.ts";
import { hasWords, removeControlTokens } from "../text/clean-text.ts";
import { splitText } from "../text/split-text.ts";
import type { PreparedText, TextFrontEnd } from "../text/text-front-end.ts";
import { audarFormat } from "./audar-capabilities.ts";
import type { Stopping } from "./audar-errors.ts";
import type { AudarModel } from "./audar-model.ts";
import { checkRequestOptions, type AudarChunkMetrics, type AudarEngineOptions, type AudarOptions } from "./audar-options.ts";
import type { AudarSettings } from "./audar-settings.ts";
import type { AudarVoices } from "./audar-voices.ts";
import { boundedSamples, checkRequest, jobOf, lengthWarning, longestPartOf, requestWarnings, usageOf, warning } from "./audar-wire.ts";

/** What an engine speaks with. */
export interface AudarSpeaker {
  readonly settings: AudarSettings;
  readonly frontEnd: TextFrontEnd;
  readonly voices: AudarVoices;
  readonly model: AudarModel;
  readonly randomSeed: () => number;
  readonly newRequestId: () => string;
}

/** One request that was looked into: nothing of it can be wrong any more but the model. */
interface PreparedRequest {
  readonly request: SynthesisRequest;
  readonly requestId: string;
  readonly options: AudarEngineOptions;
  readonly voice: VoiceReference;
  readonly seed: number;
  readonly parts: readonly { readonly text: string; readonly characters: number }[];
  readonly warnings: readonly EngineEvent[];
}

/**
 * Speaks one request: its text in parts that the model takes at once, one after the other. What is wrong with the request or the model fails before
 * `start`.
 */
export async function* speak(speaker: AudarSpeaker, request: SynthesisRequest, stopping: Stopping): AsyncGenerator<EngineEvent, void, undefined> {
  stopping.check();
  checkRequest(request);
  const prepared = await prepareRequest(speaker, request, stopping);
  const start: EngineEvent = { type: "start", format: { ...audarFormat }, requestId: prepared.requestId };
  if (prepared.parts.length === 0) {
    yield* whileWanted([start, ...prepared.warnings], stopping);
    return;
  }
  const model = await stopping.wait(speaker.model.open());
  const measured: SpeechMetrics[] = [];
  const teller = createTeller(speaker.settings.options.onMetrics);
  let opening: readonly EngineEvent[] = [start, ...prepared.warnings];
  const warned = new Set<string>();
  for (const part of prepared.parts.keys()) {
    for await (const event of speakPart(speaker, { model, prepared, part, measured, teller }, stopping)) {
      // Every part of a long text may have the same to say.
      if (event.type === "warning" && warned.has(event.code)) continue;
      if (event.type === "warning") warned.add(event.code);
      // The first answer is waited for: a model that cannot be loaded fails before anything was announced.
      yield* whileWanted([...opening, event], stopping);
      opening = [];
    }
  }
  yield* whileWanted([...opening, usageOf(request.text, measured)], stopping);
}

async function prepareRequest(speaker: AudarSpeaker, request: SynthesisRequest, stopping: Stopping): Promise<PreparedRequest> {
  const { settings, voices, frontEnd } = speaker;
  const options = checkRequestOptions(request.engineOptions);
  const chosen = options.reference ?? options.voice ?? request.voice ?? settings.voice;
  const voice = await stopping.wait(voices.referenceOf(chosen, stopping.signal));
  const longest = longestPartOf(settings.preset, voice, options.maximumCodes ?? settings.options.maximumCodes);
  const parts: { text: string; characters: number }[] = [];
  const warnings = new Map<string, EngineEvent>();
  const note = (told: PreparedText["warnings"]): void => told.forEach(({ code, message }) => warnings.set(message, warning(code, message)));
  const spoken = removeControlTokens(request.text);
  note(spoken.warnings);
  for (const part of splitText(spoken.text, longest)) {
    const { text, warnings: told } = await stopping.wait(frontEnd.prepare(part, { language: request.language, signal: stopping.signal }));
    note(told);
    // A model that is handed no words makes some up.
    if (hasWords(text)) parts.push({ text, characters: part.length });
  }
  return {
    request,
    requestId: speaker.newRequestId(),
    options,
    voice,
    seed: options.seed ?? settings.options.seed ?? speaker.randomSeed(),
    parts,
    warnings: [...requestWarnings(request, settings.preset), ...warnings.values()],
  };
}

interface PartOfSpeech {
  readonly model: HostedModel;
  readonly prepared: PreparedRequest;
  readonly part: number;
  /** Takes what the part was measured at. */
  readonly measured: SpeechMetrics[];
  readonly teller: Teller;
}

async function* speakPart({ settings }: AudarSpeaker, { model, prepared, part, measured, teller }: PartOfSpeech, { signal }: Stopping): AsyncGenerator<EngineEvent, void, undefined> {
  const { options, voice, seed, requestId } = prepared;
  const spoken = prepared.parts[part];
  if (spoken === undefined) return;
  for await (const event of model.speak(jobOf({ settings, options, voice, seed, part, ...spoken }), signal)) {
    if (event.type === "warning") yield warning(event.code, event.message);
    if (event.type === "audio") {
      yield { type: "pcm", samples: boundedSamples(event.samples) };
      teller.tell({ ...event.metrics, requestId, part });
      yield* teller.failures();
    }
    if (event.type === "done") {
      measured.push(event.metrics);
      yield* teller.failures();
      yield* lengthWarning(event.metrics);
    }
  }
}

/** Calls what the app gave. */
interface Teller {
  tell(metrics: AudarChunkMetrics): void;
  /** The warning that it failed, once for a request. */
  failures(): readonly EngineEvent[];
}

/** What the app's function throws, or rejects with later, is its own affair: it ends no speech and no process, but is not kept quiet. */
function createTeller(onMetrics: AudarOptions["onMetrics"]): Teller {
  let failed = false;
  let told = false;
  const fail = (): void => void (failed = true);
  return {
    tell: (metrics) => {
      try {
        const answer: unknown = onMetrics?.(metrics);
        if (answer instanceof Promise) answer.catch(fail);
      } catch {
        fail();
      }
    },
    failures: () => {
      if (!failed || told) return [];
      told = true;
      return [warning("CALLBACK_FAILED", "The function `onMetrics` failed; speech goes on.")];
    },
  };
}

/** What is at hand already is not given out any more either once it is not wanted. */
function* whileWanted(events: readonly EngineEvent[], { check }: Stopping): Generator<EngineEvent> {
  for (const event of events) {
    check();
    yield event;
  }
  check();
}
