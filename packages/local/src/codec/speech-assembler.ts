/** How windows are cut; in codes. */
export interface WindowRule {
  /** Before what is wanted. NeuTTS: 51 (it calls that 50, and an overlap of 1). */
  readonly lookBack: number;
  /** After what is wanted and its fade. NeuTTS: 4 behind the last code that is used (it calls that 5). */
  readonly lookAhead: number;
  /** Two windows are faded into each other over this many. NeuTTS: 2. */
  readonly fade: number;
  /** The last code is said again so often behind the end, and cut off: the decoder has no sound for the edge of its window. */
  readonly tail: number;
}

/**
 * Makes one speech of codes, in pieces of any size. Pieces follow each other without a gap and add up to `codes · samplesPerCode` samples exactly. Window
 * and stateful codecs are behind it alike.
 */
export interface SpeechAssembler {
  /** Codes added so far. */
  readonly added: number;
  /** Codes whose sound was taken so far. */
  readonly taken: number;
  add(code: number): void;
  /** No code comes any more: the rest needs no look-ahead. */
  end(): void;
  /** How many codes could be taken now. */
  ready(): number;
  /** How many codes must have been added before `count` more can be taken; what `end` was called for never waits. */
  neededFor(count: number): number;
  /** How many codes the decoder will see when `count` are taken: what that costs. */
  windowFor(count: number): number;
  /** The sound of the next `count` codes, at most `ready()`. Not to be asked again before it answered. */
  take(count: number, signal: AbortSignal): Promise<Float32Array>;
  close(): void;
}
