import { createSpeechStream } from "@parlando/core";
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

/**
 * Whether an engine is installed, loads, accepts its credentials and, where that costs nothing, really speaks: engines that need no
 * credentials say a word, of the others the credentials have to do.
 */
export async function checkEngine(entry: RegistryEntry, stop: AbortSignal): Promise<EngineCheck> {
  return await inspectEngine(entry, async (state, engine) => {
    const name = `engine ${state.id}`;
    if (!state.installed) return { name, status: "warning", speaks: false, detail: `${state.package} is not installed`, fix: state.install };
    if (engine === undefined) return { name, status: "failed", speaks: false, detail: state.problem ?? "it cannot be loaded", fix: `Install it again: ${state.install}` };
    const signal = AbortSignal.any([stop, AbortSignal.timeout(longestAnswerMs)]);
    try {
      return await checkLoaded(name, state, engine, signal);
    } catch (error) {
      return { name, status: "failed", speaks: false, detail: reasonOf(error), fix: adviceFor(error) };
    }
  });
}

async function checkLoaded(name: string, state: EngineState, engine: Engine, signal: AbortSignal): Promise<EngineCheck> {
  const label = `${state.package} ${state.version ?? ""}`.trim();
  const credentials = await checkEngineCredentials(engine, signal);
  if (credentials.status === "not-needed") {
    const audioMs = await speakAWord(engine, signal);
    return { name, status: "ok", speaks: true, detail: `${label} speaks (${Math.round(audioMs)} ms of audio for one word); no credentials needed` };
  }
  if (credentials.status === "valid") return { name, status: "ok", speaks: true, detail: `${label}: ${credentials.message}` };
  const missing = credentials.missing ?? [];
  return { name, status: "failed", speaks: false, detail: `${label}: credentials are ${credentials.status}: ${credentials.message}`, fix: missing.length > 0 ? `Set ${missing.join(", ")}.` : "Check the credentials and the network." };
}

/** Speaks one word into nothing; resolves with its length in milliseconds. */
async function speakAWord(engine: Engine, signal: AbortSignal): Promise<number> {
  let audioMs = 0;
  const stream = createSpeechStream({ engines: [{ engine }] }, { signal, onChunk: (chunk) => void (audioMs += chunk.durationMs) });
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
  if (TTSError.isInstance(error) && error.code === "ABORTED") return `It did not answer within ${longestAnswerMs / 1000} seconds: try again, or check the network.`;
  return "See the message.";
}
