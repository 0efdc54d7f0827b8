/**
 * What a Parlando server and its clients say to each other over a WebSocket: control messages in JSON, audio in binary frames. Pure: no socket, no
 * platform. The server, the remote engine and the demo page stand on it.
 *
 * @packageDocumentation
 */

export { audioFrameHeaderBytes, readAudioFrame, writeAudioFrame, type AudioFrame } from "./audio-frame.ts";
export type { ClientMessage, InputDone, InputFlush, InputText, SpeechInterrupt, SpeechPlayed, SpeechStart } from "./client-message.ts";
export { closeCodes, type CloseCode } from "./close-code.ts";
export { parseClientMessage, parseServerMessage } from "./parse-message.ts";
export type {
  ConnectionError,
  InputPressure,
  ServerDraining,
  ServerMessage,
  SessionReady,
  SpeechAccepted,
  SpeechDone,
  SpeechFailed,
  SpeechFlushed,
  SpeechInterrupted,
  SpeechMarks,
  SpeechSent,
  SpeechStarted,
  SpeechWarning,
  SpokenReport,
} from "./server-message.ts";
export type { WireError, WireFormat, WireInterruption } from "./wire-types.ts";
export { keyProtocolPrefix, protocolName, ticketProtocolPrefix, wireLimits } from "./version.ts";
