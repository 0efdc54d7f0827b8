import type { Engine } from "@parlando/engine";
import type { AzureOptions } from "@parlando/cloud/azure";
import type { ElevenLabsOptions } from "@parlando/cloud/elevenlabs";
import type { OpenAIOptions } from "@parlando/cloud/openai";
import type { EspeakOptions } from "@parlando/espeak";
import type { ScriptedEngineOptions } from "@parlando/testkit";

/** Which engine speaks, as data. */
export type EngineOrder =
  | { readonly engine: "openai"; readonly options: OpenAIOptions }
  | { readonly engine: "elevenlabs"; readonly options: ElevenLabsOptions }
  | { readonly engine: "azure"; readonly options: AzureOptions }
  | { readonly engine: "espeak"; readonly options?: EspeakOptions | undefined }
  | { readonly engine: "scripted"; readonly options?: ScriptedEngineOptions | undefined };

/** Loads an engine when it is asked for, as an app would. */
export async function openEngine(order: EngineOrder): Promise<Engine> {
  if (order.engine === "openai") return (await import("@parlando/cloud/openai")).createOpenAIEngine(order.options);
  if (order.engine === "elevenlabs") return (await import("@parlando/cloud/elevenlabs")).createElevenLabsEngine(order.options);
  if (order.engine === "azure") return (await import("@parlando/cloud/azure")).createAzureEngine(order.options);
  if (order.engine === "espeak") return (await import("@parlando/espeak")).createEngine(order.options);
  return (await import("@parlando/testkit")).createScriptedEngine(order.options);
}
