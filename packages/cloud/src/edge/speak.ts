import { TTSError, type EngineEvent } from "@parlando/engine";
import { throwIfCalledOff } from "../transport/call-context.ts";
import { speaking, type EdgeCall } from "./edge-call.ts";
import type { EdgeLine } from "./edge-line.ts";
import { createEdgeTurns, type EdgeTurn } from "./edge-turns.ts";
import type { TurnMessage } from "./edge-wire.ts";
import { createTurnProgress, type TurnProgress } from "./turn-progress.ts";

/** What a request is spoken with. */
export interface Speaking {
  readonly call: EdgeCall;
  readonly line: EdgeLine;
  /** Ends every connection of the request. */
  readonly signal: AbortSignal;
  readonly firstByteMs: number;
  readonly idleMs: number;
}

/** Speaks the pieces of a request, one connection after the other. Ends well only when each has told its end and none has lost audio. */
export async function* speak(parts: Speaking): AsyncGenerator<EngineEvent, void, undefined> {
  const { call, line, signal } = parts;
  const turns = createEdgeTurns(call, line, signal);
  let isStarted = false;
  let hasAudio = false;
  let baseMs = 0;
  for (let turn = await turns.next(); turn !== undefined; turn = await turns.next()) {
    const progress = createTurnProgress(turn, baseMs);
    const receive = createReceiver(turn, progress, parts);
    for (let message = await receive(); message?.kind !== "end"; message = await receive()) {
      for (const event of eventsOf(message, progress, call)) {
        if (!isStarted) yield* startOf(call, turn);
        isStarted = true;
        throwIfCalledOff(speaking, signal);
        yield event;
      }
      if (message?.kind === "words" && progress.isNearEnd) turns.askAhead();
    }
    line.release(turn.socket);
    progress.checkEnd();
    hasAudio ||= progress.hasAudio;
    baseMs = progress.endMs;
  }
  if (!hasAudio) throw new TTSError("NO_AUDIO", `${speaking.doing}: the answer has no audio in it. Check that the text has something to speak in the voice's language.`, { engine: "edge" });
  yield { type: "usage", characters: call.characters };
}

/** The next message, within the time that there is for it: one for all until the first audio, then one for each. */
function createReceiver({ socket, reader }: EdgeTurn, progress: TurnProgress, { firstByteMs, idleMs }: Speaking): () => Promise<TurnMessage> {
  const dueMs = performance.now() + firstByteMs;
  return async () => reader.read(await socket.receive(progress.hasAudio ? idleMs : Math.max(1, Math.ceil(dueMs - performance.now()))));
}

function eventsOf(message: TurnMessage, progress: TurnProgress, { wantsWords }: EdgeCall): readonly EngineEvent[] {
  if (message?.kind === "audio") {
    progress.count(message.bytes);
    return [{ type: "audio", bytes: message.bytes }];
  }
  if (message?.kind !== "words") return [];
  const marks = message.words.map((word) => progress.place(word)).filter((mark) => mark !== undefined);
  return wantsWords ? marks.map((mark) => ({ type: "mark", mark })) : [];
}

function* startOf({ bitrate, prosody }: EdgeCall, { requestId }: EdgeTurn): Generator<EngineEvent, void, undefined> {
  yield { type: "start", format: { encoding: "mp3", sampleRate: 24_000, channels: 1, bitrate: bitrate * 1000 }, requestId };
  yield* prosody.warnings;
}
