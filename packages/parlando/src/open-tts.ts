import type { TTSConfig } from "./tts-config.ts";
import type { TTS } from "./tts.ts";
import type { Services } from "./services.ts";

/** {@link createTTS}, with what it stands on handed in. Validation, core and engines are imported here, when they are needed. */
export async function openTTS(given: TTSConfig | string, services: Services): Promise<TTS> {
  const [config, { openEngines }, { assembleTTS }] = await Promise.all([
    resolveConfig(given),
    import("./engines/engine-routes.ts"),
    import("./assemble-tts.ts"),
  ]);
  return assembleTTS(config, await openEngines(config, services.registry), services);
}

async function resolveConfig(given: TTSConfig | string): Promise<TTSConfig> {
  const { appConfig, checkConfig, requireEngine } = await import("./config/config-schema.ts");
  if (typeof given !== "string") return checkConfig(given, appConfig);
  const { isConfigPath, readConfigFile } = await import("./config/config-file.ts");
  if (!isConfigPath(given)) return checkConfig({ engine: given }, appConfig);
  return requireEngine(await readConfigFile(given), { what: `The config file ${JSON.stringify(given)}`, nameOf: (path) => path });
}
