import { TTSError } from "@parlando/engine";
import { isNode } from "../transport/platform.ts";
import type { ErrorContext } from "../transport/provider-errors.ts";
import { createSecret, type Secret } from "../transport/secret.ts";
import { azureErrors } from "./azure-errors.ts";
import { checkEngineOptions, type AzureOptions, type AzureRequestOptions } from "./azure-options.ts";

/** What an engine works with: options and environment, checked and joined. Prints no secret. */
export interface AzureSettings {
  /** Scheme, host and port of HTTP; undefined where neither a region nor an address is known. */
  readonly origin: string | undefined;
  readonly key: Secret | undefined;
  /** Asked before each connection. */
  readonly token: (() => Promise<Secret>) | undefined;
  readonly deploymentId: string | undefined;
  readonly defaults: AzureRequestOptions;
  readonly voice: string;
  readonly textStreaming: boolean;
  readonly connectMs: number;
  readonly firstAudioMs: number;
  readonly stallMs: number;
  readonly maxRealTimeFactor: number;
}

/** What a key or token is needed for, when it is there. */
export interface AzureAccess {
  readonly origin: string;
  readonly key: string | undefined;
  readonly token: string | undefined;
}

/** Joins options with the environment (in Node). */
export function readSettings(given: unknown): { options: AzureOptions; settings: AzureSettings } {
  const options = checkEngineOptions(given);
  const variables = isNode() ? process.env : {};
  const fromEnvironment = (...names: string[]): string | undefined => names.map((name) => nonEmpty(variables[name])).find((value) => value !== undefined);
  const endpoint = options.endpoint ?? (options.region === undefined ? addressFrom(fromEnvironment("AZURE_SPEECH_ENDPOINT")) : undefined);
  const region = options.region ?? fromEnvironment("AZURE_SPEECH_REGION", "SPEECH_REGION");
  const origin = endpoint === undefined ? regionOrigin(checkEngineOptions({ region }).region, options.deploymentId) : originOf(endpoint);
  // A key from the environment was meant for Microsoft, or for the server of the environment.
  const mayUse = options.endpoint === undefined || origin === undefined || isMicrosoft(origin);
  const key = options.key ?? (options.token === undefined && mayUse ? fromEnvironment("AZURE_SPEECH_KEY", "SPEECH_KEY") : undefined);
  const { style, styleDegree, role, effect, lexicon, temperature, token } = options;
  return {
    options,
    settings: {
      origin,
      key: key === undefined ? undefined : createSecret(key),
      token: token === undefined ? undefined : tokenSource(token),
      deploymentId: options.deploymentId,
      defaults: { style, styleDegree, role, effect, lexicon, temperature },
      voice: options.voice ?? "en-US-AvaMultilingualNeural",
      textStreaming: options.textStreaming ?? false,
      connectMs: options.connectMs ?? 10_000,
      firstAudioMs: options.firstAudioMs ?? 10_000,
      stallMs: options.stallMs ?? 3_000,
      maxRealTimeFactor: options.maxRealTimeFactor ?? 2,
    },
  };
}

/** The names of the settings that are missing. */
export function missingSettings({ origin, key, token }: AzureSettings): readonly string[] {
  return [key === undefined && token === undefined ? "key" : "", origin === undefined ? "region" : ""].filter((name) => name !== "");
}

/**
 * What is needed to ask the service, with a fresh token where tokens are used.
 *
 * @throws TTSError `AUTHENTICATION` where a key or a region is missing, or where the token's function fails.
 */
export async function readAccess(settings: AzureSettings, context: ErrorContext): Promise<AzureAccess> {
  const { origin, key, token } = settings;
  if (origin === undefined || missingSettings(settings).length > 0) throw missingError(settings, context);
  return { origin, key: key?.reveal(), token: token === undefined ? undefined : await readToken(token, context) };
}

async function readToken(token: () => Promise<Secret>, { engine, doing }: ErrorContext): Promise<string> {
  try {
    return (await token()).reveal();
  } catch {
    // What it threw may hold a secret.
    throw new TTSError("AUTHENTICATION", `${doing}: the function \`token\` failed, or gave no text. It must resolve to a token.`, { engine });
  }
}

function missingError(settings: AzureSettings, { engine, doing }: ErrorContext): TTSError {
  const remedies: Readonly<Record<string, string>> = {
    key: "Set the option `key` (or `token`), or the variable AZURE_SPEECH_KEY.",
    region: "Set the option `region` (or `endpoint`), or the variable AZURE_SPEECH_REGION.",
  };
  const missing = missingSettings(settings);
  return new TTSError("AUTHENTICATION", `${doing}: ${missing.join(" and ")} ${missing.length > 1 ? "are" : "is"} missing. ${missing.map((name) => remedies[name]).join(" ")}`, { engine });
}

/** What errors of a call are told with. */
export function contextOf(settings: AzureSettings, what: string, sent: readonly (string | undefined)[] = []): ErrorContext {
  return { engine: "azure", doing: `Asking Azure Speech for ${what}`, errors: azureErrors, sent: [...sent, settings.key?.reveal()] };
}

function tokenSource(token: NonNullable<AzureOptions["token"]>): () => Promise<Secret> {
  const fixed = typeof token === "string" ? createSecret(token) : undefined;
  return async () => {
    if (fixed !== undefined) return fixed;
    const value: unknown = typeof token === "function" ? await token() : undefined;
    if (typeof value !== "string" || value === "") throw new TTSError("AUTHENTICATION", "The function `token` gave no text.", { engine: "azure" });
    return createSecret(value);
  };
}

/** Hosts by region: https://learn.microsoft.com/azure/ai-services/speech-service/sovereign-clouds, and the vendor's SDK. Not verified against the clouds. */
function regionOrigin(region: string | undefined, deploymentId: string | undefined): string | undefined {
  if (region === undefined) return undefined;
  const name = region.toLowerCase();
  const cloud = name.startsWith("china") ? "azure.cn" : name.startsWith("usgov") ? "azure.us" : "microsoft.com";
  return `https://${name}.${deploymentId === undefined ? "tts" : "voice"}.speech.${cloud}`;
}

/** The address that the portal shows for a region (`https://REGION.api.cognitive.microsoft.com`) speaks no text; its region does. */
function originOf(endpoint: string): string | undefined {
  const { protocol, host } = new URL(endpoint);
  const region = /^([a-z0-9-]+)\.api\.cognitive\.(?:microsoft\.com|azure\.(?:cn|us))$/.exec(host)?.[1];
  if (region !== undefined) return regionOrigin(region, undefined);
  return `${protocol === "ws:" || protocol === "http:" ? "http" : "https"}://${host}`;
}

function isMicrosoft(origin: string): boolean {
  return /^https:\/\/(?:[\w-]+\.)+(?:microsoft\.com|azure\.(?:com|cn|us))$/.test(origin);
}

function addressFrom(value: string | undefined): string | undefined {
  return value === undefined ? undefined : checkEngineOptions({ endpoint: value }).endpoint;
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === "" ? undefined : value.trim();
}
