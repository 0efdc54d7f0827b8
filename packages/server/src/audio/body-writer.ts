/**
 * The body of an answer while it is written: the one way by which audio and events leave over HTTP. Over Node's `ServerResponse` where there is one, else over a web stream.
 */
export interface BodyWriter {
  /** Whether status and headers have gone out: then a failure can only be told by breaking the connection. */
  readonly hasBegun: boolean;
  /** The answer that the handler returns. Resolves when the first bytes were written, or nothing is to come; rejects with what failed before that. */
  readonly response: Promise<Response>;
  /**
   * Writes. Undefined: go on; a promise: the listener is behind, go on when it resolves. It rejects with `StalledError` when he has taken nothing for `stallMs`, and with
   * the reason of the scope's signal when he has gone.
   */
  write(bytes: Uint8Array): Promise<void> | undefined;
  /** The body is complete. Resolves when it was taken over by the connection. */
  end(): Promise<void>;
  /** Breaks the body visibly: no clean end of chunks, the socket is destroyed. Before the first byte, `response` rejects with the error instead. */
  fail(error: unknown): void;
}
