import { borrowBytes, createCondition, type AudioChunk, type Clock, type Condition, type Sink } from "@parlando/core";
import { StreamError } from "@parlando/engine";
import { wireLimits, writeAudioFrame, type WireFormat } from "@parlando/protocol";
import { createCreditWindow, type CreditWindow } from "./credit-window.ts";
import type { Outbox } from "./outbox.ts";

const sampleBytes: Readonly<Record<WireFormat["encoding"], number>> = { "pcm-s16le": 2, "pcm-f32le": 4, mulaw: 1, alaw: 1 };

/** What {@link createSocketSink} works with. */
export interface SocketSinkOptions {
  readonly utterance: number;
  readonly encoding: WireFormat["encoding"];
  /** How far what is sent may be ahead of what was played, in milliseconds. */
  readonly windowMs: number;
  readonly outbox: Outbox;
  readonly clock: Clock;
  /** After how many frames from `sentFrames` on a frame of the wire has to end, at least 1. Default: anywhere. */
  readonly framesToEnd?: ((sentFrames: number) => number) | undefined;
  /** Before the first frame. */
  readonly onFormat: (format: WireFormat) => void;
  /** A frame of so many milliseconds was sent. */
  readonly onSent: (ms: number) => void;
  /** The socket takes no more; the returned function says that it does again. */
  readonly onHeld: () => (() => void) | undefined;
}

/** A sink whose far end is a client that says what it has played. */
export interface SocketSink extends Sink {
  /** The client has played all frames before this one. */
  played(frame: number): void;
  /** What was sent, and what was played. */
  readonly credit: Pick<CreditWindow, "sentFrames" | "creditFrames" | "creditAtMs">;
  /** How much of what was sent lies behind what was heard; `heardMs` by default what the client has played. In milliseconds. */
  unheardMs(heardMs?: number): number;
  /** For how long audio has been waiting for a client that shows no sign of taking it, in milliseconds; 0 when none waits. */
  waitedMs(): number;
}

/**
 * Makes the sink of one utterance: sends binary frames, at most `windowMs` beyond what was played. Its playhead is the client's word. `clear` answers at once;
 * `end` resolves when all was sent: whether it was played is told by {@link SocketSink.credit}.
 */
export function createSocketSink(options: SocketSinkOptions): SocketSink {
  const { outbox, clock } = options;
  const sender = createFrameSender(options);
  let isEnded = false;
  let sampleRate = 0;
  /** Writes follow each other, whoever calls them. */
  let last: Promise<void> = Promise.resolve();
  const { credit } = sender;

  return {
    credit,
    write(chunk) {
      if (isEnded || sender.isShut) return Promise.reject(new StreamError("STREAM_CLOSED", `Sending audio to a WebSocket: the sink of the utterance ${sender.isShut ? "was cleared or closed" : "was ended"} before, so it takes no more.`));
      ({ sampleRate } = chunk);
      last = last.then(() => sender.send(chunk));
      return last;
    },
    played(frame) {
      if (credit.played(frame)) sender.changed.notify();
    },
    playedFrames: () => credit.creditFrames,
    async pause() {
      sender.isPaused = true;
    },
    async resume() {
      sender.isPaused = false;
      sender.changed.notify();
    },
    async clear() {
      sender.shut();
      return credit.creditFrames;
    },
    async end() {
      isEnded = true;
      await last;
    },
    async close() {
      sender.shut();
    },
    unheardMs(heardMs) {
      const msOf = (frames: number): number => (sampleRate === 0 ? 0 : (1_000 * frames) / sampleRate);
      return Math.max(0, msOf(credit.sentFrames) - (heardMs ?? msOf(credit.creditFrames)));
    },
    waitedMs() {
      const { waitingSinceMs } = sender;
      if (waitingSinceMs === undefined) return 0;
      const progressAtMs = outbox.isFull ? Math.max(credit.creditAtMs, outbox.takenAtMs) : credit.creditAtMs;
      return clock.now() - Math.max(waitingSinceMs, progressAtMs);
    },
  };
}

/** What a sink sends by. */
interface FrameSender {
  readonly credit: CreditWindow;
  /** Notified when a wait may be over. */
  readonly changed: Condition;
  readonly isShut: boolean;
  isPaused: boolean;
  /** Since when a chunk has been waiting; undefined when none is. */
  readonly waitingSinceMs: number | undefined;
  /** Sends a chunk, in frames that fit; resolves early when it was shut. */
  send(chunk: AudioChunk): Promise<void>;
  /** Sends nothing more. */
  shut(): void;
}

function createFrameSender({ utterance, encoding, windowMs, outbox, clock, framesToEnd = () => Infinity, onFormat, onSent, onHeld }: SocketSinkOptions): FrameSender {
  const credit = createCreditWindow(clock);
  const changed = createCondition();
  let isShut = false;
  let waitingSinceMs: number | undefined;

  /** Waits for the socket, which counts as held, or for the client's word. */
  async function wait(): Promise<void> {
    waitingSinceMs ??= clock.now();
    if (!outbox.isFull) return await changed.wait();
    const over = onHeld();
    await Promise.race([outbox.taken(), changed.wait()]);
    over?.();
  }

  const sender: FrameSender = {
    credit,
    changed,
    isPaused: false,
    get isShut() {
      return isShut;
    },
    get waitingSinceMs() {
      return waitingSinceMs;
    },
    async send(chunk) {
      if (isShut) return;
      const { sampleRate, channels } = chunk;
      if (credit.windowFrames === 0) onFormat({ encoding, sampleRate, channels });
      credit.windowFrames = Math.max(1, Math.round((windowMs * sampleRate) / 1_000));
      const bytes = borrowBytes(chunk, encoding);
      const frameBytes = sampleBytes[encoding] * channels;
      const mostFrames = Math.floor(wireLimits.frameBytes / frameBytes);
      const frames = bytes.length / frameBytes;
      for (let done = 0; done < frames; ) {
        // What has closed takes nothing: it is told soon, and then this is shut.
        const part = sender.isPaused || outbox.isFull || !outbox.isOpen ? 0 : Math.min(credit.room(frames - done), mostFrames, framesToEnd(credit.sentFrames));
        if (part === 0) await wait();
        if (isShut) break;
        if (part === 0) continue;
        waitingSinceMs = undefined;
        outbox.binary(writeAudioFrame({ utterance, startFrame: credit.sentFrames, payload: bytes.subarray(done * frameBytes, (done + part) * frameBytes) }));
        credit.sent(part);
        done += part;
        onSent((part * 1_000) / sampleRate);
      }
      waitingSinceMs = undefined;
    },
    shut() {
      isShut = true;
      changed.notify();
    },
  };
  return sender;
}
