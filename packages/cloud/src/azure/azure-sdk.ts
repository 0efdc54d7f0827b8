import { TTSError } from "@parlando/engine";
import type * as Sdk from "microsoft-cognitiveservices-speech-sdk";

/** The vendor's SDK. */
export type AzureSdk = typeof Sdk;

const PACKAGE = "microsoft-cognitiveservices-speech-sdk";

/**
 * Imports the vendor's SDK, which is installed by the app.
 *
 * @throws TTSError `ENGINE_UNAVAILABLE` with the line that installs it.
 */
export async function loadAzureSdk(load: () => Promise<unknown> = () => import("microsoft-cognitiveservices-speech-sdk")): Promise<AzureSdk> {
  let loaded: unknown;
  try {
    loaded = await load();
  } catch (error) {
    throw new TTSError("ENGINE_UNAVAILABLE", `Speaking with azure: the package ${PACKAGE} cannot be loaded. Install it: npm install ${PACKAGE}`, { engine: "azure", cause: error });
  }
  const sdk = [loaded, (loaded as { default?: unknown } | undefined)?.default].find(isSdk);
  if (sdk !== undefined) return sdk;
  throw new TTSError("ENGINE_UNAVAILABLE", `Speaking with azure: what was loaded as ${PACKAGE} is not the vendor's SDK. Install version 1.52 or later of 1: npm install ${PACKAGE}`, { engine: "azure" });
}

function isSdk(value: unknown): value is AzureSdk {
  return typeof value === "object" && value !== null && "SpeechSynthesizer" in value && "Connection" in value;
}
