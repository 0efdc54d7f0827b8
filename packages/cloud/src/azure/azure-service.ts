import type { SpeechConfig } from "microsoft-cognitiveservices-speech-sdk";
import type { ErrorContext } from "../transport/provider-errors.ts";
import type { AzureFormat } from "./azure-formats.ts";
import { loadAzureSdk, type AzureSdk } from "./azure-sdk.ts";
import { readAccess, type AzureAccess, type AzureSettings } from "./azure-settings.ts";
import type { AzureStreamCall } from "./azure-wire.ts";
import { createSynthesizer, type Synthesizer } from "./synthesizer.ts";
import { createSynthesizerPool } from "./synthesizer-pool.ts";

/** What the parts of one engine share: the vendor's SDK, connections, and what is under way. */
export interface AzureService {
  readonly settings: AzureSettings;
  /** Called, each once, when the engine is closed. */
  readonly active: Set<() => void>;
  readonly isClosed: boolean;
  sdk(): Promise<AzureSdk>;
  /** A synthesizer for turns of SSML. */
  take(format: AzureFormat, context: ErrorContext): Promise<Synthesizer>;
  giveBack(format: AzureFormat, synthesizer: Synthesizer): void;
  hasIdle(format: AzureFormat): boolean;
  /** A synthesizer for turns of text in pieces. */
  takeStreaming(call: AzureStreamCall, context: ErrorContext): Promise<Synthesizer>;
  giveBackStreaming(call: AzureStreamCall, synthesizer: Synthesizer): void;
  close(): Promise<void>;
}

/** How the service of an engine is made. */
export interface AzureServiceOptions {
  readonly settings: AzureSettings;
  readonly maxIdle: number;
  readonly keepMs: number;
  readonly loadSdk?: (() => Promise<unknown>) | undefined;
}

/** How long `close` waits for the other side, in milliseconds. */
const CLOSE_MS = 500;

/** Makes what an engine's parts share. */
export function createAzureService({ settings, maxIdle, keepMs, loadSdk }: AzureServiceOptions): AzureService {
  const pool = createSynthesizerPool({ maxIdle, keepMs });
  const active = new Set<() => void>();
  let loading: Promise<AzureSdk> | undefined;
  let isClosed = false;

  function sdk(): Promise<AzureSdk> {
    loading ??= loadAzureSdk(loadSdk).catch((error: unknown) => {
      // It may be installed later.
      loading = undefined;
      throw error;
    });
    return loading;
  }
  const keyOf = ({ format, voice, language }: AzureStreamCall): string => `v2 ${format.name} ${voice} ${language}`;

  return {
    settings,
    active,
    sdk,
    get isClosed() {
      return isClosed;
    },
    async take(format, context) {
      const waiting = pool.take(format.name);
      if (waiting !== undefined) return waiting;
      const [loaded, access] = [await sdk(), await readAccess(settings, context)];
      return pool.add(createSynthesizer(loaded, turnConfig(loaded, { settings, access, format })));
    },
    giveBack: (format, synthesizer) => pool.giveBack(format.name, synthesizer),
    hasIdle: (format) => pool.has(format.name),
    async takeStreaming(call, context) {
      const waiting = pool.take(keyOf(call));
      if (waiting !== undefined) return waiting;
      const [loaded, access] = [await sdk(), await readAccess(settings, context)];
      return pool.add(createSynthesizer(loaded, streamConfig(loaded, { settings, access, format: call.format }, call)));
    },
    giveBackStreaming: (call, synthesizer) => pool.giveBack(keyOf(call), synthesizer),
    async close() {
      isClosed = true;
      for (const end of [...active]) end();
      active.clear();
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_MS)));
      await Promise.race([pool.close(), late]);
      clearTimeout(timer);
    },
  };
}

interface ConfigOptions {
  readonly settings: AzureSettings;
  readonly access: AzureAccess;
  readonly format: AzureFormat;
}

function turnConfig(sdk: AzureSdk, options: ConfigOptions): SpeechConfig {
  return withAccess(sdk, sdk.SpeechConfig.fromHost(socketUrl(options.access, "/"), options.access.key), options);
}

/** The SDK asks for a redirect, always over https and port 443, where an address has no path or that of version 1; this one has another. */
function streamConfig(sdk: AzureSdk, options: ConfigOptions, { voice, language }: AzureStreamCall): SpeechConfig {
  const { access } = options;
  const address = socketUrl(access, "/cognitiveservices/websocket/v2");
  const config = withAccess(sdk, access.key === undefined ? sdk.SpeechConfig.fromEndpoint(address) : sdk.SpeechConfig.fromEndpoint(address, access.key), options);
  config.speechSynthesisVoiceName = voice;
  config.speechSynthesisLanguage = language;
  return config;
}

function withAccess(sdk: AzureSdk, config: SpeechConfig, { settings, access, format }: ConfigOptions): SpeechConfig {
  if (access.token !== undefined) config.authorizationToken = access.token;
  if (settings.deploymentId !== undefined) config.endpointId = settings.deploymentId;
  config.speechSynthesisOutputFormat = sdk.SpeechSynthesisOutputFormat[format.name];
  return config;
}

function socketUrl({ origin }: AzureAccess, path: string): URL {
  return new URL(path, origin.replace(/^http/, "ws"));
}
