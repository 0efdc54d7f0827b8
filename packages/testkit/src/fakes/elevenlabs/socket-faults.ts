import { setTimeout as pause } from "node:timers/promises";
import type { FakeFault } from "../shared/fake-fault.ts";
import { endRequest } from "../shared/fake-request.ts";
import type { FakeSocket } from "../shared/fake-socket-server.ts";
import { refusalNames, socketRefusal, type SocketRefusalMessage } from "./provider-errors.ts";
import type { OpenRequest } from "./shared-state.ts";

/** What goes wrong on a socket, at its place in the audio. */
export interface FaultPlayer {
  /** The stream sends nothing more. */
  readonly over: boolean;
  /** The piece that comes now was sent so that it cannot be read. */
  readonly spoilt: boolean;
  /** Cuts a block where the fault is, or into single bytes. */
  cut(block: Uint8Array): Iterable<Uint8Array>;
  /** Plays the fault if its place is here. `message` is what would be sent. */
  beforePiece(message: () => string): Promise<void>;
  sent(bytes: number): void;
  /** Plays a fault whose place lies behind the end of the audio, or that is about the end. */
  beforeFinal(): Promise<void>;
  afterFinal(): Promise<void>;
  /** Ends the socket as the provider does: a message that tells why, and a close with 1008. */
  refuse(refusal: SocketRefusalMessage): Promise<void>;
}

/** What the player plays on. */
export interface FaultPlayerOptions {
  socket: FakeSocket;
  seen: OpenRequest;
  fault: FakeFault | undefined;
  label: Readonly<Record<string, unknown>>;
}

/** How long after the final message audio comes that is too late. */
const lateMs = 20;

/** What the player knows. */
interface Play extends FaultPlayerOptions {
  /** Bytes of audio before the fault; undefined: it has no place in the audio. */
  readonly at: number | undefined;
  sent: number;
  played: boolean;
  over: boolean;
  spoilt: boolean;
}

/** Makes the player of one stream's fault. */
export function createFaultPlayer(options: FaultPlayerOptions): FaultPlayer {
  const { socket, fault, label } = options;
  const at = placeOf(fault);
  const play: Play = { ...options, at, sent: 0, played: at === undefined, over: false, spoilt: false };
  return {
    get over() {
      return play.over;
    },
    get spoilt() {
      return play.spoilt;
    },
    cut: (block) => cutBlock(play, block),
    async beforePiece(message) {
      play.spoilt = false;
      if (!play.played && play.sent >= (at ?? Infinity)) await playFault(play, message);
    },
    sent(bytes) {
      play.sent += bytes;
    },
    async beforeFinal() {
      if (!play.played) await playFault(play, () => JSON.stringify({ audio: null, isFinal: true, ...label }));
      if (fault?.kind === "no-end-marker") play.over = true;
    },
    async afterFinal() {
      if (fault?.kind !== "vendor" || fault.name !== "late-audio") return;
      await pause(lateMs);
      await socket.sendText(JSON.stringify(oddMessage("late-audio", label)));
    },
    refuse: (refusal) => refuse(play, refusal),
  };
}

function* cutBlock({ fault, at, sent, played }: Play, block: Uint8Array): Generator<Uint8Array, void> {
  if (fault?.kind === "drip") {
    for (let byte = 0; byte < block.length; byte += 1) yield block.subarray(byte, byte + 1);
    return;
  }
  const room = played || at === undefined ? 0 : at - sent;
  if (room > 0 && room < block.length) {
    yield block.subarray(0, room);
    yield block.subarray(room);
  } else {
    yield block;
  }
}

async function playFault(play: Play, message: () => string): Promise<void> {
  const { fault, socket, seen } = play;
  play.played = true;
  if (fault?.kind === "malformed") {
    play.spoilt = true;
    return socket.sendText(message().slice(0, -20));
  }
  if (fault?.kind === "vendor") return playVendor(play, fault.name);
  play.over = true;
  if (fault?.kind === "stall" || fault?.kind === "no-answer") return;
  endRequest(seen, "failed");
  if (fault?.kind === "early-end") return socket.close(1000, "");
  if (fault?.kind === "reset") return socket.close(fault.code ?? 1011, "Internal error");
  const bytes = Buffer.from(message());
  await socket.sendPart(bytes, Math.ceil(bytes.length / 2));
  await socket.reset();
}

async function playVendor(play: Play, name: string): Promise<void> {
  const { socket, seen, label } = play;
  if (name === "input_timeout_exceeded") return refuse(play, socketRefusal(name, inputTimeout(20_000)));
  if (refusalNames.includes(name)) return refuse(play, socketRefusal(name));
  if (name !== "drop") return socket.sendText(JSON.stringify(oddMessage(name, label)));
  play.over = true;
  endRequest(seen, "failed");
  await socket.drop();
}

async function refuse(play: Play, refusal: SocketRefusalMessage): Promise<void> {
  play.over = true;
  endRequest(play.seen, "failed");
  await refuseSocket(play.socket, refusal);
}

function placeOf(fault: FakeFault | undefined): number | undefined {
  if (fault?.kind === "no-answer") return 0;
  if (fault?.kind === "vendor") return fault.name === "late-audio" || fault.name === "alignment-null" ? undefined : (fault.afterBytes ?? 0);
  return fault !== undefined && "afterBytes" in fault ? fault.afterBytes : undefined;
}

/** 20 ms of 24 kHz audio that belongs to nobody: loud, so that it is missed nowhere. */
const strayAudio = Buffer.alloc(960, 0x40).toString("base64");

function oddMessage(name: string, label: Readonly<Record<string, unknown>>): unknown {
  if (name === "audio-null") return { audio: null, isFinal: null, normalizedAlignment: null, alignment: null, ...label };
  if (name === "context-error") return { message: "This context could not be spoken.", error: "context_failed", code: 1008, ...label };
  if (name === "unknown-message") return { type: "server_notice", notice: "nothing that a client of today knows", ...label };
  const stranger = name === "foreign-context" ? { contextId: "of-somebody-else", context_id: "of-somebody-else" } : label;
  return { audio: strayAudio, isFinal: null, normalizedAlignment: null, alignment: null, ...stranger };
}

/** Sends a refusal and closes with 1008, as the provider does; the reason is the message's beginning. */
export async function refuseSocket(socket: FakeSocket, refusal: SocketRefusalMessage): Promise<void> {
  await socket.sendText(JSON.stringify(refusal));
  // A reason holds 123 bytes at most (RFC 6455, 5.5).
  socket.close(refusal.code, refusal.message.slice(0, 120));
}

/** The provider's words, from an issue of its docs. */
export function inputTimeout(timeoutMs: number): string {
  const seconds = (timeoutMs / 1000).toFixed(1);
  return `Have not received a new text input within the timeout of ${seconds} seconds. Streaming input terminated. Please make sure to either feed the input in the timely manner, or to send the end of input text (empty string "") when done.`;
}
