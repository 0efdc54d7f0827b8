import { setImmediate as nextTurn } from "node:timers/promises";
import { check } from "../../fail.ts";
import { sleep } from "../../proxy/sleep.ts";
import { createRandom } from "../../random.ts";
import { raggedPieces } from "./byte-blocks.ts";
import type { FakeExchange } from "./fake-exchange.ts";
import type { FakeFault, FakeRequest } from "./fake-fault.ts";
import { endRequest } from "./fake-request.ts";

/** What stands around the audio in a body. Left out, the body is the audio and nothing else. */
export interface BodyFraming {
  /** Before the first audio, as the header of a WAV. Counts as no audio. */
  head?: Uint8Array | undefined;
  /** Puts a piece of audio into an event or line; `fromByte` is its place in the audio. */
  wrap?: ((audio: Uint8Array, fromByte: number) => Uint8Array) | undefined;
  /** The same, but so that it cannot be read. Left out, "malformed" is an HTTP chunk whose size is no number. */
  spoil?: ((audio: Uint8Array, fromByte: number) => Uint8Array) | undefined;
  /** After the last audio: what tells the end. */
  tail?: Uint8Array | (() => Uint8Array) | undefined;
  /** What goes out is cut at any byte, drawn from this seed, and each piece is a chunk of HTTP of its own. */
  raggedSeed?: number | undefined;
}

/** The largest piece of a body that is cut at any byte. */
const largestRaggedBytes = 2_048;

/** libuv takes a reset that comes together with data for a clean end, so the data is given time to be read. */
const settleMs = 20;

interface Body {
  readonly exchange: FakeExchange;
  readonly seen: FakeRequest;
  readonly framing: BodyFraming;
  /** Writes bytes of which so many are audio; waits while the client does not read. */
  write(bytes: Uint8Array, audioBytes: number): Promise<void>;
}

/**
 * Sends audio as the body of an answer whose status and headers are set, and plays a fault of a byte stream: "cut" breaks off inside an HTTP
 * chunk (and inside an event, where there are events), "reset" between two. A fault that lies behind the end of the audio comes right after
 * it. Faults in place of a body ("status", "wrong-body") are the caller's; "vendor" changes nothing here. `seen` is kept up to date.
 * Comes back when the answer is over.
 */
export async function sendBody(exchange: FakeExchange, pieces: AsyncIterable<Uint8Array>, fault: FakeFault | undefined, seen: FakeRequest, framing: BodyFraming = {}): Promise<void> {
  check(fault?.kind !== "status" && fault?.kind !== "wrong-body", `The fault "${fault?.kind}" stands in place of a body; answer with it instead of sending one.`);
  followRequest(exchange, seen);
  if (fault?.kind === "no-answer") return untilGone(exchange);
  const body = createBody(exchange, seen, framing, fault?.kind === "drip" ? fault.everyMs : undefined);
  if (framing.head !== undefined) await body.write(framing.head, 0);
  let at = 0;
  let waiting = fault !== undefined && "afterBytes" in fault && fault.kind !== "vendor" ? fault : undefined;
  for await (const piece of fault?.kind === "empty" ? [] : pieces) {
    if (exchange.gone.aborted) return;
    const room = (waiting?.afterBytes ?? Infinity) - at;
    if (waiting !== undefined && piece.length > room) {
      await playFault(body, waiting, { piece, room: Math.max(0, room), at });
      if (waiting.kind !== "malformed") return;
      waiting = undefined;
    } else {
      await writeAudio(body, piece, at);
    }
    at += piece.length;
  }
  if (waiting !== undefined) await playFault(body, waiting, { piece: new Uint8Array(0), room: 0, at });
  if (waiting === undefined || waiting.kind === "malformed") await finish(body, fault);
}

/** Keeps the state of a request true when the client goes away or the server closes. */
export function followRequest(exchange: FakeExchange, seen: FakeRequest): void {
  const { calledOff, gone, response } = exchange;
  const end = (): void => endRequest(seen, calledOff.aborted ? "called-off" : response.writableFinished ? "finished" : "failed");
  if (gone.aborted) return end();
  calledOff.addEventListener("abort", end, { once: true });
  gone.addEventListener("abort", end, { once: true });
}

/** Waits until nothing more can be sent. */
export function untilGone({ gone }: FakeExchange): Promise<void> {
  return gone.aborted ? Promise.resolve() : new Promise((resolve) => gone.addEventListener("abort", () => resolve(), { once: true }));
}

async function finish({ exchange, framing, write }: Body, fault: FakeFault | undefined): Promise<void> {
  if (fault?.kind === "no-end-marker") return untilGone(exchange);
  const tail = typeof framing.tail === "function" ? framing.tail() : framing.tail;
  if (tail !== undefined) await write(tail, 0);
  if (!exchange.gone.aborted) exchange.response.end();
  await untilGone(exchange);
}

type Interruption = Extract<FakeFault, { afterBytes: number }>;

/** The piece of audio in which a fault happens: `room` bytes of it still go out. */
interface InterruptedPiece {
  piece: Uint8Array;
  room: number;
  at: number;
}

async function playFault(body: Body, fault: Interruption, interrupted: InterruptedPiece): Promise<void> {
  const { exchange, seen } = body;
  const { piece, room, at } = interrupted;
  if (fault.kind === "cut") {
    await writeHalf(body, interrupted);
  } else if (room > 0) {
    await writeAudio(body, piece.subarray(0, room), at);
  }
  if (exchange.gone.aborted) return;
  exchange.response.flushHeaders();
  if (fault.kind === "stall") return untilGone(exchange);
  if (fault.kind === "malformed") return writeMalformed(body, interrupted);
  endRequest(seen, "failed");
  if (fault.kind === "early-end") return endEarly(exchange);
  await flushed(exchange);
  await sleep(settleMs, exchange.gone);
  exchange.reset();
}

async function endEarly(exchange: FakeExchange): Promise<void> {
  // A body of a promised length can only end early with its connection.
  if (exchange.response.hasHeader("content-length")) exchange.endConnection();
  else exchange.response.end();
  await untilGone(exchange);
}

async function writeMalformed({ exchange, seen, framing, write }: Body, { piece, room, at }: InterruptedPiece): Promise<void> {
  if (framing.spoil !== undefined) return write(framing.spoil(piece.subarray(room), at + room), 0);
  check(exchange.response.chunkedEncoding, `The fault "malformed" needs a body in chunks: bytes of a promised length cannot be malformed.`);
  endRequest(seen, "failed");
  exchange.response.socket?.write("no size\r\n");
  await untilGone(exchange);
}

/** Begins a chunk (and, where there are events, an event) that does not end. */
async function writeHalf(body: Body, { piece, room, at }: InterruptedPiece): Promise<void> {
  const { exchange, seen, framing } = body;
  const { response } = exchange;
  let whole = piece;
  let shown = room;
  if (framing.wrap !== undefined) {
    if (room > 0) await writeAudio(body, piece.subarray(0, room), at);
    whole = framing.wrap(piece.subarray(room), at + room);
    shown = Math.floor(whole.length / 2);
  }
  if (exchange.gone.aborted) return;
  response.flushHeaders();
  const part = Buffer.from(whole.subarray(0, shown));
  const size = Buffer.from(response.chunkedEncoding ? `${Math.max(1, whole.length).toString(16)}\r\n` : "");
  response.socket?.write(Buffer.concat([size, part]));
  if (framing.wrap === undefined) countAudio(seen, shown);
}

function writeAudio({ framing, write }: Body, audio: Uint8Array, at: number): Promise<void> {
  return framing.wrap === undefined ? write(audio, audio.length) : write(framing.wrap(audio, at), audio.length);
}

function createBody(exchange: FakeExchange, seen: FakeRequest, framing: BodyFraming, dripMs: number | undefined): Body {
  const { response, gone } = exchange;
  const random = framing.raggedSeed === undefined ? undefined : createRandom(framing.raggedSeed);

  async function write(bytes: Uint8Array, audioBytes: number): Promise<void> {
    const isAudio = audioBytes === bytes.length;
    for (const piece of cutBytes(bytes)) {
      if (gone.aborted) return;
      const hasRoom = response.write(piece);
      if (isAudio) countAudio(seen, piece.length);
      if (!hasRoom) await drained(exchange);
      if (dripMs !== undefined) await sleep(dripMs, gone);
      // A turn of the event loop, or the machine would put the pieces together again.
      else if (random !== undefined) await nextTurn();
    }
    if (!isAudio) countAudio(seen, audioBytes);
  }
  function cutBytes(bytes: Uint8Array): Iterable<Uint8Array> {
    if (dripMs !== undefined) return singleBytes(bytes);
    if (random === undefined) return bytes.length === 0 ? [] : [bytes];
    return raggedPieces(bytes, random, largestRaggedBytes);
  }
  return { exchange, seen, framing, write };
}

function* singleBytes(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += 1) yield bytes.subarray(at, at + 1);
}

function countAudio(seen: FakeRequest, bytes: number): void {
  if (bytes > 0) seen.firstAudioAtMs ??= performance.now();
  seen.audioBytes += bytes;
}

function drained({ response, gone }: FakeExchange): Promise<void> {
  if (gone.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const finishWaiting = (): void => {
      response.off("drain", finishWaiting);
      gone.removeEventListener("abort", finishWaiting);
      resolve();
    };
    response.on("drain", finishWaiting);
    gone.addEventListener("abort", finishWaiting, { once: true });
  });
}

/** Waits until the machine has taken all that was written. */
function flushed({ response, gone }: FakeExchange): Promise<void> {
  const { socket } = response;
  if (gone.aborted || socket === null) return Promise.resolve();
  return new Promise((resolve) => {
    socket.write("", () => resolve());
    gone.addEventListener("abort", () => resolve(), { once: true });
  });
}
