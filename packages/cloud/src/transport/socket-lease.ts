import { TTSError } from "@parlando/engine";
import type { SocketConnection, SocketMessage, SocketTraffic } from "./socket-types.ts";

/** Sent messages are remembered until something comes back; beyond so many bytes a dead connection is not replaced. */
const REMEMBERED_BYTES = 256 * 1024;

/**
 * A connection for one turn. Where a connection from the pool turns out dead before anything came back on it, it is replaced by a new
 * one, once, and what was sent in this turn (up to 256 KiB) is sent again.
 */
export interface SocketLease extends SocketTraffic {
  /** Whether the connection had been used before. */
  readonly isReused: boolean;
  /** After a clean turn: the other side has sent its last message. The connection is kept for the next. */
  giveBack(): void;
  /** After anything else: closes the connection. Nothing happens after `giveBack`, so it may stand in a `finally`. */
  discard(): Promise<void>;
}

/** What a lease needs of its pool. */
export interface LeaseOwner {
  readonly isReused: boolean;
  readonly signal: AbortSignal;
  reopen(): Promise<SocketConnection>;
  giveBack(connection: SocketConnection): void;
  discard(connection: SocketConnection): Promise<void>;
}

/** A connection lent for one turn. */
export class Lease implements SocketLease {
  readonly #owner: LeaseOwner;
  readonly #first: SocketConnection;
  #connection: SocketConnection;
  /** What was sent in this turn; undefined when it may not be sent again. */
  #remembered: SocketMessage[] | undefined;
  #rememberedBytes = 0;
  #replacing: Promise<void> | undefined;
  #isOver = false;

  constructor(connection: SocketConnection, owner: LeaseOwner) {
    this.#first = connection;
    this.#connection = connection;
    this.#owner = owner;
    this.#remembered = owner.isReused ? [] : undefined;
  }

  get isReused(): boolean {
    return this.#owner.isReused;
  }

  get isOpen(): boolean {
    return this.#connection.isOpen;
  }

  async send(message: SocketMessage): Promise<void> {
    if (this.#replacing !== undefined) await this.#replacing;
    const used = this.#connection;
    this.#remember(message);
    try {
      await used.send(message);
    } catch (error) {
      if (!this.#canReplace(used, error)) throw error;
      // The message is among those that are sent again.
      await this.#replace();
    }
  }

  async receive(limitMs?: number): Promise<SocketMessage> {
    if (this.#replacing !== undefined) await this.#replacing;
    const used = this.#connection;
    try {
      const message = await used.receive(limitMs);
      this.#remembered = undefined;
      return message;
    } catch (error) {
      if (!this.#canReplace(used, error)) throw error;
      await this.#replace();
      return this.#connection.receive(limitMs);
    }
  }

  giveBack(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#owner.giveBack(this.#connection);
  }

  async discard(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    await this.#owner.discard(this.#connection);
  }

  #remember(message: SocketMessage): void {
    this.#rememberedBytes += message.length;
    if (this.#rememberedBytes > REMEMBERED_BYTES) this.#remembered = undefined;
    this.#remembered?.push(message);
  }

  /** Only an accident of the keeping is mended: the connection was gone, and nothing had come back on it. */
  #canReplace(used: SocketConnection, error: unknown): boolean {
    const isDead = TTSError.isInstance(error) && (error.code === "CONNECTION" || error.code === "TRUNCATED");
    const isFirst = used === this.#first && (this.#remembered !== undefined || this.#replacing !== undefined);
    return isDead && isFirst && !this.#isOver && !this.#owner.signal.aborted;
  }

  /** Shared by a sender and a receiver who meet the same death. */
  #replace(): Promise<void> {
    this.#replacing ??= this.#reopen(this.#remembered ?? []);
    return this.#replacing;
  }

  async #reopen(again: readonly SocketMessage[]): Promise<void> {
    this.#remembered = undefined;
    void this.#owner.discard(this.#first).catch(() => undefined);
    const connection = await this.#owner.reopen();
    this.#connection = connection;
    if (this.#isOver) return this.#owner.discard(connection);
    for (const message of again) await connection.send(message);
  }
}
