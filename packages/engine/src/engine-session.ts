import type { SessionEvent } from "./engine-event.ts";

/**
 * One open conversation with an engine that takes text as it comes.
 *
 * @example
 * ```ts
 * const session = await engine.openSession(request, signal);
 * await session.write("Hello ");
 * await session.write("world.");
 * await session.end();
 * for await (const event of session.events) handle(event);
 * await session.close();
 * ```
 */
export interface EngineSession {
  /** One turn; ends after `end()`. */
  readonly events: AsyncIterable<SessionEvent>;
  /** Another turn on the same connection, where the protocol allows it. */
  nextTurn?(): AsyncIterable<SessionEvent>;
  /** Any piece of text. Resolves when more is wanted, and waits while events are not read. */
  write(text: string): Promise<void>;
  /** What was written so far is one segment: make its audio without waiting for more text. */
  flush(): Promise<void>;
  /** No more text comes in this turn. */
  end(): Promise<void>;
  /** Stops the turn; its audio is not wanted any more. */
  cancel(): Promise<void>;
  /** Ends the conversation. May be called twice. */
  close(): Promise<void>;
}
