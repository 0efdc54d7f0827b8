import type { Writable } from "node:stream";
import { watchWritable } from "./writable-watch.ts";

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
 * Connects to a stream. Its errors are listened to for as long as bytes are under way, because a stream whose error nobody
 * hears ends the process.
 */
export function createWritableConnection(writable: Writable): WritableConnection {
  let underWay = 0;
  let isReleased = false;
  const watch = watchWritable(writable, () => {
    if (isReleased) watch.detach();
  });

  const settled = (error: Error | null | undefined): void => {
    underWay -= 1;
    // A failed stream tells its error once more, as an event, which must still find its listener.
    if (error !== null && error !== undefined) watch.fail(error);
    else if (isReleased && underWay === 0) watch.detach();
    watch.wake();
  };
  const waitWhile = async (isWaiting: () => boolean): Promise<void> => {
    while (isWaiting() && !isReleased && !watch.hasFailed) await watch.wait();
  };

  return {
    assertOpen: watch.assertOpen,
    write(bytes) {
      watch.listen();
      underWay += 1;
      writable.write(bytes, settled);
    },
    async ready() {
      await waitWhile(() => writable.writableNeedDrain);
      if (!isReleased) watch.assertOpen();
    },
    async flushed() {
      await waitWhile(() => underWay > 0);
      if (!isReleased) watch.assertOpen();
    },
    async finish() {
      let isFinished = false;
      watch.listen();
      writable.end((error?: Error | null) => {
        isFinished = error === null || error === undefined;
        if (!isFinished) watch.fail(error);
        watch.wake();
      });
      await waitWhile(() => !isFinished);
      if (!isFinished && !isReleased) watch.assertOpen();
    },
    destroy() {
      if (writable.destroyed) return;
      watch.listen();
      writable.destroy();
    },
    release() {
      isReleased = true;
      if (writable.closed || (underWay === 0 && !writable.destroyed)) watch.detach();
      watch.wake();
    },
  };
}
