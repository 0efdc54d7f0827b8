import type { SynthesisRequest, Voice } from "@parlando/engine";
import type { VoiceCache } from "../transport/voice-cache.ts";
import { formatsOf } from "./polly-capabilities.ts";
import { checkRequestOptions, type PollyEngineName, type PollyOptions } from "./polly-options.ts";
import { chooseEngine, chooseVoice, enginesOf, languageCodeOf } from "./polly-voices.ts";
import { refusal, type SpeechChoice } from "./polly-wire.ts";

/** Settles who speaks a request. */
export interface VoiceChooser {
  /**
   * Voice and engine of a request. Asks for the list of voices only where something depends on it.
   *
   * @throws TTSError `VOICE_NOT_FOUND`, `UNSUPPORTED` for an engine that the voice does not have, `INVALID_CONFIG` for wrong `engineOptions`.
   */
  choose(request: Omit<SynthesisRequest, "text">, signal: AbortSignal): Promise<SpeechChoice>;
  /** The engine that a voice would get, as far as that is known without asking. */
  engineOf(voice: string): PollyEngineName;
  /** A list has come. */
  learn(voices: readonly Voice[]): void;
}

/** Speech does not wait longer for the list of voices, in milliseconds: without it, a usual engine is taken. */
const LOOK_MS = 3_000;
/** After a list that did not come, it is asked for again only after so long, in milliseconds. */
const PAUSE_MS = 60_000;
const USUAL_ENGINE: PollyEngineName = "neural";
const USUAL_VOICE = "Joanna";

/** Makes the chooser of one engine. */
export function createVoiceChooser(options: PollyOptions, cache: Pick<VoiceCache, "get">): VoiceChooser {
  const formats = formatsOf(options);
  let known: readonly Voice[] | undefined;
  let notBeforeMs = 0;

  async function list(signal: AbortSignal): Promise<readonly Voice[] | undefined> {
    if (known !== undefined || performance.now() < notBeforeMs) return known;
    const controller = new AbortController();
    const stop = (): void => controller.abort(signal.reason);
    const timer = setTimeout(stop, LOOK_MS);
    signal.addEventListener("abort", stop, { once: true });
    try {
      return await cache.get(controller.signal);
    } catch {
      // Speaking may be allowed where listing is not; what is wrong with both, speaking tells.
      notBeforeMs = performance.now() + PAUSE_MS;
      return undefined;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
    }
  }

  return {
    async choose(request, signal) {
      const own = checkRequestOptions(request.engineOptions);
      const asked = request.voice ?? options.voice;
      const set = own.engine ?? options.engine;
      const lexicons = own.lexicons ?? options.lexicons;
      const needsList = set === undefined || (asked === undefined && request.language !== undefined);
      const voices = needsList ? await list(signal) : known;
      const found = findVoice(voices, { asked, language: request.language, engine: set });
      const engine = set ?? (found === undefined ? undefined : chooseEngine(found)) ?? USUAL_ENGINE;
      if (found !== undefined && set !== undefined && !enginesOf(found).includes(set)) {
        throw refusal("UNSUPPORTED", `the voice ${found.id} does not have the engine ${set}; it has ${enginesOf(found).join(", ")}. Set \`engine\`, or choose another voice.`);
      }
      return { voice: found?.id ?? asked ?? USUAL_VOICE, engine, languageCode: languageCodeOf(found, request.language), lexicons, formats };
    },
    engineOf(voice) {
      const found = known?.find(({ id }) => id === voice);
      return options.engine ?? (found === undefined ? undefined : chooseEngine(found)) ?? USUAL_ENGINE;
    },
    learn(voices) {
      known = voices;
    },
  };
}

interface Wanted {
  asked: string | undefined;
  language: string | undefined;
  engine: PollyEngineName | undefined;
}

function findVoice(voices: readonly Voice[] | undefined, { asked, language, engine }: Wanted): Voice | undefined {
  if (voices === undefined || voices.length === 0) return undefined;
  if (asked !== undefined) {
    const found = voices.find(({ id }) => id === asked) ?? voices.find(({ id }) => id.toLowerCase() === asked.toLowerCase());
    if (found === undefined) throw refusal("VOICE_NOT_FOUND", "Amazon Polly has no such voice in this region; choose one that voices() lists.");
    return found;
  }
  if (language === undefined) return voices.find(({ id }) => id === USUAL_VOICE);
  const found = chooseVoice(voices, language, engine);
  if (found === undefined) throw refusal("VOICE_NOT_FOUND", `Amazon Polly has no voice for the language ${language.slice(0, 35)}${engine === undefined ? "" : ` with the engine ${engine}`}. Name a voice, or another engine.`);
  return found;
}
