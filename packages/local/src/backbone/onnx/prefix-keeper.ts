import type { OnnxRuntime } from "../../runtime/onnx-runtime.ts";
import type { PrefillControl, PromptPrefix } from "../code-generator.ts";
import { createRunCache } from "./cache.ts";
import type { Forward } from "./forward.ts";
import { inPieces, throwIfAborted, unlessAborted } from "./prefill.ts";
import { createPrefixShelf, type BorrowedPrefix } from "./prefix-shelf.ts";

/** Evaluates each prefix once, and lends it to runs. */
export interface PrefixKeeper {
  /**
   * A prefix that is kept, or else evaluated now. Of several that ask for the same at once one does the work and the others wait for it.
   *
   * @returns `evaluated`: tokens that this call evaluated; `kept` is to be released, undefined for a prefix without tokens.
   */
  take(prefix: PromptPrefix, control: PrefillControl): Promise<{ readonly kept: BorrowedPrefix | undefined; readonly evaluated: number }>;
  /** Disposes what is kept; what is lent goes when it is given back. */
  close(): void;
}

/** Makes a keeper over one session. */
export function createPrefixKeeper({ runtime, forward, maximumBytes }: { runtime: OnnxRuntime; forward: Forward; maximumBytes: number }): PrefixKeeper {
  const shelf = createPrefixShelf({ maximumBytes });
  const underWay = new Map<string, Promise<unknown>>();

  const evaluate = async ({ key, tokens }: PromptPrefix, control: PrefillControl): Promise<BorrowedPrefix> => {
    const cache = createRunCache({ runtime, layout: forward.layout });
    try {
      await inPieces(tokens, control, (piece) => forward.extend(cache, piece));
      return shelf.put(key, cache.giveAway());
    } catch (error) {
      cache.close();
      throw error;
    }
  };

  return {
    async take(prefix, control) {
      throwIfAborted(control.signal);
      const { key, tokens } = prefix;
      if (tokens.length === 0) return { kept: undefined, evaluated: 0 };
      for (let other = underWay.get(key); other !== undefined; other = underWay.get(key)) {
        const waiting = other.catch(() => undefined);
        await unlessAborted(() => waiting, control.signal);
      }
      const found = shelf.borrow(key);
      if (found !== undefined) return { kept: found, evaluated: 0 };
      const work = evaluate(prefix, control);
      underWay.set(key, work);
      try {
        return { kept: await work, evaluated: tokens.length };
      } finally {
        underWay.delete(key);
      }
    },
    close: shelf.close,
  };
}
