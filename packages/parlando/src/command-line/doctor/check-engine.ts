import { createSpeechStream, type LoadCodecs } from "@parlando/core";
import { TTSError, type Engine } from "@parlando/engine";
import { checkEngineCredentials } from "../../engines/check-all-credentials.ts";
import type { RegistryEntry } from "../../engines/registry-entry.ts";
import { inspectEngine, type EngineState } from "../engine-state.ts";
import { reasonOf, type Check } from "./check.ts";

/** How long an engine may take to answer, in milliseconds. */
const longestAnswerMs = 20_000;

/** What was found out about one engine. */
export interface EngineCheck extends Check {
  /** Whether it makes speech here. */
  readonly speaks: boolean;
}

/** What {@link checkEngine} needs besides the engine. */
export interface EngineCheckOptions {
  /** Called off: the check ends. */
  readonly stop: AbortSignal;
  /** What reads compressed audio; there are engines that send nothing else. */
  readonly loadCodecs: LoadCodecs | undefined;
}

/**
 * Whether an engine is installed, loads, accepts its credentials and, where that costs nothing, really speaks: engines that need no
 * credentials say a word, of the others the credentials have to do. What is merely not set up is a note: an app that speaks with another engine needs
 * none of it.
 */
export async function checkEngine(entry: RegistryEntry, { stop, loadCodecs }: EngineCheckOptions): Promise<EngineCheck> {
  return await inspectEngine(entry, async (state, engine) => {
    const name = `engine ${state.id}`;
    if (!state.installed) return { name, status: "warning", speaks: false, detail: `${state.package} is not installed`, fix: state.install };
    if (engine === undefined) return { name, status: "failed", speaks: false, detail: state.problem ?? "it cannot be loaded", fix: `Install it again: ${state.install}` };
    const signal = AbortSignal.any([stop, AbortSignal.timeout(longestAnswerMs)]);
    try {
      return await checkLoaded({ name, state, engine, signal, loadCodecs });
    } catch (error) {
      const isAbsent = TTSError.isInstance(error) && (error.code === "ENGINE_UNAVAILABLE" || error.code === "MODEL_NOT_FOUND");
      return { name, status: isAbsent ? "warning" : "failed", speaks: false, detail: reasonOf(error), fix: adviceFor(error) };
    }
  });
}

interface LoadedEngine extends Pick<EngineCheckOptions, "loadCodecs"> {
  readonly name: string;
  readonly state: EngineState;
  readonly engine: Engine;
  readonly signal: AbortSignal;
}

async function checkLoaded({ name, state, engine, signal, loadCodecs }: LoadedEngine): Promise<EngineCheck> {
  const label = `${state.package} ${state.version ?? ""}`.trim();
  const credentials = await checkEngineCredentials(engine, signal);
  if (credentials.status === "not-needed") {
    const audioMs = await speakAWord(engine, { signal, loadCodecs });
    return { name, status: "ok", speaks: true, detail: `${label} speaks (${Math.round(audioMs)} ms of audio for one word); no credentials needed` };
  }
  if (credentials.status === "valid") return { name, status: "ok", speaks: true, detail: `${label}: ${credentials.message}` };
  const missing = credentials.missing ?? [];
  const detail = `${label}: credentials are ${credentials.status}: ${credentials.message}`;
  if (credentials.status === "missing") return { name, status: "warning", speaks: false, detail, fix: missing.length > 0 ? `Set ${missing.join(", ")}, to speak with it.` : "Set its credentials, to speak with it." };
  return { name, status: "failed", speaks: false, detail, fix: credentials.status === "unreachable" ? "Check the network." : "Check the credentials." };
}

/** Speaks one word into nothing; resolves with its length in milliseconds. */
async function speakAWord(engine: Engine, { signal, loadCodecs }: Pick<LoadedEngine, "signal" | "loadCodecs">): Promise<number> {
  let audioMs = 0;
  const stream = createSpeechStream({ engines: [{ engine }], codecs: loadCodecs }, { signal, onChunk: (chunk) => void (audioMs += chunk.durationMs) });
  try {
    void stream.feed("Hello.");
    stream.done();
    await stream.waitUntilDone();
  } finally {
    await stream.close();
  }
  if (audioMs > 0) return audioMs;
  throw new TTSError("NO_AUDIO", `The engine "${engine.id}" was asked to say one word and made no audio.`, { engine: engine.id });
}

function adviceFor(error: unknown): string {
  if (!TTSError.isInstance(error)) return "See the message.";
  if (error.code === "CONNECTION" || error.code === "TIMEOUT") return "Check the network.";
  if (error.code === "MODEL_NOT_FOUND") return "Fetch the files of a model, to speak with it: see `parlando models`.";
  if (error.code === "ABORTED") return `It did not answer within ${longestAnswerMs / 1000} seconds: try again, or check the network.`;
  return "See the message.";
}
