import type { SocketConnection } from "../transport/socket-types.ts";
import type { EdgeCall } from "./edge-call.ts";
import type { EdgeLine } from "./edge-line.ts";
import { randomHex } from "./edge-settings.ts";
import { configMessage, createTurnReader, speechMessage, type TurnReader } from "./edge-wire.ts";
import type { TextPiece } from "./split-text.ts";

/** One piece of a request, asked for on a connection of its own. */
export interface EdgeTurn {
  readonly piece: TextPiece;
  readonly socket: SocketConnection;
  readonly requestId: string;
  readonly reader: TurnReader;
}

/** The turns of a request, one after the other. */
export interface EdgeTurns {
  /** The next turn, asked for; undefined after the last. */
  next(): Promise<EdgeTurn | undefined>;
  /** Asks for the turn behind the current one already now, once, so that its audio is there when it is wanted. What fails shows in `next`. */
  askAhead(): void;
}

/** Makes the turns of a request. All of their connections end with the signal. */
export function createEdgeTurns(call: EdgeCall, line: EdgeLine, signal: AbortSignal): EdgeTurns {
  let upcoming = 0;
  let ahead: Promise<EdgeTurn> | undefined;

  async function begin(piece: TextPiece): Promise<EdgeTurn> {
    const socket = await line.open(signal);
    const requestId = randomHex();
    const { voice, language, bitrate, prosody } = call;
    // Several pieces: their words also tell when the next one is to be asked for.
    const words = call.wantsWords || call.pieces.length > 1;
    const nowMs = Date.now();
    await socket.send(configMessage({ bitrate, words }, nowMs));
    await socket.send(speechMessage(requestId, { ...prosody, text: piece.text, voice, language }, nowMs));
    return { piece, socket, requestId, reader: createTurnReader(requestId) };
  }

  return {
    async next() {
      const piece = call.pieces[upcoming];
      if (piece === undefined) return undefined;
      const turn = ahead ?? begin(piece);
      upcoming += 1;
      ahead = undefined;
      return turn;
    },
    askAhead() {
      const piece = call.pieces[upcoming];
      if (piece === undefined || ahead !== undefined) return;
      ahead = begin(piece);
      ahead.catch(() => undefined);
    },
  };
}
