import { setMaxListeners } from "node:events";
import type { Engine, EngineEvent, SynthesisRequest } from "@parlando/engine";
import { createPhonemizerSource, type PhonemizerSource } from "../text/load-phonemizer.ts";
import { createPhonemeFrontEnd } from "../text/phoneme-front-end.ts";
import { createPlainFrontEnd } from "../text/plain-front-end.ts";
import type { TextFrontEnd } from "../text/text-front-end.ts";
import type { NeuralVoice } from "../voices/neural-voice.ts";
import { createVoiceShelf } from "../voices/voice-shelf.ts";
import { capabilitiesOf } from "./audar-capabilities.ts";
import { createStopping, type Stopping } from "./audar-errors.ts";
import { createAudarModel, type AudarParts } from "./audar-model.ts";
import { audarId } from "./audar-options.ts";
import { readSettings, type AudarSettings } from "./audar-settings.ts";
import { speak, type AudarSpeaker } from "./audar-speech.ts";
import { createAudarVoices } from "./audar-voices.ts";
import { createVoice, type VoiceRecording } from "./create-voice.ts";

/** Audar-TTS: an engine of which every optional part that it has is known to be there. */
export interface AudarEngine extends Engine {
  synthesize: NonNullable<Engine["synthesize"]>;
  voices: NonNullable<Engine["voices"]>;
  checkCredentials: NonNullable<Engine["checkCredentials"]>;
  /** Loads the model and evaluates the reference of the voice that it was made with. */
  warmUp: NonNullable<Engine["warmUp"]>;
  /**
   * Makes a voice of a recording, with the model that the option `encoder` names: hand it in as `engineOptions.reference`, or keep it as JSON in the
   * `voicesFolder`.
   *
   * @throws TTSError `INVALID_CONFIG` without an encoder, `INVALID_INPUT` for a recording that is too short or too long for the preset,
   * `MODEL_NOT_FOUND`, `SERVICE` and `ABORTED`.
   */
  createVoice(recording: VoiceRecording, signal: AbortSignal): Promise<NeuralVoice>;
}

/** Makes the engine on a host of models: `createAudarEngine` with what stands beneath it handed in. */
export function assembleAudar(given: unknown, parts: AudarParts): AudarEngine {
  const settings = readSettings(given);
  const phonemizer = createPhonemizerSource(settings.options.phonemizer, audarId);
  const frontEnd = frontEndOf(settings, phonemizer);
  const model = createAudarModel(settings, parts);
  const voices = createAudarVoices({ preset: settings.preset, frontEnd, shelf: createVoiceShelf({ engine: audarId, folder: settings.options.voicesFolder }) });
  const speaker: AudarSpeaker = { settings, frontEnd, voices, model, randomSeed: parts.randomSeed, newRequestId: parts.newRequestId };
  const life = new AbortController();
  // Each request listens while it lasts, and there may be any number of them.
  setMaxListeners(0, life.signal);
  const stoppingOf = (doing: string, signal: AbortSignal): Stopping => createStopping({ doing: `${doing} with ${audarId}`, signal, closed: life.signal });

  return {
    contract: "parlando/1",
    id: audarId,
    capabilities: capabilitiesOf(settings),
    synthesize: (request, signal) => guard(speaker, request, () => stoppingOf("Speaking", signal)),
    voices: (signal) => during(stoppingOf("Listing voices", signal), () => voices.list()),
    async checkCredentials() {
      return { status: "not-needed", message: `The engine "${audarId}" runs here and needs no credentials.` };
    },
    warmUp: (signal) =>
      during(stoppingOf("Warming up", signal), async (stopping) => {
        const opened = await model.open();
        await opened.load(stopping.signal);
        await opened.prepare(await voices.referenceOf(settings.voice, stopping.signal), stopping.signal);
      }),
    createVoice: (recording, signal) => during(stoppingOf("Making a voice", signal), (stopping) => createVoice(recording, { settings, frontEnd, signal: stopping.signal })),
    async close() {
      life.abort();
      await Promise.all([model.close(), phonemizer.close()]);
    },
  };
}

function frontEndOf({ preset }: AudarSettings, phonemizer: PhonemizerSource): TextFrontEnd {
  const { expressions } = preset;
  if (preset.text === "plain") return createPlainFrontEnd({ expressions });
  return createPhonemeFrontEnd({ phonemizer: () => phonemizer.get(), expressions, engine: audarId });
}

/** Every error is of this engine, and says when the work was called off. */
async function* guard(speaker: AudarSpeaker, request: SynthesisRequest, begin: () => Stopping): AsyncGenerator<EngineEvent, void, undefined> {
  // Not before the first event is asked for: whoever never asks leaves no listener behind.
  const stopping = begin();
  try {
    yield* speak(speaker, request, stopping);
  } catch (error) {
    throw stopping.errorOf(error);
  } finally {
    stopping.release();
  }
}

async function during<T>(stopping: Stopping, work: (stopping: Stopping) => Promise<T>): Promise<T> {
  try {
    return await stopping.wait(work(stopping));
  } catch (error) {
    throw stopping.errorOf(error);
  } finally {
    stopping.release();
  }
}
