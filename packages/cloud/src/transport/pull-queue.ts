import { TTSError } from "@parlando/engine";
import type { CallContext } from "./call-context.ts";

/** How a {@link PullQueue} holds up its source. */
export interface PullQueueOptions<Item> extends CallContext {
  /** What a reader gets after an end without error. */
  atEnd: Item;
  /** Held beyond this (in the unit of `push`'s size), the source is stopped; it goes on when all is read. */
  limit: number;
  stop: () => void;
  goOn: () => void;
  /** Makes one item of all that come in one turn, or while the reader is behind. Default: they are read one by one. */
  merge?: ((items: readonly Item[]) => Item) | undefined;
  /** A wait for the next item begins. */
  onWait?: (() => void) | undefined;
  /** What was waited for has come. */
  onArrival?: (() => void) | undefined;
}

interface Waiter<Item> {
  resolve: (item: Item) => void;
  reject: (error: TTSError) => void;
}

/** What comes by itself, made into something that is pulled: one reader, in order, bounded by stopping the source when the reader stops. */
export class PullQueue<Item> {
  readonly #options: PullQueueOptions<Item>;
  readonly #held: Item[] = [];
  readonly #sizes: number[] = [];
  #heldSize = 0;
  #isStopped = false;
  #isHandingOver = false;
  #waiter: Waiter<Item> | undefined;
  #ending: { readonly error: TTSError | undefined } | undefined;

  constructor(options: PullQueueOptions<Item>) {
    this.#options = options;
  }

  get isEnded(): boolean {
    return this.#ending !== undefined;
  }

  /** Whether the source is stopped. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** What waits for the reader, in the unit of `push`'s size. */
  get heldSize(): number {
    return this.#heldSize;
  }

  /** Something came. It goes straight to the reader when he waits. */
  push(item: Item, size: number): void {
    if (this.#ending !== undefined) return;
    if (this.#options.merge === undefined) {
      const reader = this.#takeWaiter();
      if (reader !== undefined) return reader.resolve(item);
    }
    this.#held.push(item);
    this.#sizes.push(size);
    this.#heldSize += size;
    if (this.#waiter !== undefined) return this.#handOverSoon();
    if (this.#isStopped || this.#heldSize < this.#options.limit) return;
    this.#isStopped = true;
    this.#options.stop();
  }

  /** Nothing more comes; what is held is read first. Only the first end counts. */
  end(error?: TTSError): void {
    if (this.#ending !== undefined) return;
    this.#handOver();
    this.#ending = { error };
    const reader = this.#takeWaiter();
    if (error === undefined) reader?.resolve(this.#options.atEnd);
    else reader?.reject(error);
  }

  /** Ends at once: what is held is dropped, also where it has ended before. */
  fail(error: TTSError): void {
    this.#empty();
    this.end(error);
    this.#ending = { error };
  }

  /** The next item; `atEnd` after the end. Throws the error of the end. */
  next(): Promise<Item> {
    if (this.#waiter !== undefined) return Promise.reject(this.#secondReader());
    if (this.#held.length === 0) return this.#wait();
    const item = this.#takeHeld();
    if (this.#isStopped && this.#held.length === 0) {
      this.#isStopped = false;
      this.#options.goOn();
    }
    return Promise.resolve(item);
  }

  /** One read of a socket brings many small pieces: the reader wakes once for all of them. */
  #handOverSoon(): void {
    if (this.#isHandingOver) return;
    this.#isHandingOver = true;
    queueMicrotask(() => this.#handOver());
  }

  #handOver(): void {
    this.#isHandingOver = false;
    if (this.#waiter !== undefined && this.#held.length > 0) this.#takeWaiter()?.resolve(this.#takeHeld());
  }

  #takeHeld(): Item {
    if (this.#options.merge !== undefined && this.#held.length > 1) {
      const merged = this.#options.merge(this.#held);
      this.#empty();
      return merged;
    }
    this.#heldSize -= this.#sizes.shift() ?? 0;
    return this.#held.shift() as Item;
  }

  #empty(): void {
    this.#held.length = 0;
    this.#sizes.length = 0;
    this.#heldSize = 0;
  }

  #wait(): Promise<Item> {
    const ending = this.#ending;
    if (ending !== undefined) return ending.error === undefined ? Promise.resolve(this.#options.atEnd) : Promise.reject(ending.error);
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject };
      this.#options.onWait?.();
    });
  }

  #takeWaiter(): Waiter<Item> | undefined {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    if (waiter !== undefined) this.#options.onArrival?.();
    return waiter;
  }

  #secondReader(): TTSError {
    const { engine, doing } = this.#options;
    return new TTSError("SECOND_CONSUMER", `${doing}: two readers wait at the same time. Read one after the other.`, { engine });
  }
}
