/**
 * What `write` of a sink may give when it has taken its chunk and wants more at once: the stream need not wait for a promise that it knows to be
 * resolved. Any other promise is waited for.
 *
 * @example
 * ```ts
 * write: (chunk) => (socket.write(chunk.bytes()) ? TAKEN : drained(socket)),
 * ```
 */
export const TAKEN: Promise<void> = Promise.resolve();
