import { TTSError } from "@parlando/engine";
import { openEngine, type EngineOrder } from "./open-engine.ts";

/** What an engine says beside its speech. */
export interface EngineAnswers {
  readonly runsIn: readonly string[];
  readonly credentials: string | undefined;
  /** Ids, or the code of the error. */
  readonly voices: readonly string[] | string;
}

/** Asks for credentials and voices. */
export async function askEngine(order: EngineOrder): Promise<EngineAnswers> {
  const engine = await openEngine(order);
  const { signal } = new AbortController();
  try {
    const credentials = (await engine.checkCredentials?.(signal))?.status;
    const voices = await engine.voices?.(signal).then((list) => list.map(({ id }) => id), (error: unknown) => (TTSError.isInstance(error) ? error.code : String(error)));
    return { runsIn: engine.capabilities.runsIn, credentials, voices: voices ?? [] };
  } finally {
    await engine.close();
  }
}
