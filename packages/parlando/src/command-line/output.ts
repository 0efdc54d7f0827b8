/** Standard output, which may be closed by its reader at any time (`parlando … | head`). */
export interface Output {
  /** Resolves when the text is out, or when nobody reads it any more. Rejects when it cannot be written for another reason. */
  write(text: string): Promise<void>;
  /** Whether the reader has gone. */
  readonly closed: boolean;
  /** Aborted when the reader has gone. */
  readonly closing: AbortSignal;
  /** Stops watching. */
  release(): void;
}

/** Watches a stream for its reader's end, so that this ends a command quietly instead of as an error. */
export function watchOutput(stream: NodeJS.WritableStream): Output {
  const gone = new AbortController();
  const onError = (error: unknown): void => {
    if (isReaderGone(error)) gone.abort();
  };
  stream.on("error", onError);
  return {
    get closed() {
      return gone.signal.aborted;
    },
    closing: gone.signal,
    write: (text) =>
      new Promise<void>((resolve, reject) => {
        if (gone.signal.aborted) return resolve();
        stream.write(text, (error) => {
          if (error === undefined || error === null) return resolve();
          onError(error);
          return gone.signal.aborted ? resolve() : reject(error);
        });
      }),
    release: () => void stream.off("error", onError),
  };
}

/** Whether an error, or what caused it, is that nobody reads any more: EPIPE, or a write after the stream was destroyed for it. */
export function isReaderGone(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  if ("code" in error && typeof error.code === "string" && goneCodes.includes(error.code)) return true;
  return "cause" in error && error.cause !== error && isReaderGone(error.cause);
}

// Windows says EOF where others say EPIPE.
const goneCodes: readonly string[] = ["EPIPE", "EOF", "ERR_STREAM_DESTROYED"];
