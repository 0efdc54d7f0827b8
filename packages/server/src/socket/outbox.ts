import { createCondition, type Clock } from "@parlando/core";
import type { WebSocket } from "ws";

/** Bytes that may wait in a socket before audio is held back: more than any window needs, less than what a stalled listener may cost. */
const AUDIO_HOLD_BYTES = 262_144;
/** Bytes that may wait before nothing more is read from a client who does not read himself. */
const READ_HOLD_BYTES = 1_048_576;

/** What leaves by a WebSocket. Never throws: what is sent to a socket that is closed is dropped. */
export interface Outbox {
  /** Sends a text message. */
  text(json: string): void;
  /** Sends a binary message. */
  binary(bytes: Uint8Array): void;
  /** Whether anything that is sent can still arrive. */
  readonly isOpen: boolean;
  /** Whether audio has to wait, because so much waits already. */
  readonly isFull: boolean;
  /** When the socket last took something, by the clock that the outbox was given. */
  readonly takenAtMs: number;
  /** Resolves when something was taken, or the socket has closed. */
  taken(): Promise<void>;
}

/** Makes the outbox of a socket that is open. */
export function createOutbox(socket: WebSocket, clock: Clock): Outbox {
  const changed = createCondition();
  let takenAtMs = clock.now();

  function taken(): void {
    takenAtMs = clock.now();
    if (socket.isPaused && socket.bufferedAmount <= AUDIO_HOLD_BYTES) socket.resume();
    changed.notify();
  }
  function send(data: string | Uint8Array, binary: boolean): void {
    if (socket.readyState !== socket.OPEN) return;
    socket.send(data, { binary }, taken);
    // Every message may be answered, so a client who only writes would fill the memory of the server with answers.
    if (!socket.isPaused && socket.bufferedAmount > READ_HOLD_BYTES) socket.pause();
  }
  socket.once("close", () => changed.notify());

  return {
    text: (json) => send(json, false),
    binary: (bytes) => send(bytes, true),
    get isOpen() {
      return socket.readyState === socket.OPEN;
    },
    get isFull() {
      return socket.readyState === socket.OPEN && socket.bufferedAmount > AUDIO_HOLD_BYTES;
    },
    get takenAtMs() {
      return takenAtMs;
    },
    taken: () => changed.wait(),
  };
}
