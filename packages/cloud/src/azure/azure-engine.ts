import { TTSError, type Capabilities, type CredentialReport, type Engine, type EngineEvent, type EngineSession, type SynthesisRequest, type Voice } from "@parlando/engine";
import { calledOff, engineClosed, throwIfCalledOff } from "../transport/call-context.ts";
import { createHttpClient } from "../transport/http-audio-stream.ts";
import { createVoiceCache } from "../transport/voice-cache.ts";
import { capabilitiesFor, capabilitiesOfVoice } from "./azure-capabilities.ts";
import { errorFromDetails } from "./azure-errors.ts";
import { azureFormats } from "./azure-formats.ts";
import type { AzureOptions } from "./azure-options.ts";
import { createAzureService, type AzureService } from "./azure-service.ts";
import { openAzureSession } from "./azure-session.ts";
import { contextOf, readSettings } from "./azure-settings.ts";
import { speakCall } from "./azure-speech.ts";
import { checkAccess, fetchVoices } from "./azure-voices.ts";
import { buildCall } from "./azure-wire.ts";

/** An engine of Azure. It prints none of its secrets. */
export interface AzureEngine extends Engine {
  readonly id: "azure";
  capabilitiesOf(voice: string): Capabilities;
  synthesize(request: SynthesisRequest, signal: AbortSignal): AsyncIterable<EngineEvent>;
  voices(signal: AbortSignal): Promise<readonly Voice[]>;
  checkCredentials(signal: AbortSignal): Promise<CredentialReport>;
  warmUp(signal: AbortSignal): Promise<void>;
}

/**
 * Makes an engine that speaks through Azure's Speech service, by the vendor's SDK (`microsoft-cognitiveservices-speech-sdk`, loaded when it is first
 * used). Without credentials it is made all the same: `checkCredentials()` tells what is missing.
 *
 * @throws TTSError `INVALID_CONFIG` for an option that is wrong.
 *
 * @example
 * ```ts
 * const engine = createAzureEngine({ key, region: "westeurope" });
 * const request = { text: "Hello.", ssml: false, voice: "en-US-AvaMultilingualNeural", format: engine.capabilities.formats[0], marks: ["word"] };
 * for await (const event of engine.synthesize(request, signal)) handle(event);
 * await engine.close();
 * ```
 */
export function createAzureEngine(given?: AzureOptions): AzureEngine {
  const { options, settings } = readSettings(given);
  const capabilities = capabilitiesFor(options);
  const http = createHttpClient({ engine: "azure", connectMs: settings.connectMs });
  const service = createAzureService({ settings, maxIdle: options.maxIdle ?? 2, keepMs: options.keepMs ?? 30_000, loadSdk: options.loadSdk });
  const cache = createVoiceCache({ engine: "azure", load: (signal) => fetchVoices(http, settings, signal) });
  return {
    contract: "parlando/1",
    id: "azure",
    capabilities,
    capabilitiesOf: (voice) => capabilitiesOfVoice(capabilities, voice),
    synthesize: (request, signal) => speakCall(service, () => ({ call: buildCall(request, settings), context: contextOf(settings, "speech", [request.text]) }), signal),
    ...(settings.textStreaming ? { openSession: (request: Omit<SynthesisRequest, "text">, signal: AbortSignal): Promise<EngineSession> => openAzureSession(service, request, signal) } : {}),
    voices: (signal) => cache.get(signal),
    async checkCredentials(signal) {
      throwIfCalledOff(contextOf(settings, "its voices"), signal);
      return await checkAccess(http, settings, signal);
    },
    warmUp: (signal) => warmUp(service, signal),
    async close() {
      cache.close();
      await Promise.all([service.close(), http.close()]);
    },
  };
}

/** Opens a connection in the first format ahead of its first use. */
async function warmUp(service: AzureService, signal: AbortSignal): Promise<void> {
  const { settings } = service;
  const context = contextOf(settings, "a connection");
  const [format] = azureFormats;
  throwIfCalledOff(context, signal);
  if (service.isClosed) throw engineClosed(context);
  if (service.hasIdle(format)) return;
  const synthesizer = await service.take(format, context);
  let stop: (error: TTSError) => void = () => {};
  const stopped = new Promise<never>((_, reject) => (stop = reject));
  const abort = (): void => stop(calledOff(context, signal));
  const close = (): void => stop(engineClosed(context));
  const timer = setTimeout(() => stop(new TTSError("TIMEOUT", `${context.doing}: none was made within ${settings.connectMs / 1000} s. Try again, or raise \`connectMs\`.`, { engine: "azure" })), settings.connectMs);
  signal.addEventListener("abort", abort, { once: true });
  service.active.add(close);
  if (signal.aborted) abort();
  try {
    const connected = synthesizer.connect().catch((error: unknown) => Promise.reject(errorFromDetails(context, settings.origin ?? "", String(error))));
    await Promise.race([connected, stopped]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
    service.active.delete(close);
    service.giveBack(format, synthesizer);
  }
}
