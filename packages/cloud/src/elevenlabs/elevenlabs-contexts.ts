import type { ErrorContext } from "../transport/provider-errors.ts";
import type { SocketLease } from "../transport/socket-lease.ts";
import { unrefTimer } from "../transport/unref-timer.ts";
import { parseSocketMessage, type SpeechLine } from "./elevenlabs-line.ts";
import type { SpeechMessage } from "./elevenlabs-wire.ts";
import { openingMessage, textMessage, type SpeechSettings } from "./elevenlabs-wire.ts";

/** The service takes five contexts at once on one connection; some are left for texts that were cut, or called off and are not over yet. */
const MOST_CONTEXTS = 3;
/** How long the rest of texts that were called off is waited for, so that the connection can be used again. */
const DRAIN_MS = 1000;

/** What {@link ContextLine} needs. */
export interface ContextLineOptions {
  readonly lease: SocketLease;
  /** Breaks the connection off. */
  readonly stop: () => void;
  /** Opens another one for what comes next. */
  readonly warmUp: () => Promise<void>;
  readonly settings: SpeechSettings;
  readonly context: ErrorContext;
  /** Where headers cannot carry it. */
  readonly apiKey: string | undefined;
}

/**
 * All texts over one `multi-stream-input` connection, each a context. A text is flushed and its context closed in one go; that the service then sends
 * all of its audio, and `isFinal` behind it, is what its clients in production count on, and what the vendor's own clients say of `close_context`.
 * So a closed context cannot be called off by a message any more: then the connection is broken off, and another one opened for what comes next.
 */
export class ContextLine implements SpeechLine {
  readonly #options: ContextLineOptions;
  /** Contexts whose last message has not come. */
  readonly #live = new Set<string>();
  /** Those of them that nothing is wanted of any more. */
  readonly #canceled = new Set<string>();
  /** Those of them that were told to be spoken to their end. */
  readonly #finishing = new Set<string>();
  #pending: Promise<SpeechMessage> | undefined;

  constructor(options: ContextLineOptions) {
    this.#options = options;
  }

  get mostTexts(): number {
    return Math.max(1, MOST_CONTEXTS - this.#canceled.size);
  }

  async write(id: string, text: string): Promise<void> {
    const { lease, settings, apiKey } = this.#options;
    if (this.#live.has(id)) return lease.send(textMessage(text, id));
    this.#live.add(id);
    // Both leave in one go; only the opening may carry settings.
    await Promise.all([lease.send(openingMessage(settings, { contextId: id, apiKey })), lease.send(textMessage(text, id))]);
  }

  async finish(id: string): Promise<void> {
    const { lease } = this.#options;
    // The service would open another one of that name.
    if (!this.#live.has(id)) return;
    this.#finishing.add(id);
    await Promise.all([lease.send(JSON.stringify({ context_id: id, flush: true })), lease.send(closingMessage(id))]);
  }

  keepAlive(id: string): void {
    if (this.#live.has(id)) this.#options.lease.send(textMessage("", id)).catch(() => undefined);
  }

  cancel(ids: readonly string[]): void {
    for (const id of ids) {
      if (!this.#live.has(id)) continue;
      this.#canceled.add(id);
      if (!this.#finishing.has(id)) this.#options.lease.send(closingMessage(id)).catch(() => undefined);
    }
  }

  receive(): Promise<SpeechMessage> {
    this.#pending ??= this.#receive();
    return this.#pending;
  }

  async #receive(): Promise<SpeechMessage> {
    const { lease, context } = this.#options;
    try {
      const message = parseSocketMessage(await lease.receive(), context);
      if (message.isFinal && message.contextId !== undefined) {
        this.#live.delete(message.contextId);
        this.#canceled.delete(message.contextId);
        this.#finishing.delete(message.contextId);
      }
      return message;
    } finally {
      this.#pending = undefined;
    }
  }

  async release(isClean: boolean): Promise<void> {
    const { lease, stop, warmUp } = this.#options;
    if (!isClean) return lease.discard();
    if (this.#live.size === 0) return lease.giveBack();
    if (this.#finishing.size > 0) {
      // A goodbye would be answered behind all that is on its way.
      stop();
      warmUp().catch(() => undefined);
      return lease.discard();
    }
    // Not waited for: the session is over all the same.
    void this.#drain();
  }

  /** Lets what still comes of texts that were called off go by. */
  async #drain(): Promise<void> {
    const { lease } = this.#options;
    const timer = setTimeout(() => void lease.discard().catch(() => undefined), DRAIN_MS);
    unrefTimer(timer);
    try {
      while (this.#live.size > 0) {
        const message = await this.receive();
        if (message.error !== undefined) return;
      }
      lease.giveBack();
    } catch {
      // It has ended: there is nothing to be kept.
    } finally {
      clearTimeout(timer);
      await lease.discard().catch(() => undefined);
    }
  }
}

function closingMessage(id: string): string {
  return JSON.stringify({ context_id: id, close_context: true });
}
