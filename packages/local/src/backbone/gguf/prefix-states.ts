import { createHash } from "node:crypto";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { PromptPrefix } from "../code-generator.ts";
import type { LlamaSequence } from "./llama-module.ts";

/** Evaluated prefixes as files, to bring them into any sequence in a few milliseconds. Files that cannot be written or read cost time, nothing else. */
export interface PrefixStates {
  has(prefix: PromptPrefix): boolean;
  /** Keeps what is in the sequence: the prefix alone. */
  save(prefix: PromptPrefix, sequence: LlamaSequence): Promise<void>;
  /** Whether the sequence has the prefix now. It must be empty before. */
  load(prefix: PromptPrefix, sequence: LlamaSequence): Promise<boolean>;
  /** Removes the files. */
  close(): Promise<void>;
}

/** How many prefixes are kept. One of 450 tokens has 5.5 MB in the 0.5 B model: 24 layers, two heads of 64, key and value, float16. */
export const maximumStates = 16;

/**
 * Keeps states in a folder, which must be private: who can write there can crash the process.
 *
 * @param folder - Undefined: nothing is kept.
 */
export function createPrefixStates(folder: string | undefined, { maximum = maximumStates }: { maximum?: number | undefined } = {}): PrefixStates {
  // In the order of their last use.
  const kept = new Map<string, string>();
  let written = 0;

  const forget = async (name: string): Promise<void> => {
    const path = kept.get(name);
    kept.delete(name);
    if (path !== undefined) await rm(path, { force: true }).catch(() => undefined);
  };

  return {
    has: (prefix) => kept.has(nameOf(prefix)),
    async save(prefix, sequence) {
      const name = nameOf(prefix);
      if (folder === undefined || kept.has(name)) return;
      written += 1;
      const path = join(folder, `${name}.state`);
      const draft = join(folder, `${name}.${String(written)}.part`);
      try {
        await sequence.saveStateToFile(draft);
        await rename(draft, path);
      } catch {
        await rm(draft, { force: true }).catch(() => undefined);
        return;
      }
      kept.set(name, path);
      for (const oldest of kept.keys()) {
        if (kept.size <= maximum) break;
        await forget(oldest);
      }
    },
    async load(prefix, sequence) {
      const name = nameOf(prefix);
      const path = kept.get(name);
      if (path === undefined) return false;
      try {
        await sequence.loadStateFromFile(path, { acceptRisk: true });
      } catch {
        await forget(name);
        return false;
      }
      kept.delete(name);
      kept.set(name, path);
      return sequence.nextTokenIndex === prefix.tokens.length;
    },
    async close() {
      for (const name of [...kept.keys()]) await forget(name);
    },
  };
}

/** Of the tokens too: the same key should mean the same tokens, and here it cannot do harm if it does not. */
function nameOf({ key, tokens }: PromptPrefix): string {
  return createHash("sha256").update(key).update("\0").update(new Uint8Array(tokens.buffer, tokens.byteOffset, tokens.byteLength)).digest("hex").slice(0, 32);
}
