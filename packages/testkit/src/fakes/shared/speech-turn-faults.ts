import { wavHeader } from "../../scripted/wav-header.ts";
import type { FakeFault } from "./fake-fault.ts";
import { endRequest } from "./fake-request.ts";
import { wrongBodies } from "./socket-requests.ts";
import { formatSpeechText } from "./speech-frames.ts";
import { audioFrame, sendTurnText, untilAborted, type SpeechTurn } from "./speech-turn-messages.ts";

/** How the service ends a WebSocket, by the fault's name. Codes and words as its users report them. */
const closes: Readonly<Record<string, { code: number; reason: string }>> = {
  "unsupported-voice": { code: 1007, reason: "Unsupported voice en-XX-NobodyNeural." },
  throttled: { code: 1007, reason: "Throttled due to too many requests" },
  "concurrent-limit": { code: 4429, reason: "The request is throttled because you have exceeded the concurrent request limit allowed for your sub" },
  "resource-exhausted": { code: 1013, reason: 'Status(StatusCode="ResourceExhausted", Detail="Try again later.")' },
};

/** Vendor faults after which the turn goes on: what is sent in its middle. */
const strayMessages: Readonly<Record<string, (turn: SpeechTurn) => void>> = {
  "unknown-path": (turn) => sendTurnText(turn, "audio.future", { future: true }),
  "unknown-metadata": (turn) => sendTurnText(turn, "audio.metadata", { Metadata: [{ Type: "FutureBoundary", Data: { Offset: 0 } }] }),
  "unknown-request": (turn) => strayTurn({ ...turn, requestId: otherId(turn.requestId) }),
  "unknown-stream": (turn) => void turn.socket.sendBytes(audioFrame({ ...turn, streamId: otherId(turn.streamId) }, strayAudio())),
  "bad-frame": (turn) => void turn.socket.sendBytes(Uint8Array.of(0x7f, 0xff, 1, 2, 3)),
  "header-in-audio": (turn) => {
    const header = wavHeader({ sampleRate: 24_000, channels: 1, dataBytes: 0, length: "unknown" });
    turn.seen.audioBytes += header.length;
    void turn.socket.sendBytes(audioFrame(turn, header));
  },
};

/** Where in a turn a fault comes: before anything is sent, after so many bytes of audio, or nowhere in particular. */
export function faultPlace(fault: FakeFault | undefined): number | "start" | undefined {
  if (fault === undefined) return undefined;
  if (fault.kind === "status" || fault.kind === "wrong-body") return "start";
  if (fault.kind === "vendor") return fault.afterBytes ?? (fault.name in strayMessages || fault.name === "early-turn-end" ? 0 : fault.name in closes || fault.name === "drop" ? "start" : undefined);
  return "afterBytes" in fault ? fault.afterBytes : undefined;
}

/** Lets the fault happen. `next` is audio that would come now. "over": nothing more is sent for the turn. */
export async function atFault(turn: SpeechTurn, next: Uint8Array): Promise<"over" | "on"> {
  const { fault, socket } = turn;
  switch (fault?.kind) {
    case "cut":
      await breakInFrame(turn, next);
      return "over";
    case "reset":
      return endWith(turn, fault.code ?? 1011, "Internal server error");
    case "early-end":
      return endWith(turn, 1000, "");
    case "stall":
      await untilAborted(turn.signal);
      return "over";
    case "malformed":
      socket.send(formatSpeechText({ requestId: turn.requestId, path: "audio.metadata" }, '{"Metadata":[{"Type":"WordBoundary","Data":{"Offset":50'));
      return "on";
    case "status":
      // The WebSocket is open already: too many requests have a code of their own there.
      return fault.status === 429 ? closeAs(turn, "concurrent-limit") : endWith(turn, 1011, `Refused with status ${fault.status}`);
    case "wrong-body":
      socket.send(wrongBodies[fault.content === "html" ? "html" : "json"].body);
      await untilAborted(turn.signal);
      return "over";
    case "vendor":
      return atVendorFault(turn, fault.name);
    default:
      return "on";
  }
}

async function atVendorFault(turn: SpeechTurn, name: string): Promise<"over" | "on"> {
  if (name in closes) return closeAs(turn, name);
  if (name === "drop") {
    endRequest(turn.seen, "failed");
    await turn.socket.drop();
    return "over";
  }
  if (name === "early-turn-end") {
    endRequest(turn.seen, "failed");
    sendTurnText(turn, "turn.end", {});
    return "over";
  }
  strayMessages[name]?.(turn);
  return "on";
}

function closeAs(turn: SpeechTurn, name: string): "over" {
  const { code, reason } = closes[name] ?? { code: 1011, reason: "" };
  return endWith(turn, code, reason);
}

function endWith({ seen, socket }: SpeechTurn, code: number, reason: string): "over" {
  endRequest(seen, "failed");
  socket.close(code, reason);
  return "over";
}

async function breakInFrame(turn: SpeechTurn, next: Uint8Array): Promise<void> {
  const frame = audioFrame(turn, next.length > 0 ? next : new Uint8Array(64));
  endRequest(turn.seen, "failed");
  // All of the headers and the first half of the audio: a client that hands on parts of frames shows it.
  await turn.socket.sendPart(frame, frame.length - Math.ceil(next.length / 2) - 1);
  await turn.socket.reset();
}

/** What may come of a turn that the client has called off: audio, a mark and an end, under its own id. */
export function strayTurn(turn: SpeechTurn): void {
  void turn.socket.sendBytes(audioFrame(turn, strayAudio()));
  sendTurnText(turn, "audio.metadata", { Metadata: [{ Type: "WordBoundary", Data: { Offset: 500_000, Duration: 1_000_000, text: { Text: "stray", Length: 5, BoundaryType: "WordBoundary" } } }] });
  sendTurnText(turn, "turn.end", {});
}

/** Full scale, so that it is heard and seen where it does not belong. */
function strayAudio(): Uint8Array {
  return new Uint8Array(480).fill(0x7f);
}

function otherId(id: string): string {
  return [...id].reverse().join("") === id ? `0${id.slice(1)}` : [...id].reverse().join("");
}
