import type { TTSConfig } from "../tts-config.ts";
import type { Environment } from "./environment.ts";

/**
 * A config from the environment: `PARLANDO_ENGINE` (one name, or several separated by commas), `PARLANDO_VOICE`, `PARLANDO_LANGUAGE`,
 * `PARLANDO_RATE`, `PARLANDO_PITCH`, `PARLANDO_VOLUME`, `PARLANDO_SSML`, `PARLANDO_LATENCY`, `PARLANDO_SAMPLE_RATE`, and `PARLANDO_CONFIG`, the path of
 * a JSON or JSONC file over which the others are laid. {@link createTTS} reads no variables by itself: what an app is given is what it uses.
 * The variables of vendors (`AWS_REGION`, `AZURE_SPEECH_KEY`, `OPENAI_API_KEY`, `ELEVENLABS_API_KEY` and the like) are not looked at: each engine reads its
 * own, unless its options say otherwise.
 *
 * @param environment - By default the variables of the process.
 * @throws TTSError `INVALID_CONFIG`, naming the variable, what was given and what is allowed; also when no engine is named.
 *
 * @example
 * ```ts
 * const tts = await createTTS(await configFromEnvironment());
 * ```
 */
export async function configFromEnvironment(environment: Environment = processEnvironment()): Promise<TTSConfig> {
  const { readEnvironment } = await import("./config-environment.ts");
  return await readEnvironment(environment);
}

/** Empty where there is no process, as in a browser. */
function processEnvironment(): Environment {
  return typeof process === "object" ? process.env : {};
}
