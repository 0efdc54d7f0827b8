import type { FakeFault, FakeRequest } from "./fake-fault.ts";
import type { FakeSocket } from "./fake-socket-server.ts";
import { formatSpeechAudio, formatSpeechText } from "./speech-frames.ts";

/** An entry of `audio.metadata`. Times are ticks of 100 ns from the beginning of the turn's audio. */
export interface SpeechMetadata {
  Type: string;
  Data: Readonly<Record<string, unknown>>;
}

/** What a turn is made of, in the order in which it is sent. */
export type SpeechPart = { kind: "metadata"; entry: SpeechMetadata } | { kind: "audio"; bytes: Uint8Array };

/** One answer of a speech service. */
export interface SpeechTurn {
  readonly socket: FakeSocket;
  readonly requestId: string;
  readonly streamId: string;
  /** Of frames with audio. */
  readonly contentType: string;
  readonly seen: FakeRequest;
  readonly fault: FakeFault | undefined;
  /** Aborted when the client called the turn off or went away. */
  readonly signal: AbortSignal;
  readonly parts: AsyncIterable<SpeechPart>;
  /** Called after the first audio. */
  afterFirstAudio?: (() => void) | undefined;
}

/** A message with audio of the turn. */
export function audioFrame({ requestId, streamId, contentType }: Pick<SpeechTurn, "requestId" | "streamId" | "contentType">, audio: Uint8Array): Buffer {
  return formatSpeechAudio({ requestId, contentType, streamId, path: "audio" }, audio);
}

/** Sends a text message of the turn. */
export function sendTurnText({ socket, requestId }: Pick<SpeechTurn, "socket" | "requestId">, path: string, body: object): void {
  socket.send(formatSpeechText({ requestId, path }, JSON.stringify(body)));
}

/** Ends when the signal is aborted. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
