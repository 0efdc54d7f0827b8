import type { PromptPrefix } from "../code-generator.ts";
import type { LlamaSequence } from "./llama-module.ts";

/** A sequence in use, and the prefix that lies at its start. */
export interface SequenceLease {
  readonly sequence: LlamaSequence;
  /** Undefined: none, or not all of one. Set by who evaluates it. */
  prefix: PromptPrefix | undefined;
  /** Takes away what came after the prefix, or all where there is none, and gives the sequence back. Twice is no harm. */
  release(): Promise<void>;
}

/** The sequences of a context. */
export interface SequencePool {
  readonly size: number;
  readonly free: number;
  /** One for this prefix: that has it already, else an empty one, else the one that was not used for longest. Undefined when all are in use. */
  take(prefix: PromptPrefix): SequenceLease | undefined;
}

interface Place {
  readonly sequence: LlamaSequence;
  prefix: PromptPrefix | undefined;
  busy: boolean;
  usedAt: number;
}

/** Makes a pool of sequences that are all empty. */
export function createSequencePool(sequences: readonly LlamaSequence[]): SequencePool {
  const places: readonly Place[] = sequences.map((sequence) => ({ sequence, prefix: undefined, busy: false, usedAt: 0 }));
  let uses = 0;

  function choose(prefix: PromptPrefix): Place | undefined {
    const free = places.filter(({ busy }) => !busy).sort((a, b) => a.usedAt - b.usedAt);
    return free.find((place) => samePrefix(place.prefix, prefix)) ?? free.find((place) => place.prefix === undefined) ?? free[0];
  }

  function lease(place: Place): SequenceLease {
    let released: Promise<void> | undefined;
    return {
      sequence: place.sequence,
      get prefix() {
        return place.prefix;
      },
      set prefix(prefix) {
        place.prefix = prefix;
      },
      release() {
        released ??= restore(place).finally(() => {
          place.busy = false;
        });
        return released;
      },
    };
  }

  return {
    size: places.length,
    get free() {
      return places.filter(({ busy }) => !busy).length;
    },
    take(prefix) {
      const place = choose(prefix);
      if (place === undefined) return undefined;
      place.busy = true;
      place.usedAt = ++uses;
      return lease(place);
    },
  };
}

/** Whether two prefixes are the same to the token. */
export function samePrefix(a: PromptPrefix | undefined, b: PromptPrefix): boolean {
  return a?.key === b.key && a.tokens.length === b.tokens.length && a.tokens.every((token, index) => token === b.tokens[index]);
}

/** Leaves only the prefix in a sequence, or nothing. */
export async function eraseBehind(sequence: LlamaSequence, length: number): Promise<void> {
  if (sequence.nextTokenIndex > length) await sequence.eraseContextTokenRanges([{ start: length, end: sequence.nextTokenIndex }]);
}

async function restore(place: Place): Promise<void> {
  try {
    await eraseBehind(place.sequence, place.prefix?.tokens.length ?? 0);
  } catch {
    // The context is gone: nobody will use the sequence again.
    place.prefix = undefined;
  }
}
