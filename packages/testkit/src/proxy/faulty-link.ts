import type { Socket } from "node:net";
import type { Random } from "../random.ts";

/** What a link does to the bytes that pass in one direction. All may be left out: then it does nothing. */
export interface LinkFaults {
  /** Every byte is so much later. */
  latencyMs?: number | undefined;
  /** And up to so much more, drawn for every piece; order is kept. */
  jitterMs?: number | undefined;
  bytesPerSecond?: number | undefined;
  /** Pieces that are passed on are no larger than this, or than a size drawn from this range. */
  sliceBytes?: number | readonly [low: number, high: number] | undefined;
  /** After so many bytes of a connection, `afterLimit` happens. */
  limitBytes?: number | undefined;
  /** "reset": the connection breaks (RST), both ways. "end": this direction ends as if all were well. "stall": nothing passes any more. Default "reset". */
  afterLimit?: "reset" | "end" | "stall" | undefined;
}

/** One direction of one connection. */
export interface FaultyLink {
  /** Stops passing bytes on; the sender notices when the buffers are full. */
  stall(): void;
  release(): void;
  /** Ends this direction after what has come so far (FIN). */
  end(): void;
}

/** What a link needs. */
export interface LinkOptions {
  from: Socket;
  to: Socket;
  /** Asked for every piece, so that faults can change while bytes flow. */
  faults(): LinkFaults;
  random: Random;
  /** Aborted when the connection is gone. */
  gone: AbortSignal;
  passed(bytes: number): void;
  /** Breaks the connection. */
  reset(): void;
}

interface Piece {
  bytes: Buffer;
  dueMs: number;
}

/** Bytes kept on the way; beyond that, nothing more is read. */
const maxWaitingBytes = 1_048_576;

/** libuv takes a reset that comes together with data for a clean end, so the data is given time to be read. */
const settleMs = 20;

/** Passes bytes from one socket to another, with faults. */
export function createFaultyLink(options: LinkOptions): FaultyLink {
  const { from, to, gone } = options;
  const pieces: Piece[] = [];
  const state = { waitingBytes: 0, lastDueMs: 0, sourceEnded: false, stalled: false, passedBytes: 0 };
  let wake = (): void => {};

  from.on("data", (bytes: Buffer) => {
    const { latencyMs = 0, jitterMs = 0 } = options.faults();
    state.lastDueMs = Math.max(state.lastDueMs, performance.now() + latencyMs + jitterMs * options.random.next());
    pieces.push({ bytes, dueMs: state.lastDueMs });
    state.waitingBytes += bytes.length;
    if (state.waitingBytes > maxWaitingBytes) from.pause();
    wake();
  });
  from.on("end", endSource);
  gone.addEventListener("abort", () => wake(), { once: true });
  void pump();

  function endSource(): void {
    state.sourceEnded = true;
    wake();
  }

  async function pump(): Promise<void> {
    while (!gone.aborted) {
      const piece = state.stalled ? undefined : pieces.shift();
      if (piece !== undefined) {
        await sleep(piece.dueMs - performance.now(), gone);
        await pass(piece.bytes);
        state.waitingBytes -= piece.bytes.length;
        if (state.waitingBytes <= maxWaitingBytes / 2 && !from.destroyed) from.resume();
      } else if (state.sourceEnded && !state.stalled) {
        if (!to.destroyed) to.end();
        return;
      } else {
        await new Promise<void>((resolve) => (wake = resolve));
      }
    }
  }

  async function pass(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length && !gone.aborted;) {
      while (state.stalled && !gone.aborted) await new Promise<void>((resolve) => (wake = resolve));
      const { sliceBytes = Infinity, bytesPerSecond = Infinity, limitBytes = Infinity, afterLimit = "reset" } = options.faults();
      const size = Math.min(bytes.length - at, limitBytes - state.passedBytes, typeof sliceBytes === "number" ? sliceBytes : options.random.integer(sliceBytes[0], sliceBytes[1]), Math.max(1, bytesPerSecond / 50));
      if (size <= 0) {
        if (afterLimit === "reset") await sleep(settleMs, gone);
        if (afterLimit === "reset") options.reset();
        if (afterLimit === "end" && !to.writableEnded) to.end();
        await untilAborted(gone);
        return;
      }
      const slice = bytes.subarray(at, at + Math.max(1, Math.floor(size)));
      at += slice.length;
      await write(slice);
      // A turn of the event loop, or the machine would put the slices together again.
      if (sliceBytes !== Infinity) await new Promise<void>((resolve) => setImmediate(resolve));
      await sleep((slice.length * 1000) / bytesPerSecond, gone);
    }
  }

  async function write(bytes: Buffer): Promise<void> {
    if (gone.aborted || to.destroyed || to.writableEnded) return;
    state.passedBytes += bytes.length;
    options.passed(bytes.length);
    await new Promise<void>((resolve) => to.write(bytes, () => resolve()));
  }

  return {
    stall() {
      state.stalled = true;
    },
    release() {
      state.stalled = false;
      wake();
    },
    end: endSource,
  };
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (!(ms > 0) || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener("abort", finish, { once: true });
  });
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
