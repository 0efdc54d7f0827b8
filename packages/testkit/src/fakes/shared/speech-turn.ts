import { sleep } from "../../proxy/sleep.ts";
import type { FakeFault } from "./fake-fault.ts";
import { endRequest } from "./fake-request.ts";
import { formatSpeechAudio } from "./speech-frames.ts";
import { atFault, faultPlace } from "./speech-turn-faults.ts";
import { audioFrame, sendTurnText, untilAborted, type SpeechTurn } from "./speech-turn-messages.ts";

/** Sends one turn, with what goes wrong in it. Ends when the turn is over, or called off. */
export async function sendTurn(turn: SpeechTurn): Promise<void> {
  const { fault, seen, signal } = turn;
  if (fault?.kind === "no-answer") return untilAborted(signal);
  const place = faultPlace(fault);
  if (place === "start" && (await atFault(turn, new Uint8Array(0))) === "over") return;
  sendTurnText(turn, "turn.start", { context: { serviceTag: turn.streamId } });
  if (!isVendor(fault, "no-response")) sendTurnText(turn, "response", { context: { serviceTag: turn.streamId }, audio: { type: "inline", streamId: turn.streamId } });
  if (fault?.kind !== "empty" && (await sendParts(turn, typeof place === "number" ? place : Infinity)) === "over") return;
  if (signal.aborted) return;
  await turn.socket.sendBytes(formatSpeechAudio({ requestId: turn.requestId, streamId: turn.streamId, path: "audio" }, new Uint8Array(0)));
  if (fault?.kind === "no-end-marker") return untilAborted(signal);
  endRequest(seen, "finished");
  sendTurnText(turn, "turn.end", {});
}

async function sendParts(turn: SpeechTurn, faultAt: number): Promise<"over" | "on"> {
  let pending = Number.isFinite(faultAt);
  for await (const part of turn.parts) {
    if (turn.signal.aborted) return "over";
    if (part.kind === "metadata") {
      sendTurnText(turn, "audio.metadata", { Metadata: [part.entry] });
      continue;
    }
    const before = pending ? Math.min(part.bytes.length, faultAt - turn.seen.audioBytes) : part.bytes.length;
    await sendAudio(turn, part.bytes.subarray(0, before));
    if (before >= part.bytes.length) continue;
    pending = false;
    const rest = part.bytes.subarray(before);
    if ((await atFault(turn, rest)) === "over") return "over";
    await sendAudio(turn, rest);
  }
  return pending && !turn.signal.aborted ? atFault(turn, new Uint8Array(0)) : "on";
}

async function sendAudio(turn: SpeechTurn, bytes: Uint8Array): Promise<void> {
  const { fault } = turn;
  const pieceBytes = fault?.kind === "drip" ? 1 : bytes.length;
  for (let at = 0; at < bytes.length && !turn.signal.aborted; at += pieceBytes) {
    if (fault?.kind === "drip" && turn.seen.audioBytes > 0) await sleep(fault.everyMs, turn.signal);
    if (turn.signal.aborted) return;
    await sendFrame(turn, bytes.subarray(at, at + pieceBytes));
  }
}

async function sendFrame(turn: SpeechTurn, audio: Uint8Array): Promise<void> {
  const { seen, socket } = turn;
  const first = seen.audioBytes === 0;
  seen.firstAudioAtMs ??= performance.now();
  seen.audioBytes += audio.length;
  await socket.sendBytes(audioFrame(turn, audio));
  if (first) turn.afterFirstAudio?.();
}

function isVendor(fault: FakeFault | undefined, name: string): boolean {
  return fault?.kind === "vendor" && fault.name === name;
}
