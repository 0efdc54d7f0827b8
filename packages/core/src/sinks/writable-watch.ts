import type { Writable } from "node:stream";
import { TTSError } from "@parlando/engine";

/** Watches a Node stream for its failure, its closing and its wish for more. */
export interface WritableWatch {
  /** The stream has failed or closed. */
  readonly hasFailed: boolean;
  /** Puts the listeners on, once. */
  listen(): void;
  detach(): void;
  /** Notes a failure that did not come as an event. */
  fail(error: unknown): void;
  /** Lets every `wait` go on to look again. */
  wake(): void;
  /** Resolves at the next thing that happens to the stream. */
  wait(): Promise<void>;
  /** Throws `CONSUMER_FAILED` when the stream has failed, closed or ended. */
  assertOpen(): void;
}

/**
 * Makes a watch.
 *
 * @param onFailure Called when the stream fails or closes.
 */
export function watchWritable(writable: Writable, onFailure: () => void): WritableWatch {
  const waiting = new Set<() => void>();
  let failure: unknown;
  let hasFailed = false;
  let isListening = false;

  const wake = (): void => {
    for (const settle of waiting) settle();
    waiting.clear();
  };
  const fail = (error: unknown): void => {
    failure ??= error;
    hasFailed = true;
    wake();
  };
  const onError = (error: Error): void => {
    fail(error);
    onFailure();
  };
  const onClose = (): void => {
    fail(undefined);
    onFailure();
  };

  return {
    get hasFailed() {
      return hasFailed;
    },
    listen() {
      if (isListening) return;
      isListening = true;
      writable.on("error", onError).on("close", onClose).on("drain", wake);
    },
    detach() {
      isListening = false;
      writable.off("error", onError).off("close", onClose).off("drain", wake);
    },
    fail,
    wake,
    wait: () => new Promise((resolve) => waiting.add(resolve)),
    assertOpen() {
      if (!hasFailed && !writable.destroyed && !writable.writableEnded) return;
      const cause = failure ?? writable.errored ?? undefined;
      const found = cause === undefined ? "has closed or ended" : "failed; see the cause";
      throw new TTSError("CONSUMER_FAILED", `Writing audio to a Node stream: the stream ${found}.`, { cause });
    },
  };
}
