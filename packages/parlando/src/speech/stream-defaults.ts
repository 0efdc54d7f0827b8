import type { StreamOptions } from "@parlando/core";
import { withoutUndefined } from "../config/config-layers.ts";
import type { TTSConfig } from "../tts-config.ts";

/**
 * The part of a config that every stream starts from. What belongs to an engine (voice, language, address, its own options) is not among it: that goes with
 * the engine, so that another one that takes over is not asked for a voice it does not have.
 */
export function streamDefaults(config: TTSConfig): StreamOptions {
  const { engine: _engine, voice: _voice, language: _language, url: _url, engineOptions: _engineOptions, ...defaults } = config;
  return withoutUndefined(defaults);
}

/** A stream's options over the defaults. A taker given for the stream replaces the sink of config. */
export function mergeStreamOptions(defaults: StreamOptions, options: StreamOptions): StreamOptions {
  const { sink: defaultSink, ...others } = defaults;
  const merged: StreamOptions = { ...others, ...withoutUndefined(options) };
  if (defaults.output !== undefined && options.output !== undefined) merged.output = { ...defaults.output, ...withoutUndefined(options.output) };
  if (defaults.timeouts !== undefined && options.timeouts !== undefined) merged.timeouts = { ...defaults.timeouts, ...withoutUndefined(options.timeouts) };
  if (merged.sink === undefined && merged.onChunk === undefined && defaultSink !== undefined) merged.sink = defaultSink;
  return merged;
}
