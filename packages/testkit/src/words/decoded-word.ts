/** A word found in audio. */
export interface DecodedWord {
  /** What {@link wordId} gives for the word; undefined where the chord could not be read. */
  id: number | undefined;
  /** Whether all of the word is there: nothing cut off, nothing missing in the middle. */
  complete: boolean;
  /** Where it begins, in frames of what was decoded. */
  startFrame: number;
  /** One past its last frame. */
  endFrame: number;
}
