import type { AudioChunk } from "../audio/audio-chunk.ts";
import { TAKEN } from "../sinks/taken.ts";
import { NOT_YET } from "./hand-out.ts";

/** Where a taker gets the chunks of a stream. */
export interface ChunkSource {
  /** The next chunk for the taker where it is there, for a promise of each would cost more than the chunk; undefined at the end. */
  take(): AudioChunk | undefined | typeof NOT_YET;
  /** Calls back, once, when a chunk may be there that was not; never at once. */
  whenMoved(callback: () => void): void;
  /** Whether the next chunk may be there already. */
  readonly mayHaveMore: boolean;
  /** The taker has let go of the last chunk. */
  delivered(): void;
}

/** The next chunk of a source, waited for; undefined at the end. */
export async function nextChunk(source: Pick<ChunkSource, "take" | "whenMoved">): Promise<AudioChunk | undefined> {
  for (;;) {
    const chunk = source.take();
    if (chunk !== NOT_YET) return chunk;
    await new Promise<void>((resolve) => source.whenMoved(resolve));
  }
}

/** Tells a failure of the taker from one of the stream; never leaves this folder. */
export class TakerFailure extends Error {
  constructor(cause: unknown) {
    super("The taker of the audio failed.", { cause });
  }
}

/** Takes a chunk; what it returns is waited for. */
type Take = (chunk: AudioChunk) => void | Promise<void>;

/** Brings every chunk to `take`, one after the other; delivered is what it has let go of. Resolves when the stream has ended. */
export function pump(source: ChunkSource, take: Take): Promise<void> {
  return new Promise((resolve, reject) => new Pump(source, take, { resolve, reject }).run(false));
}

/** No `async` function: who takes a chunk at once is not waited for, and what waits for the next is one promise. */
class Pump {
  readonly #source: ChunkSource;
  readonly #take: Take;
  readonly #end: { readonly resolve: () => void; readonly reject: (error: unknown) => void };
  readonly #goOn = (): void => this.run(false);
  readonly #taken = (): void => this.run(true);
  readonly #failed = (error: unknown): void => this.#end.reject(new TakerFailure(error));

  constructor(source: ChunkSource, take: Take, end: { readonly resolve: () => void; readonly reject: (error: unknown) => void }) {
    this.#source = source;
    this.#take = take;
    this.#end = end;
  }

  /** @param isTaken The taker has let go of the last chunk. */
  run(isTaken: boolean): void {
    try {
      if (isTaken) this.#source.delivered();
      while (this.#bring());
    } catch (error) {
      this.#end.reject(error);
    }
  }

  /** Brings the next chunk, and sees to what comes after it. Whether that can be looked for at once. */
  #bring(): boolean {
    const chunk = this.#source.take();
    if (chunk === NOT_YET) this.#source.whenMoved(this.#goOn);
    else if (chunk === undefined) this.#end.resolve();
    else return this.#isTakenAtOnce(chunk);
    return false;
  }

  #isTakenAtOnce(chunk: AudioChunk): boolean {
    const taken = this.#give(chunk);
    if (taken !== undefined && taken !== TAKEN) {
      taken.then(this.#taken, this.#failed);
      return false;
    }
    if (this.#source.mayHaveMore) {
      // Between two chunks what the app does must get its turn, whatever it returned.
      void TAKEN.then(this.#taken);
      return false;
    }
    this.#source.delivered();
    return true;
  }

  #give(chunk: AudioChunk): void | Promise<void> {
    try {
      const taken = this.#take(chunk);
      return taken === undefined || taken === TAKEN ? taken : Promise.resolve(taken);
    } catch (error) {
      throw new TakerFailure(error);
    }
  }
}
