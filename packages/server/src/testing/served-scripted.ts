import { createSpeechStream, type Clock, type StreamOptions } from "@parlando/core";
import { createScriptedEngine, type ScriptedEngine, type ScriptedEngineOptions } from "@parlando/testkit";
import type { Engine } from "@parlando/engine";
import type { ServedTTS } from "../served-tts.ts";

/** A TTS over engines that are handed in, as `createTTS` would make it; without `parlando`, which the server does not know. */
export function serveEngines(engines: readonly Engine[], clock?: Clock): ServedTTS {
  return {
    engines,
    createStream: (options: StreamOptions = {}) => createSpeechStream({ engines: engines.map((engine) => ({ engine })), ...(clock && { clock }) }, options),
    voices: async () => (await Promise.all(engines.map(async (engine) => (await engine.voices?.(new AbortController().signal)) ?? []))).flat(),
  };
}

/** A TTS over one scripted engine, and that engine, for its log. */
export function servedScripted(options: ScriptedEngineOptions = {}): { readonly tts: ServedTTS; readonly engine: ScriptedEngine } {
  const engine = createScriptedEngine(options);
  return { tts: serveEngines([engine], options.clock), engine };
}
