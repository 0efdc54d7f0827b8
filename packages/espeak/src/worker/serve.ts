import type { EngineEvent } from "@parlando/engine";
import type { PhonemizeJob, WorkerReply, WorkerRequest } from "../espeak-wire.ts";
import { loadEspeakLibrary, type EspeakLibrary } from "../library/espeak-library.ts";
import { phonemizeText } from "../phonemes/phonemize-text.ts";
import { chooseVoice, type VoiceShelf } from "../voices/voice-choice.ts";
import { describeVoice, readVoices } from "../voices/voice-list.ts";
import { loadAssets } from "./load-assets.ts";
import type { MessagePortLike } from "./message-port.ts";
import { speak } from "./speak.ts";

type SpeakRequest = Extract<WorkerRequest, { type: "speak" }>;

interface Serving {
  port: MessagePortLike;
  library: EspeakLibrary;
  shelf: VoiceShelf;
}

/** Said once before the first request, so that the engine's code is compiled by then. */
const warmUpText = "The quick brown fox jumps over the lazy dog, and twelve quiet engineers listen.";

/** Answers requests on `port`, one after the other, for as long as the worker lives. */
export function serve(port: MessagePortLike): void {
  let serving: Serving | undefined;
  port.onMessage((request) => {
    if (request.type === "open") {
      void open(port, request.assetsUrl).then((opened) => {
        serving = opened;
      });
      return;
    }
    if (serving !== undefined) answer(serving, request);
  });
}

async function open(port: MessagePortLike, assetsUrl: string | undefined): Promise<Serving | undefined> {
  try {
    const assets = await loadAssets(assetsUrl);
    if (!assets.found) {
      port.post(notLoaded(assets.message));
      return undefined;
    }
    const library = await loadEspeakLibrary(assets.create, assets.data);
    const voices = readVoices(library.voices);
    port.post({ type: "ready", voices: voices.map((voice) => describeVoice(voice, library.sampleRate)) });
    return { port, library, shelf: { voices, variants: library.variants } };
  } catch (error) {
    port.post(notLoaded(summary(error)));
    return undefined;
  }
}

function notLoaded(reason: string): WorkerReply {
  const message = `Loading eSpeak NG: ${reason}. It needs espeak-ng.js and espeak-ng.data of @echogarden/espeak-ng-emscripten; install that package, or name the folder that holds both as assetsUrl.`;
  return { type: "failed", id: undefined, code: "ENGINE_UNAVAILABLE", message, broken: true };
}

function answer(serving: Serving, request: Exclude<WorkerRequest, { type: "open" }>): void {
  const { port } = serving;
  try {
    if (request.type === "speak") answerSpeak(serving, request);
    else if (request.type === "phonemize") answerPhonemize(serving, request.id, request.job);
    else {
      if (request.type === "warmUp") serving.library.speak(warmUpText, { voice: "gmw/en-US", wordsPerMinute: 175, pitch: 50, range: 50 }, () => false);
      port.post({ type: "done", id: request.id });
    }
    // After the answer, when nobody waits for it.
    serving.library.tidy();
  } catch (error) {
    const message = `Running eSpeak NG: it stopped with "${summary(error)}". A new worker is started for the next request; try again, and if the same text fails again, report it.`;
    port.post({ type: "failed", id: request.id, code: "SERVICE", message, broken: true });
  }
}

function answerSpeak({ port, library, shelf }: Serving, { id, job, control }: SpeakRequest): void {
  const choice = chooseVoice(shelf, job);
  if (!choice.found) {
    port.post({ type: "failed", id, code: "VOICE_NOT_FOUND", message: choice.message, broken: false });
    return;
  }
  const { identifier, language } = choice;
  const post = (events: EngineEvent[], transfer: ArrayBuffer[]): void => port.post({ type: "events", id, events }, transfer);
  speak({ library, job, identifier, language, control: control === undefined ? undefined : new Int32Array(control), post });
  port.post({ type: "done", id });
}

function answerPhonemize({ port, library, shelf }: Serving, id: number, job: PhonemizeJob): void {
  const main = chooseVoice(shelf, { voice: undefined, language: job.language, variant: undefined });
  const latin = job.latinLanguage === undefined ? main : chooseVoice(shelf, { voice: undefined, language: job.latinLanguage, variant: undefined });
  if (!main.found || !latin.found) {
    const message = main.found ? latin.found ? "" : latin.message : main.message;
    port.post({ type: "failed", id, code: "VOICE_NOT_FOUND", message, broken: false });
    return;
  }
  const value = phonemizeText(job, {
    language: main.language,
    main: (text) => library.phonemes(text, main.identifier),
    latin: (text) => library.phonemes(text, latin.identifier),
  });
  port.post({ type: "done", id, value });
}

/** The first line of an error: the library's own carry pages of its source, never text that was spoken. */
function summary(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return (text.split("\n")[0] ?? "").slice(0, 160);
}
