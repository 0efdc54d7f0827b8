import type { Caller } from "../access/caller.ts";

/** What belongs to one request, or to one WebSocket. */
export interface RequestScope {
  /** 122 random bits as 32 hexadecimal digits; in the header `x-request-id` of the answer and in every log record. */
  readonly id: string;
  /** Name in the route table. */
  readonly route: string;
  readonly caller: Caller;
  /**
   * Aborted as soon as the client has hung up, or the server closes. Its reason is a `TTSError` `ABORTED`; {@link RequestScope.endedBy} says which it was.
   * A handler hangs everything it opens on this.
   */
  readonly signal: AbortSignal;
  /** Why `signal` was aborted. */
  endedBy(): "gone" | "shutdown" | undefined;
}
