import { constants, type ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import { sleep } from "../../proxy/sleep.ts";

/** The ways in which an answer, or the connection under it, can break. */
export interface PollyBreakage {
  /** Resets this request alone (RST_STREAM, default INTERNAL_ERROR); over HTTP/1.1 the connection. */
  reset(code?: number): void;
  /** Ends the whole connection by GOAWAY; with NO_ERROR only after this request. Over HTTP/1.1 resets it, or does nothing. */
  goAway(code: number): void;
  /** Breaks the connection (TCP reset), when the client had time to read what was sent. */
  cut(): Promise<void>;
  /** Ends the connection in order (FIN), in the middle of whatever was promised. */
  hangUp(): Promise<void>;
  /** Puts a frame of HTTP/2 on the wire that breaks the rules; over HTTP/1.1 a chunk whose size is no number. */
  sendBadFrame(): void;
  /** Puts bytes on the wire that are no frame at all. Clients of Node answer GOAWAY, and then never tell their user. */
  sendGarbage(): void;
}

/** libuv takes a reset that comes together with data for a clean end, so the data is given time to be read. */
const settleMs = 20;
/** WINDOW_UPDATE of a stream by nothing at all, which RFC 9113 (6.9) calls an error. Five bytes in comes the stream. */
const emptyWindowUpdate = [0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/** What can be broken. */
export interface Breakable {
  /** Undefined over HTTP/1.1. */
  stream: ServerHttp2Stream | undefined;
  socket: Socket;
  gone: AbortSignal;
  /** Told before something breaks: what follows is not the client's doing. */
  breaks(): void;
}

/** Breaks one answer, or its connection, on demand. */
export function createBreakage({ stream, socket, gone, breaks }: Breakable): PollyBreakage {
  return {
    reset(code = constants.NGHTTP2_INTERNAL_ERROR) {
      breaks();
      if (stream === undefined) socket.resetAndDestroy();
      else stream.close(code);
    },
    goAway(code) {
      const isEnd = code !== constants.NGHTTP2_NO_ERROR;
      if (isEnd) breaks();
      if (stream !== undefined) stream.session?.goaway(code);
      else if (isEnd) socket.resetAndDestroy();
    },
    async cut() {
      breaks();
      await sleep(settleMs, gone);
      socket.resetAndDestroy();
    },
    async hangUp() {
      breaks();
      await sleep(settleMs, gone);
      socket.destroy();
    },
    sendBadFrame() {
      breaks();
      const frame = Buffer.from(emptyWindowUpdate);
      frame.writeUInt32BE(stream?.id ?? 0, 5);
      socket.write(stream === undefined ? "no size\r\n" : frame);
    },
    sendGarbage() {
      breaks();
      socket.write(Buffer.alloc(32, 0xff));
    },
  };
}
