import {
  PushAudioOutputStream,
  PushAudioOutputStreamCallback,
  AudioConfig,
  PropertyId,
  SpeechConfig,
  SpeechSynthesisOutputFormat,
  SpeechSynthesisRequest,
  SpeechSynthesisRequestInputType,
  SpeechSynthesizer,
  type SpeechSynthesisResult,
} from "microsoft-cognitiveservices-speech-sdk";
import type { FakeServer } from "../shared/fake-fault.ts";

/** What one synthesizer of the vendor's SDK told. */
export interface SdkLog {
  boundaries: { type: string; text: string; offset: number; duration: number }[];
  visemes: { id: number; offset: number; animation: string }[];
  bookmarks: { name: string; offset: number }[];
  /** `code` by its name. */
  canceled: { code: string; details: string }[];
  audio: Buffer[];
}

/** How the SDK is set up. */
export interface SdkSetup {
  key?: string | undefined;
  path?: string | undefined;
  format?: SpeechSynthesisOutputFormat | undefined;
  voice?: string | undefined;
}

/** A synthesizer that writes what it hears into a log. */
export function createSdk(fake: FakeServer, setup: SdkSetup = {}): { synthesizer: SpeechSynthesizer; log: SdkLog } {
  const { key = "key", path, format = SpeechSynthesisOutputFormat.Raw24Khz16BitMonoPcm, voice } = setup;
  const config = path === undefined ? SpeechConfig.fromHost(new URL(fake.url), key) : SpeechConfig.fromEndpoint(new URL(path, fake.url.replace("http", "ws")), key);
  config.speechSynthesisOutputFormat = format;
  if (voice !== undefined) config.speechSynthesisVoiceName = voice;
  for (const property of [PropertyId.SpeechServiceResponse_RequestWordBoundary, PropertyId.SpeechServiceResponse_RequestPunctuationBoundary, PropertyId.SpeechServiceResponse_RequestSentenceBoundary]) config.setProperty(property, "true");
  const log: SdkLog = { boundaries: [], visemes: [], bookmarks: [], canceled: [], audio: [] };
  class Callback extends PushAudioOutputStreamCallback {
    write(bytes: ArrayBuffer): void {
      log.audio.push(Buffer.from(bytes.slice(0)));
    }
    close(): void {}
  }
  const synthesizer = new SpeechSynthesizer(config, AudioConfig.fromStreamOutput(PushAudioOutputStream.create(new Callback())));
  listen(synthesizer, log);
  return { synthesizer, log };
}

function listen(synthesizer: SpeechSynthesizer, log: SdkLog): void {
  synthesizer.wordBoundary = (_, event) => log.boundaries.push({ type: event.boundaryType, text: event.text, offset: event.audioOffset, duration: event.duration });
  synthesizer.visemeReceived = (_, event) => log.visemes.push({ id: event.visemeId, offset: event.audioOffset, animation: event.animation });
  synthesizer.bookmarkReached = (_, event) => log.bookmarks.push({ name: event.text, offset: event.audioOffset });
  synthesizer.SynthesisCanceled = (_, event) => log.canceled.push({ code: event.result.properties.getProperty("CancellationErrorCode", ""), details: event.result.errorDetails });
}

/** Speaks a text; ends when the SDK says that it is done. */
export function speak(synthesizer: SpeechSynthesizer, text: string): Promise<SpeechSynthesisResult> {
  return new Promise((resolve, reject) => synthesizer.speakTextAsync(text, resolve, (error) => reject(new Error(error))));
}

/** Speaks SSML. */
export function speakSsml(synthesizer: SpeechSynthesizer, ssml: string): Promise<SpeechSynthesisResult> {
  return new Promise((resolve, reject) => synthesizer.speakSsmlAsync(ssml, resolve, (error) => reject(new Error(error))));
}

/** Speaks text that comes in pieces. */
export function speakPieces(synthesizer: SpeechSynthesizer, pieces: readonly string[]): Promise<SpeechSynthesisResult> {
  const request = new SpeechSynthesisRequest(SpeechSynthesisRequestInputType.TextStream);
  const done = new Promise<SpeechSynthesisResult>((resolve, reject) => synthesizer.speakAsync(request, resolve, (error) => reject(new Error(error))));
  for (const piece of pieces) request.inputStream.write(piece);
  request.inputStream.close();
  return done;
}

/** Ends the SDK's side. */
export function closeSdk(synthesizer: SpeechSynthesizer): Promise<void> {
  return new Promise((resolve, reject) => synthesizer.close(resolve, (error) => reject(new Error(error))));
}
