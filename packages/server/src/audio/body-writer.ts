/**
 * The body of an answer while it is written: the one way by which audio and events leave over HTTP. Over Node's `ServerResponse` where there is one, else over a web stream.
 */
export interface BodyWriter {
  /** Whether status and headers have gone out: then a failure can only be told by breaking the connection. */
  readonly hasBegun: boolean;
  /** A promise of `write` is waiting. */
  readonly isBehind: boolean;
  /** The answer that the handler returns. Resolves when the first bytes were written, or nothing is to come; rejects with what failed before that. */
  readonly response: Promise<Response>;
  /**
   * Writes. Undefined: go on; a promise: the bytes are written, the listener is behind, go on when it resolves. It rejects with `StalledError` when he has taken nothing
   * for `stallMs`, and with the reason of the scope's signal when he goes meanwhile. Throws that reason when he has gone before, or all is over: nothing is written then.
   */
  write(bytes: Uint8Array): Promise<void> | undefined;
  /** The body is complete. Resolves when it was taken over by the connection; rejects as `write` does. */
  end(): Promise<void>;
  /**
   * Breaks the body visibly: no clean end of chunks, the socket is destroyed. Before the first byte, `response` rejects with the error instead. `lastWords` are sent
   * before, if the listener takes them within `stallMs`.
   */
  fail(error: unknown, lastWords?: Uint8Array): void;
}

/** What a writer is made with. */
export interface BodyWriterOptions {
  readonly status: number;
  /** Asked when the first bytes are there, so that they can say what was learned until then. */
  readonly headers: () => Readonly<Record<string, string>>;
  /** A listener who takes nothing for so long, while bytes wait for him, has stalled. */
  readonly stallMs: number;
  /** The reader of a web stream has left; over a `ServerResponse` the scope's signal tells it. */
  readonly onGone?: (() => void) | undefined;
}
