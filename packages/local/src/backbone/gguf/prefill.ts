import { TTSError } from "@parlando/engine";
import type { PrefillControl, PromptPrefix } from "../code-generator.ts";
import type { LlamaSequence } from "./llama-module.ts";
import type { PrefixStates } from "./prefix-states.ts";
import { eraseBehind, samePrefix, type SequenceLease } from "./sequence-pool.ts";

/** Tokens of one piece: always the same, since the bits of the result depend on it. */
export const pieceTokens = 64;

/**
 * Brings a prefix into a sequence: it lies there, or its state was kept, or it is evaluated and its state kept.
 *
 * @returns How many of its tokens were evaluated.
 */
export async function placePrefix(lease: SequenceLease, prefix: PromptPrefix, { states, prefill }: { states: PrefixStates; prefill: PrefillControl }): Promise<number> {
  const { sequence } = lease;
  if (samePrefix(lease.prefix, prefix) && sequence.nextTokenIndex === prefix.tokens.length) return 0;
  lease.prefix = undefined;
  await eraseBehind(sequence, 0);
  const loaded = await states.load(prefix, sequence);
  if (!loaded) {
    await eraseBehind(sequence, 0);
    await evaluateInPieces(sequence, prefix.tokens, prefill);
    await states.save(prefix, sequence);
  }
  lease.prefix = prefix;
  return loaded ? 0 : prefix.tokens.length;
}

/**
 * Evaluates tokens, each piece when its turn has come.
 *
 * @throws TTSError `ABORTED` between two pieces.
 */
export async function evaluateInPieces(sequence: LlamaSequence, tokens: Int32Array, { signal, turn }: PrefillControl): Promise<void> {
  for (let start = 0; start < tokens.length; start += pieceTokens) {
    const piece = Array.from(tokens.subarray(start, start + pieceTokens));
    checkSignal(signal);
    await turn(piece.length);
    checkSignal(signal);
    await sequence.evaluateWithoutGeneratingNewTokens(piece);
  }
  checkSignal(signal);
}

/** @throws TTSError `ABORTED` when it is time to stop. */
export function checkSignal(signal: AbortSignal): void {
  if (signal.aborted) throw new TTSError("ABORTED", "Evaluating a prompt: it was called off.");
}
