import type { Writable } from "node:stream";
import { TTSError } from "@parlando/engine";

/** A Node stream as a sink uses it: every wait ends when the stream fails or closes. */
export interface WritableConnection {
  /** Throws `CONSUMER_FAILED` when the stream has failed, closed or ended. */
  assertOpen(): void;
  write(bytes: Uint8Array): void;
  /** Resolves when the stream wants more. */
  ready(): Promise<void>;
  /** Resolves when the stream has passed on all that was written. */
  flushed(): Promise<void>;
  /** Ends the stream; resolves when it has finished. */
  finish(): Promise<void>;
  destroy(): void;
  /** Settles every wait, and takes the listeners off as soon as nothing that was written can fail any more. */
  release(): void;
}

/**
 * Connects to a stream. One listener for errors stays for as long as bytes are under way, because a stream whose error nobody
 * hears ends the process.
 */
export function createWritableConnection(writable: Writable): WritableConnection {
  const waiting = new Set<() => void>();
  let failure: unknown;
  let hasFailed = false;
  let underWay = 0;
  let isReleased = false;
  let isListening = false;

  const wake = (): void => {
    for (const settle of waiting) settle();
    waiting.clear();
  };
  const fail = (error: unknown): void => {
    failure ??= error;
    hasFailed = true;
    if (isReleased) detach();
    wake();
  };
  const onError = (error: Error): void => fail(error);
  const onClose = (): void => fail(undefined);
  const listen = (): void => {
    if (isListening) return;
    isListening = true;
    writable.on("error", onError).on("close", onClose).on("drain", wake);
  };
  const detach = (): void => {
    isListening = false;
    writable.off("error", onError).off("close", onClose).off("drain", wake);
  };
  const wait = (): Promise<void> => new Promise((resolve) => waiting.add(resolve));
  const assertOpen = (): void => {
    if (!hasFailed && !writable.destroyed && !writable.writableEnded) return;
    throw new TTSError("CONSUMER_FAILED", `Writing audio to a Node stream: the stream ${failure === undefined ? "has closed" : "failed; see the cause"}.`, { cause: failure ?? writable.errored });
  };
  const settled = (error: Error | null | undefined): void => {
    underWay -= 1;
    // The error itself follows as an event, which must still find its listener.
    if (error === null || error === undefined) {
      if (isReleased && underWay === 0) detach();
    } else {
      failure ??= error;
      hasFailed = true;
    }
    wake();
  };

  return {
    assertOpen,
    write(bytes) {
      listen();
      underWay += 1;
      writable.write(bytes, settled);
    },
    async ready() {
      while (writable.writableNeedDrain && !isReleased && !hasFailed) await wait();
      if (!isReleased) assertOpen();
    },
    async flushed() {
      while (underWay > 0 && !isReleased && !hasFailed) await wait();
      if (!isReleased) assertOpen();
    },
    async finish() {
      listen();
      let isFinished = false;
      writable.end((error?: Error | null) => {
        if (error === null || error === undefined) isFinished = true;
        else fail(error);
        wake();
      });
      while (!isFinished && !hasFailed && !isReleased) await wait();
      if (!isFinished && !isReleased) assertOpen();
    },
    destroy() {
      if (writable.destroyed) return;
      listen();
      writable.destroy();
    },
    release() {
      isReleased = true;
      if (writable.closed || (underWay === 0 && !writable.destroyed)) detach();
      wake();
    },
  };
}
