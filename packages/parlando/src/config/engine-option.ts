import type { EngineChoice, TTSConfig } from "../tts-config.ts";

/** Sets an option of the first engine of a config, over what is there. */
export function withEngineOption(config: TTSConfig, name: string, value: unknown): TTSConfig {
  const choices: readonly EngineChoice[] = Array.isArray(config.engine) ? (config.engine as readonly EngineChoice[]) : [config.engine as EngineChoice];
  const changed = choices.map((choice, index) => (index === 0 ? withOption(choice, name, value) : choice));
  return { ...config, engine: changed.length === 1 ? (changed[0] ?? config.engine) : changed };
}

/** The options that a config gives to an engine of that name. */
export function optionsOf(config: TTSConfig, engine: string): Readonly<Record<string, unknown>> {
  const choices: readonly EngineChoice[] = Array.isArray(config.engine) ? (config.engine as readonly EngineChoice[]) : [config.engine as EngineChoice];
  const found = choices.find((choice) => typeof choice === "object" && "engine" in choice && choice.engine === engine);
  return found !== undefined && typeof found === "object" && "options" in found ? (found.options ?? {}) : {};
}

function withOption(choice: EngineChoice, name: string, value: unknown): EngineChoice {
  if (typeof choice === "string") return { engine: choice, options: { [name]: value } };
  return "engine" in choice ? { ...choice, options: { ...choice.options, [name]: value } } : { engine: choice, options: { [name]: value } };
}
