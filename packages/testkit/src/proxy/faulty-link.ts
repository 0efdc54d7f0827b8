import type { Socket } from "node:net";
import type { Random } from "../random.ts";
import { sleep } from "./sleep.ts";

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

interface LinkState {
  readonly options: LinkOptions;
  readonly pieces: Piece[];
  waitingBytes: number;
  lastDueMs: number;
  passedBytes: number;
  sourceEnded: boolean;
  stalled: boolean;
  /** Wakes the pump. */
  wake(): void;
}

/** Bytes kept on the way; beyond that, nothing more is read. */
const maxWaitingBytes = 1_048_576;

/** libuv takes a reset that comes together with data for a clean end, so the data is given time to be read. */
const settleMs = 20;

/** Passes bytes from one socket to another, with faults. */
export function createFaultyLink(options: LinkOptions): FaultyLink {
  const state: LinkState = { options, pieces: [], waitingBytes: 0, lastDueMs: 0, passedBytes: 0, sourceEnded: false, stalled: false, wake: () => {} };
  const endSource = (): void => {
    state.sourceEnded = true;
    state.wake();
  };
  options.from.on("data", (bytes: Buffer) => keep(state, bytes));
  options.from.on("end", endSource);
  options.gone.addEventListener("abort", () => state.wake(), { once: true });
  void pump(state);
  return {
    stall() {
      state.stalled = true;
    },
    release() {
      state.stalled = false;
      state.wake();
    },
    end: endSource,
  };
}

function keep(state: LinkState, bytes: Buffer): void {
  const { options, pieces } = state;
  const { latencyMs = 0, jitterMs = 0 } = options.faults();
  state.lastDueMs = Math.max(state.lastDueMs, performance.now() + latencyMs + jitterMs * options.random.next());
  pieces.push({ bytes, dueMs: state.lastDueMs });
  state.waitingBytes += bytes.length;
  if (state.waitingBytes > maxWaitingBytes) options.from.pause();
  state.wake();
}

function wakened(state: LinkState): Promise<void> {
  return new Promise((resolve) => (state.wake = resolve));
}

async function pump(state: LinkState): Promise<void> {
  const { from, to, gone } = state.options;
  while (!gone.aborted) {
    const piece = state.stalled ? undefined : state.pieces.shift();
    if (piece !== undefined) {
      await sleep(piece.dueMs - performance.now(), gone);
      await pass(state, piece.bytes);
      state.waitingBytes -= piece.bytes.length;
      if (state.waitingBytes <= maxWaitingBytes / 2 && !from.destroyed) from.resume();
    } else if (state.sourceEnded && !state.stalled) {
      if (!to.destroyed) to.end();
      return;
    } else {
      await wakened(state);
    }
  }
}

/** Passes a piece on, slice by slice, each under the faults of its moment. */
async function pass(state: LinkState, bytes: Buffer): Promise<void> {
  const { options } = state;
  for (let at = 0; at < bytes.length && !options.gone.aborted;) {
    while (state.stalled && !options.gone.aborted) await wakened(state);
    const { bytesPerSecond = Infinity, limitBytes = Infinity, sliceBytes } = options.faults();
    const room = limitBytes - state.passedBytes;
    if (room <= 0) return reachLimit(state);
    const slice = bytes.subarray(at, at + Math.max(1, Math.floor(Math.min(bytes.length, room, sliceSize(options), bytesPerSecond / 50))));
    at += slice.length;
    await write(state, slice);
    // A turn of the event loop, or the machine would put the slices together again.
    if (sliceBytes !== undefined) await new Promise<void>((resolve) => setImmediate(resolve));
    await sleep((slice.length * 1000) / bytesPerSecond, options.gone);
  }
}

function sliceSize({ faults, random }: LinkOptions): number {
  const { sliceBytes = Infinity } = faults();
  return typeof sliceBytes === "number" ? sliceBytes : random.integer(sliceBytes[0], sliceBytes[1]);
}

async function reachLimit({ options: { faults, gone, to, reset } }: LinkState): Promise<void> {
  const { afterLimit = "reset" } = faults();
  if (afterLimit === "end" && !to.writableEnded) to.end();
  if (afterLimit === "reset") {
    await sleep(settleMs, gone);
    reset();
  }
  if (!gone.aborted) await new Promise((resolve) => gone.addEventListener("abort", resolve, { once: true }));
}

async function write(state: LinkState, bytes: Buffer): Promise<void> {
  const { to, gone, passed } = state.options;
  if (gone.aborted || to.destroyed || to.writableEnded) return;
  state.passedBytes += bytes.length;
  passed(bytes.length);
  await new Promise<void>((resolve) => to.write(bytes, () => resolve()));
}
