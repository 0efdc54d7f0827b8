/**
 * How the next code is chosen from what the model says. Both backbones do the same steps in the order of llama.cpp: only codes and the stop token are
 * left, then the repetition penalty, top-k, top-p, min-p, temperature, and the draw. Whatever is off changes nothing.
 */
export interface SamplingOptions {
  /** 0 takes the most likely code always. Divides the logits, after the other steps have thinned them out. */
  readonly temperature: number;
  /** How many of the most likely are left; 0: all. */
  readonly topK: number;
  /** The most likely are kept until they have this much of the probability, in (0, 1]; 1: all. */
  readonly topP: number;
  /** What has less than this part of the most likely one's probability is left out, in [0, 1); 0: nothing. */
  readonly minP: number;
  /** Logits of tokens that came lately are divided by it where positive, multiplied where negative; 1: off. */
  readonly repetitionPenalty: number;
  /** How many tokens back "lately" reaches, the prompt's own included; Infinity: all there are. */
  readonly repetitionWindow: number;
  /** Of the draws, an integer from 0 to 4,294,967,295. The same seed gives the same codes on the same backbone and device. */
  readonly seed: number;
}

/** How long speech may get, in codes. */
export interface LengthLimits {
  /** The stop token is not allowed before that many codes. */
  readonly minimumCodes: number;
  /** Generation ends there, as if the stop token had come; at most what the context has room for. */
  readonly maximumCodes: number;
}
