import type { CodecGeometry } from "./codec.ts";
import type { WindowRule } from "./speech-assembler.ts";

/**
 * How many codes of the voice's reference the first window looks back into: 200 ms. Fewer than the rule's look-back on purpose: what was said before is of
 * another sentence anyway, and a first window of 51 codes more would cost as much as a second of speech before anything is heard. Audar's own streaming
 * begins with none. Not checked by ear: no weights were at hand.
 */
export const referenceContextCodes = 10;

/**
 * The rule with what the decoder cannot do without: a window must reach as far over both ends of what is kept as its sound is shorter than its codes.
 */
export function fitRule(rule: WindowRule, { leadSamples, missingSamples, samplesPerCode }: CodecGeometry): WindowRule {
  const before = Math.ceil(leadSamples / samplesPerCode);
  const behind = Math.ceil((missingSamples - leadSamples) / samplesPerCode);
  return {
    lookBack: Math.max(rule.lookBack, before),
    lookAhead: Math.max(rule.lookAhead, behind),
    fade: rule.fade,
    tail: Math.max(rule.tail, behind),
  };
}

/** Codes that must lie behind a piece before it can be taken, as long as more may come. */
export function codesBehind(rule: WindowRule): number {
  return rule.fade + rule.lookAhead;
}

/** Codes in the window of a piece: what the decoder is charged for. `before` is how many codes there are before the piece, of the context and the speech. */
export function windowCodes(rule: WindowRule, before: number, count: number): number {
  return Math.min(rule.lookBack, before) + count + codesBehind(rule);
}
